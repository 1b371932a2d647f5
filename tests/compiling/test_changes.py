"""The list of changes: by number and by status, with its reason, in its order."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from townreturn.compiling import compile_cells
from townreturn.compiling.change_rows import change_rows, moved_sentences
from townreturn.compiling.changes import Reasons, is_material, list_changes, list_moved
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, FigureChange, Measure, ReturnEntry, ReturnNote, Source, TownReturn
from townreturn.store.reports import StoredFigure

CURRENT, YTD, ON_MONTH = Measure.CURRENT, Measure.YTD, Measure.MONTH_ON_MONTH
Values = Mapping[tuple[str, str, str], int]
FILED: Values = {("2018-01", "building", "cases_filed"): 2, ("2018-02", "building", "cases_filed"): 4}


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def compiled(
    plan: Plan, values: Values, *, zero: bool = False, entries: tuple[ReturnEntry, ...] = (),
    notes: tuple[ReturnNote, ...] = (), period: str = "2018-02",
) -> TownReturn:  # fmt: skip
    figures = [StoredFigure(*place, Decimal(value), zero) for place, value in values.items()]
    standings = tuple(
        Standing(one.code, one.lead, ObligationState.ACCEPTED, Timeliness.ON_TIME) for one in plan.categories
    )
    cells = compile_cells(plan, Period(period), figures)
    return TownReturn(
        plan.town, plan.town_code, period, plan.code, plan.form.edition, 0, cells, standings, entries, (), notes
    )


def reasons(plan: Plan, follows: str = "", **by_category: str) -> Reasons:
    return Reasons(by_category, {one.code: one.name for one in plan.categories}, follows)


def listed(changes: tuple[FigureChange, ...]) -> list[tuple[str, str | None, Measure | None, str, str]]:
    return [(one.category, one.indicator, one.measure, str(one.old), str(one.new)) for one in changes]


def test_a_changed_figure_moves_everything_that_counts_it(plan: Plan) -> None:
    new = {**FILED, ("2018-02", "building", "cases_filed"): 5}
    changes = list_changes(compiled(plan, FILED), compiled(plan, new), plan.form, reasons(plan, building="漏报一宗"))
    assert listed(changes) == [
        ("building", "cases_filed", CURRENT, "4", "5"),
        ("building", "cases_filed", YTD, "6", "7"),
        ("building", "cases_filed", ON_MONTH, "100.0", "150.0"),
        (TOTAL, "cases_filed", CURRENT, "4", "5"),
        (TOTAL, "cases_filed", YTD, "6", "7"),
    ]
    assert [one.reason for one in changes] == ["漏报一宗"] * 3 + ["随建材更正"] * 2
    assert [one.difference for one in changes[:3]] == [1, 1, 50]


def test_nothing_changed_lists_nothing(plan: Plan) -> None:
    assert list_changes(compiled(plan, FILED), compiled(plan, FILED), plan.form, reasons(plan)) == ()


def test_zero_and_a_confirmed_zero_and_nothing_are_three_things(plan: Plan) -> None:
    place = ("2018-02", "building", "cases_filed")
    nothing, zero, confirmed = (compiled(plan, {}), compiled(plan, {place: 0}), compiled(plan, {place: 0}, zero=True))
    why = reasons(plan, building="补报")
    [late, *_] = list_changes(nothing, zero, plan.form, why)
    assert (late.old, late.new, late.reason) == (None, Decimal(0), "补报")
    [restated, *_] = list_changes(zero, confirmed, plan.form, why)
    assert (restated.old, restated.new) == (Decimal(0), Decimal(0))
    assert restated.reason == "补报（数值不变，由“已报”改为“零申报”）"
    [withdrawn, *_] = list_changes(confirmed, nothing, plan.form, why)
    assert (withdrawn.old, withdrawn.new, withdrawn.difference) == (Decimal(0), None, None)


def test_what_follows_another_period_says_so(plan: Plan) -> None:
    new = {**FILED, ("2018-01", "building", "cases_filed"): 4}
    why = reasons(plan, "随2018-01第1次更正变动")
    changes = list_changes(compiled(plan, FILED), compiled(plan, new), plan.form, why)
    assert listed(changes) == [
        ("building", "cases_filed", YTD, "6", "8"),
        ("building", "cases_filed", ON_MONTH, "100.0", "0.0"),
        (TOTAL, "cases_filed", YTD, "6", "8"),
    ]
    assert {one.reason for one in changes} == {"随2018-01第1次更正变动"}


def test_texts_are_listed_behind_the_figures_of_their_category(plan: Plan) -> None:
    case = ReturnEntry("key_cases", "building", "zhujian", {"title": "水泥案"})
    explained = ReturnNote("building", None, "PUBLISHED_FIGURES_DIFFER", "？", "漏报一宗", "zhujian")
    new = {**FILED, ("2018-02", "building", "cases_filed"): 5}
    corrected = compiled(plan, new, entries=(case,), notes=(explained,))
    changes = list_changes(compiled(plan, FILED), corrected, plan.form, reasons(plan, building="漏报一宗"))
    assert [(one.category, one.indicator) for one in changes] == [
        *[("building", "cases_filed")] * 3, ("building", None), *[(TOTAL, "cases_filed")] * 2,
    ]  # fmt: skip
    only_note = compiled(plan, FILED, notes=(explained,))
    assert list_changes(compiled(plan, FILED), only_note, plan.form, reasons(plan)) == (), "the reason is no text"
    other = ReturnNote("building", "cases_filed", "OUTLIER", "？", "开展专项行动", "zhujian")
    answered = compiled(plan, FILED, notes=(other,))
    assert list_changes(compiled(plan, FILED), answered, plan.form, reasons(plan)) == (), "nor is any other answer"


def test_later_returns_move_in_the_same_order(plan: Plan) -> None:
    before = compiled(plan, FILED, period="2018-03").cells
    after = compiled(plan, {**FILED, ("2018-02", "building", "cases_filed"): 5}, period="2018-03").cells
    moved = list_moved("2018-03", {(one.category, one.indicator): one for one in before}, after, plan.form, "随")
    assert listed(moved) == [
        ("building", "cases_filed", YTD, "6", "7"),
        (TOTAL, "cases_filed", YTD, "6", "7"),
    ]
    assert {(one.period, one.reason) for one in moved} == {("2018-03", "随")}


@pytest.mark.parametrize(
    ("old", "new", "materiality_pct", "is_enough"),
    [
        ("200", "201", "0.5", True),  # exactly
        ("200", "201", "0.51", False),
        ("200", "199", "0.5", True),
        ("0", "1", "900", True),
        ("1", "0", "900", True),
        (None, "0", "900", True),
        ("5", "5", "0", True),  # another status
        ("5", "5", "0.1", False),
    ],
)
def test_materiality(old: str | None, new: str, materiality_pct: str, is_enough: bool) -> None:
    change = FigureChange("2018-02", "building", "cases_filed", CURRENT, old and Decimal(old), Decimal(new), "")
    assert is_material([change], Decimal(materiality_pct)) is is_enough


def test_totals_and_years_to_date_do_not_count_but_texts_do() -> None:
    total = FigureChange("2018-02", TOTAL, "cases_filed", CURRENT, Decimal(1), Decimal(9), "")
    ytd = FigureChange("2018-02", "building", "cases_filed", YTD, Decimal(1), Decimal(9), "")
    text = FigureChange("2018-02", "building", None, None, None, None, "")
    assert not is_material([total, ytd], Decimal(0))
    assert is_material([total, text], Decimal(50))


def test_rows_name_figure_difference_and_source(plan: Plan) -> None:
    source = Source("building", "goods_value", "ab", "更正.xlsx", "统计表", "E12", "3.50")
    corrected = TownReturn("清溪镇", "qingxi", "2018-02", "p", "e", 1, (), (), (), (source,))
    changes = [
        FigureChange("2018-02", "building", "goods_value", CURRENT, Decimal("1250.5"), Decimal("3.5"), "错位"),
        FigureChange("2018-02", TOTAL, "goods_value", ON_MONTH, None, Decimal(25), "随建材更正"),
        FigureChange("2018-02", TOTAL, "cases_filed", ON_MONTH, Decimal(5), Decimal("-20.5"), "随建材更正"),
        FigureChange("2018-02", "building", None, None, None, None, "重新报送"),
    ]
    assert list(change_rows(corrected, plan, changes)) == [
        ("2018-02", "建材", "涉案货值", "本期", "1,250.50", "3.50", "-1,247.00", "错位", "更正.xlsx 统计表!E12"),
        ("2018-02", "合计", "涉案货值", "环比", "—", "25.0%", "—", "随建材更正", ""),
        ("2018-02", "合计", "立案", "环比", "5.0%", "-20.5%", "-25.5个百分点", "随建材更正", ""),
        ("2018-02", "建材", "", "文字材料", "—", "—", "—", "重新报送", ""),
    ]


def test_a_change_of_another_period_has_no_source_cell_here(plan: Plan) -> None:
    source = Source("building", "cases_filed", "ab", "二月.xlsx", "统计表", "D12", "4")
    february = TownReturn("清溪镇", "qingxi", "2018-02", "p", "e", 0, (), (), (), (source,))
    [row] = change_rows(
        february, plan, [FigureChange("2018-01", "building", "cases_filed", CURRENT, Decimal(3), Decimal(4), "漏报")]
    )
    assert row == ("2018-01", "建材", "立案", "本期", "3", "4", "+1", "漏报", "")


def test_later_returns_are_told_in_short(plan: Plan) -> None:
    moved = [
        FigureChange(period, category, "cases_filed", YTD, Decimal(1), Decimal(2), "")
        for period in ("2018-03", "2018-04")
        for category in ("building", TOTAL)
    ]
    corrected = TownReturn("清溪镇", "qingxi", "2018-02", "p", "e", 1, (), (), (), (), (), tuple(moved))
    assert list(moved_sentences(corrected, plan)) == [
        "随之变动的以后各期：2018-03 2 处（建材、合计），2018-04 2 处（建材、合计）。",
        "按方案，以后各期已发布的月报不重发，下一期月报的累计含本次更正。",
    ]
