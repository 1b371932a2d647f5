"""A sheet's comments with the drawn boxes that show them (VML, as every Excel since 1997 reads it)."""

import re
from collections.abc import Sequence

from lxml import etree

from townreturn.spreadsheets.editing.cells import place_of
from townreturn.spreadsheets.editing.markup import MAIN, Element, add_text, main, parse, serialise, text_of
from townreturn.spreadsheets.editing.package import NotEditable
from townreturn.spreadsheets.workbook import cell_name

_V, _O, _X = (f"urn:schemas-microsoft-com:{name}" for name in ("vml", "office:office", "office:excel"))
_NUMBER = re.compile(r"_s(\d+)$")
_SHAPE = f"{{{_V}}}shape"
_NO_COMMENTS = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
_NO_DRAWING = f"""\
<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}">\
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout>\
<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"""
_BOX = f"""\
<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s%d" type="#_x0000_t202" \
style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>\
<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>\
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>\
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"""
_SHAPES_A_SHEET = 1024
_GAP = "\n\n"


class Comments:
    """Comments of one sheet. ``parts``: the existing comments and drawing parts, None for one to be made.

    ``number`` tells this sheet's drawn shapes from other sheets'. Texts that begin with
    ``signature`` are an earlier receipt's: they are taken out first, people's own stay.
    """

    def __init__(self, parts: tuple[bytes | None, bytes | None], number: int, signature: str) -> None:
        comments, drawing = parts
        self._root = parse(comments or _NO_COMMENTS.encode())
        self._drawing = parse(drawing or (_NO_DRAWING % number).encode())
        self._next = max([number * _SHAPES_A_SHEET, *self._shape_numbers()]) + 1
        self._signature = signature
        found = self._root.find(main("commentList"))
        if found is None:
            raise NotEditable("comments without a list")
        self._list = found
        self._take_out_earlier()
        self._by_cell = {one.get("ref", ""): one for one in self._list}

    def add(self, place: tuple[int, int], text: str, anchor: Sequence[int]) -> None:
        """A comment on a cell; below what somebody wrote there already."""
        ref = cell_name(*place)
        existing = self._by_cell.get(ref)
        if existing is not None:
            _add_run(_text_element(existing), _GAP + text)
            return
        comment = etree.SubElement(self._list, main("comment"), {"ref": ref, "authorId": str(self._author())})
        _add_run(etree.SubElement(comment, main("text")), text)
        self._by_cell[ref] = comment
        box = _BOX % (self._next, ", ".join(map(str, anchor)), *place)
        self._drawing.append(parse(box.encode()))
        self._next += 1

    def parts(self) -> tuple[bytes, bytes]:
        """The comments part and the drawing part."""
        return serialise(self._root), serialise(self._drawing)

    def _take_out_earlier(self) -> None:
        for comment in list(self._list):
            if text_of(comment).startswith(self._signature):
                self._list.remove(comment)
                self._remove_box(place_of(comment.get("ref", "")))
                continue
            for run in list(comment.iter(main("r"))):
                if text_of(run).strip().startswith(self._signature):
                    _text_element(comment).remove(run)

    def _remove_box(self, place: tuple[int, int] | None) -> None:
        for shape in self._drawing.findall(_SHAPE):
            row, column = (shape.findtext(f".//{{{_X}}}{name}") for name in ("Row", "Column"))
            if place is not None and (row, column) == (str(place[0]), str(place[1])):
                self._drawing.remove(shape)

    def _author(self) -> int:
        """Our number among the authors."""
        authors = self._root.find(main("authors"))
        if authors is None:
            raise NotEditable("comments without authors")
        names = [one.text for one in authors]
        if self._signature not in names:
            etree.SubElement(authors, main("author")).text = self._signature
            return len(names)
        return names.index(self._signature)

    def _shape_numbers(self) -> list[int]:
        found = (_NUMBER.search(one.get("id", "")) for one in self._drawing.findall(_SHAPE))
        return [int(one[1]) for one in found if one]


def _text_element(comment: Element) -> Element:
    text = comment.find(main("text"))
    if text is None:
        raise NotEditable("a comment without text")
    return text


def _add_run(text: Element, words: str) -> None:
    run = etree.SubElement(text, main("r"))
    look = etree.SubElement(run, main("rPr"))
    etree.SubElement(look, main("sz"), {"val": "10"})
    etree.SubElement(look, main("color"), {"rgb": "FF000000"})
    etree.SubElement(look, main("rFont"), {"val": "宋体"})
    etree.SubElement(look, main("charset"), {"val": "134"})
    add_text(run, words)
