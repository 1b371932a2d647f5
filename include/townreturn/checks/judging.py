"""Category reports → findings and verdicts, all reports of a form in one batch."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from townreturn.checks.batch import run_batch
from townreturn.checks.frames import build_cells, build_reports
from townreturn.checks.suites import Rule, load_suite
from townreturn.domain.findings import Finding, verdict_of
from townreturn.domain.form import Form
from townreturn.domain.submission import CategoryReport, Figure, Judgement, Submission


def judge(
    submissions: Sequence[Submission], form: Form, last_closing: Mapping[str, Decimal], rules: Path
) -> list[list[Judgement]]:
    """The judgements of each submission's reports, in their order.

    ``last_closing`` holds the closing balance last accepted, by category, where known; ``rules``
    is the folder of the form's suites. A mandatory finding on the whole file returns all of it.
    """
    reports = [report for submission in submissions for report in submission.reports]
    found = _find(reports, form, last_closing, rules)
    judged = iter(zip(reports, found, strict=True))
    return [[_judgement(submission, *next(judged)) for _ in submission.reports] for submission in submissions]


def _judgement(submission: Submission, report: CategoryReport, found: Sequence[Finding]) -> Judgement:
    findings = (*report.findings, *found)
    return Judgement(report, findings, verdict_of((*submission.findings, *findings)))


def _find(
    reports: Sequence[CategoryReport], form: Form, last_closing: Mapping[str, Decimal], rules: Path
) -> list[list[Finding]]:
    found: list[list[Finding]] = [[] for _ in reports]
    cells, places = build_cells(reports, form)
    for failure in run_batch(cells, load_suite(rules / "cells.yaml")):
        for row in failure.rows:
            number, figure = places[row]
            found[number].append(_finding(failure.rule, reports[number], form, figure, {}))
    frame = build_reports(reports, form, last_closing)
    for failure in run_batch(frame, load_suite(rules / "reports.yaml")):
        for number in failure.rows:
            report, row = reports[number], frame.loc[number].to_dict()
            found[number].append(_finding(failure.rule, report, form, _figure(report, failure.rule.at), row))
    return found


def _figure(report: CategoryReport, indicator: str) -> Figure:
    return next(figure for figure in report.figures if figure.indicator == indicator)


def _finding(rule: Rule, report: CategoryReport, form: Form, figure: Figure, row: Mapping[str, Any]) -> Finding:
    indicator = form.by_code[figure.indicator]
    others = {column: _plain(row[column]) for column in rule.columns if column in row}
    values = {**others, "label": indicator.label, "value": figure.raw, "unit": indicator.unit}
    return Finding(rule.code, rule.severity, rule.say(**values), report.category, figure.at, figure.raw)


def _plain(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
