"""A second opinion on a workbook, sharing no code with the project: lxml, cell by cell."""

import posixpath
import zipfile
from io import BytesIO

from lxml import etree

Cells = dict[tuple[int, int], str | float]
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def read_sheets(content: bytes) -> list[tuple[str, Cells]]:
    """Sheet names with their non-blank cells by (row, column) from 1; the first of two equal cells wins."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        relations = _elements(package.read("xl/_rels/workbook.xml.rels"), "Relationship")
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        has_strings = "xl/sharedStrings.xml" in package.namelist()
        shared = _elements(package.read("xl/sharedStrings.xml"), "si") if has_strings else []
        strings = [_text(one) for one in shared]
        sheets = []
        for sheet in _elements(package.read("xl/workbook.xml"), "sheet"):
            target = targets[next(value for key, value in sheet.attrib.items() if str(key).endswith("}id"))]
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            sheets.append((sheet.get("name", ""), _cells(package.read(path), strings)))
    return sheets


def _elements(xml: bytes, tag: str) -> list[etree._Element]:
    return [one for one in etree.fromstring(xml, _PARSER).iter("*") if _local(one) == tag]


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: etree._Element) -> str:
    """The text of a string item, without phonetic readings."""
    runs = [one for one in element if _local(one) in ("t", "r")]
    return "".join(
        part.text or "" for run in runs for part in ([run] if _local(run) == "t" else run) if _local(part) == "t"
    )


def _cells(xml: bytes, strings: list[str]) -> Cells:
    cells: Cells = {}
    row = 0
    for line in _elements(xml, "row"):
        row = int(line.get("r", row + 1))
        column = 0
        for cell in line:
            if _local(cell) != "c":
                continue
            row_of_cell, column = _place(cell.get("r", ""), row, column + 1)
            value = _value(cell, strings)
            if value != "":
                cells.setdefault((row_of_cell, column), value)
    return cells


def _place(name: str, row: int, column: int) -> tuple[int, int]:
    letters = name.rstrip("0123456789")
    if not letters or letters == name:
        return row, column
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(name[len(letters) :]), column


def _value(cell: etree._Element, strings: list[str]) -> str | float:
    """A number as float, everything else as text; what cannot be told stays the text that stands there."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_text(one) for one in cell if _local(one) == "is")
    value = next((one.text or "" for one in cell if _local(one) == "v"), "")
    try:
        if kind == "s" and value:
            return strings[int(value)]
        return float(value) if kind == "n" and value.strip() else value
    except (ValueError, IndexError):
        return f"?{value}"
