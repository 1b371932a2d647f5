"""Cells that the reader gives back as blank though they are not: formulas without a value, errors.

The reader drops both, and a blank total must never become a zero. Only the xlsx family; the child
process that calls this limits memory and time.
"""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.ElementTree import iterparse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def find_unread_cells(path: Path) -> dict[str, dict[str, str]]:
    """Sheet name → cell → finding code; empty for a file that is no xlsx package.

    Raises whatever the package's XML makes the parser raise; a document type is refused.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as package:
        if "xl/workbook.xml" not in package.namelist():
            return {}
        parts = _sheet_parts(package)
        return {name: _unread_of(package, part) for name, part in parts.items() if part in package.namelist()}


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in _elements(package, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    parts = {}
    for sheet in _elements(package, "xl/workbook.xml", "sheet"):
        target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or "", "")
        parts[sheet.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _elements(package: zipfile.ZipFile, part: str, tag: str) -> "list[Element]":
    with package.open(part) as file:
        return [element for _, element in iterparse(file, forbid_dtd=True) if element.tag.rpartition("}")[2] == tag]


def _unread_of(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    unread = {}
    with package.open(part) as file:
        for _, element in iterparse(file, forbid_dtd=True):
            if element.tag in (f"{_MAIN}c", f"{_STRICT}c"):
                code = _fault_of(element)
                if code:
                    unread[element.get("r", "")] = code
                element.clear()
    return unread


def _fault_of(cell: "Element") -> str:
    values = {child.tag.rpartition("}")[2]: child.text for child in cell}
    if cell.get("t") == "e":
        return "ERROR_CELL"
    return "FORMULA_WITHOUT_VALUE" if "f" in values and not values.get("v") else ""
