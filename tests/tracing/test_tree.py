"""The tree of a figure, grown from figures given by hand: it ends in cells, and every level adds up."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townreturn.compiling import compile_cells
from townreturn.domain.form import Across
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Measure, ReturnNote, Source, TownReturn
from townreturn.plans import load_plan
from townreturn.store.reports import StoredFigure
from townreturn.tracing.tree import Ground, Node, NodeKind, Part, Place, grow_tree, periods_needed

MARCH = Period("2018-03")
Values = Mapping[tuple[str, str, str], str]
"""(period, category, indicator) → the figure; what is not named is not reported."""

# By hand: 立案 in 建材 1 + 2 + 4 = 7 this year, 5 last March; 烟草 has no February.
FILED: Values = {
    ("2018-01", "building", "cases_filed"): "1",
    ("2018-02", "building", "cases_filed"): "2",
    ("2018-03", "building", "cases_filed"): "4",
    ("2017-03", "building", "cases_filed"): "5",
    ("2018-01", "tobacco", "cases_filed"): "10",
    ("2018-03", "tobacco", "cases_filed"): "30",
    ("2018-01", "building", "cases_open_at_start"): "6",
    ("2018-03", "building", "cases_open_at_start"): "8",
    ("2018-03", "building", "cases_pending"): "9",
}


@pytest.fixture
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def compiled(plan: Plan, values: Values) -> TownReturn:
    figures = [StoredFigure(*place, Decimal(value), is_zero_return=False) for place, value in values.items()]
    return TownReturn(
        town="清溪镇", town_code="qingxi", period=MARCH.key, plan=plan.code, edition=plan.form.edition, issue=0,
        cells=compile_cells(plan, MARCH, figures), standings=(), entries=(), sources=(),
    )  # fmt: skip


def grounds(values: Values, issues: Mapping[str, int] | None = None) -> dict[str, Ground]:
    laid = {}
    for key in {period for period, _, _ in values}:
        own = {(category, code): value for (period, category, code), value in values.items() if period == key}
        amounts = {place: Amount(Decimal(value), AmountStatus.REPORTED, 1, 1) for place, value in own.items()}
        parts = {
            place: [Part(Decimal(value), Source(*place, "f" * 64, f"{key}.xlsx", "统计表", "D8", value))]
            for place, value in own.items()
        }
        laid[key] = Ground(key, (issues or {}).get(key), amounts, parts)
    return laid


def grow(plan: Plan, values: Values, category: str, indicator: str, measure: Measure) -> Node:
    place = Place(category, plan.form.by_code[indicator], measure)
    return grow_tree(compiled(plan, values), place, [one.code for one in plan.categories], grounds(values))


def test_a_current_figure_is_its_cell(plan: Plan) -> None:
    tree = grow(plan, FILED, "building", "cases_filed", Measure.CURRENT)
    assert (tree.kind, tree.value, tree.children) == (NodeKind.READ, Decimal(4), ())
    assert tree.source is not None
    assert (tree.source.file_name, tree.source.raw) == ("2018-03.xlsx", "4")


def test_a_total_names_who_has_not_reported(plan: Plan) -> None:
    tree = grow(plan, FILED, TOTAL, "cases_filed", Measure.CURRENT)
    assert tree.value == 34
    values = {one.category: one.value for one in tree.children}
    assert values == {
        "food_drug": None, "building": 4, "tobacco": 30, "agricultural": None, "children": None, "appliances": None,
        "ecommerce": None,
    }  # fmt: skip
    assert all(one.source is None for one in tree.children if one.value is None)


def test_a_year_to_date_is_its_periods(plan: Plan) -> None:
    tree = grow(plan, FILED, "building", "cases_filed", Measure.YTD)
    assert [(one.period, one.value) for one in tree.children] == [("2018-01", 1), ("2018-02", 2), ("2018-03", 4)]
    assert tree.value == 7
    lacking = grow(plan, FILED, "tobacco", "cases_filed", Measure.YTD)
    assert [one.value for one in lacking.children] == [10, None, 30]
    assert lacking.value == 40


def test_a_balance_is_one_of_its_periods(plan: Plan) -> None:
    opening = grow(plan, FILED, "building", "cases_open_at_start", Measure.YTD)
    closing = grow(plan, FILED, "building", "cases_pending", Measure.YTD)
    assert [(one.period, one.value) for one in opening.children] == [("2018-01", 6)]
    assert [(one.period, one.value) for one in closing.children] == [("2018-03", 9)]
    assert (opening.kind, opening.value, closing.value) == (NodeKind.BALANCE, 6, 9)


def test_a_comparison_has_two_sides(plan: Plan) -> None:
    tree = grow(plan, FILED, "building", "cases_filed", Measure.YEAR_ON_YEAR)
    assert (tree.value, [(one.period, one.value) for one in tree.children]) == (
        Decimal("-20.0"), [("2018-03", 4), ("2017-03", 5)],
    )  # fmt: skip
    tree = grow(plan, FILED, TOTAL, "cases_filed", Measure.YTD_YEAR_ON_YEAR)
    assert tree.value is None
    assert [(one.period, one.measure, one.value) for one in tree.children] == [
        ("2018-03", Measure.YTD, 47), ("2017-03", Measure.YTD, 5),
    ]  # fmt: skip


def test_issues_are_those_that_were_used(plan: Plan) -> None:
    place = Place("building", plan.form.by_code["cases_filed"], Measure.YTD)
    laid = grounds(FILED, {"2018-01": 2, "2018-03": 0})
    tree = grow_tree(compiled(plan, FILED), place, ["building"], laid)
    assert [one.issue for one in tree.children] == [2, None, 0]


def test_notes_on_a_figure_and_on_its_whole_report_stand_with_it(plan: Plan) -> None:
    notes = tuple(
        ReturnNote(category, indicator, "RULE", "问", "答", "zhujian")
        for category, indicator in (
            ("building", "cases_filed"),
            ("building", None),
            ("building", "cases_closed"),
            ("tobacco", None),
        )
    )
    laid = grounds(FILED)
    laid["2018-03"] = replace(laid["2018-03"], notes=notes)
    place = Place("building", plan.form.by_code["cases_filed"], Measure.CURRENT)
    assert grow_tree(compiled(plan, FILED), place, ["building"], laid).notes == notes[:2]


def test_what_has_no_ground_does_not_add_up(plan: Plan) -> None:
    """A return compiled before its basis was recorded: the tree must not pretend."""
    place = Place("building", plan.form.by_code["cases_filed"], Measure.YTD)
    laid = {key: one for key, one in grounds(FILED).items() if key == "2018-03"}
    tree = grow_tree(compiled(plan, FILED), place, ["building"], laid)
    assert tree.value == 7
    assert not tree.adds_up


def test_only_the_periods_that_matter_are_needed(plan: Plan) -> None:
    def needed(indicator: str, measure: Measure) -> set[str]:
        return {one.key for one in periods_needed(MARCH, Place("building", plan.form.by_code[indicator], measure))}

    assert needed("cases_filed", Measure.CURRENT) == {"2018-03"}
    assert needed("cases_filed", Measure.MONTH_ON_MONTH) == {"2018-02", "2018-03"}
    assert needed("cases_open_at_start", Measure.YTD) == {"2018-01", "2018-03"}
    assert needed("cases_filed", Measure.YTD_YEAR_ON_YEAR) == {
        f"{year}-0{month}" for year in (2017, 2018) for month in (1, 2, 3)
    }


PLAN = load_plan("qingxi-2018")
PLACES = st.tuples(
    st.sampled_from(["2017-02", "2017-03", "2018-01", "2018-02", "2018-03"]),
    st.sampled_from([one.code for one in PLAN.categories]),
    st.sampled_from(["cases_filed", "cases_open_at_start", "cases_pending", "goods_value"]),
)


@given(st.dictionaries(PLACES, st.decimals(0, 10**7, places=2).map(str), max_size=60))
def test_every_node_adds_up_whatever_was_reported(values: Values) -> None:
    town_return = compiled(PLAN, values)
    categories, laid = [one.code for one in PLAN.categories], grounds(values)
    for indicator in ("cases_filed", "cases_open_at_start", "cases_pending", "goods_value"):
        assert PLAN.form.by_code[indicator].across is Across.SUM
        for measure in Measure:
            for category in ("building", TOTAL):
                tree = grow_tree(town_return, Place(category, PLAN.form.by_code[indicator], measure), categories, laid)
                assert all(node.adds_up for node in tree.walk())
                cell = town_return.cell(category, indicator)
                figure = getattr(cell, measure.value)
                assert tree.value == (figure.value if isinstance(figure, Amount) else figure.pct)
