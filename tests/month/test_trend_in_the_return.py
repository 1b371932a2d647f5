"""The trend of a return: what issues before it state, what was only accepted, and issues older than trends."""

import csv
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from golden_month import drop_into
from published_months import AFTER_DUE, FEBRUARY, JANUARY
from townreturn import month
from townreturn.domain.period import Period
from townreturn.domain.town_return import TownReturn
from townreturn.domain.trend import Trend
from townreturn.month.rebuilding import compile_again
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading, writing
from townreturn.store.inputs import find_basis
from townreturn.store.returns import find_compilation, find_issue, record_compilation

GOLDEN = Path(__file__).parents[1] / "golden"


def golden_figures(name: str) -> dict[tuple[str, str], str]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(column, row["indicator"]): row[column] for row in rows for column in row if column != "indicator"}


def return_of(office: Office, period: Period) -> TownReturn:
    with reading(office.engine) as tx:
        compilation = find_issue(tx, "qingxi", period.key, 0)
        assert compilation is not None
        return compilation.town_return


def test_the_first_month_has_none_and_the_second_has_the_first(published: Office) -> None:
    assert return_of(published, JANUARY).trend == Trend()
    trend = return_of(published, FEBRUARY).trend
    assert trend.periods == ("2018-01",)
    expected = {place: Decimal(text) for place, text in golden_figures("figures-2018-01.csv").items() if text}
    assert {(one.category, one.indicator): one.values[0] for one in trend.series} == expected


@pytest.fixture
def unpublished(tmp_path: Path) -> Office:
    """January taken in, and its plan not in force: it is accepted, never published, and before the return."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")}))
    for key in ("2018-01", "2018-02"):
        drop_into(Path(office.inbox.path), key)
    for period, opened in ((JANUARY, "2018-01-26T00:00:00+08:00"), (FEBRUARY, "2018-02-26T00:00:00+08:00")):
        month.open_period(office, period, datetime.fromisoformat(opened), "", backfilled=False)
    month.take_in(office, AFTER_DUE)
    return office


def test_what_was_accepted_and_never_published_is_known(unpublished: Office) -> None:
    from townreturn.month.drafts import draft_original

    with reading(unpublished.engine) as tx:
        trend = draft_original(tx, unpublished.plans, FEBRUARY, AFTER_DUE).town_return.trend
    assert trend.periods == ("2018-01",)
    assert trend.values("tobacco", "officers_deployed") == (Decimal(45),)


def test_an_issue_from_before_there_was_a_trend_is_made_without_one(months: Office) -> None:
    plan = months.plans.in_force(FEBRUARY)
    with writing(months.engine) as tx:
        issue = find_issue(tx, "qingxi", FEBRUARY.key, 0)
        assert issue is not None
        old = replace(issue.town_return, trend=Trend(), areas=())
        key = record_compilation(tx, old, find_basis(tx, issue.id), AFTER_DUE)
        assert compile_again(tx, plan, key) == find_compilation(tx, key).town_return
        assert compile_again(tx, plan, issue.id) == issue.town_return
