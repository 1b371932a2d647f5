"""A mail's header fields as text: who wrote it, what it is called, what its parts are named.

Fields may be raw bytes, words of RFC 2047 or values of RFC 2231, in whatever charset; all are cut
off at a length that no honest mail reaches, and nothing in them makes a reader fail.
"""

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import default

from townreturn.foreign_text import one_line, storable

_FIELD_CHARACTERS = 8192
"""Of one field; a list of a hundred recipients stays below."""
_ADDRESS_FIELD_CHARACTERS = 1000
_SUBJECT_CHARACTERS = 300
_NAME_CHARACTERS = 150
_ADDRESS = re.compile(r"(?:.*<)?\s*([\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)\s*>?", re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
# Programs write gb2312 and gbk and mean the larger set that contains both.
_CHINESE = {"gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "euc-cn"}


def fields_of(mail: Message, name: str) -> list[str]:
    """Every field of a name (small letters), unfolded, in the order in which they stand."""
    return [_unfolded(value) for key, value in mail.raw_items() if key.casefold() == name]


def field_of(mail: Message, name: str) -> str:
    """The first field of a name; empty when there is none."""
    return next(iter(fields_of(mail, name)), "")


def sender_of(mail: Message) -> str:
    """The one address in the one From field, in small letters; empty when it is not plain who that is.

    The library's parser and a plain reading must agree, so that no comment, quoting or encoded
    name makes one address look like another.
    """
    fields = fields_of(mail, "from")
    if len(fields) != 1 or len(fields[0]) > _ADDRESS_FIELD_CHARACTERS:
        return ""
    plain = _ADDRESS.fullmatch(fields[0].strip())
    address = plain[1].casefold() if plain else ""
    return address if address and _parsed(fields[0]) == [address] else ""


def _parsed(field: str) -> list[str]:
    try:
        return [one.addr_spec.casefold() for one in default.header_factory("From", field).addresses]
    except Exception:  # noqa: BLE001 - the library's parser fails in many ways on fields that are none
        return []


def written_sender(mail: Message) -> str:
    """The From fields as they are written, for people to read: never an address to be believed."""
    return "；".join(shown(one) for one in fields_of(mail, "from"))[:_SUBJECT_CHARACTERS]


def message_id_of(mail: Message) -> str:
    """The Message-ID if it is one that may stand in the header of an answer, else empty."""
    field = field_of(mail, "message-id").strip()
    return field if _MESSAGE_ID.fullmatch(field) else ""


def subject_of(mail: Message) -> str:
    """The subject on one line."""
    return shown(field_of(mail, "subject"))[:_SUBJECT_CHARACTERS]


def shown(field: str) -> str:
    """A field as people read it: decoded, on one line, fit for the database."""
    return one_line(storable(_decoded(field))).strip()


def file_name_of(part: Message) -> str:
    """A part's file name without folders and control characters; empty when it has none."""
    read = Message()
    for name in ("Content-Disposition", "Content-Type"):
        if field := field_of(part, name.casefold()):
            read[name] = field
    try:
        given = read.get_param("filename", None, "content-disposition") or read.get_param("name", None)
    except Exception:  # noqa: BLE001 - as above
        given = None
    return _plain(_value_of(given)) if given else ""


def _value_of(given: str | Sequence[str | None]) -> str:
    """RFC 2231 gives charset, language and the bytes as Latin-1; else the name, often in encoded words."""
    if isinstance(given, str):
        return _decoded(given)
    charset, _, text = given
    return _text_of((text or "").encode("raw-unicode-escape"), charset or "")


def _plain(name: str) -> str:
    """The last component of whatever path it pretends to be; too long ones keep their ending."""
    last = one_line(storable(name)).replace("\\", "/").rpartition("/")[2].strip(" .")
    if len(last) <= _NAME_CHARACTERS:
        return last
    stem, dot, ending = last.rpartition(".")
    return stem[: _NAME_CHARACTERS - 10] + f"{dot}{ending}"[:10] if dot else last[:_NAME_CHARACTERS]


def _unfolded(value: str) -> str:
    raw = value[:_FIELD_CHARACTERS].encode("ascii", "surrogateescape")
    return _FOLD.sub(" ", _text_of(raw, "utf-8"))


def _decoded(text: str) -> str:
    """With its encoded words (RFC 2047) decoded; those that cannot be stay as they are."""
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(one if isinstance(one, str) else _piece(one, charset) for one, charset in pieces)


def _piece(raw: bytes, charset: str | None) -> str:
    """``decode_header`` gives what stands between encoded words as bytes of its own making."""
    return _text_of(raw, charset) if charset else raw.decode("raw-unicode-escape", "replace")


def _text_of(raw: bytes, charset: str) -> str:
    """By the charset that is named, else by one that fits."""
    named = "gb18030" if charset.casefold() in _CHINESE else charset
    for one in (named or "utf-8", "utf-8", "gb18030"):
        try:
            return raw.decode(one)
        except (LookupError, ValueError):
            continue
    return raw.decode("utf-8", "replace")
