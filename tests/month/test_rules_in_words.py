"""The rules as people read them: sentences with blanks, bounds filled in, a town's own rules with their own reason."""

from dataclasses import replace
from pathlib import Path

from townreturn.domain.findings import Severity
from townreturn.month.rules_in_words import RuleInWords, tell_codes, tell_rules
from townreturn.office import Office

OWN = """\
suite: cells
rules:
  - code: MANY_CASES
    severity: observe
    expectation: expect_column_values_to_be_between
    kwargs: {column: count, max_value: 900}
    message: "“{label}”本期 {value} {unit}，多于 {max_value}。"
    why: "本镇从没有超过 {900} 宗。"
    from: 2018-03
    until: 2018-06
"""


def told(office: Office) -> dict[str, RuleInWords]:
    return {one.code: one for suite in tell_rules(office, office.plans.plans[0]) for one in suite.rules}


def test_a_sentence_has_blanks_for_a_units_numbers_and_the_rules_own_bounds(small_office: Office) -> None:
    rules = told(small_office)
    assert rules["CHANGE_BEYOND_30"].sentence == "“某项指标”本期…，上期…，变化超过 30%。"
    assert rules["MAJOR_CASES_EXCEED_FILED"].sentence.startswith("大案要案（…宗）多于立案（…宗）。")
    assert rules["TEN_THOUSAND_FOLD"].why.endswith("所以相差 3000 至 30000 倍时才问。")
    change = rules["CHANGE_BEYOND_30"]
    assert (change.name, change.severity, change.at) == ("比上期变化超过30%", Severity.VERIFYING, "")
    assert rules["PENDING_DOES_NOT_BALANCE"].at == "期末在办"
    assert all(one.sentence and one.why and "{" not in one.sentence + one.why for one in rules.values())


def test_a_towns_own_rule_says_its_own_reason_as_it_stands(small_office: Office, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "edition-2018").mkdir(parents=True)
    (own / "edition-2018" / "cells.yaml").write_text(OWN, "utf-8")
    (own / "edition-2018" / "reports.yaml").write_text("suite: reports\nrules: []\n", "utf-8")
    office = replace(small_office, expectations=(own, *small_office.expectations))
    rule = told(office)["MANY_CASES"]
    assert rule.sentence == "“某项指标”本期…，多于 900。"
    assert (rule.why, rule.first, rule.last) == ("本镇从没有超过 {900} 宗。", "2018-03", "2018-06")
    assert tell_codes(office, office.plans.plans[0], ["MANY_CASES"]) == {"MANY_CASES": rule.sentence}


def test_a_findings_code_is_told_in_a_few_words(small_office: Office) -> None:
    codes = ("SAME_AS_LAST", "COUNT_NEGATIVE", "NOT_FINITE", "A_CODE_OF_LONG_AGO")
    assert list(tell_codes(small_office, small_office.plans.plans[0], codes).values()) == [
        "各项数据与上期完全相同",
        "“某项指标”填的是“…”，不能是负数。请改正。",
        "“某项指标”里存的不是正常的数，无法读取。请重新填写数字。",
        "A_CODE_OF_LONG_AGO",
    ]
