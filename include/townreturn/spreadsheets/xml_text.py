"""XML parts read without trust: no document types, only Unicode encodings, no entities but XML's own."""

import re
from collections.abc import Callable, Mapping
from html import escape
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate, XMLParserType, errors

from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import REMEMBERED_PART_BYTES, REMEMBERED_PARTS
from townreturn.spreadsheets.remembering import remembered

MAIN_NAMESPACES = (
    b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    b'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"',
)
_PLAIN_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1\.0["'](?: encoding=["'][Uu][Tt][Ff]-8["'])?"""
    rb"""(?: standalone=["'](?:yes|no)["'])?\s*\?>)?\s*(?=<[a-zA-Z])"""
)
XML_SPACES = " \t\r\n"
"""What Excel takes off both ends of a text that does not say it keeps its spaces."""
DEEPEST = 64
"""Elements inside one another; extensions of a sheet go about ten deep."""
_FOREIGN_ENCODING = ("XML_ERROR_UNKNOWN_ENCODING", "XML_ERROR_INCORRECT_ENCODING")


def root_start(part: bytes) -> int:
    """Where the root element starts, right behind a declaration of UTF-8 or none; else -1."""
    start = _PLAIN_START.match(part)
    return -1 if start is None else start.end()


def plain_start(part: bytes) -> int:
    """The same for a part in which every ``<`` starts or ends an element.

    It has no document type, comment, CDATA section or processing instruction.
    """
    start = root_start(part)
    return -1 if b"<!" in part or b"\0" in part or part.find(b"<?", max(start, 0)) >= 0 else start


def parse(part: bytes, listen: Callable[[XMLParserType], None], namespaces: bool = True) -> None:
    """Run a part through expat; ``listen`` sets the handlers. Element names are "namespace local".

    Raises CannotRead: XML_WITH_DOCTYPE, XML_ENCODING_UNKNOWN, XML_DAMAGED, or what a handler raises.
    """
    parser = ParserCreate(namespace_separator=" ") if namespaces else ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _refuse_foreign_encoding
    listen(parser)
    try:
        parser.Parse(part, True)
    except ExpatError as fault:
        foreign = ErrorString(fault.code) in {getattr(errors, name) for name in _FOREIGN_ENCODING}
        raise CannotRead("XML_ENCODING_UNKNOWN" if foreign else "XML_DAMAGED") from None


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def check_form(part: bytes) -> None:
    """Raises CannotRead(XML_…) for a part that is not well formed."""
    parse(part, lambda _: None)


def elements(part: bytes) -> list[tuple[str, Mapping[str, str]]]:
    """Every element's local name and attributes, in order; attributes of a namespace as "namespace name"."""
    found: list[tuple[str, Mapping[str, str]]] = []

    def listen(parser: XMLParserType) -> None:
        parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(" ")[2], attributes))

    parse(part, listen)
    return found


def _refuse_doctype(*_: object) -> None:
    raise CannotRead("XML_WITH_DOCTYPE")


def _refuse_foreign_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.casefold() not in ("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii"):
        raise CannotRead("XML_ENCODING_UNKNOWN")


def plainly_written(part: bytes) -> bytes:
    """The same elements and text as plain UTF-8 without prefixes: what the reader understands for certain.

    Text in CDATA sections and UTF-16 parts would else be read as blank.
    """
    if plain_start(part) >= 0:
        return part
    pieces: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        kept = (
            f' {key.rpartition(":")[2]}="{escape(value)}"'
            for key, value in attributes.items()
            if not key.startswith("xmlns")
        )
        pieces.append(f"<{name.rpartition(':')[2]}{''.join(kept)}>")

    def listen(parser: XMLParserType) -> None:
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: pieces.append(f"</{name.rpartition(':')[2]}>")
        parser.CharacterDataHandler = lambda text: pieces.append(escape(text, quote=False))

    parse(part, listen, namespaces=False)
    return "".join(pieces).encode()
