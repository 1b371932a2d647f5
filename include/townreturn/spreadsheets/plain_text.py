"""Text of XML read without a parser, where it is plain; where it is not, a parser must look."""

import re
import sys

from townreturn.spreadsheets.xml_text import XML_SPACES

_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|\]\]>|_x[0-9a-fA-F]{4}_")


def plain_text_of(raw: bytes, keeps_spaces: bool) -> str | None:
    """The text between two tags; None when it is not certain what it says.

    Uncertain: line ends that XML changes, characters it forbids, references it does not know, and
    Excel's own way of writing control characters (_x000D_).
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    if not keeps_spaces:
        text = text.strip(XML_SPACES)
    if "&" in text:
        count = text.count("&")
        text, known = _REFERENCE.subn(_character, text)
        if known < count:
            return None
    is_certain = text.isprintable() and "_x" not in text and "]]>" not in text
    return text if is_certain or not _NOT_TEXT.search(text) else None


def _character(reference: re.Match[str]) -> str:
    """The character meant; NUL, which is refused afterwards, for one that does not exist."""
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if number <= sys.maxunicode else "\0"
