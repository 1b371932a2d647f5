"""Which findings become notes of the return, in which order, and what of their text an outside reader needs."""

import pytest

from townreturn.checks.sentences import request
from townreturn.checks.suites import load_suite
from townreturn.compiling.notes import compile_notes, leave_out_answers, question_of
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import ReturnEntry, ReturnNote
from townreturn.settings import Settings
from townreturn.wording import texts

ASKED = "“立案”本期 9 宗，上期 3 宗，增加 200.0%。如数据无误，请在《审核说明》写明原因；如有误，请改正。"


def verifying(category: str, indicator: str | None, code: str, explanation: str = "集中办理积案") -> Finding:
    return Finding(code, Severity.VERIFYING, ASKED, category, indicator=indicator, explanation=explanation)


def remark(category: str, reason: str) -> ReturnEntry:
    return ReturnEntry("explanations", category, "zhujian", {"indicator": "立案", "reason": reason})


def test_explained_findings_become_notes_in_the_forms_order(plans: PlanBook) -> None:
    found = [
        ("yancao", verifying("tobacco", "fake_cigarettes", "OUTLIER")),
        ("yancao", verifying("tobacco", "cases_filed", "OUTLIER")),
        ("yancao", verifying("tobacco", "cases_filed", "FILED_EXCEED_INVESTIGATED")),
        ("yancao", verifying("tobacco", None, "SAME_AS_LAST")),
        ("zhujian", verifying("building", "samples_tested", "OUTLIER")),
    ]
    notes = compile_notes(plans.plans[0], found)
    assert [(one.category, one.indicator, one.code) for one in notes] == [
        ("building", "samples_tested", "OUTLIER"),
        ("tobacco", None, "SAME_AS_LAST"),
        ("tobacco", "cases_filed", "FILED_EXCEED_INVESTIGATED"),
        ("tobacco", "cases_filed", "OUTLIER"),
        ("tobacco", "fake_cigarettes", "OUTLIER"),
    ]
    assert notes[0] == ReturnNote(
        "building", "samples_tested", "OUTLIER", "“立案”本期 9 宗，上期 3 宗，增加 200.0%。", "集中办理积案", "zhujian"
    )


@pytest.mark.parametrize("severity", [Severity.MANDATORY, Severity.INFO, Severity.OBSERVE])
def test_no_other_finding_becomes_a_note(plans: PlanBook, severity: Severity) -> None:
    found = [("yancao", Finding("ANY", severity, ASKED, "tobacco", indicator="cases_filed", explanation="有"))]
    assert compile_notes(plans.plans[0], found) == ()
    assert compile_notes(plans.plans[0], [("yancao", verifying("tobacco", None, "SAME_AS_LAST", ""))]) == ()


@pytest.mark.parametrize(
    ("message", "question"),
    [
        (ASKED, "“立案”本期 9 宗，上期 3 宗，增加 200.0%。"),
        ("甲多于乙。两数通常相等。请核对。", "甲多于乙。两数通常相等。"),
        ("甲多于乙。", "甲多于乙。"),
        ("甲多于乙", "甲多于乙。"),
        ("请核对甲。", "请核对甲。"),  # a town's own rule may say all in one sentence
    ],
)
def test_the_question_is_told_without_its_request(message: str, question: str) -> None:
    assert question_of(message) == question


def test_every_verifying_rule_has_a_question_apart_from_its_request(plans: PlanBook) -> None:
    """The numbers of a text stand before its first request, so that the note keeps them."""
    folder = Settings.from_environment({}).expectations[-1] / "edition-2018"
    rules = [rule for name in ("cells", "reports") for rule in load_suite(folder / f"{name}.yaml").rules]
    asking = [rule.code for rule in rules if rule.severity is Severity.VERIFYING]
    assert len(asking) >= 8
    for code in asking:
        template = texts()[code]
        question = question_of(template + request(plans.plans[0].form))
        assert template.startswith(question), code
        assert "请" not in question
        assert question.count("{") >= template.count("{") - 1, code  # the unit of measure may be asked about again


def test_rows_that_answered_are_not_told_twice(plans: PlanBook) -> None:
    notes = compile_notes(plans.plans[0], [("zhujian", verifying("building", "cases_filed", "OUTLIER"))])
    other = ReturnEntry("problems", "building", "zhujian", {"problem": "集中办理积案"})
    entries = (
        remark("building", " 集中办理积案"),
        remark("building", "另有一事说明"),
        remark("tobacco", "集中办理积案"),
    )
    blank = ReturnEntry("explanations", "building", "zhujian", {"indicator": "立案", "finding": "比上期变化超过30%"})
    left = leave_out_answers(plans.plans[0], (*entries, blank, other), notes)
    assert left == (entries[1], entries[2], other)
