"""Published figures over time, read without the rest of the returns."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from published_months import tamper
from small_returns import compile_small, publish_all
from stored_reports import on_time
from townreturn.domain.errors import Broken
from townreturn.domain.town_return import FigureChange, Measure
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.returns import find_issue
from townreturn.store.stated_figures import read_stated


@pytest.fixture
def three_issues(office: Office) -> Office:
    """January, February, and January corrected after it."""
    plan = office.plans.plans[0]
    first, second = (("2018-01", "tobacco", "cases_filed"), ("2018-02", "tobacco", "cases_filed"))
    value = ("2018-01", "tobacco", "goods_value")
    changes = (
        FigureChange("2018-01", "tobacco", "goods_value", Measure.CURRENT, Decimal("4.5"), Decimal(6), "更正"),
        FigureChange("2018-02", "tobacco", "cases_filed", Measure.YTD, Decimal(9), Decimal(10), "更正"),
    )
    returns = (
        compile_small(plan, "2018-01", {first: "4", value: "4.5"}),
        compile_small(plan, "2018-02", {first: "4", second: "5", value: "4.5"}),
        replace(compile_small(plan, "2018-01", {first: "5", value: "6"}), issue=1, changes=changes),
    )
    publish_all(office, [(on_time(plan, "2018-02") + timedelta(days=day), one) for day, one in enumerate(returns)])
    return office


def test_every_issue_says_of_an_indicator_what_the_whole_return_says(three_issues: Office) -> None:
    with reading(three_issues.engine) as tx:
        stated = [one.town_return for one in read_stated(tx, "qingxi", "cases_filed")]
        found = [find_issue(tx, "qingxi", one.period, one.issue) for one in stated]
    assert [(one.period, one.issue) for one in stated] == [("2018-01", 0), ("2018-01", 1), ("2018-02", 0)]
    for one, compilation in zip(stated, found, strict=True):
        assert compilation is not None
        whole = compilation.town_return
        assert one.cells == tuple(cell for cell in whole.cells if cell.indicator == "cases_filed")
        assert len(one.cells) == 8, "seven categories and the total"
        assert (one.standings, one.league) == (whole.standings, whole.league)
    assert [change.period for change in stated[1].changes] == ["2018-02"], "changes of another indicator are not told"


def test_another_town_has_none(three_issues: Office) -> None:
    with reading(three_issues.engine) as tx:
        assert list(read_stated(tx, "elsewhere", "cases_filed")) == []


@pytest.mark.parametrize("content", ["{", "{}", '{"cells": [{"indicator": "cases_filed"}]}'])
def test_a_text_that_is_no_return_is_told(three_issues: Office, content: str) -> None:
    tamper(three_issues, "compilations", f"UPDATE compilations SET content = '{content}' WHERE period = '2018-02'")
    with reading(three_issues.engine) as tx, pytest.raises(Broken) as fault:
        list(read_stated(tx, "qingxi", "cases_filed"))
    assert fault.value.code == "CANONICAL_UNREADABLE"
