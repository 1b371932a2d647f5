"""Category reports → findings and verdicts, all reports of a period in one batch a suite."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from townreturn.checks.batch import Failure, run_batch
from townreturn.checks.differences import PUBLISHED_DIFFERENCES, first_difference
from townreturn.checks.explanations import answer
from townreturn.checks.fitting import refuse_misfits
from townreturn.checks.sentences import finding_of, request
from townreturn.checks.suites import Rule, Suite, load_suite
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.findings import Finding, Severity, verdict_of
from townreturn.domain.form import Form
from townreturn.domain.history import History, Reporter
from townreturn.domain.period import Period
from townreturn.domain.submission import CategoryReport, Judgement, Submission

if TYPE_CHECKING:
    import pandas as pd


def judge(
    submissions: Sequence[Submission], histories: Sequence[History], form: Form, period: Period, rules: Path
) -> list[list[Judgement]]:
    """The judgements of each submission's reports, in their order, by the rules of the period.

    ``histories``: beside each submission what its town accepted around the period; those of one town
    share one object, which is worked out once. ``rules`` is the folder of the form's
    suites. A mandatory finding on the whole file returns all of it. Raises Broken when a rule
    cannot be evaluated, ConfigurationFault when one asks what the form leaves no room to answer.
    """
    suites = [load_suite(rules / name).in_force(period) for name in ("cells.yaml", "reports.yaml")]
    _refuse_unanswerable(form, suites)
    reports = [report for submission in submissions for report in submission.reports]
    pairs = zip(submissions, histories, strict=True)
    reporters = [Reporter(report.category, sent.unit, past) for sent, past in pairs for report in sent.reports]
    judged = iter(zip(reports, _find(reports, reporters, form, suites), strict=True))
    return [[_judgement(submission, *next(judged), form) for _ in submission.reports] for submission in submissions]


def _judgement(submission: Submission, report: CategoryReport, found: Sequence[Finding], form: Form) -> Judgement:
    findings = answer(report, (*report.findings, *found), form)
    return Judgement(report, findings, verdict_of((*submission.findings, *findings)))


def _find(
    reports: Sequence[CategoryReport], reporters: Sequence[Reporter], form: Form, suites: Sequence[Suite]
) -> list[list[Finding]]:
    """The findings of each report, those of the cells suite first, in the suites' order."""
    # brings pandas, which most commands never need
    from townreturn.checks.frames import CELL_COLUMNS, build_frames, report_columns

    found: list[list[Finding]] = [[] for _ in reports]
    if not reports:
        return found
    refuse_misfits(form, suites[0], suites[1], (CELL_COLUMNS, report_columns(form)))
    frames, ending = build_frames(reports, reporters, form), request(form)
    for rule, row, values in _failing_rows(frames.cells, suites[0]):
        number = int(frames.report_of[row])
        found[number].append(finding_of(rule, reports[number], frames.figures[row], form, values, ending))
    for rule, row, values in _failing_rows(frames.reports, suites[1]):
        blamed = next((one for one in reports[row].figures if one.indicator == rule.at), None)
        finding = finding_of(rule, reports[row], blamed, form, values, ending)
        if blamed is None and PUBLISHED_DIFFERENCES in rule.columns:
            finding = replace(finding, at=first_difference(reports[row], reporters[row].history))
        found[row].append(finding)
    return found


def _failing_rows(frame: "pd.DataFrame", suite: Suite) -> Iterator[tuple[Rule, int, Mapping[Hashable, Any]]]:
    """Every rule that fails in a row, with the values of its columns there."""
    for failure in _ask_once(run_batch(frame, suite)):
        columns = frame.loc[list(failure.rows), list(failure.rule.columns)].to_dict("records")
        for row, values in zip(failure.rows, columns, strict=True):
            yield failure.rule, row, values


def _ask_once(failures: Sequence[Failure]) -> Iterator[Failure]:
    """One question a row: of the rules that share one, the first in the suite's order is asked.

    Rules on trial ask nobody, so they neither yield nor silence another.
    """
    asked: set[tuple[str, int]] = set()
    for failure in failures:
        question = failure.rule.question
        if not question or failure.rule.severity is Severity.OBSERVE:
            yield failure
            continue
        rows = tuple(row for row in failure.rows if (question, row) not in asked)
        asked |= {(question, row) for row in rows}
        if rows:
            yield Failure(failure.rule, rows)


def _refuse_unanswerable(form: Form, suites: Sequence[Suite]) -> None:
    verifying = [rule.code for suite in suites for rule in suite.rules if rule.severity is Severity.VERIFYING]
    if verifying and not form.explanations:
        raise ConfigurationFault("RULES_WITHOUT_EXPLANATIONS", rules="、".join(verifying), edition=form.edition)
