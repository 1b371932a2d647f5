"""The board in a running Airflow, asked as a browser asks: its acts reach the runs, and both tell the same.

The tests of this module share one Airflow and run in their order.
"""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from golden_month import drop_into
from site_on_airflow import Site, run_site, wait_for
from townreturn import month
from townreturn.domain.period import Period
from townreturn.operating.airflow_client import CORRECTIONS, MONTHLY, Question
from townreturn.operating.environment import OPERATOR, SERVICE
from townreturn.store.decisions import list_decisions
from townreturn.store.engine import reading
from townreturn.store.orders import list_orders
from townreturn.store.returns import find_publications, newest_compilation

pytestmark = pytest.mark.e2e
JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from run_site(tmp_path_factory.mktemp("site"))


class Browser:
    """One account, signed in by Airflow's cookie."""

    def __init__(self, site: Site, account: str) -> None:
        address, password = site.installation.address, site.installation.passwords()[account]
        token = httpx.post(f"{address}/auth/token", json={"username": account, "password": password}, trust_env=False)
        self._http = httpx.Client(
            base_url=f"{address}/board", cookies={"_token": token.json()["access_token"]}, trust_env=False, timeout=60,
            headers={"sec-fetch-site": "same-origin"},
        )  # fmt: skip

    def look(self, path: str) -> httpx.Response:
        return self._http.get(path)

    def submit(self, path: str, **given: object) -> httpx.Response:
        return self._http.post(path, data={"confirmed": "true", **given})


def decide(browser: Browser, period: Period, answer: str, **given: object) -> httpx.Response:
    """As the page's own form would, about what it shows."""
    page = browser.look(f"/decision/{period}")
    assert page.status_code == 200, page.text
    shown = re.search(r'name="compilation" value="(\d+)"', page.text)
    assert shown, page.text
    return browser.submit(f"/decision/{period}", compilation=shown[1], answer=answer, **given)


def wait_for_question(site: Site, period: Period, dag_id: str = MONTHLY) -> Question:
    """As soon as there is one, before Airflow can have noticed that the asking task has ended."""
    run_id, end = site.run_of(period.key, dag_id).run_id, time.monotonic() + 120
    with site.client() as client:
        while time.monotonic() < end:
            if found := next((one for one in client.questions() if one.run_id == run_id), None):
                return found
            time.sleep(0.1)
    pytest.fail(f"{period} was never asked about")


def decided(site: Site, period: Period) -> list[tuple[str, bool, str, str]]:
    with reading(site.office.engine) as tx:
        found = list_decisions(tx, "qingxi", period.key)
    return [(one.account, one.approved, one.comment, one.run_id) for one in found]


def issue_of(site: Site, period: Period) -> int | None:
    with reading(site.office.engine) as tx:
        published = find_publications(tx, "qingxi", [period.key]).get(period.key)
    return published.issue if published else None


def test_an_operator_backfills_two_periods(site: Site) -> None:
    for key in ("2018-01", "2018-02"):
        drop_into(site.inbox, key)
    answer = Browser(site, OPERATOR).submit("/backfill", first="2018-01", last="2018-02", reason="补录一二月")
    assert answer.status_code == 200, answer.text
    with reading(site.office.engine) as tx:
        orders = [one for key in ("2018-01", "2018-02") for one in list_orders(tx, "qingxi", key)]
    assert [(one.period, one.account, one.reason) for one in orders] == [
        ("2018-01", OPERATOR, "补录一二月"), ("2018-02", OPERATOR, "补录一二月"),
    ]  # fmt: skip
    again = Browser(site, OPERATOR).submit("/backfill", first="2018-01", last="2018-02", reason="再来一次")
    assert (again.status_code, "上一次补办尚未办完" in again.text) == (409, True)


def test_an_approval_on_the_board_lets_the_run_publish(site: Site) -> None:
    wait_for_question(site, JANUARY)
    for account in (OPERATOR, SERVICE):
        assert Browser(site, account).look("/decision/2018-01").status_code == 403
        refused = Browser(site, account).submit("/decision/2018-01", compilation=1, answer="Approve")
        assert refused.status_code == 403
    run = site.run_of("2018-01")
    answer = decide(Browser(site, "approver"), JANUARY, "Approve", reason="同意")
    assert answer.status_code == 200, answer.text
    assert "已同时答复 Airflow" in answer.text
    assert run.run_id in answer.text
    assert site.wait_until_over(run.run_id) == "success"
    assert issue_of(site, JANUARY) == 0
    assert decided(site, JANUARY) == [("approver", True, "同意", run.run_id)]


def test_two_approvers_sign_on_the_board_one_after_the_other(site: Site) -> None:
    """The director must not be the only one: his own bureau leads two categories."""
    run = site.run_of("2018-02")
    wait_for_question(site, FEBRUARY)
    assert "还须会签" in decide(Browser(site, "director"), FEBRUARY, "Approve").text
    wait_for("the countersignature", lambda: countersigning(site, run.run_id))
    assert decided(site, FEBRUARY) == [("director", True, "", run.run_id)]
    with reading(site.office.engine) as tx:
        compilation = newest_compilation(tx, "qingxi", "2018-02")
    assert compilation is not None
    # The second signs on the command line: the run hears of it at the next intake.
    month.record_decision(
        site.office, compilation.id, account="approver", approved=True, comment="", sent_back=(), run_id="",
        now=datetime.now(UTC),
    )  # fmt: skip
    answer = Browser(site, OPERATOR).submit("/intake")
    assert answer.status_code == 200, answer.text
    assert site.wait_until_over(run.run_id) == "success"
    assert issue_of(site, FEBRUARY) == 0
    assert [one[0] for one in decided(site, FEBRUARY)] == ["director", "approver"]


def countersigning(site: Site, run_id: str) -> bool | None:
    with site.client() as client:
        return any((one.run_id, one.task_id) == (run_id, "countersign") for one in client.questions()) or None


def test_a_correction_ordered_on_the_board_is_rejected_there(site: Site) -> None:
    operator = Browser(site, OPERATOR)
    assert "没有变化" in operator.look("/correction/2018-02").text
    [tobacco] = [one for one in month.revisions_of(site.office, FEBRUARY) if one.slot.category == "tobacco"]
    month.exclude_file(
        site.office, FEBRUARY, tobacco.link.file_hash, account="clerk", reason="误传了别的月份", now=datetime.now(UTC)
    )  # fmt: skip
    answer = operator.submit("/correction/2018-02", reason="剔除误传的文件")
    assert answer.status_code == 200, answer.text
    run = site.run_of("2018-02", CORRECTIONS)
    assert run.run_id in answer.text.replace("%2B", "+").replace("%3A", ":")
    wait_for_question(site, FEBRUARY, CORRECTIONS)
    rejected = decide(Browser(site, "approver"), FEBRUARY, "Reject", sent_back="tobacco", reason="文件没有传错")
    assert rejected.status_code == 200, rejected.text
    assert site.wait_until_over(run.run_id, CORRECTIONS) == "failed"
    assert issue_of(site, FEBRUARY) == 0
    assert decided(site, FEBRUARY)[-1] == ("approver", False, "文件没有传错", run.run_id)
    assert "审批人不同意剔除文件" in operator.look("/correction/2018-02").text
