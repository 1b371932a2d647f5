"""Reports that came by mail: taken in beside the inbox's files if they are the sender's own, and answered to it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from townreturn.chasing.senders import registered_senders
from townreturn.domain.submission import Arrival
from townreturn.month.mandates import MAILED, Mandate, mandate_for
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.mails import mails_by_town, pending_reports
from townreturn.store.reporters import reporters_of


@dataclass(frozen=True)
class MailedReport:
    """A report from a taken mail, its bytes in the archive, and what its sender may report for."""

    arrival: Arrival
    mandate: Mandate

    @property
    def received_at(self) -> datetime:
        return self.arrival.received_at

    def is_archived(self, office: Office) -> bool:
        """Whether its bytes are still there."""
        return office.archive.has(self.arrival.file_hash)


def mailed_reports(office: Office, now: datetime) -> list[MailedReport]:
    """What mails brought and no intake has taken in yet, by the time received."""
    with reading(office.engine) as tx:
        pending = pending_reports(tx, office.plans.town_code)
        registered = registered_senders(office.plans, reporters_of(tx, office.plans.town_code), now) if pending else {}
    return [
        MailedReport(one.arrival, mandate_for(office, MAILED, one.sender, (one.unit, *registered.get(one.sender, ()))))
        for one in pending
    ]


class ReplyTo(NamedTuple):
    """Where the answer to a file goes: the sender's unit and mail addresses, and the Message-ID that it answers,
    empty if it had none."""

    unit: str
    to: tuple[str, ...]
    in_reply_to: str


def reply_to_of(tx: Connection, office: Office, files: Iterable[Arrival]) -> dict[Arrival, ReplyTo]:
    """Of the files that came by mail, where their receipts go: to the registered address that sent them."""
    return replies_by_town(tx, {office.plans.town_code: set(files)})[office.plans.town_code]


def replies_by_town(
    tx: Connection, files: Mapping[str, Collection[Arrival]]
) -> dict[str, dict[Arrival, ReplyTo]]:  # fmt: skip
    """The same of files of many towns."""
    return {
        town: {arrival: ReplyTo(mail.unit, (mail.sender,), mail.message_id) for arrival, mail in found.items()}
        for town, found in mails_by_town(tx, files).items()
    }
