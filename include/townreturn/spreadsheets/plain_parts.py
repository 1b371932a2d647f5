"""The quick way through the parts that cells refer to: shared strings, and styles that might be dates."""

import re

from townreturn.spreadsheets.limits import (
    REMEMBERED_PART_BYTES,
    REMEMBERED_PARTS,
    REMEMBERED_ROW_BYTES,
    REMEMBERED_ROWS,
)
from townreturn.spreadsheets.plain_text import plain_text_of
from townreturn.spreadsheets.remembering import remembered
from townreturn.spreadsheets.xml_text import MAIN_NAMESPACES, plain_start

_STRING_START = re.compile(rb'\s*<si><t( xml:space="preserve")?>')
_ROOT = re.compile(rb'<sst(?: (?:count|uniqueCount|xmlns)="[ !#-%\'-;=-~]*")*\s*/?>')
_NUMBER_FORMAT = re.compile(rb'<numFmt numFmtId="(\d{1,6})" formatCode="([^"<]*)"\s*(?:/>|></numFmt>)')
_PLAIN_CODE = re.compile(rb"General|[0#?.,%_ ()+;-]*")
_CELL_FORMAT = re.compile(rb'<xf (?:[a-zA-Z]+="[^"<]*" )*?numFmtId="(\d{1,6})"')
_NOT_DATES = frozenset(b"0 1 2 3 4 9 10 11 12 13 37 38 39 40 48 49".split())
"""Built-in number formats that are surely no dates [ECMA-376-1, 18.8.30]."""


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def plain_strings(part: bytes) -> tuple[str, ...] | None:
    """The shared strings, when every one is a plain text; None when a parser must look."""
    root = plain_start(part)
    start, end = part.find(b">", root) + 1, part.rfind(b"</sst>")
    tag = part[max(root, 0) : start]
    if root < 0 or not _ROOT.fullmatch(tag) or not any(one in tag for one in MAIN_NAMESPACES):
        return None
    if part[start - 2 : start] == b"/>":
        return ()
    *items, rest = part[start:end].split(b"</t></si>")
    if end < 0 or rest.strip() or part[end + 6 :].strip():
        return None
    strings = []
    for item in items:
        if (text := _plain_string(item)) is None:
            return None
        strings.append(text)
    return tuple(strings)


@remembered(REMEMBERED_ROWS, REMEMBERED_ROW_BYTES)
def _plain_string(item: bytes) -> str | None:
    """One shared string, without its end tags. Remembered by itself: titles name town and month, labels do not."""
    opening = _STRING_START.match(item)
    raw = item[opening.end() :] if opening else b"<"
    return None if opening is None or b"<" in raw else plain_text_of(raw, bool(opening[1]))


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def plain_number_styles(part: bytes) -> frozenset[bytes]:
    """The cell styles (their numbers, as written) whose numbers are surely no dates."""
    start, end = part.find(b"<cellXfs"), part.find(b"</cellXfs>")
    if plain_start(part) < 0 or start < 0 or end < 0:
        return frozenset()
    formats = part[start:end]
    plain = _NOT_DATES | {number for number, code in _NUMBER_FORMAT.findall(part) if _PLAIN_CODE.fullmatch(code)}
    redefined = {number for number, code in _NUMBER_FORMAT.findall(part) if not _PLAIN_CODE.fullmatch(code)}
    numbers = _CELL_FORMAT.findall(formats)
    if len(numbers) != formats.count(b"<xf ") or part.count(b"<numFmt ") != len(_NUMBER_FORMAT.findall(part)):
        return frozenset()
    return frozenset(b"%d" % style for style, number in enumerate(numbers) if number in plain - redefined)
