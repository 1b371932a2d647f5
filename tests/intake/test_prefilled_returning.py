"""A pre-filled workbook comes back like a blank one: last period's columns disturb nothing, in any format."""

import csv
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from drafts import LATER, drafted, figures_of, findings_of, found, read

from filled_workbook import FilledWorkbook, find
from spreadsheet_files import readable
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.history import History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Judgement
from townreturn.intake.interpret import interpret
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.copies import MarkingJob, mark_copies
from townreturn.templates import blank_workbook
from townreturn.templates.assignment import Assignment

JANUARY = Period("2018-01")
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
"""The second sheet, comma, quotation mark, UTF-8; numbers as they are shown."""
needs_soffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


@pytest.fixture
def prefilled(plan: Plan) -> Callable[[str], FilledWorkbook]:
    """``prefilled(unit)``: its workbook with large figures of last period, thousands separators and all, filled in."""
    figures = {
        (category.code, one.code): {1: PastFigure(Decimal("9999.25") if one.decimals else Decimal(12345), "another")}
        for category in plan.categories for one in plan.form.indicators_of(category.code)
    }  # fmt: skip

    def fill(unit: str) -> FilledWorkbook:
        issued = blank_workbook(Assignment(plan, JANUARY, plan.unit_by_code[unit], History(figures)))
        return FilledWorkbook(plan, plan.unit_by_code[unit], JANUARY, issued)

    return fill


@pytest.mark.parametrize("unit", ["jingkexin", "yancao"])
def test_it_reads_like_a_blank_one_without_a_remark(
    prefilled: Callable[..., FilledWorkbook], filled: Callable[..., FilledWorkbook], plans: PlanBook, unit: str
) -> None:
    blank = read(drafted(filled(unit, "2018-01")), plans)
    submission = read(drafted(prefilled(unit)), plans)
    assert findings_of(submission) == []
    assert figures_of(submission) == figures_of(blank)


@needs_soffice
@pytest.mark.parametrize("to", ["xlsx", "xls", "ods", CSV], ids=["xlsx", "xls", "ods", "csv"])
def test_saved_again_by_libreoffice_it_still_does(
    prefilled: Callable[..., FilledWorkbook], plans: PlanBook, tmp_path: Path, to: str
) -> None:
    book = prefilled("jingkexin")
    submission = interpret(readable(convert(book, to, tmp_path), tmp_path), LATER, plans)
    told = [one for one in findings_of(submission) if one.code != "CSV_WITHOUT_SECTIONS"]
    assert told == []
    assert figures_of(submission) == figures_of(read(drafted(prefilled("jingkexin")), plans))
    assert len(figures_of(submission)) == 60


def convert(book: FilledWorkbook, to: str, folder: Path) -> bytes:
    source = book.save(folder / "月报.xlsx", datetime(2018, 1, 28, tzinfo=UTC))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", to, "--outdir", str(folder / "made"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    (made,) = (folder / "made").iterdir()
    return made.read_bytes()


def test_as_a_csv_written_by_hand_it_does_too(
    prefilled: Callable[..., FilledWorkbook], plans: PlanBook, tmp_path: Path
) -> None:
    target = StringIO(newline="")
    csv.writer(target).writerows(prefilled("jingkexin").statistics.iter_rows(values_only=True))
    submission = interpret(readable(target.getvalue().encode("gb18030"), tmp_path), LATER, plans)
    assert {code for code, _ in found(submission)} == {"CSV_WITHOUT_SECTIONS"}
    assert figures_of(submission)["children", "officers_deployed"] == 10


def test_a_figure_typed_into_last_periods_column_is_not_taken_for_this_periods(
    prefilled: Callable[..., FilledWorkbook], plans: PlanBook
) -> None:
    """Somebody took the protection off and missed the column: the cell itself is blank, and blank is no zero."""
    book = prefilled("yancao")
    cell = book.cell("officers_deployed")
    cell.value, book.statistics.cell(cell.row, cell.column + 1).value = None, 77
    submission = read(drafted(book), plans)
    assert figures_of(submission)["tobacco", "officers_deployed"] is None


def test_what_a_unit_writes_beside_it_is_told_as_before(
    prefilled: Callable[..., FilledWorkbook], plans: PlanBook
) -> None:
    book = prefilled("yancao")
    last = find(book.statistics, "填写要求").column + 1
    book.statistics.cell(10, last).value = 5
    (raised,) = findings_of(read(drafted(book), plans))
    assert (raised.code, raised.severity) == ("OUTSIDE_THE_FORM", Severity.INFO)
    assert raised.at is not None
    assert raised.at.cell == book.statistics.cell(10, last).coordinate


def test_its_marked_copy_comes_back_the_same_way(
    prefilled: Callable[..., FilledWorkbook], plans: PlanBook, plan: Plan, tmp_path: Path
) -> None:
    book = prefilled("yancao")
    book.put("officers_deployed", "16/140")
    path = book.save(tmp_path / "a.xlsx", datetime(2018, 1, 28, tzinfo=UTC))
    returned = interpret(readable(path.read_bytes(), tmp_path), LATER, plans)
    (report,) = returned.reports
    judged = [Judgement(report, report.findings, Verdict.RETURNED)]
    (copy,) = mark_copies([MarkingJob(path, ReceiptCase(returned, judged, Verdict.RETURNED), plan)])
    assert copy is not None
    again = interpret(readable(copy, tmp_path), LATER, plans)
    assert {one.code for one in findings_of(again)} == {"TWO_NUMBERS"}
    assert figures_of(again) == figures_of(returned)
