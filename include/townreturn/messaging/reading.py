"""What is read in a letter that is written: its sender, its text, its attachments."""

import re
from email import message_from_bytes
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from typing import cast

_NAME_ALONE = re.compile(rb"^(From:.*(?:\r\n[ \t].*)*?):\s*;\r\n", re.MULTILINE)
"""A sender without an address, as ``write_letter`` writes it: an empty group of that name."""


def sender_of(content: bytes) -> str:
    """The address that the mail itself is from; empty where it names a sender without one."""
    found = cast("AddressHeader", BytesHeaderParser(policy=SMTP).parsebytes(content)["From"])
    return found.addresses[0].addr_spec if found.addresses else ""


def with_sender(content: bytes, address: str) -> bytes:
    """The mail from that address, if it has none of its own; every other byte stays."""
    if sender_of(content):
        return content
    return _NAME_ALONE.sub(rb"\1\r\n <" + address.encode("ascii") + rb">\r\n", content, count=1)


def text_of(content: bytes) -> str:
    """The plain text of the mail, its lines ended by a line feed."""
    mail = message_from_bytes(content, policy=SMTP)
    body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
    text = body.get_content() if body else ""
    return str(text).replace("\r\n", "\n")


def attachments_of(content: bytes) -> list[tuple[str, bytes]]:
    """Name and bytes of every attachment of the mail, in its order."""
    mail = message_from_bytes(content, policy=SMTP)
    parts = mail.iter_attachments() if isinstance(mail, EmailMessage) else ()
    return [(part.get_filename() or "", cast("bytes", part.get_payload(decode=True))) for part in parts]
