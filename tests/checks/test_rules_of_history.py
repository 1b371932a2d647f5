"""The rules against a unit's own past, at their exact edges."""

from dataclasses import replace
from decimal import Decimal
from statistics import median

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from judged_reports import MARCH, RULES, codes, judged, past, submission
from stored_reports import Figures, make_report
from townreturn.checks.batch import run_batch
from townreturn.checks.judging import judge
from townreturn.checks.past_columns import build_cell_kinds
from townreturn.checks.suites import load_suite
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.history import History, PastFigure, Reporter
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def asked(plan: Plan, indicator: str, now: str, *before: str) -> list[str]:
    """What is asked about one figure, with its past figures, last period first; nothing else is known."""
    history = past(plan, "tobacco", {back: {indicator: one} for back, one in enumerate(before, 1)}, only=[indicator])
    support = {"officers_deployed": 1, "cases_open_at_start": 1, "cases_closed": 1}
    figures: Figures = {**support, indicator: now}
    return codes(plan, figures, history)


@pytest.mark.parametrize(
    ("indicator", "now", "last", "is_asked"),
    [
        ("premises_inspected", "310", "198", True),
        ("premises_inspected", "130", "100", False),  # exactly 30 %
        ("premises_inspected", "131", "100", True),
        ("premises_inspected", "70", "100", False),
        ("premises_inspected", "69", "100", True),
        ("premises_inspected", "30", "11", False),  # +173 %, but by 19
        ("premises_inspected", "31", "11", True),  # by 20
        ("premises_inspected", "0", "20", True),
        ("premises_inspected", "0", "19", False),
        ("premises_inspected", "19", "0", False),
        ("premises_inspected", "20", "0", True),  # from nothing to the floor
        ("goods_value", "39", "30", False),  # exactly 30 %: 9 × 100 = 30 × 30
        ("goods_value", "39.01", "30", True),
        ("goods_value", "14.99", "10", False),  # +49.9 %, but by 4.99 万元
        ("goods_value", "15", "10", True),  # by 5 万元
        ("rewards_paid", "2999.99", "1000", False),  # 元 have a floor of their own: 2 000
        ("rewards_paid", "3000", "1000", True),
        ("fake_cigarettes", "14.99", "10", False),  # 万支: 5
        ("fake_cigarettes", "15", "10", True),
        ("cut_tobacco", "149", "100", False),  # 公斤: 50
        ("cut_tobacco", "150", "100", True),
    ],
)
def test_change_beyond_30_at_its_edges(plan: Plan, indicator: str, now: str, last: str, is_asked: bool) -> None:
    assert asked(plan, indicator, now, last) == ["CHANGE_BEYOND_30"] * is_asked


def test_balances_are_not_asked_about_their_change(plan: Plan) -> None:
    history = past(plan, "tobacco", {1: {"cases_pending": 10}}, only=["cases_pending", "cases_filed"])
    figures = {"cases_open_at_start": 10, "cases_investigated": 19, "cases_filed": 19, "cases_pending": 29}
    assert codes(plan, figures, history) == []


@pytest.mark.parametrize(
    ("now", "last", "change"),
    [
        ("310", "198", "“检查经营主体”本期 310 家次，上期 198 家次，增加 56.6%，超过 30%。"),
        ("50", "100", "“检查经营主体”本期 50 家次，上期 100 家次，减少 50.0%，超过 30%。"),
        ("25", "0", "“检查经营主体”本期 25 家次，上期 0 家次，从无到有。"),
    ],
)
def test_the_sentence_names_both_figures_and_the_change(plan: Plan, now: str, last: str, change: str) -> None:
    history = past(plan, "tobacco", {1: {"premises_inspected": last}}, only=["premises_inspected"])
    report = make_report(plan, "tobacco", {"premises_inspected": now, "officers_deployed": 1})
    judgement = judged(plan, report, history)
    [finding] = judgement.findings
    assert finding.message == change + "如数据无误，请在《审核说明》写明原因；如有误，请改正。"
    assert (finding.severity, finding.indicator) == (Severity.VERIFYING, "premises_inspected")
    assert judgement.verdict is Verdict.RETURNED


@pytest.mark.parametrize("raw", ["0,310", "310.0000000001", "３１０", ""])
def test_a_question_tells_the_number_read_and_keeps_the_cell(plan: Plan, raw: str) -> None:
    history = past(plan, "tobacco", {1: {"premises_inspected": 100}}, only=["premises_inspected"])
    report = make_report(plan, "tobacco", {"premises_inspected": 310, "officers_deployed": 1})
    typed = [replace(one, raw=raw) if one.indicator == "premises_inspected" else one for one in report.figures]
    [finding] = judged(plan, replace(report, figures=tuple(typed)), history).findings
    assert finding.message.startswith("“检查经营主体”本期 310 家次，上期 100 家次，增加 210.0%，超过 30%。")
    assert finding.value == raw


@pytest.mark.parametrize(
    ("indicator", "now", "before", "is_asked"),
    [
        ("goods_value", "35000", ["3.5"], True),
        ("goods_value", "30000", ["10"], True),  # 3 000 times
        ("goods_value", "29999", ["10"], False),
        ("goods_value", "300000", ["10"], True),  # 30 000 times
        ("goods_value", "300000.01", ["10"], False),
        ("rewards_paid", "0.3", ["3000"], True),  # 元 entered as 万元
        ("goods_value", "35000", ["0", "0", "3.5"], True),  # zeros say nothing about magnitude
        ("goods_value", "35000", ["0"], False),
        ("goods_value", "0", ["35000"], False),
        ("goods_value", "35000", [], False),
        ("premises_inspected", "35000", ["3"], False),  # counts have no 万元
        ("fake_cigarettes", "35000", ["3.5"], False),  # nor have quantities
    ],
)
def test_ten_thousand_fold_at_its_edges(
    plan: Plan, indicator: str, now: str, before: list[str], is_asked: bool
) -> None:
    assert ("TEN_THOUSAND_FOLD" in asked(plan, indicator, now, *before)) is is_asked


def test_ten_thousand_fold_asks_for_the_unit(plan: Plan) -> None:
    history = past(plan, "tobacco", {1: {"goods_value": "3.5"}}, only=["goods_value"])
    [finding] = judged(plan, make_report(plan, "tobacco", {"goods_value": "35000"}), history).findings
    assert finding.message.startswith(
        "“涉案货值”本期 35000 万元，以往一般在 3.5 万元左右，相差约一万倍。"
        "计量单位是“万元”，请核对是不是把元和万元弄混了。"
    )


SIX = ("100", "110", "90", "120", "80", "100")  # median 100, MAD 10: 3.5 × 1.4826 × 10 = 51.891


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("151", SIX, ["CHANGE_BEYOND_30"]),  # 51 off: within the spread, though not within 30 %
        ("152", SIX, ["OUTLIER"]),
        ("48", SIX, ["OUTLIER"]),
        ("49", SIX, ["CHANGE_BEYOND_30"]),
        ("152", SIX[:5], ["CHANGE_BEYOND_30"]),  # five periods say nothing
        ("135", ["100"] * 6, ["CHANGE_BEYOND_30"]),  # no spread: 10 % of 100 instead, × 3.5 = 35
        ("136", ["100"] * 6, ["OUTLIER"]),
        ("19", ["0"] * 6, []),
        ("20", ["0"] * 6, ["OUTLIER"]),  # no spread, no median: the floor alone
        ("25", ["10"] * 6, []),  # far off, but by 15
        ("130", ["129", "40", "40", "40", "40", "40"], ["OUTLIER"]),  # like last period, unlike the others
    ],
)
def test_outlier_at_its_edges(plan: Plan, now: str, before: tuple[str, ...], expected: list[str]) -> None:
    assert asked(plan, "premises_inspected", now, *before) == expected


def test_outliers_are_judged_by_the_units_own_past_changes_by_the_categorys(plan: Plan) -> None:
    """After a succession of units there is a last period, but no past of one's own."""
    others = past(plan, "tobacco", {back: {"premises_inspected": 100} for back in range(1, 9)},
                  unit="gongan", only=["premises_inspected"])  # fmt: skip
    figures = {"premises_inspected": 900, "officers_deployed": 1}
    assert codes(plan, figures, others) == ["CHANGE_BEYOND_30"]
    own = past(plan, "tobacco", {back: {"premises_inspected": 100} for back in range(1, 9)},
               only=["premises_inspected"])  # fmt: skip
    assert codes(plan, figures, own) == ["OUTLIER"]


def test_one_question_a_cell_the_strongest_wins(plan: Plan) -> None:
    assert asked(plan, "goods_value", "35000", *["3.5"] * 6) == ["TEN_THOUSAND_FOLD"]  # all three would ask
    assert asked(plan, "goods_value", "3500", *["3.5"] * 6) == ["OUTLIER"]
    assert asked(plan, "goods_value", "3500", "3.5") == ["CHANGE_BEYOND_30"]


def test_a_negative_figure_is_a_fault_and_no_question(plan: Plan) -> None:
    assert asked(plan, "premises_inspected", "-500", "100") == ["COUNT_NEGATIVE"]


def same(plan: Plan, now: Figures, last: Figures, zero_return: bool = False) -> list[str]:
    stocks = {"cases_open_at_start": 2, "cases_pending": 2}
    history = past(plan, "tobacco", {1: {**stocks, **last}})
    report = make_report(plan, "tobacco", {**stocks, **now}, zero_return)
    return [one.code for one in judged(plan, report, history).findings]


def test_the_same_figures_as_last_period_are_one_question(plan: Plan) -> None:
    figures = {"enforcement_actions": 3, "goods_value": "1.10", "fake_cigarettes": "0.5"}
    assert same(plan, figures, figures) == ["SAME_AS_LAST"]
    assert same(plan, {**figures, "goods_value": "1.11"}, figures) == []
    assert same(plan, {**figures, "fake_cigarettes": "0.6"}, figures) == [], "extras are flows of the category too"
    assert same(plan, {**figures, "media_reports": 1}, figures) == []
    assert same(plan, {}, {}) == [], "nothing happened, twice"
    assert same(plan, {}, {}, zero_return=True) == []


def test_the_same_flows_with_other_balances_are_still_the_same(plan: Plan) -> None:
    flows = {"enforcement_actions": 3}
    history = past(plan, "tobacco", {1: {**flows, "cases_open_at_start": 9, "cases_pending": 2}})
    report = make_report(plan, "tobacco", {**flows, "cases_open_at_start": 2, "cases_pending": 2})
    [finding] = judged(plan, report, history).findings
    assert (finding.code, finding.indicator, finding.at) == ("SAME_AS_LAST", None, report.figures[0].at)
    asked_count = sum(not one.is_stock for one in plan.form.indicators_of("tobacco"))
    assert finding.message.startswith(f"本类别的 {asked_count} 项数据（期初在办、期末在办不计）与上期完全相同")


def test_sameness_needs_every_figure_of_last_period(plan: Plan) -> None:
    history = past(plan, "tobacco", {1: {"enforcement_actions": 3}}, only=["enforcement_actions"])
    assert codes(plan, {"enforcement_actions": 3}, history) == []


def test_the_year_before_is_only_observed(plan: Plan) -> None:
    history = past(plan, "tobacco", {12: {"premises_inspected": 100}}, only=["premises_inspected"])
    judgement = judged(plan, make_report(plan, "tobacco", {"premises_inspected": 151, "officers_deployed": 1}), history)
    [finding] = judgement.findings
    assert (finding.code, finding.severity) == ("YEAR_ON_YEAR_BEYOND_50", Severity.OBSERVE)
    assert finding.message == "“检查经营主体”本期 151 家次，上年同期 100 家次，增加 51.0%，超过 50%。"
    assert judgement.verdict is Verdict.ACCEPTED
    assert asked(plan, "premises_inspected", "150", *["150"] * 11, "100") == []


def failing(code: str, columns: dict[str, list[object]]) -> set[int]:
    """The rows of a frame of cells that fail one rule."""
    suite = load_suite(RULES / "edition-2018" / "cells.yaml")
    one_rule = replace(suite, rules=tuple(rule for rule in suite.rules if rule.code == code))
    return {row for failure in run_batch(pd.DataFrame(columns), one_rule) for row in failure.rows}


counts = st.integers(0, 2000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=60))
def test_change_is_what_decimals_say(pairs: list[tuple[int, int]]) -> None:
    beyond = [abs(now - last) > Decimal("0.3") * last and abs(now - last) >= 20 for now, last in pairs]
    flow, before = [float(now) for now, _ in pairs], [float(last) for _, last in pairs]
    found = failing("CHANGE_BEYOND_30", {"flow": flow, "last": before, "unit_of_measure": ["家次"] * len(pairs)})
    assert found == {row for row, one in enumerate(beyond) if one}


cents = st.integers(0, 40_000).map(lambda value: Decimal(value) / 100)


@settings(max_examples=60, deadline=None)
@given(st.lists(cents, min_size=1, max_size=60), st.lists(cents, min_size=6, max_size=12))
def test_outlier_is_what_the_definition_says(plan: Plan, amounts: list[Decimal], before: list[Decimal]) -> None:
    """The definition in exact decimals, written out once more and independently of numpy."""
    middle = median(before)
    bound = Decimal("3.5") * max(Decimal("1.4826") * median(abs(one - middle) for one in before), middle / 10)
    expected = [abs(now - middle) > bound and abs(now - middle) >= 5 for now in amounts]
    assume(all(abs(abs(now - middle) - bound) > Decimal("0.000001") for now in amounts))
    history = past(plan, "tobacco", {back: {"losses_recovered": str(one)} for back, one in enumerate(before, 1)},
                   only=["losses_recovered"])  # fmt: skip
    kinds = build_cell_kinds([Reporter("tobacco", "yancao", history)], plan.form)
    [rows] = kinds.rows.values()
    kind = rows["losses_recovered"]
    columns = {name: [float(getattr(kinds, name)[kind])] * len(amounts) for name in ("median", "mad", "past_count")}
    found = failing("OUTLIER", {"flow": [float(one) for one in amounts], **columns,
                                "unit_of_measure": ["万元"] * len(amounts)})  # fmt: skip
    assert found == {row for row, one in enumerate(expected) if one}


def test_history_of_other_categories_and_periods_does_not_leak(plan: Plan) -> None:
    other = past(plan, "ecommerce", {1: {"premises_inspected": 9}}, only=["premises_inspected"])
    assert codes(plan, {"premises_inspected": 900, "officers_deployed": 1}, other) == []
    far = History({("tobacco", "premises_inspected"): {13: PastFigure(Decimal(9), "yancao")}})
    assert codes(plan, {"premises_inspected": 900, "officers_deployed": 1}, far) == []


def test_each_submission_of_a_batch_is_held_against_its_own_past(plan: Plan) -> None:
    """Two towns may name categories and units alike; what one accepted says nothing about the other."""
    high, low = (
        past(plan, "tobacco", {1: {"premises_inspected": last, "cases_pending": last // 100}}) for last in (900, 100)
    )
    figures: Figures = {"premises_inspected": 900, "officers_deployed": 1, "cases_open_at_start": 9, "cases_pending": 9}
    sent = submission(plan, make_report(plan, "tobacco", figures))
    found = judge([sent, sent, sent], [high, low, high], plan.form, MARCH, RULES / plan.form.edition)
    told = [[one.code for one in judgement.findings] for [judgement] in found]
    assert told == [codes(plan, figures, high), codes(plan, figures, low), codes(plan, figures, high)]
    assert "OPENING_DIFFERS_FROM_LAST" in told[1]
    assert "OPENING_DIFFERS_FROM_LAST" not in told[0]
