"""Which changes are worth saying: floors, streaks, records, firsts, leads."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.highlights import choose_strongest, find_highlights, find_lead, find_leads, find_movement
from townreturn.publishing.runs import find_runs, list_comparable

WithHistory = Callable[[dict[tuple[str, str], str]], TownReturn]
MONTH = Measure.MONTH_ON_MONTH


def name_runs(town_return: TownReturn, plan: Plan, indicator: str, category: str = "tobacco") -> list[tuple[str, int]]:
    found = find_runs(town_return, plan, category, plan.form.by_code[indicator])
    return [(type(one).__name__, len(one.points)) for one in found]


@pytest.mark.parametrize(
    ("indicator", "before", "now", "pct"),
    [
        ("cases_filed", 1, 2, None),
        ("cases_filed", 4, 8, None),
        ("cases_filed", 5, 6, "20.0"),
        ("cases_filed", 8, 11, "37.5"),
        ("cases_filed", 10, 0, None),
        ("cases_filed", 0, 10, None),
        ("cases_filed", 10, 10, None),
        ("cases_filed", 10, 40, "300.0"),
        ("cases_filed", 10, 41, None),
        ("goods_value", "0.99", "2.00", None),
        ("goods_value", "1.00", "2.00", "100.0"),
        ("rewards_paid", "999.00", "1500.00", None),
        ("rewards_paid", "1000.00", "1500.00", "50.0"),
        ("fake_cigarettes", "1.00", "0.50", "-50.0"),
    ],
)
def test_a_percentage_needs_a_base(
    with_history: WithHistory, plan: Plan, indicator: str, before: object, now: object, pct: str | None
) -> None:
    town_return = with_history({("tobacco", indicator): "3 " * 13 + f"{before} {now}"})
    found = find_movement(town_return, "tobacco", plan.form.by_code[indicator], MONTH)
    assert found is not None
    assert (found.pct and str(found.pct)) == pct


@pytest.mark.parametrize(
    ("history", "runs"),
    [
        ("3 3 3 3 3 3 3 3 3 3 3 3 4 5 8", [("Streak", 4), ("Record", 15)]),
        ("9 9 9 9 9 9 9 9 9 9 9 9 8 8 5", [("Record", 15)]),
        ("9 9 9 9 9 9 9 9 9 9 9 9 8 6 5", [("Streak", 4), ("Record", 15)]),
        ("8 3 3 3 3 3 3 3 3 3 3 3 4 5 8", [("Streak", 4)]),
        ("3 3 3 3 3 3 3 3 3 3 3 3 3 5 8", [("Record", 15)]),
        ("3 3 3 3 3 3 3 3 3 – 3 3 4 5 8", [("Streak", 4)]),
        ("9 3 3 3 3 3 3 3 – 3 3 3 3 3 8", [("Record", 6)]),
        ("3 3 3 3 3 3 3 3 3 3 3 3 – 5 8", []),
        ("3 3 3 3 3 3 3 3 3 3 3 3 4 5 –", []),
        ("1 1 1 1 1 1 1 1 1 1 1 1 1 1 2", []),
        ("80 80 80 80 80 80 80 80 80 80 80 79 80 81 82", [("Record", 15)]),
        ("5 0 0 0 0 0 0 0 0 0 0 0 0 0 9", [("First", 15)]),
        ("5 5 5 5 5 5 5 5 5 5 5 0 0 0 1", [("First", 5)]),
        ("5 5 5 5 5 5 5 5 5 5 5 5 0 0 9", []),
        ("0 0 0 0 0 0 0 0 0 0 0 0 0 0 9", []),
        ("9 9 9 9 9 9 9 9 9 9 9 9 9 9 0", []),
    ],
)
def test_runs(with_history: WithHistory, plan: Plan, history: str, runs: list[tuple[str, int]]) -> None:
    assert name_runs(with_history({("tobacco", "cases_filed"): history}), plan, "cases_filed") == runs


def test_nothing_runs_across_a_break(compared_return: TownReturn, plan: Plan) -> None:
    filed = plan.form.by_code["cases_filed"]

    def known(kind: BreakKind, since: str, category: str, of: str) -> int:
        broken = replace(compared_return, breaks=(Break(since, kind, category),))
        return len(list_comparable(broken, plan, of, filed))

    assert known(BreakKind.SCOPE, "2018-02", "tobacco", "tobacco") == 2
    assert known(BreakKind.SCOPE, "2018-02", "tobacco", TOTAL) == 2
    assert known(BreakKind.SCOPE, "2018-02", "tobacco", "building") == 15
    assert known(BreakKind.SCOPE, "2018-03", "tobacco", "tobacco") == 1
    assert known(BreakKind.LENGTH, "2018-01", "", "building") == 2
    assert known(BreakKind.LENGTH, "2018-03", "", "building") == 1


def test_a_return_without_history_has_no_runs(town_return: TownReturn, plan: Plan) -> None:
    places = [(code, one) for code in ("tobacco", TOTAL) for one in plan.form.indicators]
    assert not any(find_runs(town_return, plan, *place) for place in places)


def test_the_strongest_are_told_in_form_order(compared_return: TownReturn, plan: Plan) -> None:
    found = find_highlights(compared_return, plan, TOTAL, plan.form.indicators, MONTH)
    # (36 + 1) / (18.25 + 1); 14 / 11, a tenth more for the record; 49 / 13. 刑拘 is 15 / 11.
    assert [one.indicator.code for one in choose_strongest(found, 3)] == [
        "goods_value", "dens_destroyed", "complaints_received",
    ]  # fmt: skip
    assert "enforcement_actions" not in {one.indicator.code for one in found}


def test_opening_balances_are_no_news(with_history: WithHistory, plan: Plan) -> None:
    town_return = with_history({("tobacco", "cases_open_at_start"): "1 " * 14 + "50"})
    assert find_movement(town_return, "tobacco", plan.form.by_code["cases_open_at_start"], MONTH) is None


def test_a_category_leads_alone_and_by_much(
    with_history: WithHistory, compared_return: TownReturn, town_return: TownReturn, plan: Plan
) -> None:
    filed, failed = plan.form.by_code["cases_filed"], plan.form.by_code["samples_failed"]
    lead = find_lead(compared_return, plan, filed)
    assert lead is not None
    assert (lead.category, lead.value, lead.share.limit_denominator(100)) == ("tobacco", 8, lead.share)  # 8 of 19
    assert lead.share.denominator == 19
    as_many = with_history({("building", "cases_filed"): "8 " * 15})
    assert find_lead(as_many, plan, filed) is None
    assert find_lead(town_return, plan, filed) is None  # incomplete
    assert find_lead(compared_return, plan, failed) is None
    leads = [one.indicator.code for one in find_leads(compared_return, plan)]
    assert leads == ["samples_tested", "complaints_received"]
