"""The golden month through the whole pipeline: every published figure against hand-worked ones."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from golden_month import drop_into, read_expected, read_explanations
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.returns import newest_compilation

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
AFTER_DUE = datetime.fromisoformat("2018-03-01T08:00:00+08:00")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path_factory.mktemp("golden"))}))


@pytest.fixture(scope="module")
def taken(office: Office) -> month.IntakeReport:
    for key in ("2018-01", "2018-02"):
        drop_into(Path(str(office.inbox)), key)
    for period, opened in ((JANUARY, "2018-01-26T00:00:00+08:00"), (FEBRUARY, "2018-02-26T00:00:00+08:00")):
        month.open_period(office, period, datetime.fromisoformat(opened), "", backfilled=False)
    return month.take_in(office, AFTER_DUE)


@pytest.fixture(scope="module")
def folder(office: Office, taken: month.IntakeReport) -> Path:
    for period in (JANUARY, FEBRUARY):
        assert month.readiness(office, period, AFTER_DUE).waiting_for == ()
        compilation = month.compile_return(office, period, AFTER_DUE)
        month.check_return(office, compilation)
        month.record_decision(
            office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=AFTER_DUE
        )
        published = month.publish(office, compilation, AFTER_DUE)
    return Path(published)


def test_one_file_is_returned_and_its_correction_accepted(taken: month.IntakeReport) -> None:
    verdicts = {one.file_name: one.disposition for one in taken.taken}
    assert verdicts.pop("2018-02-zhujian-wrong.xlsx") is Verdict.RETURNED
    assert len(verdicts) == 11
    explained = {name for name, verdict in verdicts.items() if verdict is Verdict.EXPLAINED}
    assert explained == {"2018-02-zhujian.xlsx", "2018-02-yancao.xlsx", "2018-02-jingkexin.xlsx"}
    assert {verdict for name, verdict in verdicts.items() if name not in explained} == {Verdict.ACCEPTED}


def test_receipt_of_the_wrong_file_names_the_cell_and_the_sum(office: Office, taken: month.IntakeReport) -> None:
    [receipt] = (office.receipts / "2018-02").glob("镇住建局_20180226*.txt")
    text = receipt.read_text(encoding="utf-8-sig")
    assert "审核结论：退回" in text
    assert "期末在办填的是 9，应等于 期初在办 1 ＋立案 1 －结案 0 －撤案 0" in text


def test_every_figure_of_the_twin(folder: Path) -> None:
    [twin] = folder.glob("*打假统计月报*.json")
    cells = {(cell["category"], cell["indicator"]): cell for cell in json.loads(twin.read_text("utf-8"))["cells"]}
    for one in read_expected():
        amount = cells[one.category, one.indicator][one.measure]
        published = None if amount["value"] is None else Decimal(amount["value"])
        assert (published, amount["reported"], amount["expected"]) == (one.value, one.reported, one.expected), one
        if one.comparison:
            change = cells[one.category, one.indicator]["month_on_month"]
            shown = str(Decimal(change["pct"])) if change["status"] == "ratio" else change["status"]
            assert _same_percentage(shown, one.comparison), one


def test_memo_indicators_have_no_total(folder: Path) -> None:
    [twin] = folder.glob("*打假统计月报*.json")
    totals = {cell["indicator"] for cell in json.loads(twin.read_text("utf-8"))["cells"] if cell["category"] == "total"}
    assert "cases_filed" in totals
    assert totals.isdisjoint({"markets_inspected", "key_areas_rectified"})


@pytest.mark.parametrize(
    ("sheet", "label", "heading", "shown"),
    [
        # 立案 in 2018-02 adds up 4, 1, 2, (未报), 0, 1 and 1
        ("本期", "立案", "合计", 9),
        ("本期", "立案", "农资", "未报"),
        ("本期", "立案", "儿童用品", 0),
        # 涉案货值: 9.80+0.60+30.15+(未报)+0+2.25+11.00 = 53.80
        ("本期", "涉案货值", "合计", 53.8),
        # 本年累计 立案 食品: 5+4
        ("本年累计", "立案", "食品药品保健品", 9),
        # 期末在办 is a stock: February's, not the sum
        ("本年累计", "期末在办", "食品药品保健品", 3),
        # from 5 to 4
        ("环比", "立案", "食品药品保健品", -20),
        ("环比", "立案", "合计", "不可比"),
        ("环比", "开展执法行动", "农资", "不可比"),
        # 撤案 0 → 1: a zero base
        ("环比", "撤案", "食品药品保健品", "—"),
        ("同比", "立案", "食品药品保健品", "不可比"),
        ("本期", "检查各类市场", "合计", "／"),
    ],
)
def test_published_workbook_cells(folder: Path, sheet: str, label: str, heading: str, shown: object) -> None:
    [path] = folder.glob("*月.xlsx")
    assert cell_value(path, sheet, label, heading) == shown


def test_explanations_are_notes_of_the_return(folder: Path, office: Office) -> None:
    """In the form's order; the one that nobody asked for comes last, without a number."""
    [path] = folder.glob("*月.xlsx")
    rows = [row for row in load_workbook(path)["数据说明"].iter_rows(min_row=6, values_only=True) if any(row)]
    plan = office.plans.plans[0]
    expected = read_explanations()
    told = [(row[0], row[1], row[3], row[5]) for row in rows]
    headings = {category.code: category.heading for category in plan.categories}
    assert told == [
        (mark, headings[one["category"]], one["indicator"], one["reason"])
        for mark, one in zip(("①", "②", "③", "④", "⑤", "⑥", ""), expected, strict=True)
    ]
    for row, one in zip(rows, expected, strict=True):
        assert not one["now"] or f"本期 {one['now']} " in row[4]
        assert not one["now"] or f"上期 {one['before']} " in row[4]
        assert not one["now"] or f"减少 {one['change']}%" in row[4]


def test_explained_figures_are_marked_in_the_workbook(folder: Path) -> None:
    [path] = folder.glob("*月.xlsx")
    sheet = load_workbook(path)["本期"]
    formats = {cell.value: cell.number_format for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert formats[30.15] == '#,##0.00"②"_ '
    assert formats[12.4] == '#,##0.00"③"_ '


def test_the_twin_has_the_notes(folder: Path) -> None:
    [twin] = folder.glob("*打假统计月报*.json")
    notes = json.loads(twin.read_text("utf-8"))["notes"]
    assert [one["explanation"] for one in notes] == [one["reason"] for one in read_explanations()[:6]]
    assert {one["code"] for one in notes} == {"CHANGE_BEYOND_30"}
    [table] = folder.glob("*_数据说明.csv")
    assert len(table.read_text("utf-8-sig").splitlines()) == 1 + 7


def test_the_league_of_two_months(folder: Path) -> None:
    """镇住建局's first file of February was returned, the second came in time; 镇农林水务局 sent none."""
    [path] = folder.glob("*月.xlsx")
    rows = list(load_workbook(path)["报送排名"].iter_rows(min_row=6, max_row=11, max_col=11, values_only=True))
    full = (100, 100, 100)
    assert rows == [
        ("1", "镇食药监分局", 2, 2, 0, 0, 2, 0, *full),
        ("1", "市烟草专卖局第五分局", 2, 2, 0, 0, 2, 0, *full),
        ("1", "镇经科信局", 4, 4, 0, 0, 4, 0, *full),
        ("1", "镇工商分局", 2, 2, 0, 0, 2, 0, *full),
        ("5", "镇住建局", 2, 2, 0, 0, 1, 1, 100, 100, 50),
        ("6", "镇农林水务局", 2, 1, 0, 1, 1, 0, 50, 50, 50),
    ]


def test_the_approver_reads_the_explanations(office: Office, folder: Path) -> None:
    with reading(office.engine) as tx:
        compilation = newest_compilation(tx, "qingxi", "2018-02")
    assert compilation is not None
    text = month.summarise(office, compilation.id)
    assert "核实性审核中有 6 条由填报单位作了说明" in text
    for one in read_explanations()[:6]:
        assert one["reason"] in text


def cell_value(path: Path, sheet_name: str, label: str, heading: str) -> object:
    sheet = load_workbook(path, data_only=True)[sheet_name]
    row = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == label)
    column = next(
        cell.column
        for line in sheet.iter_rows()
        for cell in line
        if heading in str(cell.value or "").split("\n")[0] and cell.row > 3
    )
    return sheet.cell(row, column).value


def _same_percentage(published: str, expected: str) -> bool:
    try:
        return Decimal(published) == Decimal(expected)
    except ArithmeticError:
        return published == expected
