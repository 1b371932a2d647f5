"""Commands on submissions: blank workbooks, samples, the check before sending, the intake."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from townreturn import month
from townreturn.cli.opening import open_this_office, read_clock, read_settings
from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Finding, Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import PlanBook
from townreturn.foreign_text import one_line
from townreturn.plans import load_plan_book
from townreturn.receipts.text import ReceiptCase, verdict_text, write_receipt
from townreturn.wording import say


def write_blank_workbooks(options: argparse.Namespace) -> int:
    """``template``: a blank workbook for each lead unit, or for one; prints the paths."""
    from townreturn.templates import write_templates

    period = Period(options.period)
    plan = load_plan_book(read_settings().plans).in_force(period)
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for path in write_templates(plan, period, folder, options.unit):
        sys.stdout.write(f"{path}\n")
    return 0


def write_sample_files(options: argparse.Namespace) -> int:
    """``sample``: filled workbooks and their answer file; prints the answer file's path."""
    from townreturn.samples import write_samples

    plans = load_plan_book(read_settings().plans)
    first, last = Period(options.first), Period(options.last)
    answers = write_samples(plans, first, last, options.seed, Path(options.out), faults=options.faults)
    sys.stdout.write(f"{answers}\n")
    return 0


def check_before_sending(options: argparse.Namespace) -> int:
    """``check``: the answer each file would get; nothing is kept. 0 all accepted, 1 some not."""
    paths = [Path(name) for name in options.files]
    for path in paths:
        if not path.is_file():
            raise Misuse("NO_SUCH_FILE", value=path)
    office = open_this_office()
    cases = month.check_files(office, paths, read_clock())
    if options.json:
        answers = [_as_json(path, case) for path, case in zip(paths, cases, strict=True)]
        sys.stdout.write(json.dumps(answers, ensure_ascii=False, indent=2) + "\n")
    else:
        for case in cases:
            sys.stdout.write(_as_text(case, office.plans) + "\n")
    accepted = all(case.disposition in (Verdict.ACCEPTED, Verdict.EXPLAINED) for case in cases)
    return 0 if accepted else 1


def take_in_inbox(_: argparse.Namespace) -> int:
    """``intake``: everything in the inbox; one line a file."""
    report = month.take_in(open_this_office(), read_clock())
    for one in report.taken:
        sys.stdout.write(f"{verdict_text(one.disposition)}\t{one.period or '-'}\t{one_line(one.file_name)}\n")
    sys.stdout.write(say("CLI_TAKEN", taken=len(report.taken), left=report.left_count) + "\n")
    refused = [one for one in report.taken if one.disposition in (Verdict.RETURNED, Verdict.QUARANTINED)]
    return 1 if refused else 0


def _as_text(case: ReceiptCase, plans: PlanBook) -> str:
    period = case.submission.period
    return write_receipt(case, (plans.find(period) if period else None) or plans.plans[-1])


def _as_json(path: Path, case: ReceiptCase) -> dict[str, Any]:
    submission = case.submission
    findings = [*submission.findings, *(finding for one in case.judgements for finding in one.findings)]
    return {
        "file": str(path),
        "verdict": case.disposition.value,
        "unit": submission.unit,
        "period": submission.period.key if submission.period else None,
        "categories": [{"category": one.report.category, "verdict": one.verdict.value} for one in case.judgements],
        "findings": [_finding_as_json(one) for one in findings],
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": finding.at.sheet if finding.at else None,
        "cell": finding.at.cell or None if finding.at else None,
        "value": finding.value,
        "message": finding.message,
    }
