"""The quick way reads what the careful way reads, or leaves the sheet to it: compared on generated sheets.

The careful way looks at every element with a parser and has calamine read the values, so it is also
an independent reader of whatever the quick way reads by itself.
"""

import random
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from spreadsheet_files import GOOD_ROWS, package, shared_strings, worksheet, xlsx
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.spreadsheets import plain_sheets
from townreturn.spreadsheets.archive import Archive
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.ooxml import document_part
from townreturn.spreadsheets.workbook import RawWorkbook
from townreturn.spreadsheets.xlsx import read_xlsx
from townreturn.templates import write_template

# What stands between <c …> and </c>, and the type: plain ones, and what looks nearly like them.
CELLS = [
    ("", ""),
    ("", "<v>1</v>"),
    (' t="n"', "<v>-2.50</v>"),
    ("", "<v>1e5</v>"),
    ("", "<v>1e-7</v>"),
    ("", "<v>007</v>"),
    ("", "<v>.5</v>"),
    ("", "<v>5.</v>"),
    ("", "<v>+5</v>"),
    ("", "<v> 5 </v>"),
    ("", "<v>NaN</v>"),
    ("", "<v>1e400</v>"),
    ("", "<v>0.1000000000000000055511151231257827</v>"),
    ("", "<v/>"),
    ("", "<v></v>"),
    ("", "<v>1</v><v>2</v>"),
    (' t="s"', "<v>0</v>"),
    (' t="s"', "<v>1</v>"),
    (' t="s"', "<v>2</v>"),
    (' t="s"', "<v>3</v>"),
    (' t="s"', "<v>9</v>"),
    (' t="s"', "<v>01</v>"),
    (' t="s"', "<v>+1</v>"),
    (' t="s"', "<v></v>"),
    (' t="s"', ""),
    (' t="b"', "<v>1</v>"),
    (' t="b"', "<v>0</v>"),
    (' t="b"', "<v>true</v>"),
    (' t="b"', "<v>2</v>"),
    (' t="e"', "<v>#N/A</v>"),
    (' t="e"', ""),
    (' t="d"', "<v>2018-01-05</v>"),
    (' t="x"', "<v>1</v>"),
    (' t="str"', "<v>甲 &amp; 乙</v>"),
    (' t="str"', "<v> 甲 </v>"),
    (' t="str"', "<v></v>"),
    (' t="str"', "<f>A1</f><v></v>"),
    (' t="str"', "<f>A1</f>"),
    (' t="str"', "<v>a&#x4e00;&lt;</v>"),
    (' t="str"', "<v>a&nbsp;</v>"),
    (' t="str"', "<v>_x000D_</v>"),
    (' t="inlineStr"', "<is><t>甲</t></is>"),
    (' t="inlineStr"', "<is><t> 甲 </t></is>"),
    (' t="inlineStr"', '<is><t xml:space="preserve"> 甲\n乙 </t></is>'),
    (' t="inlineStr"', "<is><t></t></is>"),
    (' t="inlineStr"', "<is><t>a\rb</t></is>"),
    (' t="inlineStr"', "<is><t>a]]&gt;b</t></is>"),
    (' t="inlineStr"', "<is><r><t>甲</t></r><r><t>乙</t></r></is>"),
    (' t="inlineStr"', "<v>7</v>"),
    (' t="n"', "<is><t>甲</t></is>"),
    (' t="inlineStr"', "<is><t>&#0;</t></is>"),
    (' t="inlineStr"', "<is><t>&#x1;</t></is>"),
    ("", "<f>1+1</f><v>2</v>"),
    ("", "<f>1+1</f>"),
    ("", "<f/><v>3</v>"),
    ("", '<f t="shared" si="0"/><v>3</v>'),
    ("", "<f>1</f><v/>"),
    ("", "<!-- x --><v>1</v>"),
    ("", "<v><![CDATA[4]]></v>"),
    ("", "<v>1</v> "),
    ("", " <v>1</v>"),
    (' t="s"', "<v>0</v><extLst/>"),
]
STYLES = ["", ' s="0"', ' s="1"', ' s="7"', ' s="01"']
ROW_MORE = [
    "",
    ' spans="1:3"',
    ' hidden="0"',
    ' hidden="1"',
    ' hidden="true"',
    ' ht="12.5" customHeight="1"',
    ' ht="0" customHeight="1"',
    ' ht="0.75"',
    ' ht=" 0.0 "',
    ' ht="0" ht="1"',
    " collapsed='1'",
]
BEFORE = [
    "",
    '<dimension ref="A1:C3"/>',
    '<cols><col min="2" max="2" width="9" hidden="1"/></cols>',
    '<cols><col min="1" max="16384" hidden="0"/></cols>',
    '<cols><col min="1" max="2" width="0" customWidth="1"/></cols>',
    '<cols><col min="1" max="1" width="0.5"/></cols>',
    "<!-- <sheetData> -->",
    '<sheetPr codeName="hidden"/>',
    "<cols><col min='1' max='1' hidden='true'/></cols>",
]
AFTER = [
    "",
    '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
    "<mergeCells><mergeCell ref='A1:B1'/></mergeCells>",
    '<mergeCells><mergeCell ref="B1:A1"/></mergeCells>',
    "<!-- <mergeCell ref='A1:B1'/> -->",
    "<a></b>",
    '<dataValidations count="1"><dataValidation sqref="A1"><formula1>mergeCell</formula1></dataValidation>'
    "</dataValidations>",
    '<sheetData><row r="9"><c r="A9"><v>9</v></c></row></sheetData>',
    "<?x <sheetData> ?>",
]
STRINGS = shared_strings("指标", " 数 ", "", "a &amp; b")


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """A small worksheet whose every piece is drawn from those above."""
    rows = []
    number = 0
    for _ in range(draw(st.integers(1, 4))):
        number += draw(st.sampled_from([1, 1, 1, 2, 0, 1000]))
        cells = []
        for column in draw(st.lists(st.sampled_from("ABC"), max_size=3, unique=draw(st.booleans()))):
            kind, content = draw(st.sampled_from(CELLS))
            style = draw(st.sampled_from(STYLES))
            name = f' r="{column}{max(number, 1)}"' if draw(st.integers(0, 9)) else ""
            order = kind + style if draw(st.booleans()) else style + kind
            cells.append(f"<c{name}{order}>{content}</c>" if content else f"<c{name}{order}/>")
        rows.append(f'<row r="{max(number, 1)}"{draw(st.sampled_from(ROW_MORE))}>{"".join(sorted(cells))}</row>')
    return worksheet("".join(rows), draw(st.sampled_from(BEFORE)), draw(st.sampled_from(AFTER)))


def read(content: bytes, *, carefully: bool) -> RawWorkbook | str:
    """The workbook, or why it cannot be read."""
    try:
        archive = Archive(content)
        return read_xlsx(archive, document_part(archive), always_carefully=carefully)
    except CannotRead as fault:
        return fault.code


@given(sheets())
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_ways_read_the_same(part: str) -> None:
    content = xlsx(sheet1=part, sharedStrings=STRINGS)
    assert read(content, carefully=False) == read(content, carefully=True)


@pytest.mark.parametrize(
    ("size", "hides"),
    [
        ("0", True),
        ("0.0", True),
        (" 0 ", True),
        (".0", True),
        ("0E0", True),
        ("0.75", False),
        ("12", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("carefully", [False, True])
def test_what_has_no_height_or_width_is_hidden(size: str, hides: bool, carefully: bool) -> None:
    columns = f'<cols><col min="2" max="2" width="{size}"/></cols>'
    row = f'<row r="1" ht="{size}"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    raw = read(xlsx(sheet1=worksheet(row, columns)), carefully=carefully)
    assert isinstance(raw, RawWorkbook)
    (sheet,) = raw.sheets
    assert (sheet.hidden_rows, sheet.hidden_columns) == (({0}, {1}) if hides else (set(), set()))


def test_most_plain_cells_take_the_quick_way() -> None:
    """Else the comparison above would compare the careful way with itself."""
    plain = [
        (kind, content) for kind, content in CELLS
        if plain_sheets.read_plain_sheet(worksheet(f'<row r="1"><c r="A1"{kind}>{content}</c></row>').encode())
    ]  # fmt: skip
    assert len(plain) >= 20
    assert ("", "<f>1+1</f>") not in plain
    assert (' t="e"', "<v>#N/A</v>") not in plain


@pytest.fixture(scope="module")
def template(plans: PlanBook, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    plan = plans.plans[0]
    return write_template(plan, Period("2018-03"), plan.units[0], tmp_path_factory.mktemp("blank")).read_bytes()


def test_the_issued_template_goes_the_quick_way_and_reads_as_calamine_reads_it(template: bytes) -> None:
    archive = Archive(template)
    quick = read_xlsx(archive, document_part(archive))
    assert quick == read_xlsx(archive, document_part(archive), always_carefully=True)
    parts = [name for name in archive.names if name.startswith("xl/worksheets/sheet")]
    assert all(plain_sheets.read_plain_sheet(archive.part(name)) for name in parts)
    book = CalamineWorkbook.from_filelike(BytesIO(template))
    for sheet in quick.sheets:
        for row, values in enumerate(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)):
            for column, value in enumerate(values):
                assert sheet.value(row, column) == (None if value == "" else value)


@pytest.mark.parametrize("seed", range(4))
def test_bytes_changed_at_random_mislead_neither_way(template: bytes, seed: int) -> None:
    """Single bytes of worksheets and strings overwritten: where both ways read the file, they read the same.

    The quick way may not accept what the parser calls damaged.
    """
    chance = random.Random(seed)
    archive = Archive(template)
    parts = {name: archive.part(name) for name in archive.names}
    targets = [name for name in parts if name.startswith(("xl/worksheets/sheet2", "xl/sharedstrings"))]
    for _ in range(150):
        changed = dict(parts)
        name = chance.choice(targets)
        content = bytearray(changed[name])
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.choice(b'<>/="&; 019ACacefrstv\xe5\x00')
        changed[name] = bytes(content)
        file = _packed(changed)
        assert read(file, carefully=False) == read(file, carefully=True)


def _packed(parts: dict[str, bytes]) -> bytes:
    return package(dict(parts), 0)


def test_the_quick_way_leaves_far_cells_to_nobody(tmp_path: Path) -> None:
    """Reach is counted before anything of that size is made."""
    far = xlsx(GOOD_ROWS + '<row r="1000000"><c r="A1000000"><v>1</v></c></row>')
    assert read(far, carefully=False) == read(far, carefully=True) == "CELLS_REACH_TOO_FAR"
