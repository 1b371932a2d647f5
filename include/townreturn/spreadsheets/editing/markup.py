"""Parts as element trees: parsed without entities, written with harmless text, children in schema order."""

import re
from collections.abc import Sequence
from functools import lru_cache

from lxml import etree

from townreturn.spreadsheets.editing.package import NotEditable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Element = etree._Element
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_LONGEST_TEXT = 32_767  # of a cell, and of a comment
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def parse(part: bytes) -> Element:
    """The part's root; NotEditable for what is not well-formed or has a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise NotEditable(f"not well-formed: {fault}") from fault
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise NotEditable("document type")
    return root


def serialise(root: Element) -> bytes:
    """The part's bytes, in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


@lru_cache
def main(tag: str) -> str:
    """A tag of SpreadsheetML."""
    return f"{{{MAIN}}}{tag}"


def text_of(element: Element) -> str:
    """The text of an inline or shared string or a comment: all runs, without phonetic hints."""
    texts = element.iter(main("t"))
    return "".join(one.text or "" for one in texts if one.getparent().tag != main("rPh"))  # type: ignore[union-attr]


def clean(text: str) -> str:
    """Text as a ``t`` element may hold it.

    What XML does not know becomes U+FFFD, what a cell cannot hold is cut off. ``_x0041_`` would be
    read as an escaped character, so its underscore is escaped.
    """
    return _LOOKS_ESCAPED.sub("_x005F_", _NOT_XML.sub("\ufffd", text[:_LONGEST_TEXT]))


def add_text(parent: Element, text: str) -> None:
    """A ``t`` child with a text."""
    child = etree.SubElement(parent, main("t"), {_SPACE: "preserve"})
    child.text = clean(text)


def insert_in_order(parent: Element, child: Element, order: Sequence[str]) -> None:
    """Insert ``child`` where the schema's sequence ``order`` of local names wants it, after its equals."""
    names = order[order.index(etree.QName(child).localname) + 1 :]
    later = {_ALTERNATIVES if name == "AlternateContent" else main(name) for name in names}
    for other in parent:
        if other.tag in later:
            other.addprevious(child)
            return
    parent.append(child)


WORKBOOK_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews",
    "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
WORKSHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "AlternateContent", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
STYLES_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
"""The sequences of ECMA-376 part 1, 18.2.27, 18.3.1.99 and 18.8.39: Excel repairs what is out of order."""
