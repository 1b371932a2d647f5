"""xlsb by hand-made records and ods by hand-made XML: values, marks, and what attacks their readers."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from spreadsheet_files import (
    biff12,
    code_of,
    package,
    read_among_neighbours,
    readable,
    relation,
    relations,
    wide,
)
from townreturn.spreadsheets.limits import SHEET_ROWS
from townreturn.spreadsheets.workbook import FileKind, Merge, RawWorkbook, Unreadable


def u32(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def row(number: int, *, hidden: bool = False) -> bytes:
    return biff12(0, u32(number, 0) + bytes([0, 1, 0, 0x10 if hidden else 0]) + bytes(5))


def cell(kind: int, column: int, value: bytes) -> bytes:
    return biff12(kind, u32(column, 0) + value)


def number(column: int, value: float) -> bytes:
    return cell(5, column, struct.pack("<d", value))


def text(column: int, value: str) -> bytes:
    return cell(6, column, wide(value))


GOOD = row(0) + text(0, "指标") + number(1, 12.5)


def xlsb(
    records: bytes, more: bytes = b"", behind: bytes = b"", properties: bytes = bytes(8), state: int = 0, **parts: bytes
) -> bytes:
    """A workbook of one sheet; ``more`` goes before the cells, ``behind`` behind them."""
    sheet = (
        biff12(129) + biff12(148, u32(0, 9, 0, 9)) + more + biff12(145) + records + biff12(146) + behind + biff12(130)
    )
    listed = biff12(156, u32(state, 1) + wide("rId1") + wide("统计表"))
    book = biff12(131) + biff12(153, properties + wide("")) + biff12(143) + listed + biff12(144) + biff12(132)
    links = [relation(1, "worksheet", "worksheets/sheet1.bin")]
    if "strings" in parts:
        links.append(relation(2, "sharedStrings", "sharedStrings.bin"))
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations(*links),
            "xl/worksheets/sheet1.bin": sheet,
            **({"xl/sharedStrings.bin": parts["strings"]} if "strings" in parts else {}),
        }
    )


def strings(count: int, *texts: str) -> bytes:
    return biff12(159, u32(count, count)) + b"".join(biff12(19, b"\0" + wide(one)) for one in texts) + biff12(160)


def test_xlsb_values_and_marks(tmp_path: Path) -> None:
    hidden_column = biff12(390) + biff12(60, u32(1, 1, 0, 0) + b"\1\0") + biff12(391)
    merges = biff12(177, u32(1)) + biff12(176, u32(0, 1, 0, 2)) + biff12(178)
    formula = u32(0) + b"\0\0" + u32(3) + b"\x1e\x01\x00" + u32(0)
    records = (
        row(0) + cell(7, 0, u32(0)) + number(1, 12.5)
        + row(1, hidden=True) + cell(3, 0, b"\x2a") + cell(4, 1, b"\1") + cell(2, 2, u32(7 << 2 | 2))
        + row(2) + cell(11, 0, b"\x07" + formula) + cell(9, 1, struct.pack("<d", 3) + formula)
        + number(2, float("nan")) + number(3, 8)
    )  # fmt: skip
    raw = readable(
        xlsb(records, more=hidden_column, behind=merges, properties=u32(1, 0), state=1, strings=strings(1, "指标")),
        tmp_path,
    )
    sheet = raw.sheets[0]
    assert (raw.kind, raw.dates_from_1904, raw.has_macros) == (FileKind.XLSB, True, False)
    assert (sheet.name, sheet.is_hidden) == ("统计表", True)
    assert sheet.rows == (("指标", 12.5), (None, True, 7.0), (None, 3.0, None, 8.0))
    assert sheet.unread == {"A2": "ERROR_CELL", "A3": "ERROR_CELL", "C3": "NOT_FINITE"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1})
    assert sheet.merges == (Merge(0, 0, 1, 2),)


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(f'xmlns:{one}="{OFFICE}{one}:1.0"' for one in ("office", "table", "text", "style"))
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
ODS_GOOD = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>指标</text:p></table:table-cell>'
    '<table:table-cell office:value-type="float" office:value="12.5"><text:p>12.50</text:p></table:table-cell>'
    "</table:table-row>"
)


def ods(rows: str = ODS_GOOD, *, before: str = "", styles: str = "", tables: str = "", manifest: str = "<m/>") -> bytes:
    table = f'<table:table table:name="统计表" table:style-name="ta1">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{tables or table}</office:spreadsheet></office:body>"
    content = (
        f"{before}<office:document-content {SPACES} {CALC}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>{body}</office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    return package({**parts, "META-INF/manifest.xml": manifest})


def c(value: str = "", kind: str = "float", more: str = "", content: str = "") -> str:
    """A cell: its value, type, further attributes and text."""
    what = {"float": "value", "percentage": "value", "string": "string-value"}.get(kind, f"{kind}-value")
    typed = f' office:value-type="{kind}"' + (f' office:{what}="{value}"' if value else "") if kind else ""
    return f"<table:table-cell{typed} {more}>{content}</table:table-cell>"


def r(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


REPEATED = 'table:number-columns-repeated="{}"'
ROWS_REPEATED = 'table:number-rows-repeated="{}"'


def test_ods_values_and_marks(tmp_path: Path) -> None:
    hidden = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    rows = columns + "".join([
        r(c("1"), c("0.5", "percentage"), c("2018-01-05", "date"), c("2018-01-05T08:30:00", "date"),
          c("PT08H30M00S", "time"), c("true", "boolean")),
        r(c("", "string", content=p("甲<text:s text:c='2'/>乙") + p("丙<text:tab/>丁")), c("戊", "string"),
          more='table:visibility="collapse"'),
        r(c("7", more=REPEATED.format(2)), c("", "", REPEATED.format(3)), c("8"), more=ROWS_REPEATED.format(2)),
        r(c("", "", REPEATED.format(16384)), more=ROWS_REPEATED.format(5)),
        r(c("", "string", 'calcext:value-type="error" table:formula="of:=1/0"', p("#DIV/0!")),
          c("", "", 'table:formula="of:=1+2"'), c("NaN"), c("", "float"), c("1_0"),
          c("3", "float", 'table:number-columns-spanned="2" table:number-rows-spanned="2"')
          + '<table:covered-table-cell office:value-type="float" office:value="4"/>'),
        r(c("", "string", content="<office:annotation><text:p>批注</text:p></office:annotation>" + p("正文"))),
        r(c("", "", REPEATED.format(16384)), more=ROWS_REPEATED.format(1048560)),
    ])  # fmt: skip
    raw = readable(ods(rows, styles=hidden), tmp_path)
    sheet = raw.sheets[0]
    assert (raw.kind, sheet.name, sheet.is_hidden) == (FileKind.ODS, "统计表", True)
    repeated = (7.0, 7.0, None, None, None, 8.0)
    assert sheet.rows == (
        (1.0, 0.5, "2018-01-05", "2018-01-05T08:30:00", "08:30:00", True),
        ("甲  乙\n丙\t丁", "戊"), repeated, repeated, (), (), (), (), (),
        (None, None, None, None, None, 3.0, 4.0), ("正文",),
    )  # fmt: skip
    assert sheet.unread == {
        "A10": "ERROR_CELL",
        "B10": "FORMULA_WITHOUT_VALUE",
        "C10": "NOT_FINITE",
        "D10": "NOT_FINITE",
        "E10": "NOT_FINITE",
    }
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1, 2})
    assert sheet.merges == (Merge(9, 5, 10, 6),)


TWO_TABLES = '<table:table table:name="甲"/><table:table table:name="甲"/>'
KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "xlsb": (lambda: xlsb(GOOD), ""),
    "xlsb: a cell far to the right": (lambda: xlsb(GOOD + row(1) + number(16383, 1)), "CELLS_REACH_TOO_FAR"),
    "xlsb: a cell far down": (lambda: xlsb(GOOD + row(1048575) + number(0, 1)), "CELLS_REACH_TOO_FAR"),
    "xlsb: a cell beyond everything": (
        lambda: xlsb(GOOD + row(0xFFFFFFFF) + number(0xFFFFFFFF, 1)),
        "CELLS_REACH_TOO_FAR",
    ),
    "xlsb: one cell twice": (lambda: xlsb(GOOD + number(1, 9)), "CELL_TWICE"),
    "xlsb: record longer than the part": (lambda: xlsb(GOOD + b"\x05\xff\xff\xff\x7f"), "FILE_UNREADABLE"),
    "xlsb: cell too short": (lambda: xlsb(GOOD + biff12(5, b"\0")), "FILE_UNREADABLE"),
    "xlsb: row too short": (lambda: xlsb(biff12(0, b"\0")), "FILE_UNREADABLE"),
    "xlsb: no records": (
        lambda: xlsb(GOOD).replace(b"xl/workbook.bin", b"xl/workbooc.bin", 1),
        "ARCHIVE_HEADERS_DISAGREE",
    ),
    "xlsb: strings announced that are not there": (
        lambda: xlsb(GOOD, strings=strings(0x7FFFFFFF, "指标")),
        "SHARED_STRING_MISSING",
    ),
    "xlsb: a shared string that does not exist": (
        lambda: xlsb(GOOD + row(1) + cell(7, 0, u32(99)), strings=strings(1, "指标")),
        "FILE_UNREADABLE",
    ),
    "xlsb: a shared string without strings": (lambda: xlsb(GOOD + row(1) + cell(7, 0, u32(0))), "FILE_UNREADABLE"),
    "ods": (ods, ""),
    "ods: a million rows of a value": (
        lambda: ods(ODS_GOOD + r(c("1"), more=ROWS_REPEATED.format(1048575))),
        "CELLS_REACH_TOO_FAR",
    ),
    "ods: a row of sixteen thousand values": (
        lambda: ods(ODS_GOOD + r(c("1", more=REPEATED.format(16384)))),
        "CELLS_REACH_TOO_FAR",
    ),
    "ods: repeated more often than can be counted": (
        lambda: ods(ODS_GOOD + r(c("1"), more=ROWS_REPEATED.format("9" * 30))),
        "CELLS_REACH_TOO_FAR",
    ),
    "ods: repeated a negative number of times": (
        lambda: ods(ODS_GOOD + r(c("1"), more=ROWS_REPEATED.format(-5))),
        "CELL_PLACE_WRONG",
    ),
    "ods: values beyond many blank rows": (
        lambda: ods(ODS_GOOD + r(more=ROWS_REPEATED.format(SHEET_ROWS)) + r(c("1"))),
        "CELLS_REACH_TOO_FAR",
    ),
    "ods: as many errors": (
        lambda: ods(ODS_GOOD + r(c("", "", 'table:formula="of:=1"'), more=ROWS_REPEATED.format(1048575))),
        "CELLS_REACH_TOO_FAR",
    ),
    "ods: entities": (lambda: ods(before='<!DOCTYPE x [<!ENTITY a "b">]>'), "XML_WITH_DOCTYPE"),
    "ods: password": (lambda: ods(manifest="<m><manifest:encryption-data/></m>"), "FILE_ENCRYPTED"),
    "ods: two tables of one name": (lambda: ods(tables=TWO_TABLES), "SHEET_NAME_TWICE"),
    "ods: no table": (lambda: ods(tables="<x/>"), "FILE_UNREADABLE"),
    "ods: a table inside a cell": (
        lambda: ods(
            r(
                c("", "string", content="<table:table table:name='内'>" + r(c("9")) + "</table:table>" + p("指标")),
                c("12.5"),
            )
        ),
        "",
    ),
    "ods: spaces without end": (
        lambda: ods(ODS_GOOD + r(c("", "string", content=p("<text:s text:c='999999999'/>"), more=""))),
        "",
    ),
    "ods: spaces that are no number": (
        lambda: ods(ODS_GOOD + r(c("", "string", content=p("<text:s text:c='x'/>")))),
        "CELL_PLACE_WRONG",
    ),
    "ods: deep": (lambda: ods(ODS_GOOD + "<a>" * 100_000 + "</a>" * 100_000), "XML_DAMAGED"),
    "ods: merge without end": (
        lambda: ods(
            r(
                c(
                    "",
                    "string",
                    'table:number-rows-spanned="999999999" table:number-columns-spanned="999999999"',
                    p("指标"),
                )
            )
        ),
        "",
    ),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawWorkbook | Unreadable]:
    return read_among_neighbours({kind: make() for kind, (make, _) in KINDS.items()}, tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize("kind", KINDS)
def test_hostile(kind: str, answers: dict[str, RawWorkbook | Unreadable]) -> None:
    answer = answers[kind]
    assert code_of(answer) == KINDS[kind][1]
    if isinstance(answer, RawWorkbook):
        assert answer.sheets[0].value(0, 0) == "指标"
