"""Delivering (送达): a published issue is addressed to whoever receives it, and its units hear how all reported."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.backfilling import is_backfilled
from townreturn.chasing.contacts import addresses_of
from townreturn.domain.errors import Refused
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.message import Letter, Message
from townreturn.domain.period import Period
from townreturn.domain.plan import Deliverable, Plan, Recipient
from townreturn.month.delivery_letters import OutgoingIssue, bulletin_messages, delivery_message
from townreturn.month.kept import plan_kept_with, read_kept
from townreturn.month.posting import post
from townreturn.month.rebuilding import find_issue_of, require_recorded
from townreturn.office import Office
from townreturn.publishing.masked_return import mask_return
from townreturn.store.decisions import approvals_of
from townreturn.store.deliveries import find_delivery, list_deliveries, record_delivery, tell_posted
from townreturn.store.engine import writing
from townreturn.store.messages import find_message
from townreturn.store.reporters import reporters_of
from townreturn.store.returns import Publication, find_compilation, find_publications
from townreturn.store.trail import append_events


def deliver(office: Office, period: Period, number: int | None, now: datetime) -> tuple[Letter, ...]:
    """Address a published issue, by default the newest, to whoever has not been written to yet; what was written now.

    A backfilled period goes to its recipients, since somebody asks for it, but is no news to its units.
    Raises Misuse for an issue that was never published; Refused for one that a later one replaced,
    that was published before its files were kept, or that nobody approved; Broken when the archive
    has lost or altered one of its files. Then nothing is written.
    """
    town = office.plans.town_code
    with writing(office.engine, f"{town}/{period.key}") as tx:
        publication = find_issue_of(tx, office, period, number)
        newest = find_publications(tx, town, [period.key])[period.key].issue
        if publication.issue != newest:
            raise Refused("DELIVER_OVERTAKEN", period=period, issue=publication.issue, newest=newest)
        plan = office.plans.in_force(period)
        return _post(tx, office, publication, plan.recipients, now)


def post_deliveries(tx: Connection, office: Office, publication: Publication, now: datetime) -> tuple[Letter, ...]:
    """The same in the transaction of its publication.

    A backfilled period goes to nobody by itself, but its corrections do to those who had an issue before.
    """
    plan, period = office.plans.in_force(Period(publication.period)), Period(publication.period)
    recipients = plan.recipients
    if is_backfilled(tx, plan, period, now):
        had = {one.message.addressee for one in list_deliveries(tx, plan.town_code, period.key)}
        recipients = tuple(one for one in recipients if one.name in had)
    return _post(tx, office, publication, recipients, now)


def _post(
    tx: Connection, office: Office, publication: Publication, recipients: tuple[Recipient, ...], now: datetime
) -> tuple[Letter, ...]:
    plan = office.plans.in_force(Period(publication.period))
    issue = _read_issue(tx, office, publication)
    messages = [
        *(delivery_message(issue, one) for one in recipients if one.address and issue.enclosed(one.receives)),
        *_bulletins(tx, plan, issue, now),
    ]
    letters = post(tx, office, plan, messages, now)
    enclosed = {one.key: {attached.name for attached in one.attachments} for one in messages}
    for letter in letters:
        _record(tx, issue, letter, [one for one in issue.files if one.name in enclosed[letter.key]])
    return letters


def _read_issue(tx: Connection, office: Office, publication: Publication) -> OutgoingIssue:
    """Exactly what was published, by its hashes: from the archive, where nobody puts anything by hand."""
    compilation = find_compilation(tx, publication.compilation_id)
    if not approvals_of(tx, compilation):
        raise Refused("NOT_APPROVED", period=publication.period)
    recorded = require_recorded(tx, office, publication)
    files = tuple(read_kept(office, one) for one in recorded if one.kind is FileKind.OUTPUT)
    kept = plan_kept_with(tx, office, publication.period, publication.issue)
    plan = kept or office.plans.in_force(Period(publication.period))
    issued_on = publication.published_at.astimezone(plan.calendar.zone).date()
    return OutgoingIssue(mask_return(compilation.town_return), plan, issued_on, files)


def _bulletins(tx: Connection, plan: Plan, issue: OutgoingIssue, now: datetime) -> Iterator[Message]:
    """To every member unit; where no address is known, somebody hands it over."""
    if is_backfilled(tx, plan, Period(issue.town_return.period), now):
        return
    named = reporters_of(tx, plan.town_code)
    if issue.enclosed((Deliverable.BRIEFING,)):
        yield from bulletin_messages(issue, [(one, addresses_of(plan, named, one.code)) for one in plan.units])


def _record(tx: Connection, issue: OutgoingIssue, letter: Letter, files: Sequence[KeptFile]) -> None:
    """Which files the letter has, and its event."""
    town_return = issue.town_return
    message = find_message(tx, town_return.town_code, letter.key)
    assert message is not None  # noqa: S101 - it was written a moment ago
    record_delivery(tx, message.id, town_return.issue, files)
    told = [tell_posted(find_delivery(tx, message.id))]
    append_events(tx, town_return.town_code, town_return.plan, town_return.period, told)
