"""The picture of a sheet: cells by their names, merged ranges, findings on their cells, and how much is shown."""

from townreturn.board.finding_lines import FindingLine, Mark
from townreturn.board.sheet_picture import MOST_COLUMNS, MOST_ROWS, Cell, Picture, draw_sheet, list_tabs
from townreturn.spreadsheets.workbook import Merge, RawSheet, RawValue, RawWorkbook


def line(number: int, cell: str, sheet: str = "统计表", mark: Mark = Mark.MANDATORY) -> FindingLine:
    return FindingLine(number, mark, "CODE", "", sheet, cell, "不对", "")


def draw(
    *rows: tuple[RawValue, ...], findings: tuple[FindingLine, ...] = (), merges: tuple[Merge, ...] = ()
) -> Picture:
    return draw_sheet(RawSheet("统计表", rows, merges=merges), 1, findings)


def cells(picture: Picture) -> dict[str, Cell]:
    return {one.name: one for row in picture.rows for one in row.cells}


def test_every_cell_has_its_name_and_what_it_says() -> None:
    picture = draw(("立案", 12.0, None), ("罚没款", 3.5), (True, "007", "两\n行"))
    assert [one.letters for one in picture.columns] == ["A", "B", "C"]
    assert [row.number for row in picture.rows] == [1, 2, 3]
    shown = {name: (one.text, one.is_number) for name, one in cells(picture).items()}
    assert shown["B1"] == ("12", True)
    assert shown["C1"] == shown["C2"] == ("", False)
    assert shown["B2"] == ("3.5", True)
    assert [shown[name] for name in ("A3", "B3", "C3")] == [("TRUE", False), ("007", False), ("两\n行", False)]


def test_a_formula_as_text_and_invisible_characters_are_plain_text() -> None:
    shown = cells(draw(("=1+1", '=HYPERLINK("http://x")'), ("a\u202eb\x07", "x" * 400)))
    assert (shown["A1"].text, shown["B1"].text) == ("=1+1", '=HYPERLINK("http://x")')
    assert shown["A2"].text == "a b "
    assert shown["B2"].text == "x" * 300 + "…"


def test_findings_stand_on_their_cells_the_gravest_first() -> None:
    findings = (line(1, "B2"), line(2, "B2", mark=Mark.INFO), line(3, "D9", mark=Mark.VERIFYING), line(4, "B2", "封面"))
    picture = draw(("立案", 1.0), ("结案", 2.0), findings=findings)
    shown = cells(picture)
    assert (shown["B2"].mark, shown["B2"].findings) == (Mark.MANDATORY, (1, 2))
    assert (shown["B1"].mark, shown["B1"].findings) == (None, ())
    assert (shown["D9"].mark, shown["D9"].text) == (Mark.VERIFYING, ""), "a blank cell beyond all values is drawn too"
    assert (picture.row_count, picture.column_count, picture.is_cut) == (9, 4, False)


def test_a_merged_range_is_one_cell_clipped_to_what_is_shown() -> None:
    picture = draw(
        ("题", None, None), ("甲", "乙", "丙"), (None, "丁", "戊"), merges=(Merge(0, 0, 0, 99), Merge(1, 0, 2, 0))
    )
    assert [(one.name, one.rows, one.columns) for row in picture.rows for one in row.cells] == [
        ("A1", 1, 3), ("A2", 2, 1), ("B2", 1, 1), ("C2", 1, 1), ("B3", 1, 1), ("C3", 1, 1),
    ]  # fmt: skip


def test_of_overlapping_ranges_the_first_counts_and_every_row_stays_whole() -> None:
    picture = draw(("a", "b", "c"), ("d", "e", "f"), merges=(Merge(0, 1, 1, 2), Merge(0, 0, 0, 1), Merge(0, 0, 1, 0)))
    grid = [[0] * 3 for _ in range(2)]
    for row in picture.rows:
        for one in row.cells:
            first = "ABC".index(one.name[0])
            for down in range(one.rows):
                for right in range(one.columns):
                    grid[row.number - 1 + down][first + right] += 1
    assert grid == [[1, 1, 1], [1, 1, 1]]


def test_a_title_runs_on_over_the_blank_cells_beside_it_but_no_entry_does() -> None:
    shown = cells(draw(("很长的标题",), (None, "【执法检查】"), ("说明", "很长的说明", None), (5.0, None, None)))
    assert shown["A1"].columns == 3
    assert (shown["B2"].columns, shown["A2"].text) == (2, "")
    assert shown["B3"].columns == shown["A4"].columns == 1


def test_a_title_with_a_finding_beside_it_leaves_the_cell_of_the_finding() -> None:
    shown = cells(draw(("标题",), ("a", "b", "c"), findings=(line(1, "C1"),)))
    assert (shown["A1"].columns, shown["C1"].mark) == (1, Mark.MANDATORY)


def test_a_long_sheet_is_cut_but_keeps_the_rows_with_findings() -> None:
    rows = tuple((float(number), "x") for number in range(1, 1001))
    picture = draw(*rows, findings=(line(1, "A500"), line(2, "B501"), line(3, "A3")))
    assert [row.number for row in picture.rows] == [*range(1, MOST_ROWS + 1), 500, 501]
    assert {row.number: row.skipped for row in picture.rows if row.skipped} == {500: 499 - MOST_ROWS}
    assert (picture.row_count, picture.is_cut) == (1000, True)


def test_a_hostile_sheet_stays_small_and_is_drawn_at_once() -> None:
    row = ("x" * 1000,) * 700
    merges = tuple(Merge(0, 0, 20_000 - one, 701) for one in range(5000))
    findings = tuple(line(number, f"A{number * 7}") for number in range(1, 5000))
    picture = draw_sheet(RawSheet("统计表", (row,) * 700, merges=merges), 1, findings)
    assert len(picture.rows) <= 300
    assert len(picture.columns) == MOST_COLUMNS


def test_hidden_rows_columns_and_sheets_are_shown_as_hidden() -> None:
    sheet = RawSheet("统计表", (("a", "b"), ("c", "d")), hidden_rows=frozenset({1}), hidden_columns=frozenset({0}))
    picture = draw_sheet(sheet, 1, ())
    assert [row.is_hidden for row in picture.rows] == [False, True]
    assert [column.is_hidden for column in picture.columns] == [True, False]
    book = RawWorkbook((sheet, RawSheet("暗", (), is_hidden=True)))
    assert [(one.number, one.name, one.is_hidden) for one in list_tabs(book, ())] == [
        (1, "统计表", False),
        (2, "暗", True),
    ]


def test_a_cell_that_cannot_be_read_says_why() -> None:
    sheet = RawSheet("统计表", (("a", None),), unread={"B1": "ERROR_CELL"})
    assert cells(draw_sheet(sheet, 1, ()))["B1"].unread == "ERROR_CELL"


def test_an_empty_sheet_has_no_rows() -> None:
    assert draw().rows == ()
