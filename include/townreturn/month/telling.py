"""What units are told by message: the receipt of every file that names its unit, and notices of what became of one."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from townreturn.chasing.backfilling import backfilled_among
from townreturn.chasing.contacts import Named, addresses_of
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival
from townreturn.month.answering import Written
from townreturn.month.mailed import ReplyTo
from townreturn.month.posting import post
from townreturn.office import Office
from townreturn.receipts.contents import verdict_text
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

Replies = Mapping[Arrival, ReplyTo]
"""Files that came by mail, and whom they are answered to."""


def post_receipts(
    tx: Connection, office: Office, written: Sequence[Written], now: datetime, replies: Replies,
    past: Collection[Period],
) -> None:  # fmt: skip
    """Send each receipt to its file's unit: to whoever mailed the file, else to the unit's reporter.

    Whoever has mailed a file is answered. Of other files none goes out for one that names nobody, and
    none for a backfilled period, which ``past`` holds. The mails are not settled on disk yet.
    """
    mailed = [one for one in written if one.arrival in replies]
    others = [one for one in written if one.arrival not in replies and one.answer.case.submission.unit]
    told = [*mailed, *(one for one in others if one.answer.case.submission.period not in past)]
    named = reporters_of(tx, office.plans.town_code) if told else {}
    for plan in {one.answer.plan.code: one.answer.plan for one in told}.values():
        messages = [_receipt(one, named, replies) for one in told if one.answer.plan.code == plan.code]
        post(tx, office, plan, messages, now, is_settled_later=True)


def find_past(
    tx: Connection, written: Sequence[tuple[Office, Written]], now: datetime
) -> dict[str, set[Period]]:  # fmt: skip
    """By town, the backfilled ones of the periods of its files. One that no plan is for is the unit's own mistake."""
    plans: dict[Period, dict[str, Plan]] = {}
    for office, one in written:
        period = one.answer.case.submission.period
        if period and (plan := office.plans.find(period)):
            plans.setdefault(period, {})[plan.town_code] = plan
    found: dict[str, set[Period]] = {office.plans.town_code: set() for office, _ in written}
    for period, of_towns in plans.items():
        for town in backfilled_among(tx, list(of_towns.values()), period, now):
            found[town].add(period)
    return found


def _receipt(written: Written, named: Mapping[str, Named], replies: Replies) -> Message:
    case, plan = written.answer.case, written.answer.plan
    period, reply = case.submission.period, replies.get(written.arrival)
    unit = case.submission.unit or (reply.unit if reply and reply.unit in plan.unit_by_code else "")
    return Message(
        key=_key(written.arrival),
        kind=MessageKind.RECEIPT,
        period=period.key if period else "",
        unit=unit,
        to=reply.to if reply else addresses_of(plan, named, unit),
        subject=_subject("RECEIPT_MAIL_SUBJECT", verdict_text(case.disposition), plan, unit, period),
        text=written.text,
        html=written.page,
        attachments=(written.marked_copy,) if written.marked_copy else (),
        in_reply_to=reply.in_reply_to if reply else "",
    )


def _key(arrival: Arrival) -> str:
    """By what makes an arrival the same one; the name itself may be of any length and content."""
    name = hashlib.sha256(arrival.file_name.encode()).hexdigest()[:16]
    return f"receipt/{arrival.file_hash}/{_instant(arrival.received_at)}/{name}"


@dataclass(frozen=True)
class Notice:
    """What a unit is told of its reports of a period; ``key`` tells it from every other, ``mark`` says what it is
    about in a word or two."""

    key: str
    unit: str
    mark: str
    text: str


def post_notices(
    tx: Connection, office: Office, plan: Plan, period: Period, notices: Iterable[Notice], at: datetime
) -> None:  # fmt: skip
    """Send notices of something that was decided ``at`` an instant; each once, however often it is said."""
    named = reporters_of(tx, plan.town_code)
    messages = [
        Message(
            key=f"{one.key}/{period.key}/{one.unit}/{_instant(at)}",
            kind=MessageKind.RECEIPT,
            period=period.key,
            unit=one.unit,
            to=addresses_of(plan, named, one.unit),
            subject=_subject("NOTICE_MAIL_SUBJECT", one.mark, plan, one.unit, period),
            text=one.text,
        )
        for one in notices
    ]
    post(tx, office, plan, messages, at)


def _subject(code: str, mark: str, plan: Plan, unit: str, period: Period | None) -> str:
    named = say("PERIOD_NAMED", year=period.year, month=period.month) if period else ""
    told = say("MAIL_SUBJECT_UNIT", unit=plan.unit_by_code[unit].name) if unit else ""
    return say(code, mark=mark, period=named, unit=told)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%f}"
