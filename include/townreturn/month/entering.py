"""From submissions to answers: judged period by period, entered in the register, remarked on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from townreturn.checks.judging import judge
from townreturn.domain.breaks import find_breaks
from townreturn.domain.history import History
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, PlanBook
from townreturn.domain.submission import Arrival, Judgement, Submission, disposition_of
from townreturn.intake.interpret import interpret_safely
from townreturn.month.answering import Answer
from townreturn.month.correction_basis import tell_too_late, window_closes_at
from townreturn.month.originals import read_originals
from townreturn.month.remarks import Published, Remarks, as_they_stand, find_remarks, is_news
from townreturn.office import Office
from townreturn.receipts.case import ReceiptCase
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.store.corrections import published_amounts
from townreturn.store.periods import Alert
from townreturn.store.register import Register
from townreturn.store.reports import accepted_histories
from townreturn.store.returns import find_publications, first_published_at
from townreturn.wording import say


def read_submissions(office: Office, arrivals: Sequence[Arrival]) -> list[Submission]:
    """What each archived file says; files of the same bytes are read once."""
    raw = read_originals(office, [one.file_hash for one in arrivals])
    return [interpret_safely(raw[one.file_hash], one, office.plans) for one in arrivals]


def read_files(office: Office, files: Sequence[tuple[Arrival, Path]]) -> list[Submission]:
    """The same of files that are not archived."""
    raw = read_workbooks(list(dict.fromkeys(path for _, path in files)))
    return [interpret_safely(raw[path], arrival, office.plans) for arrival, path in files]


def enter_submissions(tx: Connection, office: Office, submissions: Sequence[Submission], now: datetime) -> list[Answer]:
    """Judge and store what has not been stored before, and say what each file is answered.

    Periods ascend, because an opening balance hangs on the period before; within a period files
    keep the order in which they came.
    """
    answers: list[Answer] = []
    for plan, period, group in _by_period(submissions, office.plans):
        register = _open_register(tx, plan, period, group)
        fresh = [one for one in {one.arrival: one for one in group}.values() if not register.knows(one.arrival)]
        published = _find_published(tx, plan, period)
        for submission, judgements in zip(fresh, _judge(tx, office, plan, period, fresh), strict=True):
            decided = _decide(register, plan, submission, judgements, published)
            _enter(register, plan, decided, now)
            answers.append(Answer(decided.case, plan))
        register.write(plan)
    return answers


def rehearse_submissions(tx: Connection, office: Office, submissions: Sequence[Submission]) -> list[Answer]:
    """What each file would be answered if it came in alone now, in the order given; nothing is stored."""
    answers: dict[int, Answer] = {}
    for plan, period, group in _by_period(submissions, office.plans):
        register = _open_register(tx, plan, period, group)
        published = _find_published(tx, plan, period, is_rehearsal=True)
        for submission, judgements in zip(group, _judge(tx, office, plan, period, group), strict=True):
            case = _decide(register, plan, submission, judgements, published).case
            answers[id(submission)] = Answer(replace(case, is_rehearsal=True), plan)
    return [answers[id(one)] for one in submissions]


@dataclass(frozen=True)
class _Decided:
    """What becomes of a file: its answer, the judgements that make reports, and whether it only repeats known bytes."""

    case: ReceiptCase
    news: list[Judgement]
    is_repeat: bool
    remarks: Remarks


def _open_register(tx: Connection, plan: Plan, period: Period | None, group: Sequence[Submission]) -> Register:
    return Register(tx, plan.town_code, period.key if period else "", {one.arrival.file_hash for one in group})


def _find_published(
    tx: Connection, plan: Plan, period: Period | None, *, is_rehearsal: bool = False
) -> Published | None:  # fmt: skip
    if period is None or period.key not in find_publications(tx, plan.town_code, [period.key]):
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
    known = {
        category: one for category, slot in slots.items() if (one := register.known_bytes(slot, arrival.file_hash))
    }
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


def _by_period(
    submissions: Sequence[Submission], plans: PlanBook
) -> list[tuple[Plan, Period | None, list[Submission]]]:
    """Submissions by period, ascending; those without one first. Within a period as they came."""
    by_key: dict[str, list[Submission]] = {}
    for one in sorted(submissions, key=lambda one: one.arrival.received_at):
        by_key.setdefault(one.period.key if one.period else "", []).append(one)
    groups: list[tuple[Plan, Period | None, list[Submission]]] = []
    for key in sorted(by_key):
        period = Period(key) if key else None
        groups.append(((plans.find(period) if period else None) or plans.plans[-1], period, by_key[key]))
    return groups


def _judge(
    tx: Connection, office: Office, plan: Plan, period: Period | None, group: Sequence[Submission]
) -> list[list[Judgement]]:
    if period is None or not group:
        return [[] for _ in group]
    balances = [one.code for one in plan.form.by_code.values() if one.is_stock]
    breaks, published = find_breaks(office.plans.plans), published_amounts(tx, plan.town_code, period.key)
    shared = published.get("", {})

    def seen_now(subordinate: str, past: History) -> History:
        within = past.within(breaks, period, balances)
        return replace(within, published={**shared, **published.get(subordinate, {})})

    histories = accepted_histories(tx, plan, period).map(seen_now)
    return judge(group, [histories.of(one.unit) for one in group], plan.form, period, office.rules(plan.form.edition))
