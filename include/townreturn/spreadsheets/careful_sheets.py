"""The careful way through a worksheet part: every cell looked at, and written anew as plainly as can be.

What the reader (calamine) would pass over in silence is remarked on and left out: error cells and
formulas without a value come back from it as blank, a shared string with blanks in its number as
another string.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from math import isfinite
from xml.parsers.expat import XMLParserType

from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.places import LAST_COLUMN, LAST_ROW, read_place, read_range
from townreturn.spreadsheets.scanned import Marks
from townreturn.spreadsheets.workbook import cell_name
from townreturn.spreadsheets.xml_text import DEEPEST, XML_SPACES, parse

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ELEMENTS = ("worksheet", "cols", "col", "sheetData", "row", "c", "f", "v", "is", "r", "t", "mergeCells", "mergeCell")
_NAMES = {f"{namespace} {name}": name for namespace in _NAMESPACES for name in _ELEMENTS}
_TABLE, _ROW, _CELL = "/worksheet/sheetData", "/worksheet/sheetData/row", "/worksheet/sheetData/row/c"
_VALUE, _FORMULA, _INLINE = f"{_CELL}/v", f"{_CELL}/f", f"{_CELL}/is"
_VALUES = (_VALUE, _FORMULA, _INLINE)
_RUNS = (f"{_INLINE}/t", f"{_INLINE}/r/t")
"""Where text stands in an inline string; its reading aid (rPh) is no part of it."""
_TEXT_TYPES = ("str", "inlineStr")
_LONGEST_NUMBER = 10
_SPACE = "http://www.w3.org/XML/1998/namespace space"


@dataclass(frozen=True)
class Scanned:
    """A worksheet as the reader is given it, cells only, and what it would not say about them.

    ``last_string``: the highest number of a shared string, -1 without one; ``has_cells``: any that are not blank.
    """

    xml: bytes
    marks: Marks
    last_string: int
    has_cells: bool


def scan_carefully(part: bytes) -> Scanned:
    """The sheet's cells and marks. Raises CannotRead: XML_…, SHEET_PART_WRONG, CELL_…, MERGES_…."""
    scan = _Scan()
    parse(part, scan.listen)
    if not scan.has_table:
        raise CannotRead("SHEET_PART_WRONG")
    xml = f"<worksheet><sheetData>{''.join(scan.written)}</sheetData></worksheet>"
    return Scanned(xml.encode(), scan.marks, scan.last_string, bool(scan.marks.filled))


class _Scan:
    """The state of one scan: where it stands in the sheet, and the cell it is in."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.written: list[str] = []
        self.has_table = False
        self.last_string = -1
        self._path = ""
        self._outer: list[str] = []
        self._row, self._column = -1, -1
        self._cell: dict[str, str] = {}
        self._run: list[str] = []
        self._keeps_spaces = False
        self._texts: dict[str, list[str]] = {}
        self._starts: dict[str, Callable[[Mapping[str, str]], None]] = {
            _TABLE: self._start_table,
            _ROW: self._start_row,
            _CELL: self._start_cell,
            **dict.fromkeys(_VALUES, self._start_value),
            **dict.fromkeys(_RUNS, self._start_run),
            "/worksheet/cols/col": self._hide_columns,
            "/worksheet/mergeCells/mergeCell": self._merge,
        }

    def listen(self, parser: XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._outer.append(self._path)
        self._path = f"{self._path}/{_NAMES.get(name, '?')}"
        if len(self._outer) > DEEPEST:
            raise CannotRead("XML_DAMAGED")
        if len(self._outer) == 1 and self._path != "/worksheet":
            raise CannotRead("SHEET_PART_WRONG")
        if start := self._starts.get(self._path):
            start(attributes)

    def _text(self, text: str) -> None:
        if self._path in _VALUES:
            self._texts[self._path].append(text)
        elif self._path in _RUNS:
            self._run.append(text)

    def _end(self, _name: str) -> None:
        if self._path == _CELL:
            self._end_cell()
        elif self._path in _RUNS:
            run = "".join(self._run)
            self._texts[_INLINE].append(run if self._keeps_spaces else run.strip(XML_SPACES))
        self._path = self._outer.pop()

    def _start_table(self, _attributes: Mapping[str, str]) -> None:
        self.has_table = True

    def _start_value(self, _attributes: Mapping[str, str]) -> None:
        self._texts.setdefault(self._path, [])

    def _start_run(self, attributes: Mapping[str, str]) -> None:
        self._run, self._keeps_spaces = [], attributes.get(_SPACE) == "preserve"

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _index(attributes["r"], LAST_ROW) if "r" in attributes else self._row + 1
        self._column = -1
        if _is_hidden(attributes, "ht"):
            self.marks.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        if "r" in attributes:
            place = read_place(attributes["r"].strip())
            if place is None:
                raise CannotRead("CELL_PLACE_WRONG", attributes["r"][:20])
            self._row, self._column = place
        else:
            self._column += 1
        self._cell = dict(attributes)
        self._texts = {}

    def _end_cell(self) -> None:
        kind, texts = self._cell.get("t", "n"), {what: "".join(parts) for what, parts in self._texts.items()}
        value = texts.get(_INLINE, "") if kind == "inlineStr" else texts.get(_VALUE, "")
        if kind not in _TEXT_TYPES:
            value = value.strip()
        if kind == "e" and (_VALUE in texts or _FORMULA in texts):
            self._fill("ERROR_CELL")
        elif value:
            self._write(kind, value)
        elif _FORMULA in texts and not (kind == "str" and _VALUE in texts):
            self._fill("FORMULA_WITHOUT_VALUE")

    def _write(self, kind: str, value: str) -> None:
        """A cell with a value, as the reader understands it for certain."""
        fault, plain = _plain_value(kind, value)
        self._fill(fault)
        if fault:
            return
        style = f' s="{int(style)}"' if (style := self._cell.get("s", "")).isdecimal() else ""
        if kind == "s":
            self.last_string = max(self.last_string, int(plain))
        text = escape(plain, quote=False)
        content = f'<is><t xml:space="preserve">{text}</t></is>' if kind in _TEXT_TYPES else f"<v>{text}</v>"
        kind = "inlineStr" if kind in _TEXT_TYPES else kind
        place = f'r="{cell_name(self._row, self._column)}"'
        self.written.append(f'<row r="{self._row + 1}"><c {place}{style} t="{kind}">{content}</c></row>')

    def _fill(self, fault: str) -> None:
        self.marks.fill(self._row, self._column, fault, is_certain=self._cell.get("t") != "s")

    def _hide_columns(self, attributes: Mapping[str, str]) -> None:
        if _is_hidden(attributes, "width"):
            first = _index(attributes.get("min", ""), LAST_COLUMN)
            self.marks.hidden_columns.append((first, _index(attributes.get("max", ""), LAST_COLUMN)))

    def _merge(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get("ref", "")
        place = read_range(name)
        if place is None:
            raise CannotRead("CELL_PLACE_WRONG", name[:20])
        self.marks.merge(*place)


def _plain_value(kind: str, value: str) -> tuple[str, str]:
    """The finding code of a value that is none, and the value as it is to be written."""
    if kind == "n":
        return ("", value) if _is_number(value) else ("NOT_FINITE", "")
    if kind == "s" and not (value.isascii() and value.isdecimal() and len(value) < _LONGEST_NUMBER):
        raise CannotRead("SHARED_STRING_MISSING")
    if kind == "b":
        return "", "1" if _is_true(value) else "0"
    if kind not in (*_TEXT_TYPES, "s", "d"):
        raise CannotRead("CELL_TYPE_UNKNOWN", kind[:20])
    return "", value


_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and isfinite(float(text))


_ZERO = re.compile(r"[-+]?(?:0+\.?0*|\.0+)(?:[eE][-+]?\d+)?", re.ASCII)


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Hidden, or without any height or width: nobody sees what stands there."""
    return _is_true(attributes.get("hidden", "")) or _ZERO.fullmatch(attributes.get(size, "").strip()) is not None


def _is_true(text: str) -> bool:
    return text.strip() in ("1", "true")


def _index(text: str, most: int) -> int:
    """A 1-based number of XML as 0-based. Raises CannotRead(CELL_PLACE_WRONG)."""
    number = text.strip()
    if not (number.isascii() and number.isdecimal()) or not 0 < int(number[:9]) <= most:
        raise CannotRead("CELL_PLACE_WRONG", text[:20])
    return int(number) - 1
