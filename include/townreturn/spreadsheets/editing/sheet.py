"""One worksheet being edited: cells, tints, links and comments, each at its place in the schema's order."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from lxml import etree

from townreturn.spreadsheets.editing.cells import Cells, range_of
from townreturn.spreadsheets.editing.comments import Comments
from townreturn.spreadsheets.editing.markup import (
    OFFICE_RELATION,
    WORKSHEET_ORDER,
    insert_in_order,
    main,
    parse,
    serialise,
)
from townreturn.spreadsheets.editing.package import NotEditable, Package
from townreturn.spreadsheets.editing.relations import ContentTypes, Relations
from townreturn.spreadsheets.editing.room import Room
from townreturn.spreadsheets.workbook import Merge

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


class EditedSheet:
    """A worksheet part, parsed when it is asked for and put back by ``save``."""

    def __init__(self, package: Package, part: str, strings: Callable[[], Sequence[str]]) -> None:
        self._package, self._part = package, part
        self._root = parse(package.read(part))
        if self._root.tag != main("worksheet"):
            raise NotEditable(f"{part} is no worksheet")
        self._strings = strings
        self._cells: Cells | None = None
        self._relations: Relations | None = None
        self._is_changed = False

    @property
    def cells(self) -> Cells:
        if self._cells is None:
            self._cells = Cells(self._root, self._strings)
        return self._cells

    @cached_property
    def merges(self) -> list[Merge]:
        listed = self._root.iterfind(f"{main('mergeCells')}/{main('mergeCell')}")
        ranges = (range_of(one.get("ref", "")) for one in listed)
        return [one for one in ranges if one is not None]

    def save(self) -> None:
        """Put what was changed into the package."""
        if self._relations is not None:
            self._relations.save()
        if self._is_changed or (self._cells is not None and self._cells.is_changed):
            self._package.put(self._part, serialise(self._root))

    def deselect(self) -> None:
        """Two sheets selected at once are edited together: only the receipt may be."""
        for view in self._root.iter(main("sheetView")):
            self._is_changed |= view.attrib.pop("tabSelected", "") != ""

    def tint(self, ranges: Sequence[str], tint: int, formula: str) -> None:
        """Lay a tint over cells wherever ``formula`` (for the first of them) holds, above every other such rule."""
        self._is_changed = True
        for rule in self._root.iter(main("cfRule")):
            rule.set("priority", str(int(rule.get("priority", "1")) + 1))
        format_ = etree.Element(main("conditionalFormatting"), {"sqref": " ".join(ranges)})
        attributes = {"type": "expression", "dxfId": str(tint), "priority": "1"}
        etree.SubElement(etree.SubElement(format_, main("cfRule"), attributes), main("formula")).text = formula
        insert_in_order(self._root, format_, WORKSHEET_ORDER)

    def take_out_tints(self, signature: str) -> None:
        """Take out the tints whose formula holds ``signature``."""
        for format_ in self._root.findall(main("conditionalFormatting")):
            for rule in format_.findall(main("cfRule")):
                if signature in (rule.findtext(main("formula")) or ""):
                    format_.remove(rule)
                    self._is_changed = True
            if format_.find(main("cfRule")) is None:
                self._root.remove(format_)

    def has_comments(self) -> bool:
        return self._own_relations().find("comments") is not None

    def comment(self, texts: Mapping[tuple[int, int], str], signature: str, number: int, types: ContentTypes) -> None:
        """Comments on cells by 0-based row and column, instead of earlier ones with this signature."""
        relations = self._own_relations()
        existing = relations.find("comments"), relations.find("vmlDrawing")
        comments_part, drawing_part = (one.target if one else "" for one in existing)
        read = tuple(self._package.read(part) if part else None for part in (comments_part, drawing_part))
        comments = Comments((read[0], read[1]), number, signature)
        room = Room(self._root)
        for place, text in sorted(texts.items()):
            comments.add(place, text, room.box_beside(place, text))
        if not comments_part:
            comments_part = self._new_part("xl/comments", "xml", "comments")
            types.put(comments_part, _COMMENTS_TYPE)
        if not drawing_part:
            drawing_part = self._new_part("xl/drawings/vmlDrawing", "vml", "vmlDrawing")
            types.put_default("vml", _DRAWING_TYPE)
        for part, content in zip((comments_part, drawing_part), comments.parts(), strict=True):
            self._package.put(part, content)

    def _new_part(self, stem: str, extension: str, kind: str) -> str:
        part = self._package.free_name(stem, extension)
        self._package.put(part, b"")  # takes the name
        identifier = self._own_relations().add(kind, part)
        if kind == "vmlDrawing":
            self._is_changed = True
            drawing = etree.Element(main("legacyDrawing"), nsmap={"r": OFFICE_RELATION})
            drawing.set(f"{{{OFFICE_RELATION}}}id", identifier)
            insert_in_order(self._root, drawing, WORKSHEET_ORDER)
        return part

    def _own_relations(self) -> Relations:
        if self._relations is None:
            self._relations = Relations(self._package, self._part)
        return self._relations
