"""What the month tells of lineage: file → submission → return → published files. None of it can fail a step."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from upath import UPath

from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.domain.kept_file import FileKind
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.lineage import Dataset, Job, archived_file, file_at, issue_of, keep_events, submissions_of, tell_run
from townreturn.lineage.datasets import town_of
from townreturn.month.answering import Answer
from townreturn.office import Office
from townreturn.publishing.naming import issue_folder
from townreturn.store.engine import reading
from townreturn.store.inputs import reported_files
from townreturn.store.issues import content_hashes
from townreturn.store.published_files import find_files
from townreturn.store.returns import WrittenCompilation, find_compilation
from townreturn.wording import say

_log = logging.getLogger(__name__)
_Events = list[dict[str, Any]]
_Facts = ParamSpec("_Facts")


def _kept(
    compose: Callable[Concatenate[Office, datetime, _Facts], Iterator[_Events]],
) -> Callable[Concatenate[Office, datetime, _Facts], None]:
    """What is told of an office at an instant, kept; what cannot be is logged, for the step itself is done."""

    @wraps(compose)
    def keep(office: Office, now: datetime, /, *facts: _Facts.args, **named: _Facts.kwargs) -> None:
        try:
            events = [event for run in compose(office, now, *facts, **named) for event in run]
            keep_events(office.lineage, events, now)
        except Exception:  # noqa: BLE001 - whatever it is
            _log.exception("%s", say("LINEAGE_NOT_KEPT", folder=office.lineage))

    return keep


@_kept
def tell_taken_in(office: Office, now: datetime, answers: Sequence[tuple[Answer, UPath | None]]) -> Iterator[_Events]:
    """Files with what they were answered, and where in the inbox they lay: archived, then checked."""
    for answer, place in answers:
        submission = answer.case.submission
        arrival, town = submission.arrival, office.plans.town_code
        run, archived = f"{arrival.file_hash}/{arrival.received_at.isoformat()}", archived_file(town, arrival.file_hash)
        if place is not None:
            yield tell_run(Job(town_of(town), "archive", run), [file_at(place)], [archived], now)
        nominal = _nominal(answer.plan, submission.period) if submission.period else None
        read = Dataset(archived.namespace, archived.name, assertions=_assertions(answer))
        yield tell_run(Job(town_of(town), "check", run, nominal), [read], list(_accepted(town, answer)), now)


def _accepted(town: str, answer: Answer) -> Iterator[Dataset]:
    """The submission that a file makes or adds to; none of one that was returned altogether."""
    submission = answer.case.submission
    accepted = [
        one.report for one in answer.case.judgements if one.verdict in (Verdict.ACCEPTED, Verdict.EXPLAINED)
    ]  # fmt: skip
    if submission.unit and submission.period and accepted:
        named = submissions_of(town, submission.period.key, submission.unit, submission.arrival.file_hash)
        figures = sum(len(report.figures) for report in accepted)
        yield Dataset(named.namespace, named.name, named.version, {"rowCount": figures})


def _assertions(answer: Answer) -> list[dict[str, Any]]:
    """Every rule that found something, once, with how often; an explained question still is one."""
    found = [*answer.case.submission.findings, *(one for judged in answer.case.judgements for one in judged.findings)]
    by_rule: dict[str, list[Finding]] = {}
    for one in found:
        by_rule.setdefault(one.code, []).append(one)
    return [
        {
            "assertion": rule, "success": False, "actual": str(len(ones)), "expected": "0",
            "severity": "error" if any(one.severity is Severity.MANDATORY for one in ones) else "warn",
        }
        for rule, ones in sorted(by_rule.items())
    ]  # fmt: skip


def tell_compiled(written: Sequence[tuple[Office, WrittenCompilation]], now: datetime) -> None:
    """Returns compiled from submissions and from issues of earlier periods; the offices share a database."""
    if not written:
        return
    issues = {(one.town, *issue) for _, one in written for issue in one.basis.issues}
    try:
        with reading(written[0][0].engine) as tx:
            files = reported_files(tx, [one.basis for _, one in written])
            hashes = content_hashes(tx, issues)
    except Exception:  # noqa: BLE001 - whatever it is
        _log.exception("%s", say("LINEAGE_NOT_KEPT", folder=written[0][0].lineage))
        return
    for (office, one), read in zip(written, files, strict=True):
        _tell_compiled(office, now, one, read, hashes)


@_kept
def _tell_compiled(
    office: Office, now: datetime, made: WrittenCompilation, files: Sequence[tuple[str, str, str]],
    hashes: Mapping[tuple[str, str, int], str],
) -> Iterator[_Events]:  # fmt: skip
    read = [submissions_of(made.town, *one) for one in files]
    read += [issue_of(made.town, *one, hashes[made.town, *one]) for one in made.basis.issues]
    issue = issue_of(made.town, made.period, made.issue, made.content_hash)
    written = Dataset(issue.namespace, issue.name, issue.version, {"rowCount": made.cell_count})
    job = Job(town_of(made.town), "compile", made.content_hash, _nominal_of(office, made.period))
    yield tell_run(job, read, [written], now)


@_kept
def tell_published(office: Office, now: datetime, compilation_id: int) -> Iterator[_Events]:
    """An issue written to the outbox, file by file."""
    town = office.plans.town_code
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        made = compilation.town_return
        files = find_files(tx, town, made.period, made.issue)
    folder = office.outbox / issue_folder(Period(made.period), made.issue)
    places = [(file_at(folder / one.name), one) for one in files if one.kind is FileKind.OUTPUT]
    written = [Dataset(at.namespace, at.name, one.file_hash, {"size": one.size}) for at, one in places]
    job = Job(town_of(town), "publish", compilation.content_hash, _nominal_of(office, made.period))
    yield tell_run(job, [issue_of(town, made.period, made.issue, compilation.content_hash)], written, now)


def _nominal_of(office: Office, key: str) -> tuple[datetime, datetime]:
    period = Period(key)
    return _nominal(office.plans.in_force(period), period)


def _nominal(plan: Plan, period: Period) -> tuple[datetime, datetime]:
    return plan.calendar.start(period), plan.calendar.end(period)
