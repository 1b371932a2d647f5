"""Reports that came by mail: taken in beside the inbox's files if they are the sender's own, and answered to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from townreturn.chasing.senders import may_report_for, registered_senders
from townreturn.domain.submission import Arrival, Submission
from townreturn.foreign_text import one_line
from townreturn.intake.faults import fault, quoted
from townreturn.month.answering import Answer
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.mails import MailedFile, mails_of, pending_reports
from townreturn.store.periods import Alert
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

_OF_ANOTHER_UNIT = "SENT_BY_ANOTHER_UNIT"


@dataclass(frozen=True)
class MailedReport:
    """A report from a taken mail, its bytes in the archive; ``units`` are those that the sender may report for."""

    arrival: Arrival
    sender: str
    units: frozenset[str]
    unit_names: str

    @property
    def received_at(self) -> datetime:
        return self.arrival.received_at

    def archived_in(self, office: Office) -> tuple[Arrival, Path]:
        """As an inbox's file is once its bytes are kept. Raises OSError when they are gone."""
        path = office.archived(self.arrival.file_hash)
        path.stat()
        return self.arrival, path


def mailed_reports(office: Office, now: datetime) -> list[MailedReport]:
    """What mails brought and no intake has taken in yet, by the time received."""
    with reading(office.engine) as tx:
        pending = pending_reports(tx, office.plans.town_code)
        registered = registered_senders(office.plans, reporters_of(tx, office.plans.town_code), now) if pending else {}
    return [_report(office, one, (one.unit, *registered.get(one.sender, ()))) for one in pending]


def _report(office: Office, file: MailedFile, units: Sequence[str]) -> MailedReport:
    names = "、".join(name_unit(office, one) for one in dict.fromkeys(units))
    return MailedReport(file.arrival, file.sender, may_report_for(office.plans, units), names)


def name_unit(office: Office, code: str) -> str:
    """By the newest plan that has the unit."""
    named = (plan.unit_by_code[code].name for plan in reversed(office.plans.plans) if code in plan.unit_by_code)
    return next(named, code)


def check_sender(office: Office, submission: Submission, file: object) -> Submission:
    """The submission; one from another unit's reporter is nobody's: it must not replace that unit's figures."""
    if not isinstance(file, MailedReport) or submission.unit is None or submission.unit in file.units:
        return submission
    bureau = office.plans.plans[-1].coordinating_unit
    finding = fault(
        _OF_ANOTHER_UNIT, None, name_unit(office, submission.unit),
        sender=file.sender, own=file.unit_names, coordinator=name_unit(office, bureau),
    )  # fmt: skip
    return Submission(submission.arrival, None, None, None, (), (finding,))


def alerts_of(answers: Iterable[Answer], now: datetime) -> Iterator[Alert]:
    """What the operator is told of files from another unit's reporter."""
    for submission in (one.case.submission for one in answers):
        for finding in submission.findings:
            if finding.code == _OF_ANOTHER_UNIT:
                name = quoted(one_line(submission.arrival.file_name))
                yield Alert(now, "", say("MAIL_ALERT_OTHER_UNIT", file=name, reason=finding.message))


class ReplyTo(NamedTuple):
    """Where the answer to a file goes: the sender's unit and mail addresses, and the Message-ID that it answers,
    empty if it had none."""

    unit: str
    to: tuple[str, ...]
    in_reply_to: str


def reply_to_of(tx: Connection, office: Office, files: Iterable[Arrival]) -> dict[Arrival, ReplyTo]:
    """Of the files that came by mail, where their receipts go: to the registered address that sent them."""
    found = mails_of(tx, office.plans.town_code, files)
    return {arrival: ReplyTo(mail.unit, (mail.sender,), mail.message_id) for arrival, mail in found.items()}
