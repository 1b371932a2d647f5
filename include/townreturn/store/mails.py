"""The ledger of mails: each recorded once, with its files, and found again for whoever takes those in or answers."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, or_, select

from townreturn.domain.mail import FilePurpose, KeptMail, MailFileKept, MailOutcome
from townreturn.domain.submission import Arrival
from townreturn.store.schema import arrivals, documents, mail_attachments, mails


@dataclass(frozen=True)
class MailedFile:
    """A file of a taken mail, with what is needed to take it in and to answer it."""

    file_name: str
    file_hash: str
    received_at: datetime
    sender: str
    unit: str
    subject: str
    message_id: str

    @property
    def arrival(self) -> Arrival:
        return Arrival(self.file_name, self.file_hash, self.received_at)


def recorded_mails(tx: Connection, town: str, mailbox: str, uid_validity: str) -> dict[str, MailOutcome]:
    """UID → what became of it, of those of a mailbox's mails that the ledger has."""
    query = select(mails.c.uid, mails.c.outcome).filter_by(town=town, mailbox=mailbox, uid_validity=uid_validity)
    return {row.uid: MailOutcome(row.outcome) for row in tx.execute(query)}


def record_mail(tx: Connection, town: str, mail: KeptMail, now: datetime) -> None:
    """Enter a mail that the ledger does not have yet, with its files."""
    (key,) = tx.execute(
        insert(mails).returning(mails.c.id).values(
            town=town, mailbox=mail.mailbox, uid_validity=mail.uid_validity, uid=mail.uid,
            message_id=mail.message_id, sender=mail.sender, unit=mail.unit, subject=mail.subject,
            received_at=mail.received_at, file_hash=mail.file_hash, outcome=mail.outcome, recorded_at=now,
        )
    ).one()  # fmt: skip
    rows = [
        {"mail_id": key, "position": place, "file_name": one.name, "file_hash": one.file_hash, "purpose": one.purpose}
        for place, one in enumerate(mail.files)
    ]
    if rows:
        tx.execute(insert(mail_attachments), rows)


def same_mails(tx: Connection, town: str, mail: KeptMail) -> list[MailOutcome]:
    """What became of this very mail before, under other names: the same bytes, or of the same sender the same
    Message-ID with the same files."""
    named = and_(mails.c.message_id == mail.message_id, mails.c.sender == mail.sender)
    alike = or_(mails.c.file_hash == mail.file_hash, named) if mail.message_id else mails.c.file_hash == mail.file_hash
    found = [*tx.execute(select(mails).where(mails.c.town == town, alike).order_by(mails.c.id))]
    files = sorted((one.name, one.file_hash) for one in mail.files)
    return [
        MailOutcome(row.outcome)
        for row in found
        if row.file_hash == mail.file_hash or files == sorted((one.name, one.file_hash) for one in _files(tx, row.id))
    ]


def list_mails(tx: Connection, town: str) -> list[KeptMail]:
    """Every mail of the ledger, in the order in which they were recorded."""
    query = select(mails).where(mails.c.town == town).order_by(mails.c.id)
    return [_kept(tx, row) for row in tx.execute(query).all()]


def _kept(tx: Connection, row: Row[Any]) -> KeptMail:
    return KeptMail(
        row.mailbox, row.uid_validity, row.uid, row.message_id, row.sender, row.unit, row.subject, row.received_at,
        row.file_hash, MailOutcome(row.outcome), tuple(_files(tx, row.id)),
    )  # fmt: skip


def _files(tx: Connection, mail_id: int) -> Iterator[MailFileKept]:
    query = select(mail_attachments).filter_by(mail_id=mail_id).order_by(mail_attachments.c.position)
    return (MailFileKept(row.file_name, row.file_hash, FilePurpose(row.purpose)) for row in tx.execute(query))


_OF_FILES = (
    select(
        mail_attachments.c.file_name, mail_attachments.c.file_hash, mails.c.received_at, mails.c.sender,
        mails.c.unit, mails.c.subject, mails.c.message_id,
    )
    .join(mails, mails.c.id == mail_attachments.c.mail_id)
    .where(mails.c.outcome == MailOutcome.TAKEN)
    .order_by(mails.c.received_at, mails.c.id, mail_attachments.c.position)
)  # fmt: skip


def towns_with_mail(tx: Connection) -> set[str]:
    """The towns for which ``pending_reports`` or ``pending_documents`` find something."""
    files = mails.join(mail_attachments, mails.c.id == mail_attachments.c.mail_id)
    is_report = mail_attachments.c.purpose == FilePurpose.REPORT
    is_document = and_(mail_attachments.c.purpose == FilePurpose.DOCUMENT, ~_recorded().exists())
    waiting = mails.c.outcome == MailOutcome.TAKEN, or_(is_report, is_document), ~_taken_in()
    return set(tx.scalars(select(mails.c.town).distinct().select_from(files).where(*waiting)))


def pending_reports(tx: Connection, town: str) -> list[MailedFile]:
    """The reports of taken mails that have not been taken in, by the time received."""
    ours = mails.c.town == town, mail_attachments.c.purpose == FilePurpose.REPORT
    return [MailedFile(*row) for row in tx.execute(_OF_FILES.where(*ours, ~_taken_in()))]


def pending_documents(tx: Connection, town: str) -> list[MailedFile]:
    """The documents of taken mails that were neither recorded, for whatever obligation, nor quarantined."""
    ours = mails.c.town == town, mail_attachments.c.purpose == FilePurpose.DOCUMENT
    return [MailedFile(*row) for row in tx.execute(_OF_FILES.where(*ours, ~_recorded().exists(), ~_taken_in()))]


def _recorded() -> Select[tuple[int]]:
    """A file's entry as a document of its sender's unit."""
    return select(documents.c.id).where(
        documents.c.town == mails.c.town,
        documents.c.file_hash == mail_attachments.c.file_hash,
        documents.c.unit == mails.c.unit,
    )


def _taken_in() -> ColumnElement[bool]:
    """Whether the intake has entered this very file."""
    return (
        select(arrivals.c.id)
        .where(
            arrivals.c.town == mails.c.town,
            arrivals.c.file_hash == mail_attachments.c.file_hash,
            arrivals.c.file_name == mail_attachments.c.file_name,
            arrivals.c.received_at == mails.c.received_at,
        )
        .exists()
    )


def mails_of(tx: Connection, town: str, files: Iterable[Arrival]) -> dict[Arrival, MailedFile]:
    """The files that came by mail, with the mail that brought each first."""
    return mails_by_town(tx, {town: set(files)})[town]


def mails_by_town(
    tx: Connection, files: Mapping[str, Collection[Arrival]]
) -> dict[str, dict[Arrival, MailedFile]]:  # fmt: skip
    """The same of many towns; of each of them, though none of its files did."""
    hashes = {one.file_hash for own in files.values() for one in own}
    query = _OF_FILES.add_columns(mails.c.town)
    found: dict[str, dict[Arrival, MailedFile]] = {town: {} for town in files}
    for *told, town in tx.execute(query.where(mails.c.town.in_(list(files)), mail_attachments.c.file_hash.in_(hashes))):
        file = MailedFile(*told)
        if file.arrival in files[town]:
            found[town].setdefault(file.arrival, file)
    return found
