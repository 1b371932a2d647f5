"""A city's month through a real Airflow: thirty-three towns with six units each, then their city.

`make scale-airflow`: all files come in within a minute; how long until every town's return is published, handed up,
and the city's with it. RUSH=1 for a month-end rush: another town makes up five years at the same time, and pages of
the board and Airflow's grid are asked every second all along. The store is on a PostgreSQL of its own; Airflow is the
embedded one, on its own SQLite with four tasks at once.
"""

import os
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from bench.bulk_load import postgres
from bench.components import cpu_by_part, sum_of, tell_parts
from bench.loads import Load, write_submissions
from bench.onlooker import Onlooker, tell
from bench.overhead import Watch
from sqlalchemy import Engine

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


def measure(installation: Installation, offices: Sequence[Office], store: Engine) -> None:
    by_town = {one.called: one for one in offices}
    past = by_town.get(PAST_TOWN)
    if past:
        make_up_years(installation, past)
    leader = find_airflow(installation)
    assert leader is not None
    onlooker, watch = Onlooker(installation, PAGES), Watch(leader)
    done, before, begun = _past_done(past), cpu_by_part(leader, store), time.monotonic()
    print(f"{drop_month(offices)} files of {TOWNS} towns", flush=True)
    month = [one for town, one in by_town.items() if town != PAST_TOWN]
    start_month(installation, month)
    follow(installation, month, [PERIOD])
    wall, after = time.monotonic() - begun, cpu_by_part(leader, store)
    watch.stop()
    onlooker.stop()
    print(f"| {TOWNS} towns and their city | {wall:.0f} s | {sum_of(after, before):.0f} CPU-s | {watch.peak:.0f} MB |")
    print(tell_parts(after, before))
    if past:
        print(f"of the past {_past_done(past) - done} periods meanwhile")
    print(*(tell(path, timed) for path, timed in onlooker.pages.items()), sep="\n")


def make_up_years(installation: Installation, past: Office) -> None:
    """All five are asked for; returns when the first three periods are published."""
    print(f"{drop_past(past)} files of {len(PAST)} past periods", flush=True)
    with open_client(installation, OPERATOR) as client:
        start_past_runs(client, past, PAST)
    threading.Thread(target=lambda: follow(installation, (past,), PAST), daemon=True).start()
    while _past_done(past) < 3:
        time.sleep(1)


def _past_done(past: Office | None) -> int:
    return len(published_of(past, PAST)) if past else 0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="townreturn-city") as folder, postgres() as new_engine:
        store = new_engine()
        environment = {
            "TOWNRETURN_HOME": f"{folder}/home", "TOWNRETURN_PORT": PORT,
            "TOWNRETURN_PLAN": str(write_plans(Path(folder) / "plans")),
            "TOWNRETURN_DATABASE_URL": store.url.render_as_string(hide_password=False),
        }  # fmt: skip
        settings = Settings.from_environment(environment)
        offices = open_offices(settings)
        installation = Installation.of(settings, load_plan_books(settings.plans), environment)
        start_airflow(installation, {**os.environ, **environment})
        try:
            wait_until_healthy(installation, installation.dag_ids, lambda _seconds, _part: None)
            make_pools(installation)
            measure(installation, offices, store)
        finally:
            stop_airflow(installation)


if __name__ == "__main__":
    main()
