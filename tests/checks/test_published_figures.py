"""A figure that differs from the published one needs a reason; what was never published does not."""

from decimal import Decimal

import pytest

from judged_reports import judged
from stored_reports import Figures, make_report
from townreturn.checks.differences import MOST_TOLD
from townreturn.domain.findings import CellRef, Finding, Verdict
from townreturn.domain.history import History
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import TextEntry

CASES: Figures = {"cases_investigated": 9, "cases_filed": 4, "cases_pending": 4}


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def published(plan: Plan, figures: Figures, category: str = "building") -> History:
    """The newest issue states these figures of a category, and 0 for every other."""
    stated = {(category, one.code): Decimal(figures.get(one.code, 0)) for one in plan.form.indicators_of(category)}
    return History(published=stated)


def asked(plan: Plan, history: History, *entries: TextEntry) -> list[Finding]:
    found = judged(plan, make_report(plan, "building", CASES, entries=entries), history).findings
    return [one for one in found if one.code == "PUBLISHED_FIGURES_DIFFER"]


def test_every_differing_figure_is_counted_and_named(plan: Plan) -> None:
    [question] = asked(plan, published(plan, {**CASES, "cases_filed": 5, "goods_value": "1.50"}))
    assert question.message.startswith("已发布的月报中本类有 2 项数字与本次不同（立案 5→4；涉案货值 1.5→0）。")
    assert question.message.endswith("如数据无误，请在《审核说明》写明原因；如有误，请改正。")
    assert (question.indicator, question.is_open) == (None, True)
    report = make_report(plan, "building", CASES)
    [changed] = [one.at for one in report.figures if one.indicator == "cases_filed"]
    assert question.at == changed != report.figures[0].at, "the first figure stands as it was published"


def test_a_long_list_is_cut(plan: Plan) -> None:
    other = {one.code: 7 for one in plan.form.indicators_of("building")}
    [question] = asked(plan, published(plan, other))
    assert f"有 {len(other)} 项数字" in question.message
    assert question.message.count("→") == MOST_TOLD
    assert "…）" in question.message


def test_equal_figures_are_not_asked_about(plan: Plan) -> None:
    assert asked(plan, published(plan, {**CASES, "cases_filed": "4.00"})) == []
    assert asked(plan, History()) == [], "the period is not published"


def test_what_the_published_issue_lacks_is_a_late_report(plan: Plan) -> None:
    assert asked(plan, published(plan, {}, category="tobacco")) == []


def test_the_reason_is_given_once_for_the_whole_report(plan: Plan) -> None:
    row = {"category": "", "indicator": "", "finding": "与已发布的数字不同", "reason": "复核台账发现多计一宗，现予更正"}
    entry = TextEntry(plan.form.explanations, row, CellRef("审核说明", "A5"))
    history = published(plan, {**CASES, "cases_filed": 5})
    [question] = asked(plan, history, entry)
    assert (question.explanation, question.is_open) == ("复核台账发现多计一宗，现予更正", False)
    judgement = judged(plan, make_report(plan, "building", CASES, entries=(entry,)), history)
    assert judgement.verdict is Verdict.EXPLAINED
