"""Slots: what a town's and a city's plans are filled from, and how people name one."""

from dataclasses import replace

import pytest

from townreturn.domain.categories import find_slot, name_slot
from townreturn.domain.errors import Misuse
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.slot import Slot, read_slot

TOWNS = (Unit("qingxi", "清溪镇", subordinate=True), Unit("tangxia", "塘厦镇", subordinate=True))


@pytest.fixture
def city(plans: PlanBook) -> Plan:
    """建材 is reported by both towns; everything else still has its lead unit."""
    town = plans.plans[0]
    categories = tuple(replace(one, lead="") if one.code == "building" else one for one in town.categories)
    return replace(town, units=(*town.units, *TOWNS), categories=categories)


def test_a_towns_slots_are_its_categories(plans: PlanBook) -> None:
    plan = plans.plans[0]
    assert plan.slots == tuple(Slot(one.code) for one in plan.categories)
    assert plan.slot_of("building", "zhujian") == plan.slot_of("building", "gone") == Slot("building")


def test_above_it_a_category_that_nobody_leads_is_each_subordinates(city: Plan) -> None:
    assert [one for one in city.slots if one.category == "building"] == [
        Slot("building", "qingxi"), Slot("building", "tangxia")
    ]  # fmt: skip
    assert len(city.slots) == 8
    assert [one.code for one in city.categories_reported_by("tangxia")] == ["building"]
    assert city.lead_of("building") is None
    assert city.unit_of(Slot("building", "tangxia")).name == "塘厦镇"
    assert city.unit_of(Slot("building", "gone")).code == city.coordinating_unit
    assert city.slot_of("building", "qingxi") == Slot("building", "qingxi")
    assert city.slot_of("tobacco", "yancao") == Slot("tobacco")


@pytest.mark.parametrize("slot", [Slot("building"), Slot("building", "qingxi")])
def test_a_key_reads_back(slot: Slot) -> None:
    assert read_slot(slot.key) == slot


@pytest.mark.parametrize("text", ["建材@清溪镇", "building@qingxi", "2 @ 清溪镇", "２.建材＠清溪镇".replace("＠", "@")])
def test_people_name_a_subordinates_part(city: Plan, text: str) -> None:
    slot = find_slot(city, text)
    assert slot == Slot("building", "qingxi")
    assert name_slot(city, slot) == "清溪镇（建材）"


@pytest.mark.parametrize("text", ["烟草制品", "tobacco", "tobacco@yancao", "烟草制品@市烟草专卖局第五分局"])
def test_and_a_category_with_its_lead_unit_or_without(city: Plan, text: str) -> None:
    assert find_slot(city, text) == Slot("tobacco")


@pytest.mark.parametrize("text", ["建材", "建材@", "建材@石排镇", "烟草制品@清溪镇"])
def test_what_there_is_not_is_told_with_what_there_is(city: Plan, text: str) -> None:
    with pytest.raises(Misuse) as caught:
        find_slot(city, text)
    assert caught.value.code == "SUBORDINATE_UNKNOWN"
    names = "市烟草专卖局第五分局" if text.startswith("烟草") else "清溪镇、塘厦镇"
    assert names in str(caught.value)
