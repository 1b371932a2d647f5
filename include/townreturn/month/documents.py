"""Documents of what is owed under a plan: recorded with a receipt, whichever way they come, and decided on."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from sqlalchemy import Connection

from townreturn.chasing.deliveries import Duty
from townreturn.chasing.duty_messages import Addressing, confirm_document, return_document
from townreturn.chasing.plan_duties import is_owed, plan_asking
from townreturn.domain.document import Document, DocumentDecision
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.obligation import ObligationKind
from townreturn.domain.plan import Plan
from townreturn.foreign_text import storable
from townreturn.month.mailed import ReplyTo
from townreturn.month.plan_duties import duties_in, scope_of
from townreturn.month.posting import post
from townreturn.month.stated import on_one_line, stated, stated_account
from townreturn.office import Office
from townreturn.store.documents import Incoming, enter_document, enter_document_decision, find_document, list_documents
from townreturn.store.engine import writing
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

DOCUMENT_KINDS = (ObligationKind.WORK_PLAN, ObligationKind.AREA_PLAN)


@dataclass(frozen=True)
class Recorded:
    """A document with the obligation it came for; ``is_new``: its bytes had not come for that before."""

    plan: Plan
    document: Document
    duty: Duty
    is_new: bool


def document_kind(subject: str, file_name: str) -> ObligationKind | None:
    """What a file that came by mail is for, by its name, else by the mail's subject; None for monthly statistics.

    A file named as a monthly return is one whatever the subject says, for people answer old mails.
    """
    for text in (file_name, subject):
        plain = _plain(text)
        if say("DOCUMENT_WORDS_PLAN") in plain:
            names_areas = any(word in plain for word in say("DOCUMENT_WORDS_AREA").split())
            return ObligationKind.AREA_PLAN if names_areas else ObligationKind.WORK_PLAN
        if any(word in plain for word in say("DOCUMENT_WORDS_STATISTICS").split()):
            return None
    return None


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


def why_not_owed(plan: Plan | None, kind: ObligationKind, unit: str) -> str:
    """Why nothing of a unit can be recorded, in words; empty when it can. ``plan`` as ``plan_asking`` gives it."""
    if plan is None or not plan.work_plans.issued_on:
        return say("DUTIES_NOT_ASKED")
    if is_owed(plan, kind, unit):
        return ""
    return say("DUTY_NOT_OWED", unit=plan.unit_by_code[unit].name, what=say(f"OWED_{kind}"))


def record_document(
    tx: Connection, office: Office, plan: Plan, kind: ObligationKind, unit: str, file_name: str, file_hash: str,
    received_at: datetime, channel: str, now: datetime, reply_to: ReplyTo | None = None,
) -> Recorded:  # fmt: skip
    """Keep a document whose bytes are in the archive, and post its receipt; the same bytes are one document.

    ``tx`` writes with ``scope_of`` the town. ``received_at`` counts as now when it is later. The receipt goes to
    ``reply_to``, else to the unit's reporter. Raises Misuse when the unit does not owe this, see ``why_not_owed``.
    """
    if not is_owed(plan, kind, unit):
        raise Misuse("DUTY_NOT_OWED", unit=plan.unit_by_code[unit].name, what=say(f"OWED_{kind}"))
    known = next((one for one in _of_duty(tx, plan, kind, unit) if one.file_hash == file_hash), None)
    if known is not None:
        return Recorded(plan, known, _duty_of(tx, plan, known, now), is_new=False)
    incoming = Incoming(kind, unit, storable(file_name), file_hash, min(received_at, now), channel)
    document = enter_document(tx, plan.town_code, plan.code, incoming, now)
    duty = _duty_of(tx, plan, document, now)
    revision = 1 + [one.id for one in duty.documents].index(document.id)
    receipt = confirm_document(Addressing(plan, reporters_of(tx, plan.town_code)), document, duty, revision)
    if reply_to:
        receipt = replace(receipt, to=reply_to.to, in_reply_to=reply_to.in_reply_to)
    post(tx, office, plan, [receipt], now)
    return Recorded(plan, document, duty, is_new=True)


def hand_in_document(
    office: Office, plan: Plan | None, kind: ObligationKind, unit: str, path: Path, received_at: datetime, now: datetime
) -> Recorded:  # fmt: skip
    """Record a file that somebody has in hand; without a plan the one that it is meant for.

    Raises Misuse for an unknown unit or one that does not owe this, Refused when no plan asks, and
    OSError for a file that cannot be read.
    """
    plan = plan or plan_asking(office.plans, received_at)
    if plan is None or not plan.work_plans.issued_on:
        raise Refused("DUTIES_NOT_ASKED")
    if unit not in plan.unit_by_code:
        raise Misuse("UNIT_UNKNOWN", value=unit)
    file_hash = office.archive.keep(path.read_bytes())
    with writing(office.engine, scope_of(plan.town_code)) as tx:
        return record_document(
            tx, office, plan, kind, unit, path.name, file_hash, received_at, "command_line", now
        )  # fmt: skip


def decide_document(
    office: Office, document_id: int, *, account: str, accepted: bool, reason: str, now: datetime
) -> Recorded:  # fmt: skip
    """Accept a document, or return it with a reason, of which its unit is told; the newest decision counts.

    Raises Misuse for an unknown document, a missing account, or a return without a reason; Refused
    when this has been decided about it already.
    """
    account, reason = (stated_account(account), on_one_line(reason)) if accepted else stated(account, reason)
    decision = DocumentDecision(accepted, now, account, reason)
    with writing(office.engine, scope_of(office.plans.town_code)) as tx:
        plan, before = _find(tx, office, document_id)
        if before.decision is not None and before.decision.accepted is accepted:
            raise Refused("DOCUMENT_DECIDED_ALREADY", id=document_id, account=before.decision.account)
        decision_id = enter_document_decision(tx, document_id, decision)
        _, document = _find(tx, office, document_id)
        duty = _duty_of(tx, plan, document, now)
        if not accepted:
            addressing = Addressing(plan, reporters_of(tx, plan.town_code))
            post(tx, office, plan, [return_document(addressing, document, duty, decision_id, now)], now)
    return Recorded(plan, document, duty, is_new=False)


def _find(tx: Connection, office: Office, document_id: int) -> tuple[Plan, Document]:
    found = find_document(tx, office.plans.town_code, document_id)
    plan = next((one for one in office.plans.plans if found and one.code == found[0]), None)
    if found is None or plan is None:
        raise Misuse("DOCUMENT_UNKNOWN", id=document_id)
    return plan, found[1]


def _of_duty(tx: Connection, plan: Plan, kind: ObligationKind, unit: str) -> list[Document]:
    documents = list_documents(tx, plan.town_code, plan.code)
    return [one for one in documents if (one.kind, one.unit) == (kind, unit)]


def _duty_of(tx: Connection, plan: Plan, document: Document, now: datetime) -> Duty:
    duties = duties_in(tx, plan, now)
    return next(one for one in duties if (one.kind, one.unit) == (document.kind, document.unit))
