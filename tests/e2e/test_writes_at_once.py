"""What many ask of a running Airflow at the same moment, with its database in SQLite, as the embedded one has it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from site_on_airflow import Site, run_site
from townreturn.operating.environment import INBOX, SERVICE

pytestmark = pytest.mark.e2e
AT_ONCE = 12
"""As many as the periods of a backfilled year, which all poke the inbox when they open."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from run_site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def http(site: Site) -> Iterator[httpx.Client]:
    address, password = site.installation.address, site.installation.passwords()[SERVICE]
    token = httpx.post(f"{address}/auth/token", json={"username": SERVICE, "password": password}, trust_env=False)
    signed_in = {"Authorization": f"Bearer {token.json()['access_token']}"}
    with httpx.Client(base_url=address, headers=signed_in, trust_env=False, timeout=60) as client:
        yield client


def test_writes_at_once_are_all_answered_and_hold_nobody_up(site: Site, http: httpx.Client) -> None:
    """Airflow notes each write in its log from the one thread that also ends transactions: two at once wait for
    each other until SQLite gives up, five seconds later, and meanwhile nobody is answered; the triggerer dies of it.
    """
    rows = http.get("/api/v2/assets", params={"name_pattern": INBOX}).json()["assets"]
    event, together = {"asset_id": rows[0]["id"], "extra": {}}, Barrier(AT_ONCE)

    def write(_number: int) -> int:
        return http.post("/api/v2/assets/events", json=event).status_code

    def write_together(number: int) -> int:
        together.wait()
        return write(number)

    one_by_one, _ = _timed(lambda: [write(number) for number in range(AT_ONCE)])
    with ThreadPoolExecutor(AT_ONCE) as people:
        at_once, answers = _timed(lambda: list(people.map(write_together, range(AT_ONCE))))
    assert answers == [httpx.codes.OK] * AT_ONCE
    assert at_once < one_by_one + 5, "somebody waited for SQLite to give up"


def _timed(ask: Callable[[], list[int]]) -> tuple[float, list[int]]:
    begun = time.monotonic()
    answers = ask()
    return time.monotonic() - begun, answers
