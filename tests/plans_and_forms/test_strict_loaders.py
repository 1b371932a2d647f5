"""A wrong plan, form or suite file is refused with its file, key and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from townreturn import forms, plans
from townreturn.checks.suites import load_suite
from townreturn.domain.errors import ConfigurationFault
from townreturn.forms import load_form
from townreturn.plans import load_plan, load_plan_book
from townreturn.plans.duties import is_mail_address

PLAN = (plans.PACKAGED / "qingxi-2018.yaml").read_text(encoding="utf-8")
FORM = (forms.PACKAGED / "edition-2018.yaml").read_text(encoding="utf-8")

Write = Callable[[str, str, str], Path]


def spoiled(folder: Path, name: str, text: str, old: str, new: str) -> tuple[Path, int]:
    """The file with one place changed, and the 1-based line of the change's last line."""
    assert text.count(old) == 1, f"{old!r} must stand once"
    at = text.index(old)
    path = folder / name
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path, text.count("\n", 0, at) + new.count("\n") + 1


def refuse(load: Callable[[], object]) -> ConfigurationFault:
    with pytest.raises(ConfigurationFault) as refusal:
        load()
    return refusal.value


def assert_names(fault: ConfigurationFault, path: Path, line: int, *texts: str) -> None:
    """The sentence names file and line, and the key or value at fault."""
    assert f"{path} 第{line}行" in str(fault)
    for text in texts:
        assert text in str(fault)


@pytest.mark.parametrize(
    ("old", "new", "code", "texts"),
    [
        ("city_office: 市打假办", "city_office: 市打假办\ncity_offce: 市打假办", "CONFIG_UNKNOWN_KEY", ["city_offce"]),
        ("  cutoff: 25", "  cutoff: 25\n  cut_off: 25", "CONFIG_UNKNOWN_KEY", ["calendar.cut_off"]),
        ("  cutoff: 25", "  cutoff: 25\n  cutoff: 26", "CONFIG_DUPLICATE_KEY", ["calendar.cutoff"]),
        ("  - {code: zhujian, name: 镇住建局}", "  - {code: shiyaojian, name: 镇住建局}", "CONFIG_DUPLICATE",
         ["units.1.code", "shiyaojian"]),
        ("    number: 2", "    number: 1", "CONFIG_DUPLICATE", ["categories.1.number"]),
        ("    lead: zhujian", "    lead: zhujianju", "CONFIG_DANGLING", ["categories.1.lead", "zhujianju"]),
        ("    cooperating: [gongan, gongshang, wenhua]", "    cooperating: [gongan, gongshang, whenua]",
         "CONFIG_DANGLING", ["categories.4.cooperating", "whenua"]),
        ("  window_months: 12", "  window_months: -1", "CONFIG_BAD_VALUE", ["corrections.window_months", "不能是 -1"]),
        ("  window_months: 12", "  window_months: 1201", "CONFIG_BAD_VALUE", ["corrections.window_months", "1201"]),
        ("  materiality_pct: 0", "  materiality_pct: -0.5", "CONFIG_BAD_VALUE", ["corrections.materiality_pct"]),
        ("  materiality_pct: 0", "  materiality_pct: .nan", "CONFIG_BAD_VALUE", ["corrections.materiality_pct"]),
        ("  later_periods: note", "  later_periods: forget", "CONFIG_BAD_VALUE", ["corrections.later_periods"]),
        ("coordinating_unit: jingkexin", "coordinating_unit: nobody", "CONFIG_DANGLING",
         ["coordinating_unit", "nobody"]),
        ("title: 经科信局局长, unit: jingkexin}", "title: 经科信局局长, unit: jingxinju}", "CONFIG_DANGLING",
         ["approvers.1.unit", "jingxinju"]),
        ("  - {account: director,", "  - {account: approver,", "CONFIG_DUPLICATE", ["approvers.1.account", "approver"]),
        ("name: 经科信局局长, title", "name: 分管副镇长, title", "CONFIG_DUPLICATE", ["approvers.1.name"]),
        ("receives: [town_return, briefing]}", "receives: [town_return], address: city example.cn}", "CONFIG_BAD_VALUE",
         ["recipients.0.address", "“city example.cn”不是邮箱地址"]),
        ("receives: [town_return, briefing]}", "receives: [return]}", "CONFIG_BAD_VALUE", ["recipients.0.receives.0"]),
        ("name: 打假形势分析会, receives", "name: 市打假办, receives", "CONFIG_DUPLICATE", ["recipients.1.name"]),
        ("approvals_required: 1", "approvals_required: 0", "CONFIG_BAD_VALUE", ["1 和审批人数 2"]),
        ("approvals_required: 1", "approvals_required: 3", "CONFIG_BAD_VALUE", ["1 和审批人数 2"]),
        ("  cutoff: 25", "  cutoff: 29", "CONFIG_BAD_VALUE", ["calendar.cutoff", "1–28"]),
        ("  cutoff: 25", "  cutoff: 0", "CONFIG_BAD_VALUE", ["calendar.cutoff"]),
        ("  cutoff: 25", "  cutoff: end_of_month", "CONFIG_BAD_VALUE", ["calendar.cutoff"]),
        ("  due: {month_offset: 1, day: 1}", "  due: {month_offset: 0, day: 20}", "CONFIG_BAD_VALUE", ["calendar.due"]),
        ("  due: {month_offset: 1, day: 1}", "  due: {month_offset: 1, day: 31}", "CONFIG_BAD_VALUE", ["calendar.due"]),
        ("  time_zone: Asia/Shanghai", "  time_zone: Asia/Beijing", "CONFIG_BAD_VALUE", ["time_zone", "Asia/Beijing"]),
        ("validity: {first: 2018-01, last: 2018-12}", "validity: {first: 2018-12, last: 2018-01}", "CONFIG_BAD_VALUE",
         ["validity"]),
        ("validity: {first: 2018-01, last: 2018-12}", "validity: {first: 2018-1, last: 2018-12}", "CONFIG_BAD_VALUE",
         ["validity", "2018-1"]),
        ("    number: 2", "    number: 二", "CONFIG_BAD_VALUE", ["categories.1.number"]),
        ("town: 清溪镇", "town: [清溪镇]", "CONFIG_BAD_VALUE", ["town"]),
        ("    cooperating: [gongan, gongshang, wenhua]", "    cooperating: [{code: gongan}]", "CONFIG_BAD_VALUE",
         ["categories.4.cooperating.0"]),
        ("    cooperating: [gongan, gongshang, wenhua]", "    cooperating: gongan", "CONFIG_BAD_VALUE",
         ["categories.4.cooperating"]),
        ("units:\n", "units: {\n", "CONFIG_NOT_YAML", []),
    ],
)  # fmt: skip
def test_a_wrong_plan_names_file_key_and_line(tmp_path: Path, old: str, new: str, code: str, texts: list[str]) -> None:
    path, line = spoiled(tmp_path, "plan.yaml", PLAN, old, new)
    fault = refuse(lambda: load_plan(str(path)))
    assert fault.code == code
    if code != "CONFIG_NOT_YAML":
        assert_names(fault, path, line, *texts)
    assert str(path) in str(fault)


def test_every_category_needs_an_approver_from_elsewhere(tmp_path: Path) -> None:
    path, line = spoiled(tmp_path, "plan.yaml", PLAN, "title: 分管副镇长}", "title: 分管副镇长, unit: jingkexin}")
    fault = refuse(lambda: load_plan(str(path)))
    assert_names(fault, path, line - 1, "键 approvers", "“5.儿童用品”的牵头单位以外没有审批人")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    path, _ = spoiled(tmp_path, "plan.yaml", PLAN, "city_office: 市打假办\n", "")
    fault = refuse(lambda: load_plan(str(path)))
    assert fault.code == "CONFIG_MISSING_KEY"
    assert "city_office" in str(fault)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "form: [edition-2018]\n", "清溪镇\n"])
def test_what_is_no_plan_at_all(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    assert str(path) in str(refuse(lambda: load_plan(str(path))))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    fault = refuse(lambda: load_plan(str(tmp_path / "none.yaml")))
    assert str(fault) == f"{tmp_path / 'none.yaml'}：没有这个文件"


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(PLAN.encode("gb18030"))
    assert refuse(lambda: load_plan(str(path))).code == "CONFIG_NOT_YAML"


@pytest.mark.parametrize(
    ("old", "new", "code", "texts"),
    [
        ("  - {code: cases_filed, label: 立案,", "  - {code: cases_closed, label: 立案,", "CONFIG_DUPLICATE",
         ["cases_closed"]),
        ("  - {code: cases_filed, label: 立案,", "  - {code: cases_filed, label: 结案,", "CONFIG_DUPLICATE", ["结案"]),
        ("    - {code: licences_revoked, label: 吊销许可证,", "    - {code: licences_revoked, label: 立案,",
         "CONFIG_DUPLICATE", ["extras.food_drug.1.label", "立案"]),
        ("opening_stock: cases_open_at_start", "opening_stock: cases_open", "CONFIG_DANGLING",
         ["opening_stock", "cases_open"]),
        ("    sheet: 经验做法", "    sheet: 统计表", "CONFIG_DUPLICATE", ["sections.1.sheet", "统计表"]),
        ("  - code: practices", "  - code: key_cases", "CONFIG_DUPLICATE", ["sections.1.code", "key_cases"]),
        ("      - {code: place, label: 地点, width: 18}", "      - {code: date, label: 地点, width: 18}",
         "CONFIG_DUPLICATE", ["sections.0.fields.2.code", "date"]),
        ("      - {code: place, label: 地点, width: 18}", "      - {code: place, label: 案件名称, width: 18}",
         "CONFIG_DUPLICATE", ["sections.0.fields.2.label", "案件名称"]),
        ("  - {code: cases_filed, label: 立案, unit: 宗, kind: count,",
         "  - {code: cases_filed, label: 立案, unit: 宗, kind: counted,", "CONFIG_BAD_VALUE", ["kind"]),
        ("  zero_return: 零申报", "  zero_return: 零申报\n  zero: 零", "CONFIG_UNKNOWN_KEY", ["anchors.zero"]),
        ("of: samples_tested}", "of: samples_tasted}", "CONFIG_DANGLING", ["indicators.21.rate.of", "samples_tasted"]),
        ("years: cases_filed", "years: cases_stacked", "CONFIG_DANGLING", ["charts.years", "cases_stacked"]),
        ("trend: cases_filed", "trend: sites_closed", "CONFIG_DANGLING", ["charts.trend", "sites_closed"]),
        (
            "shares: [cases_filed",
            "shares: [markets_inspected",
            "CONFIG_CHART_WITHOUT_TOTAL",
            ["charts.shares", "markets_inspected"],
        ),
        ("explanations: explanations", "explanations: remarks", "CONFIG_DANGLING", ["explanations", "remarks"]),
        ("explanations: explanations", "explanations: problems", "CONFIG_DANGLING", ["problems.indicator"]),
        ("    hint: 本期可供推广的做法，没有可不填。", "    hints: 没有可不填。", "CONFIG_UNKNOWN_KEY",
         ["sections.1.hints"]),
    ],
)  # fmt: skip
def test_a_wrong_form_names_file_key_and_line(tmp_path: Path, old: str, new: str, code: str, texts: list[str]) -> None:
    path, line = spoiled(tmp_path, "edition.yaml", FORM, old, new)
    fault = refuse(lambda: load_form("edition", tmp_path))
    assert fault.code == code
    # Of two equal codes the later one is blamed, which may stand below the change.
    assert str(path) in str(fault)
    if code != "CONFIG_DUPLICATE":
        assert f"第{line}行" in str(fault)
    for text in texts:
        assert text in str(fault)


@pytest.mark.parametrize("field", ["indicator", "finding", "reason"])
def test_a_section_of_explanations_without_room_for_an_answer(tmp_path: Path, field: str) -> None:
    spoiled(tmp_path, "edition.yaml", FORM, f"      - {{code: {field}, ", "      - {code: other, ")
    fault = refuse(lambda: load_form("edition", tmp_path))
    assert (fault.code, fault.values["value"]) == ("CONFIG_DANGLING", f"explanations.{field}")


def test_extras_of_a_category_that_the_plan_does_not_have(tmp_path: Path) -> None:
    spoiled(tmp_path, "edition-2018.yaml", FORM, "  tobacco:\n", "  wine:\n")
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    fault = refuse(lambda: load_plan(str(path)))
    assert (fault.code, fault.values["value"]) == ("CONFIG_DANGLING", "wine")


def test_plans_of_one_town_must_not_overlap(tmp_path: Path) -> None:
    path, _ = spoiled(tmp_path, "other.yaml", PLAN, "code: qingxi-2018\n", "code: qingxi-2018-b\n")
    assert refuse(lambda: load_plan_book(["qingxi-2018", str(path)])).code == "PLANS_OVERLAP"


def test_plans_of_two_towns_are_no_book(tmp_path: Path) -> None:
    path, _ = spoiled(tmp_path, "other.yaml", PLAN, "town_code: qingxi\n", "town_code: tangxia\n")
    assert refuse(lambda: load_plan_book(["qingxi-2018", str(path)])).code == "PLANS_OF_TWO_TOWNS"


def test_plans_follow_each_other_whatever_their_order(tmp_path: Path) -> None:
    text = PLAN.replace("first: 2018-01, last: 2018-12", "first: 2019-01, last: 2019-12")
    path = tmp_path / "next.yaml"
    path.write_text(text, encoding="utf-8")
    book = load_plan_book([str(path), "qingxi-2018"])
    assert [plan.validity.first for plan in book.plans] == ["2018-01", "2019-01"]


SUITE = """suite: cells
rules:
  - code: A
    message: 没有填
    severity: mandatory
    expectation: expect_column_values_to_not_be_null
    kwargs: {column: required}
"""


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (SUITE + SUITE[SUITE.index("  - code") :], "CONFIG_DUPLICATE", 8),
        (SUITE.replace("severity: mandatory", "severity: fatal"), "CONFIG_BAD_VALUE", 5),
        (SUITE + "    column: required\n", "CONFIG_UNKNOWN_KEY", 8),
        (SUITE + "    first: 2018-03\n", "CONFIG_UNKNOWN_KEY", 8),  # it is called from
        (SUITE + "    from: 2018-3\n", "CONFIG_BAD_VALUE", 8),
        (SUITE + "    until: 2018\n", "CONFIG_BAD_VALUE", 8),
        (SUITE + "    from: 2018-03\n    until: 2018-02\n", "CONFIG_BAD_VALUE", 9),
        (SUITE.replace("    message: 没有填\n", ""), "CONFIG_RULE_WITHOUT_TEXT", 3),
        (SUITE.replace("    expectation: expect_column_values_to_not_be_null\n", ""), "CONFIG_MISSING_KEY", 3),
    ],
)
def test_a_wrong_suite_names_file_key_and_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = tmp_path / "cells.yaml"
    path.write_text(text, encoding="utf-8")
    fault = refuse(lambda: load_suite(path))
    assert fault.code == code
    assert_names(fault, path, line)


def test_a_file_cannot_bring_its_own_bytes(tmp_path: Path) -> None:
    """What a plan was loaded from is no key of it."""
    lie = "file: {kind: plan, name: other.yaml, content: x}\n"
    (tmp_path / "plan.yaml").write_text(PLAN + lie, encoding="utf-8")
    assert refuse(lambda: load_plan(str(tmp_path / "plan.yaml"))).code == "CONFIG_UNKNOWN_KEY"
    (tmp_path / "edition.yaml").write_text(FORM + lie, encoding="utf-8")
    assert refuse(lambda: load_form("edition", tmp_path)).code == "CONFIG_UNKNOWN_KEY"


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("zhang.san@qingxi.example", True), ("a+b@x-y.example", True), ("收件@example.com", False),
        ("re..turns@example.com", False), (".a@example.com", False), ("a.@example.com", False),
        ("a@example..com", False), ("a@例子.中国", False), ("a@b", False), ("a b@example.com", False),
        ("a@example.com\nBcc: b@example.com", False), ("a@b@example.com", False), ("", False),
    ],
)  # fmt: skip
def test_a_mail_address_is_one_that_can_stand_in_a_header(address: str, is_one: bool) -> None:
    assert is_mail_address(address) is is_one


def test_a_form_without_headlines_has_those_that_begin_a_group_and_the_major_cases(tmp_path: Path) -> None:
    text = FORM.replace(", headline: true", "")
    (tmp_path / "edition.yaml").write_text(text, encoding="utf-8")
    assert load_form("edition", tmp_path).headlines == {
        "enforcement_actions", "cases_investigated", "major_cases", "cases_transferred", "samples_tested",
        "complaints_received", "publicity_events",
    }  # fmt: skip
    assert "officers_deployed" in load_form("edition-2018").headlines
