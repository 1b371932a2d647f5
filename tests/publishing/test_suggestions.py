"""Suggestions for the next steps: each rests on something in the return, and nothing is suggested without it."""

from dataclasses import replace

import pytest

from townreturn.domain.areas import AreaStatus
from townreturn.domain.obligation import ObligationKind, ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import League, UnitTimeliness
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing.suggestion_sentences import list_suggestions

MEASURES = (
    "按照工作方案继续做好：开展打假重点区域、重点市场和警示区域、市场的整治；加强组织领导，建立信息通报机制；"
    "制定工作方案；鼓励群众参与，发挥举报奖励制度的激励作用；及时报送信息；强化督导检查，定期召开打假形势分析会。"
)


def texts(town_return: TownReturn, plan: Plan) -> list[str]:
    return [one.text for one in list_suggestions(town_return, plan)]


def test_a_month_without_anything_leaves_what_the_plan_asks(complete_return: TownReturn, plan: Plan) -> None:
    cells = tuple(one for one in complete_return.cells if one.category != "building")  # its year lacks months
    assert texts(replace(complete_return, cells=cells), plan) == [MEASURES]
    assert texts(replace(complete_return, cells=cells), replace(plan, general_measures=())) == []


def test_missing_units_are_urged(town_return: TownReturn, plan: Plan) -> None:
    """建材 has two months of three, and the third is this one: nothing else is lacking."""
    assert texts(town_return, plan) == ["督促未报单位补报：建材（镇住建局）。", MEASURES]


def test_earlier_months_are_urged(complete_return: TownReturn, plan: Plan) -> None:
    """As if 建材 were in this month: then the month that it lacks is an earlier one."""
    cells = tuple(
        replace(one, current=replace(one.current, reported=1)) if one.category == "building" else one
        for one in complete_return.cells
    )
    told = texts(replace(complete_return, cells=cells), plan)
    assert told[0] == "督促补报本年以前月份的数据：建材（镇住建局，1个月）。"


def unit(code: str, *, late: int = 0, missing: int = 0) -> UnitTimeliness:
    return UnitTimeliness(code, None, 1, late, missing, 0, 0, 0, 0, 0, 0, 0)


def test_only_who_was_late_or_missing_in_two_periods_is_named(complete_return: TownReturn, plan: Plan) -> None:
    """经科信局 has two categories: two late ones may be of one month, three are not."""
    units = (
        unit("zhujian", late=2),
        unit("yancao", late=1),
        unit("gongshang", late=1, missing=3),
        unit("jingkexin", late=2),
    )
    league = League(("2018-01", "2018-02"), (), units)
    named = "对本年多次迟报或未报的单位重点督促：镇住建局（迟报2类次）、镇工商分局（迟报1类次、未报3类次）"
    assert f"{named}。" in texts(replace(complete_return, league=league), plan)
    league = replace(league, units=(*units[:3], unit("jingkexin", late=2, missing=1)))
    told = texts(replace(complete_return, league=league), plan)
    assert f"{named}、镇经科信局（迟报2类次、未报1类次）。" in told


@pytest.mark.parametrize(
    ("state", "is_urged"),
    [
        (ObligationState.MISSING, True),
        (ObligationState.RETURNED, True),
        (ObligationState.OPEN, False),
        (ObligationState.RECEIVED, False),
        (ObligationState.EXEMPTED, False),
    ],
)
def test_overdue_documents_are_urged(
    complete_return: TownReturn, plan: Plan, state: ObligationState, *, is_urged: bool
) -> None:
    owed = Standing("", "zhujian", state, Timeliness.NOT_RECEIVED, kind=ObligationKind.WORK_PLAN)
    told = texts(replace(complete_return, duties=(owed,)), plan)
    assert ("督促报齐工作方案要求的材料，逾期未报1项：镇住建局（打假工作方案）。" in told) is is_urged


def test_explained_figures_are_looked_into(explained_return: TownReturn, plan: Plan) -> None:
    told = texts(explained_return, plan)
    assert "对填报单位已作说明的7项异常情况跟踪核实：食品药品保健品①至⑤、烟草制品⑥、儿童用品⑦（序号见附表1）。" in told


def test_areas_that_came_back_or_were_not_heard_of(complete_return: TownReturn, plan: Plan) -> None:
    values = {"name": "五金城", "status": "反弹"}
    told = texts(
        replace(
            complete_return,
            entries=(ReturnEntry("key_areas", "tobacco", "yancao", values),),
            areas=(AreaStatus("2018-02", "food_drug", "shiyaojian", "上元村", "", "整治中"),),
        ),
        plan,
    )
    assert "对出现反弹的1处重新组织整治：五金城（市烟草专卖局第五分局）。" in told
    assert "请有关单位更新1处区域（市场）的整治情况：上元村（镇食药监分局）。" in told
