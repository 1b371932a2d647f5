"""Two towns in one Airflow, with another cut-off and form each: one backfill, and the figures that each has alone.

The tests of this module share one Airflow and run in their order.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from golden_month import drop_into, read_expected
from several_towns import LIUHE, liuhe_figures
from site_on_airflow import Site, run_site
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.backfill import follow, request_backfill
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts
from townreturn.store.returns import find_publications
from workbooks import fill_workbook

pytestmark = pytest.mark.e2e
JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
RECEIVED = datetime.fromisoformat("2018-03-02T10:00:00+08:00").timestamp()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    rules = str(LIUHE.parent / "expectations")
    plans = f"qingxi-2018,{LIUHE}"
    yield from run_site(tmp_path_factory.mktemp("towns"), TOWNRETURN_PLAN=plans, TOWNRETURN_EXPECTATIONS=rules)


@pytest.fixture(scope="module")
def towns(site: Site) -> dict[str, Office]:
    return {one.called: one for one in site.offices}


def cells_of(office: Office, period: str) -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    """What is published of a period, by category and indicator."""
    town = office.plans.town_code
    with reading(office.engine) as tx:
        folder = Path(find_publications(tx, town, [period])[period].folder)
    assert folder.parts[-3:] == (town, period, "issue-0")
    [twin] = folder.glob("*打假统计月报*.json")
    return {(cell["category"], cell["indicator"]): cell for cell in json.loads(twin.read_text("utf-8"))["cells"]}


def test_one_backfill_publishes_both(site: Site, towns: dict[str, Office]) -> None:
    for period in ("2018-01", "2018-02"):
        drop_into(Path(towns["qingxi"].inbox.path), period)
    [plan] = towns["liuhe"].plans.plans
    for unit in plan.reporting_units:
        aside = site.office.home / f"{unit.code}.xlsx"
        fill_workbook(plan, unit, FEBRUARY, aside, figures=liuhe_figures(0))
        os.utime(aside, (RECEIVED, RECEIVED))
        aside.rename(Path(towns["liuhe"].inbox.path) / aside.name)
    assert request_backfill(site.installation, site.offices, [JANUARY, FEBRUARY])
    follow(site.installation, (towns["liuhe"],), [FEBRUARY])
    follow(site.installation, (towns["qingxi"],), [JANUARY, FEBRUARY])


def test_each_period_of_each_town_has_its_run(site: Site, towns: dict[str, Office]) -> None:
    with site.client() as client:
        runs = {(one.town, one.period): one for one in client.list_runs("monthly_return")}
        backfilled = [one for one in runs.values() if one.run_id.startswith("backfill__")]
        pools = {row["name"] for row in client._send("GET", "/api/v2/pools").json()["pools"]}
    assert sorted((one.town, one.period) for one in backfilled) == [
        ("liuhe", "2018-01"), ("liuhe", "2018-02"), ("qingxi", "2018-01"), ("qingxi", "2018-02"),
    ]  # fmt: skip
    for (town, period), run in runs.items():
        assert f"__{town}~{period}__" in run.run_id
    for run in backfilled:
        assert site.wait_until_over(run.run_id) == "success", run.run_id
    assert {"townreturn_town", "townreturn_intake"} <= pools
    with reading(site.office.engine) as tx:
        told = {town: "\n".join(one.text for one in recent_alerts(tx, town)) for town in towns}
    assert "2018-01 没有生效的柳河镇打假工作方案" in told["liuhe"], "whose plan begins in February"
    assert "失败" not in told["qingxi"] + told["liuhe"]
    assert "2018-01" not in told["qingxi"]


def test_published_figures_are_those_of_each_town_alone(towns: dict[str, Office]) -> None:
    cells = cells_of(towns["qingxi"], "2018-02")
    for one in read_expected():
        amount = cells[one.category, one.indicator][one.measure]
        published = None if amount["value"] is None else Decimal(amount["value"])
        assert (published, amount["reported"], amount["expected"]) == (one.value, one.reported, one.expected), one
    total = cells_of(towns["liuhe"], "2018-02")["total", "inspections"]["current"]
    # 10 + 20 + … + 80
    assert (total["value"], total["reported"], total["expected"]) == ("360", 8, 8)


def test_a_run_by_hand_needs_a_town(site: Site) -> None:
    with site.client() as client:
        unnamed = client.trigger("2018-02")
        wrong = client.trigger("2018-02", town="liuhe")
    assert site.wait_until_over(unnamed) == "failed"
    assert site.wait_until_over(wrong) == "failed", "that is published"
    with site.client() as client:
        assert client.run(wrong).town == "liuhe"
        runs = client.runs_of(Period("2018-02"), town="liuhe")
        assert [one.run_id for one in runs if one.run_id == wrong] == [runs[0].run_id], "found by its form, the newest"
        assert "success" in [one.state for one in runs[1:]], "found by its key"
        assert {one.town for one in runs} == {"liuhe"}
        assert client.newest_runs(town="liuhe")["2018-02"].run_id == wrong
