"""Rules come and go by period, are tried before they bite, and are broken machinery when they cannot run."""

from dataclasses import replace
from pathlib import Path

import pytest

from judged_reports import codes, judged, past
from stored_reports import make_report
from townreturn.domain.errors import Broken, ConfigurationFault
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook

NO_MEDIA = """
  - code: MEDIA_REPORTED
    severity: {severity}
    at: media_reports
    message: 媒体报道填了 {{media_reports}} 篇。
    expectation: expect_column_values_to_be_between
    kwargs: {{column: media_reports, max_value: {most}}}
    {more}
"""


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def suites(folder: Path, reports: str, cells: str = "") -> Path:
    """A folder of suites with these rules and one on cells that never fires."""
    quiet = "  - {code: REQUIRED_BLANK, severity: mandatory, expectation: expect_column_values_to_not_be_null,\n" \
            "     kwargs: {column: past_count}}"  # fmt: skip
    (folder / "cells.yaml").write_text(f"suite: cells\nrules:\n{cells or quiet}\n", "utf-8")
    (folder / "reports.yaml").write_text(f"suite: reports\nrules:\n{reports}\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("more", "periods"),
    [
        ("", ["2017-12", "2018-03", "2018-05"]),
        ("from: 2018-03", ["2018-03", "2018-04", "2018-05"]),
        ("until: 2018-04", ["2017-12", "2018-03", "2018-04"]),
        ("from: 2018-03\n    until: 2018-04", ["2018-03", "2018-04"]),
        ("from: 2018-03\n    until: 2018-03", ["2018-03"]),
    ],
)
def test_a_rule_holds_for_its_periods_both_ends_included(
    plan: Plan, tmp_path: Path, more: str, periods: list[str]
) -> None:
    rules = suites(tmp_path, NO_MEDIA.format(severity="mandatory", most=0, more=more))
    fired = [key for key in ("2017-12", "2018-03", "2018-04", "2018-05")
             if codes(plan, {"media_reports": 1}, period=Period(key), rules=rules)]  # fmt: skip
    assert set(periods) <= set(fired)
    assert more == "" or fired == periods


def test_a_suite_of_which_nothing_holds_yet_finds_nothing(plan: Plan, tmp_path: Path) -> None:
    rule = NO_MEDIA.format(severity="mandatory", most=0, more="from: 2019-01")
    assert codes(plan, {"media_reports": 1}, rules=suites(tmp_path, rule)) == []


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [
        (Severity.OBSERVE, Verdict.ACCEPTED),
        (Severity.INFO, Verdict.ACCEPTED),
        (Severity.VERIFYING, Verdict.RETURNED),
        (Severity.MANDATORY, Verdict.RETURNED),
    ],
)
def test_a_rule_on_trial_is_found_and_decides_nothing(
    plan: Plan, tmp_path: Path, severity: Severity, verdict: Verdict
) -> None:
    rules = suites(tmp_path, NO_MEDIA.format(severity=severity.value, most=0, more=""))
    judgement = judged(plan, make_report(plan, "tobacco", {"media_reports": 2}), rules=rules)
    [finding] = judgement.findings
    assert (finding.severity, judgement.verdict) == (severity, verdict)
    is_question = severity is Severity.VERIFYING
    request = "如数据无误，请在《审核说明》写明原因；如有误，请改正。"
    assert finding.message == "媒体报道填了 2 篇。" + request * is_question


CHANGE = """
  - code: {code}
    severity: {severity}
    question: magnitude
    message: 变化
    expectation: expect_change_within
    kwargs: {{column_list: [flow, last, unit_of_measure], beyond_pct: {pct}, floor: 1, floor_by_unit: {{万元: 1}},
              ignore_row_if: any_value_is_missing}}
"""


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("verifying", "verifying", ["FIRST"]),
        ("observe", "verifying", ["FIRST", "SECOND"]),
        ("verifying", "observe", ["FIRST", "SECOND"]),
    ],
)
def test_a_rule_on_trial_neither_silences_a_question_nor_is_silenced(
    plan: Plan, tmp_path: Path, first: str, second: str, expected: list[str]
) -> None:
    cells = CHANGE.format(code="FIRST", severity=first, pct=50) + CHANGE.format(code="SECOND", severity=second, pct=30)
    rules = suites(tmp_path, NO_MEDIA.format(severity="mandatory", most=99, more=""), cells)
    history = past(plan, "tobacco", {1: {"media_reports": 10}}, only=["media_reports"])
    assert codes(plan, {"media_reports": 20}, history, rules=rules) == expected
    assert codes(plan, {"media_reports": 14}, history, rules=rules) == ["SECOND"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_value: 0", "max_value: 0, least: 1"),  # no such bound
        ("expect_column_values_to_be_between", "expect_column_values_to_be_betwixt"),  # no such expectation
        ("column: media_reports, max_value: 0", "column: media_reports"),  # no bound at all
    ],
)
def test_a_rule_that_cannot_run_is_a_broken_machine_not_bad_data(
    plan: Plan, tmp_path: Path, old: str, new: str
) -> None:
    rule = NO_MEDIA.format(severity="mandatory", most=0, more="")
    assert old in rule
    with pytest.raises(Broken, match="规则 MEDIA_REPORTED 无法执行"):
        codes(plan, {"media_reports": 0}, rules=suites(tmp_path, rule.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("column: media_reports", "column: media_report", "media_report 在报表版本"),
        ("at: media_reports", "at: nosuch", "at“nosuch”不是"),
        ("at: media_reports", "at: cut_tobacco", "at“cut_tobacco”不是"),  # one category's own
        ("    at: media_reports\n    message: 媒体", "    message: “{label}”媒体", "{label}"),  # no figure is blamed
        ("code: MEDIA_REPORTED", "code: MAJOR_CASES_EXCEED_FILED", "{major_cases}"),  # the text of another rule
    ],
)
def test_a_rule_that_does_not_fit_the_form_is_a_fault_of_the_rule(
    plan: Plan, tmp_path: Path, old: str, new: str, told: str
) -> None:
    rule = NO_MEDIA.format(severity="mandatory", most=0, more="")
    assert old in rule
    rule = rule.replace(old, new)
    if "column" in new:
        rule = rule.replace("填了 {media_reports} 篇", "填了数")
    if "EXCEED" in new:
        rule = rule.replace("    message: 媒体报道填了 {media_reports} 篇。\n", "")
    with pytest.raises(ConfigurationFault, match=told):
        codes(plan, {"media_reports": 0}, rules=suites(tmp_path, rule))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("填了 {0} 篇", "{0}"), ("填了 {} 篇", "{}"), ("填了 {media_report} 篇", "{media_report}"),
        ("填了 {media_reports.real} 篇", "{media_reports.real}"),
        ("填了 {media_reports:.1f} 篇", "{media_reports:.1f}"), ("填了 {media_reports!r} 篇", "{media_reports!r}"),
        ("填了 {media_reports 篇", "花括号"), ("填了 } 篇", "花括号"),
        ("{change_from_last}", "{change_from_last}"),
    ],
)  # fmt: skip
def test_a_message_names_only_what_is_filled_in(plan: Plan, tmp_path: Path, message: str, told: str) -> None:
    rule = NO_MEDIA.format(severity="mandatory", most=0, more="")
    rules = suites(tmp_path, rule.replace("媒体报道填了 {media_reports} 篇。", f'"{message}"'))
    with pytest.raises(ConfigurationFault) as raised:
        codes(plan, {"media_reports": 1}, rules=rules)
    assert told in str(raised.value)
    assert "reports.yaml 第" in str(raised.value)
    assert raised.value.values["key"] == "rules.0.message"


def test_a_message_may_name_columns_bounds_and_the_figure(plan: Plan, tmp_path: Path) -> None:
    rule = NO_MEDIA.format(severity="mandatory", most=1, more="")
    message = '"{{“{label}”{value}{unit}}}，{media_reports} 多于 {max_value}"'
    rules = suites(tmp_path, rule.replace("媒体报道填了 {media_reports} 篇。", message))
    [finding] = judged(plan, make_report(plan, "tobacco", {"media_reports": 2}), rules=rules).findings
    assert finding.message.startswith("{“媒体报道”2")
    assert finding.message.endswith("}，2 多于 1")


def test_questions_need_a_sheet_to_answer_them_in(plan: Plan, tmp_path: Path) -> None:
    silent = replace(plan, form=replace(plan.form, explanations=""))
    asking = suites(tmp_path, NO_MEDIA.format(severity="verifying", most=0, more=""))
    with pytest.raises(ConfigurationFault, match="MEDIA_REPORTED"):
        codes(silent, {}, rules=asking)
    trying = suites(tmp_path, NO_MEDIA.format(severity="observe", most=0, more=""))
    assert codes(silent, {"media_reports": 1}, rules=trying) == ["MEDIA_REPORTED"]
