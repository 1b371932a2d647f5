"""Past periods asked of Airflow: of one town among several by themselves, of all of them a backfill a level."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_edge import AirflowEdge, run_row
from several_towns import LIUHE, settings_of, write_neighbours
from townreturn.domain.period import Period
from townreturn.office import Office, open_offices
from townreturn.operating.asking_runs import find_asking
from townreturn.operating.past_runs import start_past_runs, start_past_runs_of_all
from written_plans import write_plan

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
ASKER: Any = SimpleNamespace(headers={"x-account": "operator"})


@pytest.fixture
def offices(tmp_path: Path, sqlite_url: str) -> Iterator[dict[str, Office]]:
    """清溪镇 and 塘厦镇, 柳河镇 with another cut-off, and 东莞市 above them."""
    plans = write_neighbours(tmp_path / "plans")
    city = ("town_code: qingxi\n", "town_code: dongguan\nlevel: city\n")
    write_plan(plans, ("code: qingxi-2018\n", "code: dongguan-2018\n"), city, name="dongguan.yaml")
    opened = open_offices(settings_of(tmp_path / "home", f"{plans},{LIUHE}", sqlite_url))
    yield {one.called: one for one in opened}
    opened[0].engine.dispose()


def test_of_one_town_each_period_without_a_run_is_started(offices: dict[str, Office]) -> None:
    runs = [run_row("backfill__tangxia~2018-01__x", "tangxia~2018-01"), run_row("x", "qingxi~2018-02")]
    edge = AirflowEdge(runs=runs)
    with edge.open(ASKER) as client:
        assert start_past_runs(client, offices["tangxia"], [JANUARY, FEBRUARY])
    [(method, path, body)] = edge.told
    assert body.pop("dag_run_id").startswith("past__tangxia~2018-02__"), "by which it goes after the month in hand"
    assert (method, path) == ("POST", "/dags/monthly_return/dagRuns")
    assert body == {"logical_date": None, "conf": {"period": None}, "partition_key": "tangxia~2018-02"}


def test_of_all_towns_a_level_has_one_backfill(offices: dict[str, Office]) -> None:
    """From the first end of the period to the last one, on the clock of the place; each town starts seconds later."""
    edge = AirflowEdge()
    with edge.open(ASKER) as client:
        assert start_past_runs_of_all(client, list(offices.values()), [FEBRUARY])
    told = [(path, body["dag_id"], body["from_date"], body["to_date"]) for _, path, body in edge.told]
    assert told == [
        ("/backfills", "monthly_return", "2018-02-26T00:00:00+00:00", "2018-03-01T00:00:03+00:00"),
        ("/backfills", "monthly_return_city", "2018-02-26T00:00:00+00:00", "2018-02-26T00:00:01+00:00"),
    ]


def test_the_run_that_asks_is_the_towns_own(offices: dict[str, Office]) -> None:
    runs = [
        run_row("scheduled__qingxi~2018-02__a", "qingxi~2018-02"),
        run_row("scheduled__tangxia~2018-02__b", "tangxia~2018-02"),
        run_row("scheduled__dongguan~2018-02__c", "dongguan~2018-02", dag_id="monthly_return_city"),
    ]
    with AirflowEdge(runs=runs).open(ASKER) as client:
        found = {town: find_asking(client, office, FEBRUARY, 0, "") for town, office in offices.items()}
    assert {town: (one.dag_id, one.run_id) for town, one in found.items()} == {
        "dongguan": ("monthly_return_city", "scheduled__dongguan~2018-02__c"),
        "liuhe": ("monthly_return", ""),
        "qingxi": ("monthly_return", "scheduled__qingxi~2018-02__a"),
        "tangxia": ("monthly_return", "scheduled__tangxia~2018-02__b"),
    }
