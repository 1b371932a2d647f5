"""Which units a file's name names."""

from dataclasses import replace

import pytest

from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.intake.naming import units_named


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    plan = plans.plans[0]
    return replace(plan, units=(*plan.units, Unit("second", "镇工商分局第二所"), Unit("city", "市住建局", "city")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("镇食药监分局工作方案.docx", ["shiyaojian"]),
        ("食药监分局.docx", ["shiyaojian"]),
        ("清溪镇食药监分局2018年方案.pdf", ["shiyaojian"]),
        ("清溪食药监分局/方案.pdf", ["shiyaojian"]),
        ("镇 食药监 分局.pdf", ["shiyaojian"]),
        ("烟草专卖局第五分局.jpg", ["yancao"]),
        ("市烟草专卖局第五分局/镇烟草专卖局第五分局.jpg", ["yancao"]),
        ("方案.docx", []),
        ("镇质监站方案.docx", []),
        ("镇公安分局 镇交通分局.docx", ["gongan", "jiaotong"]),
        # The longest name counts, the shorter one within it does not.
        ("镇工商分局第二所方案.docx", ["second"]),
        ("工商分局方案.docx", ["gongshang"]),
        ("镇工商分局第二所、镇工商分局.docx", ["gongshang", "second"]),
        # 住建局 alone may be that of the town or of the city.
        ("住建局.docx", ["zhujian", "city"]),
        ("市住建局.docx", ["city"]),
        ("镇住建局.docx", ["zhujian"]),
    ],
)
def test_units_named_in_a_text(plan: Plan, text: str, expected: list[str]) -> None:
    assert [unit.code for unit in units_named(plan, text)] == expected
