"""The suites, the frames they read and the form agree with each other."""

from collections.abc import Sequence
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
        assert rule.at in {one.code for one in form.indicators}, rule.code


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
    import string

    form = load_form(edition)
    for rule in rules_of(edition, "reports"):
        named = {name for _, name, _, _ in string.Formatter().parse(texts()[rule.code]) if name}
        assert named <= {*rule.columns, "label", "value", "unit"}, rule.code
    assert form.edition == edition


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
