"""The rules on one report by itself, mandatory and verifying: what fires each and what must not."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judged_reports import MARCH, RULES, codes, judged, key_case, past, submission
from stored_reports import Figures, make_report
from townreturn.checks.judging import judge
from townreturn.domain.findings import CellRef, Severity, Verdict
from townreturn.domain.history import History
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import CategoryReport, FigureState


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


FIRES: list[tuple[str, Figures]] = [
    ("COUNT_NOT_WHOLE", {"media_reports": "1.5"}),
    ("COUNT_NOT_WHOLE", {"media_reports": "12.00000000000000000001"}),  # a float would call it 12
    ("COUNT_NEGATIVE", {"media_reports": -1}),
    ("MONEY_NEGATIVE", {"goods_value": "-0.01"}),
    ("MONEY_NEGATIVE", {"cut_tobacco": "-1"}),  # a measured quantity counts as money
    ("MONEY_TOO_FINE", {"goods_value": "1.234"}),
    ("MONEY_TOO_FINE", {"goods_value": "100000000000.001"}),
    ("FAILED_EXCEED_TESTED", {"samples_tested": 4, "samples_failed": 5}),
    ("PENDING_DOES_NOT_BALANCE", {"cases_open_at_start": 5, "cases_pending": 4}),
    ("TRANSFERRED_EXCEED_OPEN", {"cases_transferred": 1}),
    ("MAJOR_CASES_NOT_LISTED", {"cases_investigated": 1, "cases_filed": 1, "cases_closed": 1, "major_cases": 1}),
    ("FINES_WITHOUT_CLOSED", {"fines_confiscations": "0.01"}),
    ("INSPECTIONS_WITHOUT_OFFICERS", {"premises_inspected": 1}),
    ("INSPECTIONS_WITHOUT_OFFICERS", {"markets_inspected": 1}),
    ("FILED_EXCEED_INVESTIGATED", {"cases_investigated": 1, "cases_filed": 2, "cases_closed": 2}),
]

SILENT: list[tuple[str, Figures]] = [
    ("whole, though written with decimals", {"media_reports": "12.00"}),
    ("two decimals and trailing zeros", {"goods_value": "1.2500"}),
    ("an amount in exponent form", {"goods_value": "1E+2"}),
    ("as many failed as tested", {"samples_tested": 5, "samples_failed": 5}),
    ("closed beyond filed: old cases", {"cases_open_at_start": 400, "cases_investigated": 595, "cases_filed": 595,
                                        "cases_closed": 947, "cases_pending": 48}),
    ("people beyond cases", {"cases_open_at_start": 9, "cases_pending": 9, "cases_transferred": 9,
                             "persons_detained": 80}),
    ("balance with withdrawn", {"cases_open_at_start": 5, "cases_investigated": 3, "cases_filed": 3,
                                "cases_closed": 2, "cases_withdrawn": 1, "cases_pending": 5}),
    ("transferred up to all that is open", {"cases_open_at_start": 1, "cases_investigated": 1, "cases_filed": 1,
                                            "cases_transferred": 2, "cases_pending": 2}),
    ("fines with a closed case", {"cases_open_at_start": 1, "cases_closed": 1, "fines_confiscations": "3"}),
    ("closed without fines", {"cases_open_at_start": 1, "cases_closed": 1}),
    ("inspections with an officer", {"premises_inspected": 9, "markets_inspected": 2, "officers_deployed": 1}),
    ("officers without inspections", {"officers_deployed": 4}),
    ("investigated beyond filed", {"cases_investigated": 3, "cases_filed": 1, "cases_closed": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "figures"), FIRES)
def test_it_fires(plan: Plan, code: str, figures: Figures) -> None:
    assert codes(plan, figures) == [code]


@pytest.mark.parametrize(("why", "figures"), SILENT)
def test_it_must_not_fire(plan: Plan, why: str, figures: Figures) -> None:
    assert codes(plan, figures) == [], why


def test_listed_major_cases_are_counted_by_the_forms_yes(plan: Plan) -> None:
    figures = {"cases_investigated": 2, "cases_filed": 2, "cases_closed": 2, "major_cases": 2}
    assert codes(plan, figures, large=2) == []
    assert codes(plan, figures, large=3) == ["MAJOR_CASES_NOT_LISTED"]
    report = make_report(plan, "tobacco", figures, entries=(key_case("是"), key_case("否"), key_case("是")))
    assert judged(plan, report).findings == ()


def test_major_cases_beyond_filed(plan: Plan) -> None:
    figures = {"cases_investigated": 2, "cases_filed": 2, "cases_closed": 2}
    assert codes(plan, {**figures, "major_cases": 2}, large=2) == []
    assert codes(plan, {**figures, "major_cases": 3}, large=3) == ["MAJOR_CASES_EXCEED_FILED"]


def put(report: CategoryReport, indicator: str, value: Decimal | None, state: FigureState) -> CategoryReport:
    figures = (replace(one, value=value, state=state) if one.indicator == indicator else one for one in report.figures)
    return replace(report, figures=tuple(figures))


def test_blank_is_a_fault_and_unreadable_was_one_already(plan: Plan) -> None:
    report = make_report(plan, "tobacco", {})
    blank = put(report, "media_reports", None, FigureState.BLANK)
    [finding] = judged(plan, blank).findings
    assert (finding.code, finding.indicator, finding.at) == (
        "REQUIRED_BLANK", "media_reports",
        next(one.at for one in report.figures if one.indicator == "media_reports"),
    )  # fmt: skip
    assert judged(plan, put(report, "media_reports", None, FigureState.UNREADABLE)).findings == ()


def test_a_balance_left_blank_in_a_zero_return_is_told_so(plan: Plan) -> None:
    blank = put(make_report(plan, "tobacco", {}, zero_return=True), "cases_pending", None, FigureState.BLANK)
    [finding] = judged(plan, blank).findings
    assert (finding.code, finding.message) == ("REQUIRED_BLANK", "零申报也要填“期末在办”。没有在办案件请填 0。")


def test_a_zero_return_with_a_flow_contradicts_itself_but_has_balances(plan: Plan) -> None:
    stocks = {"cases_open_at_start": 3, "cases_pending": 3}
    assert judged(plan, make_report(plan, "tobacco", stocks, zero_return=True)).findings == ()
    spoiled = make_report(plan, "tobacco", {**stocks, "media_reports": 1}, zero_return=True)
    assert [one.code for one in judged(plan, spoiled).findings] == ["ZERO_RETURN_CONTRADICTED"]


def test_opening_must_be_last_accepted_closing(plan: Plan) -> None:
    last = past(plan, "tobacco", {1: {"cases_pending": 4}}, only=["cases_pending"])
    assert codes(plan, {"cases_open_at_start": 4, "cases_pending": 4}, last) == []
    assert codes(plan, {"cases_open_at_start": 5, "cases_pending": 5}, last) == ["OPENING_DIFFERS_FROM_LAST"]
    assert codes(plan, {"cases_open_at_start": 5, "cases_pending": 5}, History()) == [], "nothing known"


def test_a_closing_that_the_next_period_did_not_open_with_is_asked_not_returned_for_good(plan: Plan) -> None:
    following = past(plan, "tobacco", {-1: {"cases_open_at_start": 7}}, only=["cases_open_at_start"])
    report = make_report(plan, "tobacco", {"cases_open_at_start": 6, "cases_pending": 6})
    [finding] = judged(plan, report, following).findings
    assert (finding.code, finding.severity, finding.indicator) == (
        "NEXT_OPENING_DIFFERS", Severity.VERIFYING, "cases_pending"
    )  # fmt: skip
    assert finding.message.startswith("期末在办填的是 6 宗，下一期却是按期初在办 7 宗审核通过的。")
    assert codes(plan, {"cases_open_at_start": 7, "cases_pending": 7}, following) == []


def test_the_sentence_carries_the_numbers_and_what_to_do(plan: Plan) -> None:
    [finding] = judged(plan, make_report(plan, "tobacco", {"premises_inspected": 12, "markets_inspected": 3})).findings
    assert finding.message == (
        "检查经营主体 12 家次、检查各类市场 3 个次，出动执法人员却是 0 人次。"
        "如数据无误，请在《审核说明》写明原因；如有误，请改正。"
    )
    assert finding.short_name == "有检查而没有出动人员"


def test_each_report_of_a_batch_gets_its_own_findings(plan: Plan) -> None:
    """A file of two categories beside one of one: rows of the frames lead back to their reports."""
    children = make_report(plan, "children", {"media_reports": -1})
    appliances = make_report(plan, "appliances", {"samples_failed": 1})
    tobacco = make_report(plan, "tobacco", {"goods_value": "0.001"})
    sent = [submission(plan, children, appliances), submission(plan, make_report(plan, "tobacco", {})),
            submission(plan, tobacco)]  # fmt: skip
    judged_reports = judge(sent, [History()] * len(sent), plan.form, MARCH, RULES / plan.form.edition)
    found = [[(judgement.report.category, judgement.verdict, [one.code for one in judgement.findings])
              for judgement in judgements]
             for judgements in judged_reports]  # fmt: skip
    assert found == [
        [
            ("children", Verdict.RETURNED, ["COUNT_NEGATIVE"]),
            ("appliances", Verdict.RETURNED, ["FAILED_EXCEED_TESTED"]),
        ],
        [("tobacco", Verdict.ACCEPTED, [])],
        [("tobacco", Verdict.RETURNED, ["MONEY_TOO_FINE"])],
    ]


def test_a_batch_leaves_nothing_behind_for_the_next(plan: Plan) -> None:
    """The validation context is kept: an equal-sized batch after it must not see the old frame."""
    assert codes(plan, {"media_reports": -1}) == ["COUNT_NEGATIVE"]
    assert codes(plan, {}) == []
    assert judge([], [], plan.form, MARCH, RULES / plan.form.edition) == []


amounts = st.decimals(min_value=0, max_value=10**9, allow_nan=False, allow_infinity=False, places=5)


@settings(max_examples=10, deadline=None)
@given(st.lists(amounts, min_size=20, max_size=60))
def test_money_is_too_fine_exactly_when_hundredths_cannot_say_it(plan: Plan, values: list[Decimal]) -> None:
    sent = submission(plan, *(make_report(plan, "tobacco", {"goods_value": str(one)}) for one in values))
    [judgements] = judge([sent], [History()], plan.form, MARCH, RULES / plan.form.edition)
    found = ["MONEY_TOO_FINE" in {one.code for one in judgement.findings} for judgement in judgements]
    assert found == [one * 100 % 1 != 0 for one in values]


small = st.integers(0, 12)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(small, small, small, small, small), min_size=20, max_size=60))
def test_the_balance_holds_exactly_when_it_adds_up(plan: Plan, rows: list[tuple[int, int, int, int, int]]) -> None:
    names = ("cases_open_at_start", "cases_filed", "cases_closed", "cases_withdrawn", "cases_pending")
    sent = submission(plan, *(make_report(plan, "tobacco", dict(zip(names, row, strict=True))) for row in rows))
    [judgements] = judge([sent], [History()], plan.form, MARCH, RULES / plan.form.edition)
    found = ["PENDING_DOES_NOT_BALANCE" in {one.code for one in judgement.findings} for judgement in judgements]
    assert found == [
        opening + filed - closed - withdrawn != pending for opening, filed, closed, withdrawn, pending in rows
    ]


def test_every_blamed_cell_is_the_figures_own(plan: Plan) -> None:
    report = make_report(plan, "tobacco", {"fines_confiscations": "1.5"})
    [finding] = judged(plan, report).findings
    expected = next(one for one in report.figures if one.indicator == "fines_confiscations")
    assert (finding.at, finding.value, finding.category) == (expected.at, "1.5", "tobacco")
    assert isinstance(finding.at, CellRef)
