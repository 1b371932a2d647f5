"""分类情况: a category's figures, what it leads in, what moved."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Amount, AmountStatus, TownReturn
from townreturn.publishing.category_sentences import (
    say_category,
    say_category_changes,
    say_category_lead,
    say_category_ytd,
)

WithHistory = Callable[[dict[tuple[str, str], str]], TownReturn]


def test_a_zero_return_with_open_cases_says_so(town_return: TownReturn, plan: Plan) -> None:
    """零申报 is of what is new: cases of before may be open all the same."""
    two = Amount(Decimal(2), AmountStatus.REPORTED, 1, 1)
    stocks = ("cases_open_at_start", "cases_pending")
    cells = tuple(
        replace(one, current=two)
        if (one.category, one.indicator) in {("agricultural", code) for code in stocks}
        else one
        for one in town_return.cells
    )
    text = say_category(replace(town_return, cells=cells), plan, "agricultural").text
    assert text == "镇农林水务局本期零申报，没有新发生数；期初在办2宗，期末在办2宗。"


def test_what_is_not_in_or_zero_is_said(town_return: TownReturn, plan: Plan) -> None:
    assert say_category(town_return, plan, "building").text == "镇住建局本期未报，没有本期数据。"
    assert say_category(town_return, plan, "agricultural").text == "镇农林水务局本期零申报，各项指标均为零。"
    assert say_category_changes(town_return, plan, "building").text == ""
    assert say_category_changes(town_return, plan, "agricultural").text == ""


def test_figures_are_headlines_and_what_only_the_category_reports(town_return: TownReturn, plan: Plan) -> None:
    assert say_category(town_return, plan, "children").text == (
        "本期开展执法行动6次，出动执法人员18人次；立案1宗，涉案货值0.05万元。"
    )
    assert say_category(town_return, plan, "tobacco").text == (
        "本期开展执法行动20次，出动执法人员533人次；查处案件17宗，立案3宗，涉案货值1,025.33万元；"
        "移送公安机关1宗，刑拘9人；查获假烟36.20万支，查获烟丝120.50公斤。"
    )


def test_where_only_others_are_left_they_are_told(with_history: WithHistory, plan: Plan) -> None:
    nothing = {("building", one.code): "0 " * 15 for one in plan.form.indicators_of("building")}
    town_return = with_history(nothing | {("building", "media_reports"): "2 " * 15})
    assert say_category(town_return, plan, "building").text == "本期媒体报道2篇。"


def test_movements_name_both_sides(compared_return: TownReturn, plan: Plan) -> None:
    assert say_category_changes(compared_return, plan, "tobacco").text == (
        "与上期相比，立案由5宗增至8宗（增长60.0%），连续3期上升，为近15期最高；"
        "涉案货值由30.00万元降至12.25万元（下降59.2%），为近15期最低；刑拘由4人降至零。"
        "与上年同期相比，立案由4宗增至8宗；涉案货值由20.50万元降至12.25万元（下降40.2%）。"
    )
    assert say_category_changes(compared_return, plan, "agricultural").text == ""


def test_what_it_leads_in(compared_return: TownReturn, plan: Plan) -> None:
    # 8 of 19, 12.25 of 18.25
    assert say_category_lead(compared_return, plan, "tobacco").text == (
        "立案、涉案货值均居各类之首，分别占合计的42.1%、67.1%。"
    )
    assert say_category_lead(compared_return, plan, "ecommerce").text == "受理投诉举报居各类之首，占合计的86.4%。"
    assert say_category_lead(compared_return, plan, "children").text == ""


def test_a_gap_last_period_is_said_where_others_are_compared(with_history: WithHistory, plan: Plan) -> None:
    gap = {("tobacco", one.code): "1 " * 13 + "– 1" for one in plan.form.indicators_of("tobacco")}
    town_return = with_history(gap)
    assert say_category_changes(town_return, plan, "tobacco").text == "上期没有数据，不作环比。"
    assert "不作环比" not in say_category_changes(town_return, plan, "building").text


def test_the_year_to_date_tells_fewer_and_what_it_lacks(
    town_return: TownReturn, compared_return: TownReturn, plan: Plan
) -> None:
    assert say_category_ytd(town_return, plan, "building").text.startswith(
        "本年累计（3个月中已报2个月，累计不完整）：开展执法行动7次；查处案件7宗，"
    )
    assert say_category_ytd(compared_return, plan, "tobacco").text == (
        "本年累计：开展执法行动3次；查处案件3宗，涉案货值62.75万元，罚没款3.00万元；移送公安机关3宗；抽检3批次；"
        "受理投诉举报3件；宣传活动3次；查获假烟3.00万支，查获烟丝3.00公斤，查获烟机3台，案值5万元以上案件3宗。"
        "累计数与上年同期相比，立案由10宗增至17宗（增长70.0%）；刑拘由零增至13人。"
    )
