"""A message as one whole mail (RFC 5322), the same bytes for the same message and instant."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import PurePath

from townreturn.domain.message import Attachment, Letter, Message
from townreturn.foreign_text import one_line
from townreturn.messaging.headers import MAIL_POLICY

_OFFICE = "vnd.openxmlformats-officedocument"
_TYPES = {
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".json": "json",
}
"""The same on every machine. A text goes as mere bytes: it may be put into another encoding on its way, and would
not be what was published any more."""


@dataclass(frozen=True)
class MailFrame:
    """What every mail of a town has in common.

    ``sender`` is the bureau's name; ``mailbox`` its address, empty where none is known: the channel
    that sends puts its own. ``addressee`` names the unit, or the operators.
    """

    town_code: str
    sender: str
    mailbox: str
    addressee: str
    written_at: datetime


def write_letter(message: Message, frame: MailFrame) -> Letter:
    """The mail; texts from units can break neither header nor part."""
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["Subject"] = one_line(message.subject)
    mail["From"] = _named(frame.sender, (frame.mailbox,) if frame.mailbox else ())
    mail["To"] = ", ".join(message.to) if message.to else _named(frame.addressee, ())
    mail["Date"] = format_datetime(frame.written_at)
    mail["Message-ID"] = message_id(message.key, frame)
    mail["Auto-Submitted"] = "auto-generated"
    if message.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = one_line(message.in_reply_to)
    mail.set_content(message.text, cte="base64")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="base64")
    for attachment in message.attachments:
        _attach(mail, attachment)
    _bound(mail, message.key)
    return Letter(
        message.key, message.kind, message.period, message.unit, frame.addressee, message.to,
        one_line(message.subject), mail.as_bytes(),
    )  # fmt: skip


def message_id(key: str, frame: MailFrame) -> str:
    """By the key alone, so that a mail sent twice can be told to be one."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{frame.town_code}.townreturn.invalid>"


def _named(name: str, addresses: tuple[str, ...]) -> str:
    """A name with its addresses; without any, an empty group, which bears the name alone."""
    from email.headerregistry import Address, Group

    if addresses:
        return str(Address(one_line(name), addr_spec=addresses[0]))
    return str(Group(one_line(name), ()))


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    subtype = _TYPES.get(PurePath(attachment.name).suffix, "octet-stream")
    name = one_line(attachment.name)
    mail.add_attachment(attachment.content, maintype="application", subtype=subtype, filename=name)


def _bound(mail: EmailMessage, key: str) -> None:
    """Boundaries by the key: by chance, as the library makes them, the bytes would never be the same twice."""
    for number, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{key}/{number}'.encode()).hexdigest()[:40]}")
