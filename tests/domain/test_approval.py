"""Maker is not checker: whose approvals suffice for which figures."""

from dataclasses import replace

import pytest

from townreturn.domain.approval import conflicts_of, weigh
from townreturn.domain.plan import Approver, Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.slot import Slot

MAYOR = Approver("mayor", "赵一", "分管副镇长")
DIRECTOR = Approver("director", "钱二", "局长", "jingkexin")
CHIEF = Approver("chief", "孙三", "所长", "yancao")
CODES = ("food_drug", "building", "tobacco", "agricultural", "children", "appliances")
EVERYTHING = dict.fromkeys(map(Slot, CODES), "李四")


@pytest.fixture
def plan(plans: PlanBook) -> Plan:
    return replace(plans.plans[0], approvers=(MAYOR, DIRECTOR, CHIEF))


def test_who_belongs_to_no_maker_suffices_alone(plan: Plan) -> None:
    standing = weigh(plan, EVERYTHING, ["mayor"])
    assert standing.is_sufficient
    assert (standing.given, standing.helpful) == ((MAYOR,), ())


def test_the_bureau_is_never_the_only_approver_of_its_own_two_categories(plan: Plan) -> None:
    standing = weigh(plan, EVERYTHING, ["director"])
    assert not standing.is_sufficient
    assert standing.uncovered == ("children", "appliances")
    assert standing.helpful == (MAYOR, CHIEF)


def test_two_with_a_conflict_each_cover_each_other(plan: Plan) -> None:
    assert weigh(plan, EVERYTHING, ["chief"]).uncovered == ("tobacco",)
    assert weigh(plan, EVERYTHING, ["chief", "director"]).is_sufficient


def test_what_is_not_in_the_return_needs_nobody(plan: Plan) -> None:
    without = {one: name for one, name in EVERYTHING.items() if one.category not in ("children", "appliances")}
    assert weigh(plan, without, ["director"]).is_sufficient
    assert weigh(plan, {}, ["director"]).is_sufficient
    assert not weigh(plan, {}, []).is_sufficient


@pytest.mark.parametrize(
    "filled_by",
    [
        "赵一",
        "赵 一",
        " 赵　一 ",
        "赵一（代）",
        "李四、赵一",
        "李四,赵一",
        "李四／赵一",
        "赵一 李四",
        "李四和赵一",
        "赵一及李四",
        "赵一\n李四",
        "赵一 科长",
        "赵一13800138000",
        "填报人：赵一",
        "李四（代赵一）",
    ],
)
def test_who_filled_in_a_report_is_its_maker(plan: Plan, filled_by: str) -> None:
    makers = {**EVERYTHING, Slot("building"): filled_by}
    assert conflicts_of(plan, makers, MAYOR) == ("building",)
    standing = weigh(plan, makers, ["mayor"])
    assert (standing.uncovered, standing.helpful) == (("building",), (DIRECTOR, CHIEF))
    assert weigh(plan, makers, ["mayor", "director"]).is_sufficient


@pytest.mark.parametrize("filled_by", ["", " ", "、", "/", "--", "无", "13800138000", "　"])
def test_of_figures_that_nobody_signed_two_approve(plan: Plan, filled_by: str) -> None:
    """Whoever filled them in may be one of the two."""
    makers = {**EVERYTHING, Slot("building"): filled_by}
    standing = weigh(plan, makers, ["mayor"])
    assert (standing.is_sufficient, standing.lacking) == (False, 1)
    assert (standing.required, standing.unnamed, standing.uncovered) == (2, ("building",), ())
    assert standing.helpful == (DIRECTOR, CHIEF)
    assert weigh(plan, makers, ["mayor", "chief"]).is_sufficient
    assert weigh(plan, EVERYTHING, []).unnamed == ()


def test_two_approvers_of_the_lead_unit_do_not_release_what_nobody_signed(plan: Plan) -> None:
    deputy = Approver("deputy", "周五", "副局长", "jingkexin")
    town, makers = replace(plan, approvers=(MAYOR, DIRECTOR, deputy)), {**EVERYTHING, Slot("children"): ""}
    standing = weigh(town, makers, ["director", "deputy"])
    assert (standing.lacking, standing.uncovered, standing.helpful) == (0, ("children", "appliances"), (MAYOR,))


def test_the_delivered_plan_can_release_a_return_that_nobody_signed(plans: PlanBook) -> None:
    delivered = plans.plans[0]
    unsigned = dict.fromkeys(delivered.slots, "")
    assert weigh(delivered, unsigned, ["approver"]).helpful == (delivered.approvers[1],)
    assert weigh(delivered, unsigned, ["approver", "director"]).is_sufficient


def test_a_plan_that_wants_three_still_wants_three(plan: Plan) -> None:
    assert weigh(replace(plan, approvals_required=3), {Slot("building"): ""}, []).required == 3


@pytest.mark.parametrize("filled_by", ["", "赵一凡", "小赵一", "、"])
def test_another_name_is_another_person(plan: Plan, filled_by: str) -> None:
    assert conflicts_of(plan, {Slot("building"): filled_by}, MAYOR) == ()


def test_as_many_as_the_plan_requires(plan: Plan) -> None:
    two = replace(plan, approvals_required=2)
    standing = weigh(two, EVERYTHING, ["mayor"])
    assert (standing.is_sufficient, standing.lacking, standing.helpful) == (False, 1, (DIRECTOR, CHIEF))
    assert not weigh(two, EVERYTHING, ["mayor", "mayor"]).is_sufficient
    assert weigh(two, EVERYTHING, ["mayor", "director"]).is_sufficient


def test_enough_approvers_of_one_unit_are_not_enough(plan: Plan) -> None:
    deputy = Approver("deputy", "周五", "副局长", "jingkexin")
    two = replace(plan, approvers=(MAYOR, DIRECTOR, deputy), approvals_required=2)
    standing = weigh(two, EVERYTHING, ["director", "deputy"])
    assert (standing.lacking, standing.uncovered, standing.helpful) == (0, ("children", "appliances"), (MAYOR,))


def test_a_colleague_of_the_maker_helps_only_to_the_number(plan: Plan) -> None:
    deputy = Approver("deputy", "周五", "副局长", "jingkexin")
    one = replace(plan, approvers=(MAYOR, DIRECTOR, deputy))
    assert weigh(one, EVERYTHING, ["director"]).helpful == (MAYOR,)
    assert weigh(replace(one, approvals_required=2), EVERYTHING, ["director"]).helpful == (MAYOR, deputy)


def test_who_is_no_approver_counts_for_nothing(plan: Plan) -> None:
    assert weigh(plan, EVERYTHING, ["clerk"]).given == ()
