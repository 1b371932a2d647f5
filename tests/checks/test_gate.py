"""The second gate: change one amount of a sound return and the rule that guards it fires."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from townreturn.checks.gate import EarlierFigure, Gated, check_returns
from townreturn.compiling import compile_cells
from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.errors import Broken, ConfigurationFault
from townreturn.domain.form import Form
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, ReturnCell, TownReturn
from townreturn.settings import Settings
from townreturn.store.reports import StoredFigure

SUITE = Settings.from_environment({}).expectations[-1] / "town_return.yaml"
Change = Callable[[ReturnCell], ReturnCell]


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def figures_of(plan: Plan, *periods: str) -> list[StoredFigure]:
    """建材 reported nothing and 烟草 only January."""
    absent = {("2018-01", "building"), ("2018-02", "building"), ("2018-02", "tobacco")}
    return [
        StoredFigure(period, category.code, one.code, category.number + Decimal("0.07") * (one.decimals // 2), False)
        for period in periods
        for category in plan.categories
        for one in plan.form.indicators_of(category.code)
        if (period, category.code) not in absent
    ]


@pytest.fixture(scope="module")
def sound(plan: Plan) -> TownReturn:
    """February of such a year."""
    cells = compile_cells(plan, Period("2018-02"), figures_of(plan, "2018-01", "2018-02"))
    return TownReturn("清溪镇", "qingxi", "2018-02", plan.code, plan.form.edition, 0, cells, (), (), ())


def tampered(sound: TownReturn, category: str, indicator: str, change: Change) -> TownReturn:
    cells = tuple(change(one) if (one.category, one.indicator) == (category, indicator) else one for one in sound.cells)
    return replace(sound, cells=cells)


def plus_a_fen(amount: Amount) -> Amount:
    assert amount.value is not None
    return replace(amount, value=amount.value + Decimal("0.01"))


def gated(town_return: TownReturn, earlier: Iterable[EarlierFigure], form: Form) -> Gated:
    return Gated(town_return.period, town_return.cells, earlier, form)


def check_return(town_return: TownReturn, earlier: Iterable[EarlierFigure], form: Form, suite: Path) -> None:
    """Raises what is wrong with the return."""
    (fault,) = check_returns([gated(town_return, earlier, form)], suite)
    if fault is not None:
        raise fault


def test_a_sound_return_passes(plan: Plan, sound: TownReturn) -> None:
    check_return(sound, figures_of(plan, "2018-01"), plan.form, SUITE)


@pytest.mark.parametrize(
    ("category", "indicator", "change", "sentence"),
    [
        (TOTAL, "goods_value", lambda cell: replace(cell, current=plus_a_fen(cell.current)),
         "goods_value 的本期合计不等于各类之和（total）"),
        (TOTAL, "goods_value", lambda cell: replace(cell, ytd=plus_a_fen(cell.ytd)),
         "goods_value 的累计合计不等于各类之和（total）"),
        ("children", "goods_value", lambda cell: replace(cell, ytd=plus_a_fen(cell.ytd)),
         "children goods_value 的本年累计不等于本年各期已发布的数加本期"),
        ("building", "cases_filed",
         lambda cell: replace(cell, current=Amount(Decimal(0), AmountStatus.MISSING, 0, 1)),
         "building cases_filed 的未报标记与数值矛盾"),
        ("children", "cases_filed", lambda cell: replace(cell, previous=Amount(None, AmountStatus.REPORTED, 1, 1)),
         "children cases_filed 的未报标记与数值矛盾"),
        (TOTAL, "cases_filed", lambda cell: replace(cell, current=replace(cell.current, reported=7)),
         "cases_filed 的合计写明的已报类数与实际不符（total）"),
        ("food_drug", "cases_filed", lambda cell: replace(cell, current=replace(cell.current, value=Decimal(9))),
         "cases_filed 的本期合计不等于各类之和（total）"),
    ],
)  # fmt: skip
def test_one_changed_amount_fires_its_rule(
    plan: Plan, sound: TownReturn, category: str, indicator: str, change: Change, sentence: str
) -> None:
    with pytest.raises(Broken) as broken:
        check_return(tampered(sound, category, indicator, change), figures_of(plan, "2018-01"), plan.form, SUITE)
    assert sentence in str(broken.value)
    assert str(broken.value).startswith("2018-02 的汇总没有通过发布前检查")


def test_a_correction_of_an_earlier_period_has_to_be_in_the_year_to_date(plan: Plan, sound: TownReturn) -> None:
    """January was corrected by one case after February was compiled: the sum that stands now is another."""
    corrected = [
        replace(one, value=one.value + 1) if (one.category, one.indicator) == ("children", "cases_filed") else one
        for one in figures_of(plan, "2018-01")
    ]
    with pytest.raises(Broken, match="children cases_filed 的本年累计不等于本年各期已发布的数加本期"):
        check_return(sound, corrected, plan.form, SUITE)


def test_a_category_that_the_plan_gave_up_is_in_no_total(plan: Plan, sound: TownReturn) -> None:
    """January had seven categories, February's plan has six: its sums are of the six, and marked."""
    fewer = replace(plan, categories=tuple(one for one in plan.categories if one.code != "children"))
    dropped = [Break("2018-02", BreakKind.DROPPED, "children")]
    cells = compile_cells(fewer, Period("2018-02"), figures_of(plan, "2018-01", "2018-02"), dropped)
    town_return = replace(sound, cells=cells)
    (total,) = [one for one in cells if (one.category, one.indicator) == (TOTAL, "enforcement_actions")]
    # 1 + 3 + 4 + 6 + 7 of January, 1 + 4 + 6 + 7 of February; 2.建材 has neither, 3.烟草制品 no February
    assert (total.ytd.value, total.ytd.status) == (Decimal(39), AmountStatus.INCOMPLETE)
    check_return(town_return, figures_of(plan, "2018-01"), plan.form, SUITE)


def test_every_rule_of_the_gate_is_tried_above(plan: Plan) -> None:
    text = Path(SUITE).read_text(encoding="utf-8")
    assert text.count("- code: ") == 5


def test_a_gate_rule_may_name_its_cell_and_columns(plan: Plan, sound: TownReturn, tmp_path: Path) -> None:
    suite = tmp_path / "town_return.yaml"
    rule = (
        "suite: town_return\nrules:\n"
        "  - {code: OWN, severity: mandatory, message: '{category}{indicator}{NAME}',\n"
        "     expectation: expect_column_values_to_be_between, kwargs: {column: reported, max_value: -1}}\n"
    )
    suite.write_text(rule.replace("NAME", "reported"), "utf-8")
    with pytest.raises(Broken, match="total"):
        check_return(sound, figures_of(plan, "2018-01"), plan.form, suite)
    suite.write_text(rule.replace("NAME", "label"), "utf-8")
    with pytest.raises(ConfigurationFault, match="label"):
        check_return(sound, figures_of(plan, "2018-01"), plan.form, suite)


def test_a_rule_that_cannot_run_is_a_broken_machine(plan: Plan, sound: TownReturn, tmp_path: Path) -> None:
    suite = tmp_path / "town_return.yaml"
    suite.write_text(SUITE.read_text(encoding="utf-8").replace("column_A: current,", "column_A: currant,"), "utf-8")
    with pytest.raises(Broken, match="规则 GATE_TOTAL_CURRENT 无法执行"):
        check_return(sound, figures_of(plan, "2018-01"), plan.form, suite)


def test_many_returns_in_one_batch_get_each_its_own_answer(plan: Plan, sound: TownReturn) -> None:
    january = TownReturn(
        "清溪镇", "qingxi", "2018-01", plan.code, plan.form.edition, 0,
        compile_cells(plan, Period("2018-01"), figures_of(plan, "2018-01")), (), (), (),
    )  # fmt: skip
    wrong = tampered(sound, TOTAL, "goods_value", lambda cell: replace(cell, current=plus_a_fen(cell.current)))
    contrary = tampered(
        sound, "building", "cases_filed",
        lambda cell: replace(cell, current=Amount(Decimal(0), AmountStatus.MISSING, 0, 1)),
    )  # fmt: skip
    earlier = figures_of(plan, "2018-01")
    february = [gated(one, earlier, plan.form) for one in (sound, wrong, sound, contrary)]
    faults = check_returns([*february, gated(january, (), plan.form)], SUITE)
    assert [fault is None for fault in faults] == [True, False, True, False, True]
    for one, fault in zip((wrong, contrary), (faults[1], faults[3]), strict=True):
        with pytest.raises(Broken) as alone:
            check_return(one, earlier, plan.form, SUITE)
        assert str(fault) == str(alone.value)


def test_of_no_returns_nothing_is_wrong() -> None:
    assert check_returns([], SUITE) == []
