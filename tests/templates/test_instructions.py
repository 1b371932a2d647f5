"""The instructions say what plan and form say, in their own labels."""

from dataclasses import replace

import pytest

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.plans import load_plan
from townreturn.templates.assignment import Assignment
from townreturn.templates.instructions import instruction_parts, mandatory_rules, verifying_rules
from townreturn.templates.styles import height_for, width_of


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("qingxi-2018")


def written(plan: Plan, unit: str, period: str = "2018-03") -> str:
    parts = instruction_parts(Assignment(plan, Period(period), plan.unit_by_code[unit]))
    return "\n".join(line for heading, sentences in parts for line in (heading, *sentences))


def test_february_is_due_on_its_last_day(plan: Plan) -> None:
    text = written(plan, "yancao", "2018-02")
    assert "即 2018-01-26 至 2018-02-25，首尾两日都包括在内" in text
    assert "报送截止：2018-02-28 23:59:59。以收到的时间为准，2018-03-01 00:00 起收到的记为迟报。" in text


def test_zero_return_still_asks_for_the_balances(plan: Plan) -> None:
    assert "该类别的流量指标可留空，按零计；但期初在办、期末在办仍须填写" in written(plan, "gongshang")


def test_the_coordinating_bureau_is_told_it_is_judged_too(plan: Plan) -> None:
    assert "自己牵头的类别同样要按时填报" in written(plan, "jingkexin")
    assert "自己牵头的类别同样要按时填报" not in written(plan, "gongshang")


def test_questions_are_announced_with_their_bounds_and_how_to_answer(plan: Plan) -> None:
    text = written(plan, "yancao")
    for sentence in (
        "比上期增减超过 30%。相差太小的不问：件数、人数、次数等不到 20，万元不到 5，元不到 2000；期初在办、期末",
        "有检查经营主体或检查各类市场，而出动执法人员是 0。",
        "在《审核说明》写一行，指标照《统计表》写，核实事项照回执写（不写也可以），说明写明具体原因。",
    ):
        assert sentence in text


def test_a_question_about_indicators_the_edition_lacks_is_left_out(plan: Plan) -> None:
    kept = tuple(one for one in plan.form.indicators if one.code != "officers_deployed")
    assert not any("检查各类市场" in one for one in verifying_rules(replace(plan.form, indicators=kept)))


def test_an_edition_without_explanations_asks_nothing(plan: Plan) -> None:
    kept = tuple(one for one in plan.form.sections if one.code != plan.form.explanations)
    text = written(replace(plan, form=replace(plan.form, sections=kept, explanations="")), "yancao")
    assert "审核说明" not in text
    assert "核实性审核" not in text


def test_rules_use_the_labels_of_the_form(plan: Plan) -> None:
    rules = mandatory_rules(plan.form)
    assert "期末在办＝期初在办＋立案－结案－撤案，且大于或等于 0。" in rules
    assert "《重点案件》中“是否大案要案”填“是”的行数，与《统计表》的大案要案相等。" in rules
    assert len(rules) == 10


def test_a_rule_about_indicators_the_edition_lacks_is_left_out(plan: Plan) -> None:
    kept = tuple(one for one in plan.form.indicators if one.code != "samples_failed")
    rules = mandatory_rules(replace(plan.form, indicators=kept))
    assert "不合格不大于抽检。" not in rules
    assert len(rules) == 9


def test_rows_grow_with_their_text() -> None:
    assert width_of("12宗") == 4
    assert height_for("短", 10) == 20
    assert height_for("一二三四五六", 10) == 36  # 12 columns in 10: two lines of 16, and 4 more
