"""Key areas of earlier periods: by period and category, only those that have a name, in the units' words."""

import pytest

from townreturn.compiling.areas import compile_areas
from townreturn.domain.areas import AreaStatus
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry
from townreturn.plans import load_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("qingxi-2018")


def told(period: str, category: str, unit: str, **values: str) -> tuple[str, ReturnEntry]:
    return period, ReturnEntry("key_areas", category, unit, values)


def test_areas_stand_by_period_then_category(plan: Plan) -> None:
    found = compile_areas(
        plan,
        [
            told("2018-02", "tobacco", "yancao", name=" 三中村 ", nature="重点区域", status="整治中"),
            told("2018-01", "ecommerce", "gongshang", name="某电商园", nature="警示市场"),
            told("2018-02", "food_drug", "shiyaojian", name="三中市场", nature="重点市场", status="已整治"),
            told("2018-02", "food_drug", "shiyaojian", name="  ", status="反弹"),
            told("2018-02", "given_up", "shiyaojian", name="旧类别"),
        ],
    )
    assert found == (
        AreaStatus("2018-01", "ecommerce", "gongshang", "某电商园", "警示市场", ""),
        AreaStatus("2018-02", "food_drug", "shiyaojian", "三中市场", "重点市场", "已整治"),
        AreaStatus("2018-02", "tobacco", "yancao", "三中村", "重点区域", "整治中"),
    )


def test_a_unit_that_the_plan_has_no_more_is_answered_for(plan: Plan) -> None:
    (found,) = compile_areas(plan, [told("2018-01", "tobacco", "gone", name="三中村")])
    assert found.unit == "yancao"
