"""A mail's bytes → who sent it and which files it brings: bounded, and a value whatever the bytes are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from enum import StrEnum

from townreturn.intake.mail_headers import (
    field_of,
    fields_of,
    file_name_of,
    message_id_of,
    sender_of,
    shown,
    subject_of,
    written_sender,
)
from townreturn.wording import say

MAIL_BYTES = 40 << 20
"""A whole mail: a file of 20 MB, the most a submission may have, makes 27 MB of it."""
PARTS = 200
"""Of one mail, those within forwarded mails included: a workbook with some dozens of photographs."""
DEPTH = 10
"""Parts within parts; a forwarded answer with pictures and a signature makes five."""
_HEAD_BYTES = 1 << 18
"""Of a mail whose parts cannot be had; honest heads have some thousands."""
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
OWN_DOMAIN = ".townreturn.invalid>"
"""How the Message-IDs of our own mails end."""
_TRIMMINGS = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
}
"""What programs add by themselves."""
_MACHINE_FIELDS = ("x-autoreply", "x-autorespond", "x-auto-reply")
_MOST_FAILED = 3


class Nature(StrEnum):
    """A letter; one of our own that came back; an answer by a machine; a letter that a machine sent; 退信."""

    LETTER = "letter"
    OWN = "own"
    ANSWERED_BY_MACHINE = "answered_by_machine"
    SENT_BY_MACHINE = "sent_by_machine"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class MailFile:
    """An attachment; ``name`` is plain text without folders, never empty."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadMail:
    """What a mail says of itself; nothing of it is proved.

    ``sender`` is the one address that it is from, in small letters, empty when that is not plain;
    ``written_sender`` is for people to read. ``is_forged``: a server on the way has found that the
    sender's domain did not send it. ``failed``: whom a bounce says it could not reach. ``fault`` is
    the wording code of why its files cannot be had; then there are none.
    """

    sender: str = ""
    written_sender: str = ""
    message_id: str = ""
    subject: str = ""
    nature: Nature = Nature.LETTER
    is_forged: bool = False
    files: tuple[MailFile, ...] = ()
    failed: tuple[str, ...] = ()
    fault: str = ""


class _Unfit(Exception):
    """The mail cannot be taken apart; with the wording code of why."""


def read_mail(content: bytes, *, is_whole: bool = True) -> ReadMail:
    """A mail taken apart; of one that is not whole, its head alone.

    Reads hostile bytes: call it in a child process with limits, as ``mail_reader`` does.
    """
    if not is_whole or len(content) > MAIL_BYTES:
        return _described(_head(content), (), "MAIL_TOO_LARGE")
    try:
        mail = BytesParser().parsebytes(content)
        return _described(mail, tuple(_files(mail)), "")
    except _Unfit as unfit:
        return _described(_head(content), (), str(unfit))
    except Exception:  # noqa: BLE001 - parts nested too deeply for the library, or what nobody thought of
        return _described(_head(content), (), "MAIL_DAMAGED")


def _head(content: bytes) -> Message:
    return BytesParser().parsebytes(_END_OF_HEAD.split(content[:_HEAD_BYTES], maxsplit=1)[0], headersonly=True)


def _described(mail: Message, files: tuple[MailFile, ...], fault: str) -> ReadMail:
    nature = _nature(mail)
    return ReadMail(
        sender=sender_of(mail),
        written_sender=written_sender(mail),
        message_id=message_id_of(mail),
        subject=subject_of(mail),
        nature=nature,
        is_forged=any("dmarc=fail" in one.casefold() for one in fields_of(mail, "authentication-results")),
        files=files,
        failed=tuple(_failed(mail)) if nature is Nature.BOUNCE and not fault else (),
        fault=fault,
    )


def _nature(mail: Message) -> Nature:
    """By what machines say of themselves [RFC 3834, RFC 3464]."""
    automatic = next(iter(re.split(r"[;(\s]", field_of(mail, "auto-submitted").strip())), "").casefold()
    if message_id_of(mail).endswith(OWN_DOMAIN):
        return Nature.OWN
    if mail.get_content_type() == "multipart/report":
        return Nature.BOUNCE
    by_machine = any(field_of(mail, one) for one in _MACHINE_FIELDS) or field_of(mail, "return-path").strip() == "<>"
    if by_machine or automatic == "auto-replied" or field_of(mail, "precedence").strip() == "auto_reply":
        return Nature.ANSWERED_BY_MACHINE
    return Nature.SENT_BY_MACHINE if automatic not in ("", "no") else Nature.LETTER


@dataclass(frozen=True)
class _Leaf:
    part: Message
    is_within_page: bool


def _files(mail: Message) -> Iterator[MailFile]:
    number = 0
    for leaf in _leaves(mail):
        if _is_file(leaf):
            content = leaf.part.get_payload(decode=True)
            if isinstance(content, bytes):
                number += 1
                yield MailFile(file_name_of(leaf.part) or say("MAIL_FILE_UNNAMED", number=number), content)


def _is_file(leaf: _Leaf) -> bool:
    """Neither the letter itself, nor what programs add, nor a picture that the page shows, as logos are."""
    part, kind, disposition = leaf.part, leaf.part.get_content_type(), leaf.part.get_content_disposition()
    is_letter = kind in ("text/plain", "text/html") and disposition != "attachment" and not file_name_of(part)
    is_shown = kind.startswith("image/") and (disposition == "inline" or leaf.is_within_page)
    return not (is_letter or is_shown or kind in _TRIMMINGS or kind.startswith("message/"))


def _leaves(mail: Message) -> Iterator[_Leaf]:
    """The innermost parts, in their order; those of forwarded mails belong to whoever forwards them."""
    waiting, seen = [(_Leaf(mail, False), 0)], 0
    while waiting:
        leaf, depth = waiting.pop()
        seen += 1
        if seen > PARTS or depth > DEPTH:
            raise _Unfit("MAIL_PARTS_TOO_MANY")
        inner = _parts_of(leaf.part)
        if inner is None:
            yield leaf
            continue
        is_page = leaf.part.get_content_type() == "multipart/related"
        waiting += [(_Leaf(one, is_page), depth + 1) for one in reversed(inner)]


def _parts_of(part: Message) -> list[Message] | None:
    """None for a part that has none; our own mail sent along brings nothing."""
    payload, kind = part.get_payload(), part.get_content_type()
    if kind.startswith("multipart/"):
        if not isinstance(payload, list):
            raise _Unfit("MAIL_DAMAGED")
        return [one for one in payload if isinstance(one, Message)]
    if kind != "message/rfc822" or not isinstance(payload, list):
        return None
    return [one for one in map(_forwarded, payload) if not message_id_of(one).endswith(OWN_DOMAIN)]


def _forwarded(mail: Message | str) -> Message:
    """The mail within; some programs write it in base64, which the library takes for its text."""
    if isinstance(mail, Message) and not mail.keys():
        text = mail.get_payload()
        packed = Message()
        packed["Content-Transfer-Encoding"] = "base64"
        packed.set_payload(text if isinstance(text, str) else "")
        content = packed.get_payload(decode=True)
        return BytesParser().parsebytes(content if isinstance(content, bytes) else b"")
    return mail if isinstance(mail, Message) else Message()


def _failed(mail: Message) -> Iterator[str]:
    """The recipients whom the bounce's status part gives up."""
    payload = mail.get_payload()
    statuses = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    told = [one.get_payload() for one in statuses if one.get_content_type() == "message/delivery-status"]
    groups = [one for groups in told if isinstance(groups, list) for one in groups if isinstance(one, Message)]
    failed = [one for one in groups if field_of(one, "action").strip().casefold() == "failed"]
    for one in failed[:_MOST_FAILED]:
        yield shown(field_of(one, "final-recipient").rpartition(";")[2])[:254]
