"""A city's month through a real Airflow: thirty-three towns with six units each, then their city.

`make scale-airflow`: all files come in within a minute; how long until every town's return is published, handed up,
and the city's with it. RUSH=1 for a month-end rush: another town makes up five years at the same time, and pages of
the board and Airflow's grid are asked every second all along. The store is on a PostgreSQL of its own; Airflow is the
embedded one, on its own SQLite with four tasks at once.
"""

import math
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from bench.bulk_load import postgres
from bench.loads import Load, write_submissions
from bench.overhead import Watch, cpu_seconds

from levels_of_government import write_upper
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_offices
from townreturn.operating.airflow_client import open_client
from townreturn.operating.airflow_family import find_airflow
from townreturn.operating.airflow_process import start_airflow, stop_airflow, wait_until_healthy
from townreturn.operating.backfill import follow
from townreturn.operating.environment import OPERATOR, Installation
from townreturn.operating.levels import monthly_dag
from townreturn.operating.overview import published_of
from townreturn.operating.past_runs import start_past_runs
from townreturn.operating.run_keys import key_of
from townreturn.operating.running import make_pools
from townreturn.plans import PACKAGED, load_plan_books
from townreturn.settings import Settings

TOWNS = int(os.environ.get("TOWNS") or 33)
PERIOD = Period("2018-01")
PAST = periods_between(Period("2013-01"), Period("2017-12"))
IS_RUSH = bool(os.environ.get("RUSH"))
PAST_TOWN, CITY, PORT = "past", "dongguan", "8581"
GRID = "/ui/grid/runs/monthly_return?limit=25&order_by=-run_after"
PAGES = ("/board/", "/board/t0001/?period=2018-01", f"/board/{CITY}/?period=2018-01", GRID)


@dataclass
class Timed:
    """Seconds of each asking of a page, and how many were no answer."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0


def write_plans(folder: Path) -> Path:
    """A plan a town, whose files the loads are; the city's; and that of the town that makes up five years."""
    folder.mkdir()
    packaged = (PACKAGED / "qingxi-2018.yaml").read_text(encoding="utf-8")
    for number in range(1, TOWNS + 1):
        _write_town(folder, packaged, f"t{number:04d}", f"第{number:04d}镇", ("2018-01", "2018-12"), CITY)
    if IS_RUSH:
        _write_town(folder, packaged, PAST_TOWN, "第0001镇", (PAST[0].key, "2018-12"), "")
    below = [(f"t{number:04d}", f"第{number:04d}镇") for number in range(1, TOWNS + 1)]
    write_upper(folder, CITY, "东莞市", "city", below, "shizhang")
    return folder


def _write_town(folder: Path, text: str, code: str, name: str, validity: tuple[str, str], above: str) -> None:
    first, last = validity
    for old, new in (
        ("code: qingxi-2018\n", f"code: {code}-2018\n" + (f"reports_to: {above}\n" if above else "")),
        ("town_code: qingxi\n", f"town_code: {code}\n"), ("town: 清溪镇\n", f"town: {name}\n"),
        ("validity: {first: 2018-01, last: 2018-12}", f"validity: {{first: {first}, last: {last}}}"),
    ):  # fmt: skip
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / f"{code}.yaml").write_text(text, encoding="utf-8")


def drop_month(offices: Sequence[Office]) -> int:
    """All units of all towns within the same minute."""
    load = Load(TOWNS, [PERIOD])
    inboxes = [Path(one.inbox.path) for one in offices if one.called.startswith("t0")]
    return write_submissions(load.submissions(load.drawn[0], range(TOWNS)), inboxes)


def drop_past(office: Office) -> int:
    load = Load(1, PAST)
    inbox = [Path(office.inbox.path)]
    return sum(write_submissions(load.submissions(one, [0]), inbox) for one in load.drawn)


def start_month(installation: Installation, offices: Sequence[Office]) -> None:
    """As the timetable does when a period ends, a run a town; the city's own run last."""
    with open_client(installation, OPERATOR) as client:
        for one in sorted(offices, key=lambda office: office.called == CITY):
            client.trigger(None, partition_key=key_of(one.called, PERIOD), dag_id=monthly_dag(one.plans.level))


class Onlooker:
    """Somebody who looks at every page once a second, as signed in."""

    def __init__(self, installation: Installation) -> None:
        self.pages = {one: Timed() for one in PAGES}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(installation,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self, installation: Installation) -> None:
        with httpx.Client(base_url=installation.address, timeout=60, trust_env=False) as http:
            account = {"username": OPERATOR, "password": installation.passwords()[OPERATOR]}
            token = http.post("/auth/token", json=account).json()["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"
            while not self._over.wait(1):
                for path, timed in self.pages.items():
                    self._ask(http, path, timed)

    def _ask(self, http: httpx.Client, path: str, timed: Timed) -> None:
        begun = time.perf_counter()
        try:
            timed.failed += not http.get(path).is_success
        except httpx.HTTPError:
            timed.failed += 1
        timed.seconds.append(time.perf_counter() - begun)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def measure(installation: Installation, offices: Sequence[Office]) -> None:
    by_town = {one.called: one for one in offices}
    month = [one for town, one in by_town.items() if town != PAST_TOWN]
    leader = find_airflow(installation)
    assert leader is not None
    if IS_RUSH:
        past = by_town[PAST_TOWN]
        print(f"{drop_past(past)} files of {len(PAST)} past periods", flush=True)
        with open_client(installation, OPERATOR) as client:
            start_past_runs(client, past, PAST)
        in_thread(lambda: follow(installation, (past,), PAST))
        while len(published_of(past, PAST)) < 3:
            time.sleep(1)
    onlooker, watch = Onlooker(installation), Watch(leader)
    done, cpu, begun = (
        len(published_of(by_town[PAST_TOWN], PAST)) if IS_RUSH else 0,
        cpu_seconds(leader),
        time.monotonic(),
    )
    print(f"{drop_month(offices)} files of {TOWNS} towns", flush=True)
    start_month(installation, month)
    follow(installation, month, [PERIOD])
    wall = time.monotonic() - begun
    watch.stop()
    onlooker.stop()
    print(
        f"| {TOWNS} towns and their city | {wall:.0f} s | {cpu_seconds(leader) - cpu:.0f} CPU-s | {watch.peak:.0f} MB |"
    )
    if IS_RUSH:
        print(f"of the past {len(published_of(by_town[PAST_TOWN], PAST)) - done} periods meanwhile")
    for path, timed in onlooker.pages.items():
        print(tell(path, timed))


def tell(path: str, timed: Timed) -> str:
    ranked = sorted(timed.seconds)
    p95 = ranked[math.ceil(len(ranked) * 0.95) - 1]
    median, count = statistics.median(ranked), len(ranked)
    return f"| {path} | {count} | {median:.2f} s | {p95:.2f} s | {ranked[-1]:.2f} s | {timed.failed} |"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="townreturn-city") as folder, postgres() as new_engine:
        environment = {
            "TOWNRETURN_HOME": f"{folder}/home", "TOWNRETURN_PORT": PORT,
            "TOWNRETURN_PLAN": str(write_plans(Path(folder) / "plans")),
            "TOWNRETURN_DATABASE_URL": new_engine().url.render_as_string(hide_password=False),
        }  # fmt: skip
        settings = Settings.from_environment(environment)
        offices = open_offices(settings)
        installation = Installation.of(settings, load_plan_books(settings.plans), environment)
        start_airflow(installation, {**os.environ, **environment})
        try:
            wait_until_healthy(installation, installation.dag_ids, lambda _seconds, _part: None)
            make_pools(installation)
            measure(installation, offices)
        finally:
            stop_airflow(installation)


if __name__ == "__main__":
    main()
