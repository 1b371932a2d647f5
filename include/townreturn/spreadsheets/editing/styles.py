"""Formats added to a workbook's own: looks of whole cells, and tints that lie over a cell's look."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from townreturn.spreadsheets.editing.markup import STYLES_ORDER, Element, insert_in_order, main, parse, serialise

BODY_FONT, HEAD_FONT = "宋体", "黑体"
_LINE = "FF7F7F7F"


@dataclass(frozen=True)
class Look:
    """How a cell of a new sheet looks; colours are RRGGBB, empty for none.

    ``is_foreign``: the cell holds text from outside, which must stay text even when it is edited.
    """

    size: int = 11
    bold: bool = False
    head: bool = False
    colour: str = ""
    fill: str = ""
    boxed: bool = False
    across: str = "left"
    top: bool = False
    underlined: bool = False
    is_foreign: bool = False


@dataclass(frozen=True)
class Tint:
    """A fill and a frame laid over a cell without touching its own look; ``line`` is a border style."""

    fill: str
    colour: str
    line: str
    bold: bool = False


class Styles:
    """The styles part, with formats appended; each look and tint is added once."""

    def __init__(self, part: bytes) -> None:
        self._root = parse(part)
        self._looks: dict[Look, int] = {}
        self._pieces: dict[tuple[object, ...], int] = {}
        self._tints: dict[Tint, int] = {}

    @property
    def is_changed(self) -> bool:
        return bool(self._looks or self._tints)

    def serialise(self) -> bytes:
        return serialise(self._root)

    def look(self, look: Look) -> int:
        """The number by which cells name this look."""
        if look not in self._looks:
            self._looks[look] = self._append("cellXfs", self._cell_format(look))
        return self._looks[look]

    def tint(self, tint: Tint) -> int:
        """The number by which conditional formats name this tint."""
        if tint not in self._tints:
            self._tints[tint] = self._append("dxfs", _differential(tint))
        return self._tints[tint]

    def _cell_format(self, look: Look) -> Element:
        numbers = {
            "numFmtId": "0",
            "fontId": self._piece("fonts", _font, (look.size, look.bold, look.underlined, look.colour, look.head)),
            "fillId": self._piece("fills", _fill, (look.fill,)) if look.fill else "0",
            "borderId": self._piece("borders", _border, ("thin", _LINE)) if look.boxed else "0",
            "xfId": "0",
        }
        applied = dict.fromkeys(("applyFont", "applyFill", "applyBorder", "applyAlignment"), "1")
        xf = etree.Element(main("xf"), {**numbers, **applied})
        if look.is_foreign:
            xf.set("quotePrefix", "1")
        vertical = "top" if look.top else "center"
        alignment = {"horizontal": look.across, "vertical": vertical, "wrapText": "1"}
        if look.boxed and look.across == "left":
            alignment["indent"] = "1"
        etree.SubElement(xf, main("alignment"), alignment)
        return xf

    def _piece(self, list_name: str, make: Callable[..., Element], about: tuple[object, ...]) -> str:
        """The number of a font, fill or border, which several looks may share."""
        if (list_name, *about) not in self._pieces:
            self._pieces[list_name, *about] = self._append(list_name, make(*about))
        return str(self._pieces[list_name, *about])

    def _append(self, list_name: str, child: Element) -> int:
        """Append to a counted list, which is made where it is missing; the child's number."""
        parent = self._root.find(main(list_name))
        if parent is None:
            parent = etree.Element(main(list_name))
            insert_in_order(self._root, parent, STYLES_ORDER)
        parent.append(child)
        number = len(parent.findall(child.tag))
        parent.set("count", str(number))
        return number - 1


def _font(size: int, bold: bool, underlined: bool, colour: str, head: bool) -> Element:
    font = etree.Element(main("font"))
    if bold:
        etree.SubElement(font, main("b"))
    if underlined:
        etree.SubElement(font, main("u"))
    etree.SubElement(font, main("sz"), {"val": str(size)})
    etree.SubElement(font, main("color"), {"rgb": f"FF{colour or '000000'}"})
    etree.SubElement(font, main("name"), {"val": HEAD_FONT if head else BODY_FONT})
    etree.SubElement(font, main("charset"), {"val": "134"})
    return font


def _fill(colour: str) -> Element:
    fill = etree.Element(main("fill"))
    pattern = etree.SubElement(fill, main("patternFill"), {"patternType": "solid"})
    etree.SubElement(pattern, main("fgColor"), {"rgb": f"FF{colour}"})
    etree.SubElement(pattern, main("bgColor"), {"indexed": "64"})
    return fill


def _border(line: str, colour: str) -> Element:
    border = etree.Element(main("border"))
    for side in ("left", "right", "top", "bottom"):
        edge = etree.SubElement(border, main(side), {"style": line})
        etree.SubElement(edge, main("color"), {"rgb": colour})
    return border


def _differential(tint: Tint) -> Element:
    """In a differential format a solid fill's colour is its background."""
    dxf = etree.Element(main("dxf"))
    font = etree.SubElement(dxf, main("font"))
    if tint.bold:
        etree.SubElement(font, main("b"), {"val": "1"})
    etree.SubElement(font, main("color"), {"rgb": "FF000000"})
    pattern = etree.SubElement(etree.SubElement(dxf, main("fill")), main("patternFill"), {"patternType": "solid"})
    etree.SubElement(pattern, main("fgColor"), {"rgb": f"FF{tint.fill}"})
    etree.SubElement(pattern, main("bgColor"), {"rgb": f"FF{tint.fill}"})
    dxf.append(_border(tint.line, f"FF{tint.colour}"))
    return dxf
