"""Another town through the DAG: eight categories, cut-off at month end, its own approver and form."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from site_on_airflow import Site, run_site
from townreturn.domain.period import Period
from townreturn.store.engine import reading
from townreturn.store.returns import find_publications
from workbooks import fill_workbook

pytestmark = pytest.mark.e2e
PLANS = Path(__file__).parents[1] / "plans"
RECEIVED = datetime.fromisoformat("2018-03-02T10:00:00+08:00").timestamp()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    plan, rules = str(PLANS / "liuhe-2018.yaml"), str(PLANS / "expectations")
    yield from run_site(tmp_path_factory.mktemp("liuhe"), TOWNRETURN_PLAN=plan, TOWNRETURN_EXPECTATIONS=rules)


def submit_february(site: Site) -> None:
    """Category number n inspects 10n premises; every other figure is 0."""
    [plan] = site.office.plans.plans
    figures = {code: {one.code: "0" for one in plan.categories} for code in plan.form.by_code}
    figures["inspections"] = {one.code: str(10 * one.number) for one in plan.categories}
    for unit in plan.reporting_units:
        filled = fill_workbook(plan, unit, Period("2018-02"), site.office.archive.root / "out.xlsx", figures=figures)
        os.utime(filled, (RECEIVED, RECEIVED))
        filled.rename(site.inbox / f"{unit.code}.xlsx")


def test_its_february_is_published(site: Site) -> None:
    submit_february(site)
    site.backfill("2018-02")
    site.answer("2018-02", "Approve", "zhenzhang")
    assert site.wait_until_over(site.run_of("2018-02").run_id) == "success"
    with reading(site.office.engine) as tx:
        folder = Path(find_publications(tx, "liuhe", ["2018-02"])["2018-02"].folder)
    [twin] = folder.glob("*打假统计月报*.json")
    cells = {(cell["category"], cell["indicator"]): cell for cell in json.loads(twin.read_text("utf-8"))["cells"]}
    total = cells["total", "inspections"]["current"]
    # 10 + 20 + … + 80
    assert (total["value"], total["reported"], total["expected"]) == ("360", 8, 8)
