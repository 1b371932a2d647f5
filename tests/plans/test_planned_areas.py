"""Key areas that a plan names."""

from pathlib import Path

import pytest

from townreturn.domain.areas import KeyArea, area_key
from townreturn.domain.errors import ConfigurationFault
from townreturn.plans import load_plan
from written_plans import plan_of

MEASURES = "general_measures:\n"


def naming(*areas: str) -> tuple[str, str]:
    rows = "".join(f"  - {one}\n" for one in areas)
    return MEASURES, f"key_areas:\n{rows}\n{MEASURES}"


def test_a_plan_names_areas_with_or_without_category_and_unit(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        naming("{name: 五金城, nature: 警示市场, category: tobacco, unit: yancao}", "{name: 三中路}"),
    )
    assert plan.key_areas == (KeyArea("五金城", "警示市场", "tobacco", "yancao"), KeyArea("三中路"))
    assert load_plan("qingxi-2018").key_areas == ()


@pytest.mark.parametrize(
    ("areas", "text"),
    [
        (["{name: 五金城, category: tabacco}"], "键 key_areas.0.category 指向不存在的“tabacco”"),
        (["{name: 五金城, unit: yancaoju}"], "键 key_areas.0.unit 指向不存在的“yancaoju”"),
        (["{name: 五金城}", "{name: 五 金城}"], "键 key_areas.1.name 的值“五 金城”重复"),
        (['{name: " "}'], "键 key_areas.0.name 的值不对（区域或市场要有名称）"),
        (["{name: 五金城, nature: 重点路段}"], "性质只能是重点区域、重点市场、警示区域、警示市场"),
        (["{name: 五金城, since: 2018-01}"], "键 key_areas.0.since"),
    ],
)
def test_wrong_areas_are_refused(tmp_path: Path, areas: list[str], text: str) -> None:
    with pytest.raises(ConfigurationFault) as fault:
        plan_of(tmp_path, naming(*areas))
    assert text in str(fault.value)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("北环市场", "北环 市场", True),
        ("Ａ区２号市场", "a区2号市场", True),
        ("北环市场", "北环农贸市场", False),
        ("三中村", "三中路", False),
    ],
)
def test_only_spaces_and_width_do_not_tell_names_apart(one: str, other: str, *, is_same: bool) -> None:
    assert (area_key(one) == area_key(other)) is is_same
