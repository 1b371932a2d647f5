"""Documents from the inbox and by mail: whose they are is told from names or senders, never from the content."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.plan_duties import plan_asking
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.obligation import ObligationKind
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, Submission
from townreturn.files import settle
from townreturn.foreign_text import one_line, storable
from townreturn.intake.naming import units_named
from townreturn.month.answering import Answer, write_answers
from townreturn.month.documents import DOCUMENT_KINDS, Recorded, document_kind, record_document, why_not_owed
from townreturn.month.entering import enter_submissions
from townreturn.month.mailed import ReplyTo
from townreturn.month.plan_duties import scope_of
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.mails import pending_documents
from townreturn.store.periods import Alert, record_alert
from townreturn.wording import say


@dataclass(frozen=True)
class Paper:
    """A document in the archive, and what is told of it: ``called`` names its unit, unless ``unit`` is known.

    ``reply_to`` is where a mail's receipt goes, None for a file from the inbox.
    """

    arrival: Arrival
    kind: ObligationKind
    called: str
    unit: str = ""
    reply_to: ReplyTo | None = None


@dataclass(frozen=True)
class _Addressed:
    """What a document is for: ``plan`` and ``unit`` only together, else ``stray`` says what is wrong with it."""

    paper: Paper
    plan: Plan | None = None
    unit: str = ""
    stray: Finding | None = None


def kind_of_place(place: str) -> ObligationKind | None:
    """What the documents in an inbox folder are for, by the folder's name; None for all other files."""
    folder, _, name = place.partition("/")
    return next((kind for kind in DOCUMENT_KINDS if name and folder.strip() == _folder(kind)), None)


def paper_at(arrival: Arrival, place: str) -> Paper | None:
    """The document at a place below the inbox; None for what is none."""
    kind = kind_of_place(place)
    return Paper(arrival, kind, place.partition("/")[2]) if kind else None


def mailed_papers(office: Office) -> list[Paper]:
    """The documents that registered reporters sent by mail and that no intake has seen yet."""
    with reading(office.engine) as tx:
        pending = pending_documents(tx, office.plans.town_code)
    return [
        Paper(
            one.arrival, document_kind(one.subject, one.file_name) or ObligationKind.WORK_PLAN, one.file_name, one.unit,
            ReplyTo(one.unit, (one.sender,), one.message_id),
        )
        for one in pending
    ]  # fmt: skip


def take_in_documents(office: Office, papers: Sequence[Paper], now: datetime) -> tuple[list[Recorded], list[Answer]]:
    """Record archived documents, and quarantine those that are nobody's.

    One transaction; archive, receipts and notices are on disk before it ends.
    """
    addressed = [_address(office.plans, one) for one in papers]
    if not addressed:
        return [], []
    town = office.plans.town_code
    with writing(office.engine, f"{town}/intake", scope_of(town)) as tx:
        recorded = list(_record_all(tx, office, addressed, now))
        answers = _quarantine(tx, office, [one for one in addressed if one.stray is not None], now)
        settle()
    return recorded, answers


def _record_all(tx: Connection, office: Office, addressed: Sequence[_Addressed], now: datetime) -> Iterator[Recorded]:
    for one in addressed:
        if one.plan is not None:
            came, channel = one.paper.arrival, "mail" if one.paper.reply_to else "inbox"
            yield record_document(
                tx, office, one.plan, one.paper.kind, one.unit, came.file_name, came.file_hash, came.received_at,
                channel, now, one.paper.reply_to,
            )  # fmt: skip


def _quarantine(tx: Connection, office: Office, strays: Sequence[_Addressed], now: datetime) -> list[Answer]:
    """As files that nobody could be told from; the operator is alerted, because whoever sent it sees no notice."""
    submissions = [
        Submission(one.paper.arrival, None, None, None, (), (one.stray,)) for one in strays if one.stray is not None
    ]
    entered = enter_submissions(tx, [(office, one) for one in submissions], now)
    write_answers(entered)
    answers = [answer for _, answer in entered]
    papers = {one.paper.arrival: one.paper for one in strays}
    for answer in answers:
        submission = answer.case.submission
        paper, reason = papers[submission.arrival], submission.findings[0].message
        if paper.reply_to:
            text = say("ALERT_MAILED_DOCUMENT_STRAYED", sender=one_line(paper.reply_to.to[0]), reason=reason)
        else:
            text = say("ALERT_DOCUMENT_STRAYED", folder=_folder(paper.kind), reason=reason)
        record_alert(tx, office.plans.town_code, Alert(now, "", text))
    return answers


def _address(plans: PlanBook, paper: Paper) -> _Addressed:
    plan = plan_asking(plans, paper.arrival.received_at)
    known = plan or plans.plans[-1]
    named = [known.unit_by_code[paper.unit]] if paper.unit in known.unit_by_code else units_named(known, paper.called)
    if len(named) == 1:
        reason = why_not_owed(plan, paper.kind, named[0].code)
        if plan is not None and not reason:
            return _Addressed(paper, plan, named[0].code)
        return _Addressed(paper, stray=_stray("DOCUMENT_OF_NO_DUTY", paper, reason=reason))
    if not named:
        return _Addressed(paper, stray=_stray("DOCUMENT_NAMES_NOBODY", paper, example=known.reporting_units[0].name))
    units = "、".join(one.name for one in named)
    return _Addressed(paper, stray=_stray("DOCUMENT_NAMES_SEVERAL", paper, units=units))


def _stray(code: str, paper: Paper, **values: object) -> Finding:
    value = one_line(storable(paper.called))
    return Finding(code, Severity.MANDATORY, say(code, value=value, folder=_folder(paper.kind), **values), value=value)


def _folder(kind: ObligationKind) -> str:
    return say(f"DOCUMENT_FOLDER_{kind}")
