"""Collecting mail: each new one is kept, recorded with what becomes of it, and marked on the server; never deleted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from townreturn.chasing import raise_alert
from townreturn.chasing.senders import registered_senders
from townreturn.domain.mail import FilePurpose, KeptMail, MailFileKept, MailOutcome
from townreturn.files import settle
from townreturn.foreign_text import one_line
from townreturn.intake.mail_reader import read_kept_mail
from townreturn.intake.mailbox import MAILS_A_RUN, FetchedMail, Mailbox, MailboxFault, MailNotice
from townreturn.intake.mails import ReadMail
from townreturn.month.mail_quarantine import set_aside, tell_set_aside, told_of
from townreturn.month.mail_sorting import outcome_of, sort_files
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.mails import record_mail, recorded_mails, same_mails
from townreturn.store.periods import Alert, recent_alerts, record_alert
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

_NEEDS_NOBODY = (MailOutcome.TAKEN, MailOutcome.REPEATED)
"""Marked as read; the others stay unread for whoever looks into the mailbox."""


@dataclass(frozen=True)
class MailReport:
    """What collecting found; ``read_at`` is when it began, None where no mailbox is set up.

    ``left_count``: mails that wait for another run, at least one when the mailbox could not be read
    to its end. ``faults`` are for the log.
    """

    read_at: datetime | None = None
    collected: tuple[KeptMail, ...] = ()
    left_count: int = 0
    faults: tuple[str, ...] = ()


NO_MAILBOX = MailReport()


def collect_mail(office: Office, mailbox: Mailbox | None, now: datetime) -> MailReport:
    """Collect every new mail; the files are taken in from the archive by the next ``take_in``.

    A transaction a mail; killed anywhere, the next run ends in the same state. A mailbox that
    cannot be read is told to the operator and counted as not read: it stops nobody's files.
    """
    if mailbox is None:
        return NO_MAILBOX
    report = MailReport(read_at=now)
    try:
        with mailbox:
            waiting = _waiting(office, mailbox)
            report = replace(report, left_count=max(0, len(waiting) - MAILS_A_RUN))
            for notice in waiting[:MAILS_A_RUN]:
                report = _with(report, _collect(office, mailbox, notice, now))
    except MailboxFault as fault:
        report = replace(report, left_count=report.left_count + 1, faults=(*report.faults, str(fault)))
    if report.faults:
        raise_alert(office, say("MAILBOX_ALERT", mailbox=mailbox.name), "", now)
    return report


def describe_mail(report: MailReport) -> Iterator[str]:
    """Lines for the log: what became of each mail, and what could not be had."""
    for mail in report.collected:
        outcome = say(f"MAIL_OUTCOME_{mail.outcome}")
        yield say("MAIL_COLLECTED", **told_of(mail), outcome=outcome, files=len(mail.files))
    yield from report.faults
    if report.left_count:
        yield say("MAIL_LEFT", count=report.left_count)


def _with(report: MailReport, one: KeptMail | MailboxFault | None) -> MailReport:
    if isinstance(one, MailboxFault):
        return replace(report, left_count=report.left_count + 1, faults=(*report.faults, str(one)))
    return replace(report, collected=(*report.collected, one)) if one else report


def _waiting(office: Office, mailbox: Mailbox) -> list[MailNotice]:
    """Mails that the ledger does not have; recorded ones that a killed run did not mark are marked."""
    listed = mailbox.list_mails()
    town, validities = office.plans.town_code, {one.uid_validity for one in listed}
    with reading(office.engine) as tx:
        known = {one: recorded_mails(tx, town, mailbox.name, one) for one in validities}
    for notice in listed:
        outcome = known[notice.uid_validity].get(notice.uid)
        if outcome is not None and not notice.is_marked:
            mailbox.mark(notice, is_read=outcome in _NEEDS_NOBODY)
    return [one for one in listed if one.uid not in known[one.uid_validity]]


def _collect(office: Office, mailbox: Mailbox, notice: MailNotice, now: datetime) -> KeptMail | MailboxFault | None:
    """None for a mail that is gone, or that another run has recorded meanwhile."""
    try:
        fetched = mailbox.fetch(notice)
    except MailboxFault as fault:
        if fault.is_over:
            raise
        return fault  # one mail that the server does not give does not hold up the others
    if fetched is None:
        return None
    kept = _record(office, _keep(office, mailbox.name, notice, fetched, now), now)
    if kept is not None:
        mailbox.mark(notice, is_read=kept.outcome in _NEEDS_NOBODY)
    return kept


@dataclass(frozen=True)
class _Read:
    mail: KeptMail
    said: ReadMail


def _keep(office: Office, mailbox: str, notice: MailNotice, fetched: FetchedMail, now: datetime) -> _Read:
    """The mail and its files in the archive, read and judged; not settled on disk yet."""
    file_hash = office.archive.keep_for_now(fetched.content)
    with office.archive.lend([file_hash]) as paths:
        said = read_kept_mail(paths[file_hash], is_whole=fetched.is_whole)
    units = _units_of(office, said, now)
    outcome = outcome_of(said, units, is_whole=fetched.is_whole)
    mail = KeptMail(
        mailbox, notice.uid_validity, notice.uid, said.message_id, said.sender or said.written_sender,
        units[0] if units else "", said.subject, min(fetched.received_at, now).astimezone(UTC), file_hash, outcome,
        tuple(_keep_files(office, said, outcome)),
    )  # fmt: skip
    return _Read(mail, said)


def _units_of(office: Office, said: ReadMail, now: datetime) -> tuple[str, ...]:
    if said.is_forged or not said.sender:
        return ()
    with reading(office.engine) as tx:
        named = reporters_of(tx, office.plans.town_code)
    return registered_senders(office.plans, named, now).get(said.sender, ())


def _keep_files(office: Office, said: ReadMail, outcome: MailOutcome) -> Iterator[MailFileKept]:
    """Those of taken mails sorted; those of strangers are not looked into."""
    if outcome not in (MailOutcome.TAKEN, MailOutcome.UNKNOWN_SENDER):
        return
    files = [(one.name, office.archive.keep_for_now(one.content)) for one in said.files]
    if outcome is MailOutcome.TAKEN:
        yield from sort_files(office, said.subject, files)
    else:
        yield from (MailFileKept(*one, FilePurpose.REPORT) for one in files)


def _record(office: Office, read: _Read, now: datetime) -> KeptMail | None:
    """In one transaction with whatever the operator is told; everything is on disk before it ends."""
    town = office.plans.town_code
    with writing(office.engine, f"{town}/mail") as tx:
        mail = read.mail
        if mail.uid in recorded_mails(tx, town, mail.mailbox, mail.uid_validity):
            return None
        if _is_repeated(mail, same_mails(tx, town, mail)):
            mail = replace(mail, outcome=MailOutcome.REPEATED, files=())
        record_mail(tx, town, mail, now)
        _tell(tx, office, mail, read.said, now)
        settle()
    return mail


def _is_repeated(mail: KeptMail, before: list[MailOutcome]) -> bool:
    """A stranger's mail that comes again after he was registered is taken."""
    return MailOutcome.TAKEN in before or (bool(before) and mail.outcome is not MailOutcome.TAKEN)


def _tell(tx: Connection, office: Office, mail: KeptMail, said: ReadMail, now: datetime) -> None:
    text = ""
    if mail.outcome is MailOutcome.UNKNOWN_SENDER and mail.files:
        text = tell_set_aside(mail, set_aside(office, mail))
    elif mail.outcome is MailOutcome.WITHOUT_FILES:
        text = say("MAIL_ALERT_WITHOUT_FILES", **told_of(mail))
    elif mail.outcome in (MailOutcome.UNREADABLE, MailOutcome.TOO_LARGE):
        text = say("MAIL_ALERT_UNREAD", **told_of(mail), reason=say(said.fault))
    elif mail.outcome is MailOutcome.BOUNCED and said.failed:
        text = say("MAIL_ALERT_BOUNCED", to=one_line("、".join(said.failed)), subject=told_of(mail)["subject"])
    elif mail.outcome is MailOutcome.UNKNOWN_SENDER:
        text = _once_a_day(tx, office, now)
    if text:
        record_alert(tx, office.plans.town_code, Alert(now, "", text))


def _once_a_day(tx: Connection, office: Office, now: datetime) -> str:
    """That a stranger has written without a file: perhaps a unit that answers an announcement. Empty when told."""
    day = now.astimezone(office.plans.calendar.zone).date()
    text = say("MAIL_ALERT_STRANGER", day=day)
    return "" if text in {one.text for one in recent_alerts(tx, office.plans.town_code)} else text
