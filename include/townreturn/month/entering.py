"""From submissions to answers: judged period by period, entered in the register, remarked on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from townreturn.checks.judging import judge
from townreturn.domain.breaks import find_breaks
from townreturn.domain.history import Histories, History
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
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

Sent = tuple[Office, Submission]
"""A submission and the office that it came to."""


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
    for groups in _by_period(sent):
        registers = [_open_register(tx, one) for one in groups]
        fresh = [_without_known(*pair) for pair in zip(groups, registers, strict=True)]
        for one, register, judged in zip(fresh, registers, _judge(tx, fresh), strict=True):
            published = _find_published(tx, one.plan, one.period)
            for submission, judgements in zip(one.submissions, judged, strict=True):
                decided = _decide(register, one.plan, submission, judgements, published)
                _enter(register, one.plan, decided, now)
                answers.append((one.office, Answer(decided.case, one.plan)))
            register.write(one.plan)
    return answers


def rehearse_submissions(tx: Connection, office: Office, submissions: Sequence[Submission]) -> list[Answer]:
    """What each file would be answered if it came in alone now, in the order given; nothing is stored."""
    answers: dict[int, Answer] = {}
    for groups in _by_period([(office, one) for one in submissions]):
        for one, judged in zip(groups, _judge(tx, groups), strict=True):
            register = _open_register(tx, one)
            published = _find_published(tx, one.plan, one.period, is_rehearsal=True)
            for submission, judgements in zip(one.submissions, judged, strict=True):
                case = _decide(register, one.plan, submission, judgements, published).case
                answers[id(submission)] = Answer(replace(case, is_rehearsal=True), one.plan)
    return [answers[id(one)] for one in submissions]


@dataclass(frozen=True)
class _Group:
    """What came to an office for one period, None for files that name none, in the order in which it came; by the
    plan that it is judged by."""

    office: Office
    plan: Plan
    period: Period | None
    submissions: list[Submission]


@dataclass(frozen=True)
class _Decided:
    """What becomes of a file: its answer, the judgements that make reports, and whether it only repeats known bytes."""

    case: ReceiptCase
    news: list[Judgement]
    is_repeat: bool
    remarks: Remarks


def _open_register(tx: Connection, group: _Group) -> Register:
    hashes = {one.arrival.file_hash for one in group.submissions}
    return Register(tx, group.plan.town_code, group.period.key if group.period else "", hashes)


def _without_known(group: _Group, register: Register) -> _Group:
    each = {one.arrival: one for one in group.submissions}
    return replace(group, submissions=[one for one in each.values() if not register.knows(one.arrival)])


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


def _by_period(sent: Sequence[Sent]) -> list[list[_Group]]:
    """By period, ascending, those without one first, and of a period by town; of a town as they came."""
    by_key: dict[str, dict[str, list[Sent]]] = {}
    for one in sorted(sent, key=lambda one: one[1].arrival.received_at):
        office, submission = one
        key = submission.period.key if submission.period else ""
        by_key.setdefault(key, {}).setdefault(office.plans.town_code, []).append(one)
    return [[_group(key, of_town) for _, of_town in sorted(by_key[key].items())] for key in sorted(by_key)]


def _group(key: str, sent: Sequence[Sent]) -> _Group:
    office, period = sent[0][0], Period(key) if key else None
    plan = (office.plans.find(period) if period else None) or office.plans.plans[-1]
    return _Group(office, plan, period, [submission for _, submission in sent])


def _judge(tx: Connection, groups: Sequence[_Group]) -> list[list[list[Judgement]]]:
    """Of each of a period's groups the judgements of its submissions: reports on one form are judged in one batch,
    whatever town they are of, because a batch costs as much as hundreds of reports."""
    judged: dict[int, list[list[Judgement]]] = {}
    for alike in _by_form([one for one in groups if one.period and one.submissions]):
        histories = {id(one): _histories(tx, one) for one in alike}
        sent = [(each, histories[id(one)].of(each.unit)) for one in alike for each in one.submissions]
        found = iter(_judge_alike(alike[0], *zip(*sent, strict=True)))
        judged |= {id(one): [next(found) for _ in one.submissions] for one in alike}
    return [judged.get(id(one), [[] for _ in one.submissions]) for one in groups]


def _by_form(groups: Sequence[_Group]) -> list[list[_Group]]:
    """An edition's name says little: a town may have a form of its own under it."""
    alike: list[list[_Group]] = []
    for group in groups:
        same = next((one for one in alike if one[0].plan.form == group.plan.form), None)
        if same is None:
            alike.append([group])
        else:
            same.append(group)
    return alike


def _judge_alike(one: _Group, submissions: Sequence[Submission], histories: Sequence[History]) -> list[list[Judgement]]:
    form = one.plan.form
    assert one.period is not None  # noqa: S101 - of those that name none, nothing is judged
    return judge(submissions, histories, form, one.period, one.office.rules(form.edition))


def _histories(tx: Connection, group: _Group) -> Histories:
    plan, period = group.plan, group.period
    assert period is not None  # noqa: S101 - of those that name none, nothing is judged
    balances = [one.code for one in plan.form.by_code.values() if one.is_stock]
    breaks, published = find_breaks(group.office.plans.plans), published_amounts(tx, plan.town_code, period.key)
    shared = published.get("", {})

    def seen_now(subordinate: str, past: History) -> History:
        within = past.within(breaks, period, balances)
        return replace(within, published={**shared, **published.get(subordinate, {})})

    return accepted_histories(tx, plan, period).map(seen_now)
