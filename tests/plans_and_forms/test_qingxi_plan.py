"""Every fact of the plan's text against the data; the expected values were copied from the text by hand."""

import pytest

from townreturn.domain.approval import weigh
from townreturn.domain.form import Across, Kind, OverTime
from townreturn.domain.period import DueRule, Period
from townreturn.domain.plan import Category, Plan
from townreturn.domain.plan_book import PlanBook


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


# (number, name, lead, co-operating units as the text orders them)
CATEGORIES = [
    (1, "食品药品保健品", "镇食药监分局", ["公安分局", "农林水务局", "工商分局", "商务局", "经科信局"]),
    (2, "建材", "镇住建局", ["公安分局", "交通分局", "工商分局", "经科信局"]),
    (3, "烟草制品", "市烟草专卖局第五分局", ["公安分局", "交通分局", "工商分局", "商务局", "邮政分局", "经科信局"]),
    (4, "农资", "镇农林水务局", ["公安分局", "工商分局", "经科信局"]),
    (5, "儿童用品", "镇经科信局", ["公安分局", "工商分局", "文化执法分队"]),
    (6, "家用电器（含小家电）", "镇经科信局", ["公安分局", "工商分局"]),
    (7, "互联网电子商务商品", "镇工商分局", ["公安分局", "商务局", "经科信局", "邮政分局"]),
]
FOCUS_PRODUCTS = {
    1: ["食用油", "大米", "食盐", "婴幼儿食品",
        "药品（含非药冒充药、非法医疗美容产品）", "保健品（含减肥药、性保健药）"],
    2: ["建筑用钢材", "水泥", "电线电缆", "人造板", "建筑涂料", "小直径钢筋", "脚手架扣件", "安全网", "建筑预制构配件"],
    4: ["农药", "兽用抗菌药", "生鲜乳", "瘦肉精", "大菱鲆", "乌鳢", "鱖鱼", "孔雀石绿", "硝基呋喃"],
    5: ["童装", "玩具"],
    6: ["家用电器", "小家电"],
}  # fmt: skip


def numbered(plan: Plan, number: int) -> Category:
    return next(one for one in plan.categories if one.number == number)


def test_seven_categories_six_lead_units(plan: Plan) -> None:
    assert [one.number for one in plan.categories] == [1, 2, 3, 4, 5, 6, 7]
    assert len(plan.reporting_units) == 6
    assert [one.name for one in plan.categories_reported_by("jingkexin")] == ["儿童用品", "家用电器（含小家电）"]


@pytest.mark.parametrize(("number", "name", "lead", "cooperating"), CATEGORIES)
def test_who_does_what(plan: Plan, number: int, name: str, lead: str, cooperating: list[str]) -> None:
    category = numbered(plan, number)
    assert category.name == name
    assert plan.lead_of(category.code).name == lead
    assert [plan.unit_by_code[code].name.removeprefix("镇") for code in category.cooperating] == cooperating


@pytest.mark.parametrize("number", FOCUS_PRODUCTS)
def test_focus_products(plan: Plan, number: int) -> None:
    assert list(numbered(plan, number).focus_products) == FOCUS_PRODUCTS[number]


def test_special_actions_of_the_agricultural_category(plan: Plan) -> None:
    named = "".join(one.name for one in numbered(plan, 4).actions)
    for action in ("农药", "兽用抗菌药", "生鲜乳", "瘦肉精", "生猪屠宰", "农资打假", "三鱼两药", "农资下乡"):
        assert action in named


def test_focus_places_of_food_and_drugs(plan: Plan) -> None:
    places = "、".join(numbered(plan, 1).focus_places)
    for place in ("生产企业", "专业批发市场", "工厂食堂", "学校食堂", "餐饮店", "药店诊所", "城乡结合部"):
        assert place in places


def test_the_period_is_the_26th_to_the_25th_due_before_the_month_ends(plan: Plan) -> None:
    assert plan.calendar.cutoff == 25
    assert plan.calendar.due == DueRule(month_offset=1, day=1)
    assert plan.calendar.time_zone == "Asia/Shanghai"


def test_reported_to_the_bureau_and_by_it_to_the_city_office(plan: Plan) -> None:
    assert plan.unit_by_code[plan.coordinating_unit].name == "镇经科信局"
    assert plan.city_office == "市打假办"
    assert "市打假办" in [one.name for one in plan.recipients]
    assert (plan.town, plan.title) == ("清溪镇", "清溪镇2018年打假工作方案")


def test_the_tobacco_bureau_is_a_city_unit(plan: Plan) -> None:
    assert {unit.name for unit in plan.units if unit.level == "city"} == {"市烟草专卖局第五分局"}


def test_the_unit_that_the_source_names_twice_is_reported(plan: Plan) -> None:
    assert plan.notes == ("方案原文在“互联网电子商务商品”的配合单位中把镇经科信局写了2次，按一次计",)
    assert numbered(plan, 7).cooperating.count("jingkexin") == 1


def test_the_bureau_never_approves_its_own_two_categories_alone(plan: Plan) -> None:
    """It leads 5 and 6; the deputy mayor belongs to no unit, and suffices."""
    makers = dict.fromkeys(plan.slots, "张三")
    assert [(one.account, one.unit) for one in plan.approvers] == [("approver", ""), ("director", "jingkexin")]
    assert plan.approvals_required == 1
    assert weigh(plan, makers, ["approver"]).is_sufficient
    assert weigh(plan, makers, ["director"]).uncovered == (numbered(plan, 5).code, numbered(plan, 6).code)


def test_in_force_for_the_periods_of_2018_only(plans: PlanBook) -> None:
    assert plans.find(Period("2017-12")) is None
    assert plans.find(Period("2018-01")) is plans.plans[0]
    assert plans.find(Period("2018-12")) is plans.plans[0]
    assert plans.find(Period("2019-01")) is None


def test_the_form_counts_every_common_indicator_of_the_edition(plan: Plan) -> None:
    form = plan.form
    assert len(form.indicators) == 28
    never_added = {one.code for one in form.indicators if one.across is Across.NEVER}
    assert never_added == {"markets_inspected", "key_areas_rectified"}
    stocks = {one.code: one.over_time for one in form.by_code.values() if one.is_stock}
    assert stocks == {"cases_open_at_start": OverTime.FIRST, "cases_pending": OverTime.LAST}
    money = {one.label: one.unit for one in form.indicators if one.kind is Kind.MONEY}
    assert money == {"涉案货值": "万元", "罚没款": "万元", "挽回损失": "万元", "发放举报奖金": "元"}


def test_category_extras_never_enter_the_total(plan: Plan) -> None:
    extras = {code: [one.unit for one in rows] for code, rows in plan.form.extras.items()}
    assert extras["tobacco"] == ["万支", "公斤", "台", "宗"]
    assert extras["agricultural"] == ["吨", "万元"]
    assert extras["ecommerce"] == ["个次", "条", "个", "个"]
    assert extras["food_drug"] == ["个", "张"]
    assert all(one.across is Across.NEVER for rows in plan.form.extras.values() for one in rows)
    assert set(extras) == {one.code for one in plan.categories}


def test_sections_beside_the_statistics(plan: Plan) -> None:
    sheets = [one.sheet for one in plan.form.sections]
    assert sheets == ["重点案件", "经验做法", "重点区域整治", "问题和建议", "审核说明"]
