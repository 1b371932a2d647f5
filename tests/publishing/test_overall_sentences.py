"""总体情况: how complete, where it goes, what stands out; golden sentences worked out by hand."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import pytest

from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.obligation import ObligationState
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.group_sentences import say_group
from townreturn.publishing.overall_sentences import say_overview, say_summary, say_year_to_date

WithHistory = Callable[[dict[tuple[str, str], str]], TownReturn]


def group_of(town_return: TownReturn, plan: Plan, group: str) -> str:
    groups = {name: list(members) for name, members in groupby(plan.form.indicators, key=lambda one: one.group)}
    return say_group(town_return, plan, group, groups[group]).text


def test_overview_names_zero_returns_and_missing(town_return: TownReturn, plan: Plan) -> None:
    assert say_overview(town_return, plan).text == (
        "本期应报7类，已报6类。其中零申报1类：农资。未报1类：建材（镇住建局）；以下合计为已报6类合计。"
    )


def test_overview_of_a_complete_return(complete_return: TownReturn, plan: Plan) -> None:
    assert say_overview(complete_return, plan).text == "本期应报7类，已报7类。其中零申报1类：农资。"


def test_a_group_tells_what_moved_beside_each_total(compared_return: TownReturn, plan: Plan) -> None:
    # 立案 8 + 6 + 5 × 1 = 19, last period 16, a year ago 4 + 11 = 15; 货值 12.25 + 6 × 1, last 36, a year ago 26.50.
    # 窝点 3 + 6 = 9, before 6, most of them in 2017-02: 2 + 6 = 8.
    assert group_of(compared_return, plan, "案件查处") == (
        "案件查处方面，全镇查处案件7宗；"
        "立案19宗，比上期增加3宗（增长18.8%），连续3期上升，为近15期最高，比上年同期增加4宗（增长26.7%）；"
        "大案要案7宗；"
        "涉案货值18.25万元，比上期减少17.75万元（下降49.3%），为近15期最低，比上年同期减少8.25万元（下降31.1%）；"
        "罚没款7.00万元；"
        "捣毁制假售假窝点9个，比上期增加3个（增长50.0%），为近15期最高，比上年同期增加3个（增长50.0%）。"
    )
    # 抽检 80 + 6, of it 80 is 93.0 %; 不合格 8 of 86 is 9.3 %, 10 of 70 was 14.3 %.
    assert group_of(compared_return, plan, "抽检") == (
        "抽检方面，全镇抽检86批次，比上期增加16批次（增长22.9%），为近15期最高，比上年同期增加20批次（增长30.3%），"
        "其中食品药品保健品80批次，占93.0%，居各类之首；不合格8批次，抽检不合格率9.3%，比上期下降5.0个百分点。"
    )
    assert group_of(compared_return, plan, "执法检查") == (
        "执法检查方面，全镇开展执法行动7次，出动执法人员7人次，检查经营主体7家次。"
    )


def test_what_fell_to_zero_is_told_and_what_rose_from_it(with_history: WithHistory, plan: Plan) -> None:
    codes = ("persons_detained", "cases_transferred")
    none = {(one.code, code): "0 " * 15 for one in plan.categories for code in codes}
    moved = {("tobacco", "persons_detained"): "0 " * 13 + "9 0", ("building", "cases_transferred"): "0 " * 14 + "4"}
    assert group_of(with_history(none | moved), plan, "刑事打击") == (
        "刑事打击方面，全镇移送公安机关4宗，上期为零，上年同期为零；刑拘为零，上期9人；逮捕7人，判刑7人。"
    )


def test_incomplete_totals_are_told_as_such_and_compared_with_nothing(town_return: TownReturn, plan: Plan) -> None:
    assert group_of(town_return, plan, "抽检") == "抽检方面，已报6类合计抽检60批次，不合格2批次。"
    assert say_summary(town_return, plan).text == ("总的看，本期数据不完整，合计不作环比、同比。")


def test_the_summary_counts_what_rose_and_fell(compared_return: TownReturn, plan: Plan) -> None:
    assert say_summary(compared_return, plan).text == (
        "总的看，与上期相比，17项主要指标5项上升、3项下降、9项持平，升多降少，变动最大的是受理投诉举报由8件增至44件。"
        "与上年同期相比，17项主要指标4项上升、2项下降、11项持平，升多降少，"
        "变动最大的是涉案货值由26.50万元降至18.25万元（下降31.1%）。"
    )


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("– – – – – – – – – – – – – –", "总的看，上期、上年同期没有数据，合计不作环比、同比。"),
        ("– – – – – – – – – – – – – 1", "上年同期没有数据，合计不作同比。"),
    ],
)
def test_the_first_periods_say_that_there_is_nothing_before(
    with_history: WithHistory, plan: Plan, before: str, told: str
) -> None:
    everything = {
        (one.code, indicator.code): f"{before} 1"
        for one in plan.categories
        for indicator in plan.form.indicators_of(one.code)
    }
    assert say_summary(with_history(everything), plan).text.endswith(told)


def test_a_gap_of_one_category_last_period_is_the_reason(with_history: WithHistory, plan: Plan) -> None:
    gap = {("tobacco", one.code): "1 " * 13 + "– 1" for one in plan.form.indicators_of("tobacco")}
    assert say_summary(with_history(gap), plan).text.endswith("上期数据不完整，合计不作环比。")


def test_a_month_of_nothing_says_so(with_history: WithHistory, plan: Plan) -> None:
    nothing = {(one.code, two.code): "0 " * 15 for one in plan.categories for two in plan.form.indicators_of(one.code)}
    town_return = with_history(nothing)
    assert say_summary(town_return, plan).text == "总的看，本期各项合计均为零。"
    assert group_of(town_return, plan, "案件查处") == ""
    assert say_year_to_date(town_return, plan).text == ""


def test_the_year_to_date_is_compared_with_last_years(compared_return: TownReturn, plan: Plan) -> None:
    # 刑拘 9 + 4 + 0 + 3 × 6 = 31, last year 3 × 6; 受理 40 + 2 + 38 + 18 = 98, last year 3 × 46.
    assert say_year_to_date(compared_return, plan).text.endswith(
        "宣传活动23次。累计数与上年同期相比，刑拘由18人增至31人（增长72.2%）；受理投诉举报由138件降至98件（下降29.0%）。"
    )
    january = replace(compared_return, period="2018-01")
    assert say_year_to_date(january, plan).text == ""


def test_an_incomplete_year_to_date_is_said(town_return: TownReturn, plan: Plan) -> None:
    assert say_year_to_date(town_return, plan).text.startswith(
        "本年累计（7类中6类各月齐全，累计不完整），开展执法行动256次，"
    )  # (42+20+0+6+4+11) × 3 + 7


def test_another_scope_is_the_reason(compared_return: TownReturn, plan: Plan) -> None:
    town_return = replace(compared_return, breaks=(Break("2018-03", BreakKind.SCOPE, "tobacco"),))
    assert "为近" not in group_of(town_return, plan, "案件查处")
    assert "连续" not in group_of(town_return, plan, "案件查处")


def test_where_nothing_is_in_there_is_no_total(town_return: TownReturn, plan: Plan) -> None:
    out = tuple(replace(one, state=ObligationState.MISSING) for one in town_return.standings)
    text = say_overview(replace(town_return, standings=out), plan).text
    assert text.startswith("本期应报7类，已报0类。未报7类：")
    assert text.endswith("；本期没有合计。")
