"""From submissions to answers: judged period by period, entered in the register, remarked on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival, Judgement, Submission, disposition_of
from townreturn.intake.interpret import interpret_safely
from townreturn.month.answering import Answer
from townreturn.month.correction_basis import tell_too_late, window_closes_at
from townreturn.month.groups import Group, Sent, by_period, find_issues, judge_groups
from townreturn.month.originals import read_originals
from townreturn.month.remarks import Published, Remarks, as_they_stand, find_remarks, is_news
from townreturn.office import Office
from townreturn.receipts.case import ReceiptCase
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.store.entered import write_entered
from townreturn.store.periods import Alert
from townreturn.store.register import Register, open_registers
from townreturn.store.returns import Publication, first_published_at
from townreturn.wording import say


def read_submissions(came: Sequence[tuple[Office, Arrival]]) -> list[Submission]:
    """What each archived file says to the office that it came to; files of the same bytes are read once."""
    if not came:
        return []
    raw = read_originals(came[0][0], [one.file_hash for _, one in came])
    return [interpret_safely(raw[one.file_hash], one, office.plans) for office, one in came]


def read_files(office: Office, files: Sequence[tuple[Arrival, Path]]) -> list[Submission]:
    """The same of files that are not archived."""
    raw = read_workbooks(list(dict.fromkeys(path for _, path in files)))
    return [interpret_safely(raw[path], arrival, office.plans) for arrival, path in files]


def enter_submissions(tx: Connection, sent: Sequence[Sent], now: datetime) -> list[tuple[Office, Answer]]:
    """Judge and store what has not been stored before, and say what each file is answered by its office.

    The offices share database and rules. Periods ascend, because an opening balance hangs on the period before; within
    a period files of a town keep the order in which they came.
    """
    answers: list[tuple[Office, Answer]] = []
    for groups in by_period(sent):
        registers, issues = _open_registers(tx, groups), find_issues(tx, groups)
        fresh = [_without_known(*pair) for pair in zip(groups, registers, strict=True)]
        for one, register, judged in zip(fresh, registers, judge_groups(tx, fresh, issues), strict=True):
            published = _published(tx, one, issues)
            for submission, judgements in zip(one.submissions, judged, strict=True):
                decided = _decide(register, one.plan, submission, judgements, published)
                _enter(register, one.plan, decided, now)
                answers.append((one.office, Answer(decided.case, one.plan)))
        write_entered(tx, [register.entered(one.plan) for one, register in zip(groups, registers, strict=True)])
    return answers


def rehearse_submissions(tx: Connection, office: Office, submissions: Sequence[Submission]) -> list[Answer]:
    """What each file would be answered if it came in alone now, in the order given; nothing is stored."""
    answers: dict[int, Answer] = {}
    for groups in by_period([(office, one) for one in submissions]):
        issues = find_issues(tx, groups)
        for one, judged in zip(groups, judge_groups(tx, groups, issues), strict=True):
            (register,) = _open_registers(tx, [one])
            published = _published(tx, one, issues, is_rehearsal=True)
            for submission, judgements in zip(one.submissions, judged, strict=True):
                case = _decide(register, one.plan, submission, judgements, published).case
                answers[id(submission)] = Answer(replace(case, is_rehearsal=True), one.plan)
    return [answers[id(one)] for one in submissions]


@dataclass(frozen=True)
class _Decided:
    """What becomes of a file: its answer, the judgements that make reports, and whether it only repeats known bytes."""

    case: ReceiptCase
    news: list[Judgement]
    is_repeat: bool
    remarks: Remarks


def _open_registers(tx: Connection, groups: Sequence[Group]) -> list[Register]:
    period = groups[0].period
    hashes = {one.plan.town_code: {each.arrival.file_hash for each in one.submissions} for one in groups}
    return open_registers(tx, period.key if period else "", hashes)


def _without_known(group: Group, register: Register) -> Group:
    each = {one.arrival: one for one in group.submissions}
    return replace(group, submissions=[one for one in each.values() if not register.knows(one.arrival)])


def _published(
    tx: Connection, group: Group, issues: Mapping[str, Publication], *, is_rehearsal: bool = False
) -> Published | None:  # fmt: skip
    plan, period = group.plan, group.period
    if period is None or plan.town_code not in issues:
        return None
    months = plan.corrections.window_months
    if is_rehearsal:
        within, outside = say("REMARK_WOULD_CORRECT"), say("REMARK_WOULD_BE_TOO_LATE", months=months)
    else:
        within, outside = say("REMARK_PUBLISHED_ALREADY"), say("REMARK_OUTSIDE_WINDOW", months=months)
    published_at = first_published_at(tx, plan.town_code, period.key)
    return Published(window_closes_at(plan, period, published_at), within, outside)


def _decide(
    register: Register, plan: Plan, submission: Submission, judgements: list[Judgement], published: Published | None
) -> _Decided:  # fmt: skip
    """Known bytes make no report, unless a category that the checks returned is accepted now."""
    arrival, stands = submission.arrival, register.standing()
    slots = {one.report.category: plan.slot_of(one.report.category, submission.unit or "") for one in judgements}
    standing = {category: found for category, slot in slots.items() if (found := stands.get(slot))}
    before = ((category, register.known_bytes(slot, arrival.file_hash)) for category, slot in slots.items())
    known = {category: one for category, one in before if one}
    judgements = as_they_stand(judgements, standing, known)
    news = [one for one in judgements if is_news(one, known)]
    first = register.first_with_bytes(arrival.file_hash)
    is_repeat = first is not None and not news
    remarks = find_remarks(standing, known, arrival, judgements, published)
    case = ReceiptCase(
        submission, judgements, disposition_of(submission, judgements),
        first.file_name if first is not None and is_repeat else "", remarks.sentences,
        names_first=first is not None and submission.unit is not None and first.unit == submission.unit,
    )  # fmt: skip
    return _Decided(case, news, is_repeat, remarks)


def _enter(register: Register, plan: Plan, decided: _Decided, now: datetime) -> None:
    case = decided.case
    if decided.is_repeat:
        register.enter_duplicate(case.submission, now)
    else:
        register.enter(plan, case.submission, decided.news, case.disposition, now)
    for alert in _alerts(plan, case.submission, decided.remarks, now):
        register.alert(alert)


def _alerts(plan: Plan, submission: Submission, remarks: Remarks, now: datetime) -> Iterator[Alert]:
    """What a file for a published period leads to."""
    if (period := submission.period) is None:
        return
    if remarks.to_correct:
        unit = plan.unit_by_code[submission.unit or ""].name
        yield Alert(now, period.key, say("ALERT_PUBLISHED_ALREADY", unit=unit, period=period))
    for category in sorted(remarks.too_late):
        slot = plan.slot_of(category, submission.unit or "")
        yield Alert(now, period.key, tell_too_late(plan, period, slot))
