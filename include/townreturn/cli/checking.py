"""``check``: the answer that files would get, before they are sent; nothing is kept."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_clock
from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.intake.inbox import is_unfinished
from townreturn.month import Answer
from townreturn.receipts.text import write_text
from townreturn.wording import say

_ACCEPTED = (Verdict.ACCEPTED, Verdict.EXPLAINED)


@dataclass(frozen=True)
class _Wanted:
    """A file to check, and its place below the folder given, without the ending of its name."""

    path: Path
    place: Path


def check_before_sending(options: argparse.Namespace) -> int:
    """One answer a file. Returns 0 when all are accepted, 1 when some are not.

    Raises Misuse for a path that is not there and for folders without any file.
    """
    wanted = _apart([one for name in options.files for one in _find_files(Path(name))])
    if not wanted:
        raise Misuse("NOTHING_TO_CHECK")
    office = open_chosen_office(options)
    show = _show_as_json if options.json else _show_as_text
    done, all_accepted = 0, True
    for answers in month.check_files(office, [one.path for one in wanted], read_clock()):
        tray = wanted[done : done + len(answers)]
        for number, (one, answer) in enumerate(zip(tray, answers, strict=True), start=done + 1):
            show(one.path, answer, number, len(wanted))
            all_accepted &= answer.case.disposition in _ACCEPTED
        if options.receipts:
            files = [(answer, one.path) for one, answer in zip(tray, answers, strict=True)]
            month.write_receipts(files, [Path(options.receipts) / one.place for one in tray])
        done += len(answers)
        _report_progress(done, len(wanted))
    return 0 if all_accepted else 1


def _find_files(path: Path) -> Iterator[_Wanted]:
    if path.is_dir():
        inside = sorted(one for one in path.rglob("*") if one.is_file() and not is_unfinished(one.name))
        yield from (_Wanted(one, _without_ending(one.relative_to(path))) for one in inside)
    elif path.is_file():
        yield _Wanted(path, _without_ending(Path(path.name)))
    else:
        raise Misuse("NO_SUCH_FILE", value=path)


def _without_ending(place: Path) -> Path:
    """A name such as 报表2018.03 has no ending."""
    ending = place.suffix[1:]
    return place.with_suffix("") if ending.isascii() and ending.isalnum() and not ending.isdigit() else place


def _apart(wanted: list[_Wanted]) -> list[_Wanted]:
    """Files of one name from several places: the second's receipt must not replace the first's."""
    times: Counter[Path] = Counter()
    for number, one in enumerate(wanted):
        times[one.place] += 1
        if times[one.place] > 1:
            wanted[number] = _Wanted(one.path, one.place.with_name(f"{times[one.place]}_{one.place.name}"))
    return wanted


def _report_progress(number: int, total: int) -> None:
    if total > month.TRAY:
        sys.stderr.write(say("CLI_CHECKED", number=number, total=total) + "\n")


def _show_as_text(_path: Path, answer: Answer, _number: int, _total: int) -> None:
    sys.stdout.write(write_text(answer.case, answer.plan) + "\n")


def _show_as_json(path: Path, answer: Answer, number: int, total: int) -> None:
    """An element of one array, written as it comes: a long list never has to fit into memory."""
    text = json.dumps(_as_json(path, answer), ensure_ascii=False, indent=2)
    sys.stdout.write(("[\n" if number == 1 else ",\n") + text + ("\n]\n" if number == total else ""))


def _as_json(path: Path, answer: Answer) -> dict[str, Any]:
    case = answer.case
    submission = case.submission
    findings = [*submission.findings, *(finding for one in case.judgements for finding in one.findings)]
    return {
        "file": str(path),
        "verdict": case.disposition.value,
        "unit": submission.unit,
        "period": submission.period.key if submission.period else None,
        "categories": [{"category": one.report.category, "verdict": one.verdict.value} for one in case.judgements],
        "findings": [_finding_as_json(one) for one in findings if one.severity is not Severity.OBSERVE],
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "category": finding.category,
        "sheet": finding.at.sheet if finding.at else None,
        "cell": finding.at.cell or None if finding.at else None,
        "value": finding.value,
        "message": finding.message,
        "explanation": finding.explanation or None,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``check``."""
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help=say("CLI_JSON"))
    parser.add_argument("--receipts", metavar="DIR", help=say("CLI_RECEIPTS"))
    parser.set_defaults(command=check_before_sending)
