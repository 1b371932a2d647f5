"""Parts that attack whoever parses them, and cells that readers misread in silence.

Every kind is read by the quick way where that applies; a kind's code "" means the workbook is read,
and then ``rows`` says how.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from spreadsheet_files import (
    GOOD_ROWS,
    MAIN,
    STYLES,
    book,
    code_of,
    package,
    read_among_neighbours,
    relation,
    relations,
    shared_strings,
    sheet,
    worksheet,
    xlsx,
    xlsx_parts,
)
from townreturn.spreadsheets.limits import MERGES, SHEETS
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable

GOOD = (("指标", 12.5),)
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
WB = "xl/_rels/workbook.xml.rels"


def cell(rows: str) -> bytes:
    """One more row under the good one."""
    return xlsx(GOOD_ROWS + rows)


def changed(**parts: str | bytes | None) -> bytes:
    """A good package with parts replaced, or left out (None); "rels" are the workbook's."""
    every: dict[str, str | bytes] = xlsx_parts()
    names = {"rels": WB, "package": "_rels/.rels", "types": "[Content_Types].xml"}
    for name, content in parts.items():
        key = names.get(name) or next(one for one in every if one.endswith(f"/{name}.xml"))
        if content is None:
            del every[key]
        else:
            every[key] = content
    return package(every)


def sheets(*parts: str, targets: tuple[str, ...] = ()) -> bytes:
    """A workbook of these worksheets; ``targets`` where they differ from the usual."""
    every = xlsx_parts()
    targets = targets or tuple(f"worksheets/sheet{n}.xml" for n in range(1, len(parts) + 1))
    every |= {f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(parts, 1)}
    every["xl/workbook.xml"] = book(*(sheet(n, f"表{n}") for n in range(1, len(targets) + 1)))
    every[WB] = relations(
        *(relation(n, "worksheet", target) for n, target in enumerate(targets, 1)),
        relation(90, "sharedStrings", "sharedStrings.xml"),
    )
    return package(every)


def declared(encoding: str, encode: str) -> bytes:
    """A worksheet that declares one encoding and is written in another."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + worksheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>指标</t></is></c><c r="B1"><v>12.5</v></c></row>'
    )
    return xlsx(sheet1=text.encode(encode))


def prefixed(part: str) -> str:
    return part.replace("xmlns=", "xmlns:x=").replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")


@dataclass(frozen=True)
class Kind:
    make: Callable[[], bytes]
    code: str = ""
    rows: tuple[tuple[object, ...], ...] = GOOD
    unread: dict[str, str] = field(default_factory=dict)


def bad(make: Callable[[], bytes], code: str) -> Kind:
    return Kind(make, code)


def row2(cells: str, *values: object, **unread: str) -> Kind:
    """A second row that reads as these values."""
    rows = (*GOOD, values) if values else GOOD
    return Kind(lambda: cell(f'<row r="2">{cells}</row>'), "", rows, unread)


def bad_row2(cells: str, code: str) -> Kind:
    return Kind(lambda: cell(f'<row r="2">{cells}</row>'), code)


XML = {
    "entities that multiply": bad(lambda: xlsx(sheet1=ENTITIES + worksheet("&c;")), "XML_WITH_DOCTYPE"),
    "external entity": bad(lambda: xlsx(sheet1=EXTERNAL + worksheet("&a;")), "XML_WITH_DOCTYPE"),
    "document type without entities": bad(
        lambda: xlsx(sheet1="<!DOCTYPE worksheet>" + worksheet(GOOD_ROWS)), "XML_WITH_DOCTYPE"
    ),
    "document type behind a comment": bad(
        lambda: xlsx(sheet1="<!-- x -->" + ENTITIES + worksheet(GOOD_ROWS)), "XML_WITH_DOCTYPE"
    ),
    "document type in UTF-16": bad(
        lambda: xlsx(sheet1=(EXTERNAL + worksheet(GOOD_ROWS)).encode("utf-16")), "XML_WITH_DOCTYPE"
    ),
    "document type in the strings": bad(
        lambda: xlsx(sharedStrings=ENTITIES + shared_strings("&c;")), "XML_WITH_DOCTYPE"
    ),
    "document type in the workbook": bad(lambda: xlsx(workbook=ENTITIES + book(sheet(1, "&c;"))), "XML_WITH_DOCTYPE"),
    "document type in the relations": bad(
        lambda: changed(rels=ENTITIES + relations(relation(1, "worksheet", "&c;"))), "XML_WITH_DOCTYPE"
    ),
    "document type in the styles": bad(
        lambda: xlsx('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>', styles=EXTERNAL + STYLES), "XML_WITH_DOCTYPE"
    ),
    "unknown entity": bad_row2('<c r="A2" t="inlineStr"><is><t>&nbsp;</t></is></c>', "XML_DAMAGED"),
    "elements a hundred thousand deep": bad(
        lambda: xlsx(sheet1=worksheet(GOOD_ROWS, after="<a>" * 100_000 + "</a>" * 100_000 + "<!-- -->")), "XML_DAMAGED"
    ),
    "tags that do not match": bad_row2('<c r="A2"><v>1</w></c>', "XML_DAMAGED"),
    "an attribute twice": bad_row2('<c r="A2" r="B2"><v>1</v></c>', "XML_DAMAGED"),
    "cut short": bad(lambda: xlsx(sheet1=worksheet(GOOD_ROWS)[:-40]), "XML_DAMAGED"),
    "empty sheet part": bad(lambda: xlsx(sheet1=""), "XML_DAMAGED"),
    "NUL in a text": bad_row2('<c r="A2" t="inlineStr"><is><t>a\0b</t></is></c>', "XML_DAMAGED"),
    "NUL as a reference": bad_row2('<c r="A2" t="inlineStr"><is><t>a&#0;b</t></is></c>', "XML_DAMAGED"),
    "UTF-16": Kind(lambda: declared("UTF-16", "utf-16")),
    "UTF-16 without saying so": Kind(lambda: xlsx(sheet1=worksheet(GOOD_ROWS).encode("utf-16"))),
    "everything in UTF-16": Kind(
        lambda: package({name: str(part).encode("utf-16") for name, part in xlsx_parts().items()})
    ),
    "UTF-8 with a mark": Kind(lambda: xlsx(sheet1=worksheet(GOOD_ROWS).encode("utf-8-sig"))),
    "UTF-7": bad(lambda: declared("UTF-7", "utf-7"), "XML_ENCODING_UNKNOWN"),
    "GB18030": bad(lambda: declared("GB18030", "gb18030"), "XML_ENCODING_UNKNOWN"),
    "says UTF-16, is UTF-8": bad(lambda: declared("UTF-16", "utf-8"), "XML_ENCODING_UNKNOWN"),
    "says UTF-8, is GB18030": bad(lambda: declared("UTF-8", "gb18030"), "XML_DAMAGED"),
    "namespace prefixes everywhere": Kind(
        lambda: xlsx(sheet1=prefixed(worksheet(GOOD_ROWS)), sharedStrings=prefixed(shared_strings("指标")))
    ),
    "text in CDATA": Kind(lambda: xlsx(sharedStrings=shared_strings("<![CDATA[指标]]>"))),
    "a number in CDATA": row2('<c r="A2"><v><![CDATA[7]]></v></c>', 7.0),
    "a comment inside a number": row2('<c r="A2"><v>1<!-- -->2</v></c>', 12.0),
    "a processing instruction inside a cell": row2('<c r="A2"><?x y?><v>7</v></c>', 7.0),
    "a worksheet of a foreign namespace": bad(
        lambda: xlsx(sheet1=worksheet(GOOD_ROWS).replace(MAIN, "urn:x")), "SHEET_PART_WRONG"
    ),
}
PARTS = {
    "no workbook part": bad(lambda: changed(workbook=None), "FILE_UNREADABLE"),
    "no package relations": bad(lambda: changed(package=None), "FILE_UNREADABLE"),
    "no workbook relations": bad(lambda: changed(rels=None), "SHEET_PART_MISSING"),
    "no content types": bad(lambda: changed(types=None), "FILE_IS_ARCHIVE"),
    "no sheet part": bad(lambda: changed(sheet1=None), "SHEET_PART_MISSING"),
    "no shared strings": bad(lambda: changed(sharedStrings=None), "SHARED_STRING_MISSING"),
    "no styles": Kind(lambda: changed(styles=None)),
    "no sheet at all": bad(lambda: xlsx(workbook=book()), "FILE_UNREADABLE"),
    "sheet outside the package": bad(
        lambda: changed(rels=relations(relation(1, "worksheet", "http://127.0.0.1/x", ' TargetMode="External"'))),
        "SHEET_PART_MISSING",
    ),
    "sheet outside the file system": bad(
        lambda: changed(rels=relations(relation(1, "worksheet", "../../../../etc/passwd"))), "SHEET_PART_MISSING"
    ),
    "sheet by an absolute name": Kind(lambda: sheets(worksheet(GOOD_ROWS), targets=("/xl/worksheets/sheet1.xml",))),
    "sheet that is the style part": bad(
        lambda: sheets(worksheet(GOOD_ROWS), targets=("worksheets/sheet1.xml", "styles.xml")), "SHEET_PART_WRONG"
    ),
    "sheet that is the workbook": bad(
        lambda: sheets(worksheet(GOOD_ROWS), targets=("workbook.xml",)), "SHEET_PART_WRONG"
    ),
    "two sheets of one part": bad(
        lambda: sheets(worksheet(GOOD_ROWS), targets=("worksheets/sheet1.xml",) * 2), "SHEET_PART_TWICE"
    ),
    "two sheets of one name": bad(
        lambda: xlsx(workbook=book(sheet(1, "统计表"), sheet(1, "统计表"))), "SHEET_NAME_TWICE"
    ),
    "two sheets of one name in other case": bad(
        lambda: xlsx(workbook=book(sheet(1, "Sheet"), sheet(1, "SHEET"))), "SHEET_NAME_TWICE"
    ),
    "too many sheets": bad(lambda: sheets(*[worksheet(GOOD_ROWS)] * (SHEETS + 1)), "SHEETS_TOO_MANY"),
    "too many merges": bad(
        lambda: xlsx(
            sheet1=worksheet(
                GOOD_ROWS,
                after="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, MERGES + 3))
                + "</mergeCells>",
            )
        ),
        "MERGES_TOO_MANY",
    ),
    "a merge that is none": bad(
        lambda: xlsx(sheet1=worksheet(GOOD_ROWS, after='<mergeCells><mergeCell ref="B2:A1"/></mergeCells>')),
        "CELL_PLACE_WRONG",
    ),
    "a hundred million million strings announced": Kind(
        lambda: xlsx(
            GOOD_ROWS + '<row r="2"><c r="A2"><f>1</f></c></row>',
            sharedStrings=shared_strings("指标").replace('uniqueCount="1"', 'uniqueCount="100000000000000"'),
        ),
        unread={"A2": "FORMULA_WITHOUT_VALUE"},
    ),
    "a text of ten million characters": bad(
        lambda: xlsx(
            sharedStrings=shared_strings("".join(chr(0x4E00 + n % 997 * 7 % 20000) for n in range(9_000_000)))
        ),
        "TEXT_TOO_LONG",
    ),
    "one long text many times": bad(
        lambda: xlsx(
            "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 900)),
            sharedStrings=shared_strings("长" * 30_000),
        ),
        "TEXT_TOO_LONG",
    ),
}
CELLS = {
    "the last cell of all": bad_row2(
        '<c r="A2"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>', "CELLS_REACH_TOO_FAR"
    ),
    "far to the right": bad_row2('<c r="XFD2"><v>1</v></c>', "CELLS_REACH_TOO_FAR"),
    "far down": bad(lambda: cell('<row r="900000"><c r="A900000"><v>1</v></c></row>'), "CELLS_REACH_TOO_FAR"),
    "wide and long together": bad_row2(
        '<c r="ZZ2"><v>1</v></c></row><row r="19000"><c r="A19000"><v>1</v></c>', "CELLS_REACH_TOO_FAR"
    ),
    "an error far away": bad_row2('<c r="XFD2" t="e"><v>#N/A</v></c>', "CELLS_REACH_TOO_FAR"),
    "far away but blank, as after formatting whole columns": row2(
        '</row><row r="1048576" s="3" customFormat="1"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/>'
    ),
    "row nought": bad(lambda: cell('<row r="0"><c r="A0"><v>1</v></c></row>'), "CELL_PLACE_WRONG"),
    "a negative row": bad(lambda: cell('<row r="-1"><c><v>1</v></c></row>'), "CELL_PLACE_WRONG"),
    "a row beyond all rows": bad(lambda: cell('<row r="1048577"><c><v>1</v></c></row>'), "CELL_PLACE_WRONG"),
    "a row of a thousand digits": bad(lambda: cell(f'<row r="{"9" * 1000}"><c><v>1</v></c></row>'), "CELL_PLACE_WRONG"),
    "a column beyond all columns": bad_row2('<c r="ZZZ2"><v>1</v></c>', "CELL_PLACE_WRONG"),
    "a place that is none": bad_row2('<c r="统计"><v>1</v></c>', "CELL_PLACE_WRONG"),
    "cells without a place": row2("<c><v>1</v></c><c/><c><v>3</v></c>", 1.0, None, 3.0),
    "rows and cells without a place": Kind(lambda: cell("<row><c><v>1</v></c></row>"), rows=(*GOOD, (1.0,))),
    "cells out of order": row2('<c r="C2"><v>3</v></c><c r="A2"><v>1</v></c>', 1.0, None, 3.0),
    "rows out of order": Kind(
        lambda: xlsx(f'<row r="2"><c r="A2"><v>2</v></c></row>{GOOD_ROWS}'), rows=(*GOOD, (2.0,))
    ),
    "one cell twice": bad_row2('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>', "CELL_TWICE"),
    "one row twice": bad(lambda: xlsx(GOOD_ROWS + GOOD_ROWS), "CELL_TWICE"),
    "cell names in small letters": row2('<c r="a2"><v>1</v></c>', 1.0),
    "not a number": row2('<c r="A2"><v>NaN</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="NOT_FINITE"),
    "infinity": row2('<c r="A2"><v>-inf</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="NOT_FINITE"),
    "a number beyond all numbers": row2('<c r="A2"><v>1e999</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="NOT_FINITE"),
    "a number with an underscore": row2('<c r="A2"><v>1_000</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="NOT_FINITE"),
    "words as a number": row2('<c r="A2" t="n"><v>abc</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="NOT_FINITE"),
    "full-width digits as a number": row2(
        '<c r="A2"><v>１２</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="NOT_FINITE"
    ),
    "a number with blanks": row2('<c r="A2"><v> 7 </v></c>', 7.0),
    "an error": row2('<c r="A2" t="e"><v>#REF!</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="ERROR_CELL"),
    "an error of a new name": row2(
        '<c r="A2" t="e"><v>#SPILL!</v></c><c r="B2"><v>2</v></c>', None, 2.0, A2="ERROR_CELL"
    ),
    "a formula's error": row2('<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', A2="ERROR_CELL"),
    "the type error as references": row2('<c r="A2" t="&#101;"><v>#REF!</v></c>', A2="ERROR_CELL"),
    "a formula with its value": row2('<c r="A2"><f>1+2</f><v>3</v></c>', 3.0),
    "a formula without a value": row2('<c r="A2"><f>1+2</f></c>', A2="FORMULA_WITHOUT_VALUE"),
    "a formula with an empty value": row2('<c r="A2"><f>1+2</f><v></v></c>', A2="FORMULA_WITHOUT_VALUE"),
    "a formula whose value is a blank text": row2(
        '<c r="A2" t="str"><f>IF(1,"")</f><v></v></c><c r="B2"><v>2</v></c>', None, 2.0
    ),
    "a formula whose value is a text": row2('<c r="A2" t="str"><f>"甲"</f><v>甲 &amp; 乙</v></c>', "甲 & 乙"),
    "a shared formula's followers without values": row2(
        '<c r="A2"><f t="shared" ref="A2:B2" si="0">1+2</f><v>3</v></c><c r="B2"><f t="shared" si="0"/></c>',
        3.0,
        B2="FORMULA_WITHOUT_VALUE",
    ),
    "a shared formula of an absurd number": row2(
        '<c r="A2"><f t="shared" ref="A2" si="99999999999">1</f><v>3</v></c>', 3.0
    ),
    "an array formula": row2(
        '<c r="A2"><f t="array" ref="A2:B2">{1,2}</f><v>1</v></c><c r="B2"><v>2</v></c>', 1.0, 2.0
    ),
    "a shared string that does not exist": bad_row2('<c r="A2" t="s"><v>99</v></c>', "SHARED_STRING_MISSING"),
    "a shared string of an absurd number": bad_row2(
        '<c r="A2" t="s"><v>99999999999999999999</v></c>', "SHARED_STRING_MISSING"
    ),
    "a negative shared string": bad_row2('<c r="A2" t="s"><v>-1</v></c>', "SHARED_STRING_MISSING"),
    "a shared string with blanks": row2('<c r="A2" t="s"><v> 1 </v></c>', "数"),
    "a shared string of letters": bad_row2('<c r="A2" t="s"><v>abc</v></c>', "SHARED_STRING_MISSING"),
    "true in a word": row2('<c r="A2" t="b"><v>true</v></c><c r="B2" t="b"><v>false</v></c>', True, False),
    "an unknown type": bad_row2('<c r="A2" t="xyz"><v>1</v></c>', "CELL_TYPE_UNKNOWN"),
    "a date in words": row2('<c r="A2" t="d"><v>2018-01-05</v></c>', "2018-01-05"),
    "a date in a date style": row2('<c r="A2" s="1"><v>43105</v></c>', "2018-01-05"),
    "a style that does not exist": row2('<c r="A2" s="999"><v>7</v></c>', 7.0),
    "rich text with its reading": row2(
        '<c r="A2" t="inlineStr"><is><r><t>打</t></r><r><t>假</t></r><rPh sb="0" eb="1"><t>da</t></rPh></is></c>',
        "打假",
    ),
    "an escaped line end": row2('<c r="A2" t="inlineStr"><is><t>甲_x000A_乙</t></is></c>', "甲\n乙"),
    "spaces kept and spaces not": row2(
        '<c r="A2" t="inlineStr"><is><t> 甲 </t></is></c>'
        '<c r="B2" t="inlineStr"><is><t xml:space="preserve"> 乙 </t></is></c>',
        "甲",
        " 乙 ",
    ),
    "single quotation marks": row2("<c r='A2' t='e'><v>#REF!</v></c>", A2="ERROR_CELL"),
    "a value outside every row": Kind(lambda: cell('<c r="A9"><v>1</v></c>')),
}
KINDS = {**XML, **PARTS, **CELLS}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawWorkbook | Unreadable]:
    return read_among_neighbours({kind: one.make() for kind, one in KINDS.items()}, tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize("kind", KINDS)
def test_kind(kind: str, answers: dict[str, RawWorkbook | Unreadable]) -> None:
    answer = answers[kind]
    assert code_of(answer) == KINDS[kind].code
    if isinstance(answer, RawWorkbook):
        assert answer.sheets[0].rows == KINDS[kind].rows
        assert answer.sheets[0].unread == KINDS[kind].unread
