"""The suites, the frames they read and the form agree with each other."""

import string
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from townreturn.checks.frames import CELL_COLUMNS, report_columns
from townreturn.checks.gate import GATE_COLUMNS
from townreturn.checks.suites import Rule, load_suite
from townreturn.domain.findings import Severity
from townreturn.domain.form import Form
from townreturn.forms import PACKAGED, load_form
from townreturn.settings import Settings
from townreturn.wording import texts

RULES = Settings.from_environment({}).expectations[-1]
TEST_RULES = Path(__file__).parents[1] / "plans" / "expectations"
SHARE_A_REASON = {"MONEY_NEGATIVE"}  # with the rule before it
FORMS = [path.stem for path in PACKAGED.glob("*.yaml")]


def rules_of(edition: str, suite: str) -> Sequence[Rule]:
    return load_suite(RULES / edition / f"{suite}.yaml").rules


@pytest.mark.parametrize("edition", FORMS)
def test_every_form_has_its_suites_and_every_column_its_frame(edition: str) -> None:
    form = load_form(edition)
    for rule in rules_of(edition, "cells"):
        assert set(rule.columns) <= set(CELL_COLUMNS), rule.code
        assert rule.at == "", "the row says which cell is blamed"
    for rule in rules_of(edition, "reports"):
        assert set(rule.columns) <= set(report_columns(form)), rule.code
        assert rule.at in {"", *(one.code for one in form.indicators)}, rule.code


def test_the_gate_reads_columns_that_its_frame_has() -> None:
    for rule in load_suite(RULES / "town_return.yaml").rules:
        assert rule.columns
        assert set(rule.columns) <= set(GATE_COLUMNS), rule.code


@pytest.mark.parametrize("edition", FORMS)
def test_no_code_stands_in_two_suites(edition: str) -> None:
    codes = [rule.code for suite in ("cells", "reports") for rule in rules_of(edition, suite)]
    codes += [rule.code for rule in load_suite(RULES / "town_return.yaml").rules]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("edition", FORMS)
def test_every_suite_column_is_named_in_a_text_by_itself(edition: str) -> None:
    """A text that names a figure names one that its rule reads."""
    form = load_form(edition)
    for suite in ("cells", "reports"):
        for rule in rules_of(edition, suite):
            changes = {f"change_from_{column}" for column in rule.columns}
            given = {*rule.columns, *rule.kwargs, *changes, "label", "value", "unit"}
            assert named_in(texts()[rule.code]) <= given, rule.code
    assert form.edition == edition


def named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def questions(edition: str) -> Iterator[Rule]:
    """The rules that ask, or would once they are off trial."""
    for suite in ("cells", "reports"):
        yield from (one for one in rules_of(edition, suite) if one.severity in (Severity.VERIFYING, Severity.OBSERVE))


@pytest.mark.parametrize("edition", FORMS)
def test_every_question_has_a_short_name_of_its_own(edition: str) -> None:
    """The name is how an explanation says which question it answers."""
    names = [texts()[f"{rule.code}_NAME"] for rule in questions(edition)]
    assert len(names) == len(set(names))
    assert all(len(name) <= 16 for name in names), "it stands in a narrow column"


@pytest.mark.parametrize("edition", FORMS)
def test_a_form_whose_rules_ask_has_room_for_answers(edition: str) -> None:
    assert not list(questions(edition)) or load_form(edition).explanations


def test_the_instructions_announce_every_question_and_its_bounds() -> None:
    announced = {code.removeprefix("INSTRUCT_ASK_"): text for code, text in texts().items()
                 if code.startswith("INSTRUCT_ASK_")}  # fmt: skip
    asking = {rule.code: rule for rule in questions("edition-2018") if rule.severity is Severity.VERIFYING}
    assert asking.keys() == announced.keys() - {"HOW", "PREFILLED", "AHEAD"}
    change = asking["CHANGE_BEYOND_30"]
    floors = change.kwargs["floor_by_unit"]
    for bound in (f"{change.kwargs['beyond_pct']}%", f"不到 {change.kwargs['floor']}", f"万元不到 {floors['万元']}",
                  f"元不到 {floors['元']}"):  # fmt: skip
        assert bound in announced["CHANGE_BEYOND_30"]
    assert f"{asking['OUTLIER'].kwargs['least_count']} 期" in announced["OUTLIER"]
    assert f"{change.kwargs['beyond_pct']}%" in texts()["CHANGE_BEYOND_30_NAME"]


def test_floors_are_those_of_units_of_measure_that_the_form_has() -> None:
    units = {one.unit for one in load_form("edition-2018").by_code.values()}
    for rule in rules_of("edition-2018", "cells"):
        assert set(rule.kwargs.get("floor_by_unit", {})) <= units, rule.code


def test_the_verifying_rules_of_the_2018_edition_are_all_there() -> None:
    asked = {rule.code: rule.severity for rule in questions("edition-2018")}
    assert asked == dict.fromkeys(
        ("TEN_THOUSAND_FOLD", "OUTLIER", "CHANGE_BEYOND_30", "FINES_WITHOUT_CLOSED", "INSPECTIONS_WITHOUT_OFFICERS",
         "FILED_EXCEED_INVESTIGATED", "NEXT_OPENING_DIFFERS", "SAME_AS_LAST",
         "PUBLISHED_FIGURES_DIFFER"), Severity.VERIFYING,
    ) | {"YEAR_ON_YEAR_BEYOND_50": Severity.OBSERVE}  # fmt: skip


def test_no_rule_stands_without_its_reason() -> None:
    """Above every rule stands a comment: why, and where it comes from."""
    for name in ("cells", "reports"):
        lines = (RULES / "edition-2018" / f"{name}.yaml").read_text("utf-8").splitlines()
        for above, line in pairwise(lines):
            if line.startswith("  - code: ") and line.split()[-1] not in SHARE_A_REASON:
                assert above.startswith("  # "), line


def test_the_reason_of_every_rule_is_said_in_words_with_bounds_that_the_rule_has() -> None:
    rules = [one for suite in ("cells", "reports") for one in rules_of("edition-2018", suite)]
    for rule in (*rules, *load_suite(RULES / "town_return.yaml").rules):
        assert named_in(texts()[f"{rule.code}_WHY"]) <= rule.kwargs.keys(), rule.code


def test_the_mandatory_rules_of_the_2018_edition_are_all_there() -> None:
    codes = {rule.code for suite in ("cells", "reports") for rule in rules_of("edition-2018", suite)
             if rule.severity is Severity.MANDATORY}  # fmt: skip
    assert codes == {
        "REQUIRED_BLANK", "COUNT_NOT_WHOLE", "COUNT_NEGATIVE", "MONEY_NEGATIVE", "MONEY_TOO_FINE",
        "ZERO_RETURN_CONTRADICTED", "MAJOR_CASES_EXCEED_FILED", "FAILED_EXCEED_TESTED", "PENDING_DOES_NOT_BALANCE",
        "OPENING_DIFFERS_FROM_LAST", "TRANSFERRED_EXCEED_OPEN", "MAJOR_CASES_NOT_LISTED",
    }  # fmt: skip


def test_the_form_finds_its_own_labels(plans: object) -> None:
    """Anchors, indicator labels and sheet names must not be mistaken for one another."""
    form: Form = load_form("edition-2018")
    anchors = {form.anchors.indicator, form.anchors.unit_of_measure, form.anchors.zero_return, form.anchors.period}
    assert not anchors & {one.label for one in form.by_code.values()}
