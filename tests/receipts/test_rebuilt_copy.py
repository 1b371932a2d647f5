"""Files whose own package is not edited: the copy is rebuilt from their values, and is a valid submission too."""

import csv
import importlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from receipt_cases import RECEIVED, STATISTICS, case_of, judged, mandatory, question
from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, Submission
from townreturn.intake.interpret import interpret
from townreturn.receipts import rebuilding
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.composing import compose_marking
from townreturn.receipts.copies import MarkingJob, mark_copies
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import RawWorkbook

Sent = Callable[..., Path]
MarkIt = Callable[[Path, ReceiptCase], Path]
STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def case() -> ReceiptCase:
    return case_of(judged("children", mandatory("D10"), question("D8", "enforcement_actions")), judged("appliances"))


def read_in(path: Path, plans: PlanBook) -> Submission:
    return interpret(read_workbooks([path])[path], Arrival(path.name, "0" * 64, RECEIVED), plans)


def converted(path: Path, kind: str) -> Path:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (apt-get install libreoffice-calc)")
    profile = f"-env:UserInstallation=file://{path.parent / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(path.parent / kind), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.parent / kind / f"{path.stem}.{kind}"


def as_strict(path: Path) -> Path:
    target = path.with_name("strict.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as strict:
        for name in source.namelist():
            part = source.read(name)
            for transitional, other in STRICT:
                part = part.replace(transitional, other)
            strict.writestr(name, part)
    return target


def as_csv(path: Path) -> Path:
    target = path.with_name("statistics.csv")
    rows = load_workbook(path)[STATISTICS].iter_rows(values_only=True)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["" if one is None else one for one in row] for row in rows])
    target.write_bytes(text.getvalue().encode("gb18030"))
    return target


def check_rebuilt(path: Path, marked: Path, plans: PlanBook) -> None:
    """Same figures, no new fault, marked alike, and it says that it was rebuilt."""
    before, after = read_in(path, plans), read_in(marked, plans)
    assert [one.figures for one in after.reports] == [one.figures for one in before.reports]
    assert not [one for one in after.findings if one.severity is Severity.MANDATORY]
    assert not [one for report in after.reports for one in report.findings if one.severity is Severity.MANDATORY]
    book = load_workbook(marked)
    front = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert any("由贵单位报送的文件重新生成" in one for one in front)
    assert book[STATISTICS]["D10"].comment.text == "审核回执 第1条（必须改正）：D10 没有填。请填。"
    waiting = [row for row in book["审核说明"].iter_rows(values_only=True) if row[1] == "开展执法行动"]
    assert [row[2:4] for row in waiting] == [("比上期变化超过30%", None)]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_spreadsheets_come_back_as_xlsx(sent: Sent, mark: MarkIt, plans: PlanBook, kind: str) -> None:
    path = converted(sent(), kind)
    marked = mark(path, case())
    check_rebuilt(path, marked, plans)
    raw = [read_workbooks([one])[one] for one in (path, marked)]
    assert all(isinstance(one, RawWorkbook) for one in raw)
    assert [sheet.name for sheet in raw[1].sheets][1:] == [sheet.name for sheet in raw[0].sheets]
    cover = [sheet.rows for one in raw for sheet in one.sheets if sheet.name == "封面"]
    assert cover[0] == cover[1]


def test_a_strict_package_is_rebuilt(sent: Sent, mark: MarkIt, plans: PlanBook) -> None:
    path = as_strict(sent())
    check_rebuilt(path, mark(path, case()), plans)


def test_a_csv_becomes_a_whole_workbook(sent: Sent, mark: MarkIt, plans: PlanBook) -> None:
    path = as_csv(sent())
    before = read_in(path, plans)
    at = CellRef(before.reports[0].figures[2].at.sheet, "D10")
    fault = Finding("REQUIRED_BLANK", Severity.MANDATORY, "D10 没有填。请填。", "children", at)
    marked = mark(path, case_of(judged("children", fault, question("D8", "enforcement_actions"))))
    after = read_in(marked, plans)
    assert (after.unit, after.period, after.edition) == (before.unit, before.period, before.edition)
    values = [[(one.indicator, one.value) for one in report.figures] for report in after.reports]
    assert values == [[(one.indicator, one.value) for one in report.figures] for report in before.reports]
    assert not [one for one in after.findings if one.severity is Severity.MANDATORY]
    assert load_workbook(marked).sheetnames == [
        "审核回执", "统计表", "封面", "重点案件", "经验做法", "重点区域整治", "问题和建议", "审核说明",
    ]  # fmt: skip
    sheet = load_workbook(marked)["审核回执"]
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links[0] == "'统计表'!D10"


def test_a_second_round_of_a_rebuilt_copy_keeps_one_receipt(sent: Sent, mark: MarkIt) -> None:
    first = mark(as_strict(sent()), case())
    again = load_workbook(mark(converted(first, "ods"), case()))
    assert again.sheetnames.count("审核回执") == 1
    waiting = [row for row in again["审核说明"].iter_rows(values_only=True) if row[1] == "开展执法行动"]
    assert len(waiting) == 1


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "http://x/", "{=A1}", "-1", "_x0041_"])
def test_texts_of_a_rebuilt_copy_stay_texts(tmp_path: Path, plan: Plan, text: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f'指标名称,计量单位\n"{text.replace(chr(34), chr(34) * 2)}",x\n', encoding="utf-8")
    [copy] = mark_copies([MarkingJob(path, case_of(unit=None), plan)])
    assert copy is not None
    (tmp_path / "copy.xlsx").write_bytes(copy)
    cell = load_workbook(tmp_path / "copy.xlsx")[STATISTICS]["A2"]
    assert (cell.data_type, cell.hyperlink) == ("n" if text == "-1" else "s", None)
    raw = read_workbooks([tmp_path / "copy.xlsx"])[tmp_path / "copy.xlsx"]
    assert isinstance(raw, RawWorkbook)
    assert raw.sheet(STATISTICS).value(1, 0) == (-1 if text == "-1" else text)  # type: ignore[union-attr]


def test_the_first_copy_of_a_process_is_like_those_after_it(sent: Sent, plan: Plan) -> None:
    """Copies are made in child processes, so the first is made more often than any other."""
    path = as_csv(sent())
    raw = read_workbooks([path])[path]
    assert isinstance(raw, RawWorkbook)
    module = importlib.reload(rebuilding)
    first, second = (module.rebuild_workbook(raw, compose_marking(str(path), case(), plan)) for _ in range(2))
    assert first == second


def test_sheet_names_that_excel_does_not_take_are_changed(sent: Sent, mark: MarkIt, plan: Plan) -> None:
    from townreturn.receipts.composing import compose_marking
    from townreturn.receipts.rebuilding import rebuild_workbook
    from townreturn.spreadsheets.workbook import RawSheet

    names = ["a/b", "A_B", "审核回执", "x" * 40, "'", "", "History"]
    raw = RawWorkbook(tuple(RawSheet(name, (("1",),)) for name in names))
    content, given = rebuild_workbook(raw, compose_marking("", case(), plan))
    assert given == {"a/b": "a_b", "A_B": "A_B_2", "x" * 40: "x" * 31, "'": "_", "": "__2", "History": "History_2"}
    assert load_workbook(io.BytesIO(content)).sheetnames == list(given.values())


def test_libreoffice_opens_the_marked_copy_and_keeps_it_whole(sent: Sent, mark: MarkIt, plans: PlanBook) -> None:
    marked = mark(sent(), case())
    opened = converted(marked, "ods")
    assert read_in(opened, plans).reports[0].figures == read_in(marked, plans).reports[0].figures
    again = load_workbook(converted(opened, "xlsx"))
    assert again.sheetnames[0] == "审核回执"
    assert again[STATISTICS]["D10"].comment is not None
