"""What Excel's zipped formats share: a package's parts are found by its relationships."""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from townreturn.spreadsheets.archive import Archive
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import REMEMBERED_PART_BYTES, REMEMBERED_PARTS
from townreturn.spreadsheets.remembering import remembered
from townreturn.spreadsheets.scanned import check_names
from townreturn.spreadsheets.xml_text import elements

_WORKSHEET, _OFFICE_DOCUMENT = "worksheet", "officeDocument"
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet")


@dataclass(frozen=True)
class Relation:
    """``kind``: the last word of its type; ``target``: a part's name, empty when it lies outside the package."""

    kind: str
    target: str


@dataclass(frozen=True)
class Tab:
    """A sheet as the workbook lists it; ``part`` is empty for chart and macro sheets."""

    name: str
    is_hidden: bool
    part: str


@dataclass(frozen=True)
class Book:
    """What workbook.xml and its relationships say."""

    tabs: tuple[Tab, ...]
    relations: Sequence[Relation]
    dates_from_1904: bool
    has_macros: bool

    def part_of(self, kind: str) -> str:
        """The part of this kind of relation, or empty."""
        return next((one.target for one in self.relations if one.kind == kind), "")


def document_part(archive: Archive) -> str:
    """The package's main part. Raises CannotRead(FILE_UNREADABLE) when it has none."""
    relations = read_relations(archive, "")
    target = next((one.target for one in relations.values() if one.kind == _OFFICE_DOCUMENT), "")
    if not target or target not in archive:
        raise CannotRead("FILE_UNREADABLE")
    return target


def read_relations(archive: Archive, part: str) -> Mapping[str, Relation]:
    """A part's relations by their id; of the package itself for an empty name."""
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels".removeprefix("/")
    return _relations_of(archive.part(path), folder) if path in archive else {}


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def _relations_of(part: bytes, folder: str) -> Mapping[str, Relation]:
    relations: dict[str, Relation] = {}
    for name, attributes in elements(part):
        if name == "Relationship":
            outside = attributes.get("TargetMode") == "External"
            target = "" if outside else posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations.setdefault(attributes.get("Id", ""), Relation(kind, target.removeprefix("/")))
    return relations


def read_book(archive: Archive, part: str) -> Book:
    """The sheets in order. Raises CannotRead: SHEET_PART_MISSING, SHEET_PART_TWICE, SHEET_NAME_TWICE, …"""
    relations = read_relations(archive, part)
    listed, from_1904 = _listing_of(archive.part(part))
    tabs = tuple(tab_of(name, is_hidden, relations.get(relation)) for name, is_hidden, relation in listed)
    check_tabs(archive, tabs)
    return Book(tabs, tuple(relations.values()), from_1904, has_macros(archive, relations.values()))


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def _listing_of(part: bytes) -> tuple[Sequence[tuple[str, bool, str]], bool]:
    """Name, hidden and relation of every sheet; and whether dates count from 1904."""
    listed: list[tuple[str, bool, str]] = []
    from_1904 = False
    for name, attributes in elements(part):
        if name == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            listed.append((attributes.get("name", ""), is_hidden, _relation_id(attributes)))
        elif name == "workbookPr":
            from_1904 = attributes.get("date1904", "") in ("1", "true")
    return listed, from_1904


def tab_of(name: str, is_hidden: bool, relation: Relation | None) -> Tab:
    """A sheet with its part. Raises CannotRead(SHEET_PART_MISSING) when no part of the package is meant."""
    if relation is None or not relation.target:
        raise CannotRead("SHEET_PART_MISSING", name)
    return Tab(name, is_hidden, relation.target if relation.kind == _WORKSHEET else "")


def check_tabs(archive: Archive, tabs: Sequence[Tab]) -> None:
    """Every sheet has a name and a part of its own."""
    if not tabs:
        raise CannotRead("FILE_UNREADABLE")
    check_names(one.name for one in tabs)
    parts = [one.part.casefold() for one in tabs if one.part]
    for one in tabs:
        if one.part and one.part not in archive:
            raise CannotRead("SHEET_PART_MISSING", one.name)
        if one.part and parts.count(one.part.casefold()) > 1:
            raise CannotRead("SHEET_PART_TWICE", one.name)


def has_macros(archive: Archive, relations: Collection[Relation]) -> bool:
    """Whether the package carries program code: VBA, or macro sheets of Excel 4."""
    kinds = {one.kind for one in relations}
    return bool(kinds & {"vbaProject", *_MACRO_SHEETS}) or any(one.endswith("vbaproject.bin") for one in archive.names)


def _relation_id(attributes: Mapping[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(" ")[2] == "id" and " " in name), "")
