"""The template city-2018.xlsx beside this script, as a city office might send it: python make_template.py.

Two-row headings, indicators in an order of its own, totals as formulas with values left from last year, a validation,
a conditional format, a protected sheet, a name, a comment, and sheets that nobody fills.
"""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

CATEGORIES = ("烟草制品", "食品药品保健品", "建材", "农资", "家用电器", "儿童用品", "网络商品")
ROWS = (
    (8, "结案数", "宗"), (9, "立案数", "宗"), (10, "移送公安", "宗"), (11, "案件小计", "宗"),
    (12, "货值金额", "万元"), (13, "罚没金额", "万元"), (14, "检查市场", "个次"),
)  # fmt: skip
SUBTOTAL, LAST_COLUMN = 11, 20
THIN = Side(style="thin", color="FF808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def make() -> bytes:
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(2018, 1, 2)  # noqa: DTZ001 - as the file has it
    fill_summary(book.active)
    fill_changes(book.create_sheet("同比情况"))
    fill_explanations(book.create_sheet("填表说明"))
    book.defined_names["刑拘人数"] = DefinedName("刑拘人数", attr_text="'同比情况'!$E$14")
    stored = io.BytesIO()
    book.save(stored)
    return with_old_values(stored.getvalue())


def fill_summary(sheet: Worksheet) -> None:
    sheet.title = "汇总表"
    title(sheet, "A1:T1", "××市打击制售假冒伪劣商品工作情况月报表")
    for cells, text in (("A2:J2", "填报单位："), ("K2:T2", "报告期："), ("A3:J3", ""), ("K3:T3", "表式版本：2018-1")):
        sheet.merge_cells(cells)
        sheet[cells.partition(":")[0]] = text
    for column, text in enumerate(("序号", "指标", "单位"), start=1):
        merged_head(sheet, column, 5, column, 6, text)
    for number, name in enumerate((*CATEGORIES, "合计")):
        first = 4 + 2 * number
        merged_head(sheet, first, 5, first + 1, 5, name)
        head(sheet, first, 6, "本月")
        head(sheet, first + 1, 6, "累计")
    merged_head(sheet, LAST_COLUMN, 5, LAST_COLUMN, 6, "备注")
    for column in range(1, LAST_COLUMN + 1):
        head(sheet, column, 7, "甲乙丙"[column - 1] if column <= 3 else str(column - 3))
    for number, (row, label, unit) in enumerate(ROWS, start=1):
        fill_row(sheet, row, number, label, unit)
    sheet.merge_cells("A15:C15")
    sheet["A15"] = "填表日期"
    sheet.merge_cells("D15:G15")
    finish(sheet)


def fill_row(sheet: Worksheet, row: int, number: int, label: str, unit: str) -> None:
    for column, text in enumerate((number, label, unit), start=1):
        sheet.cell(row, column, text).border = BOX
    for column in range(4, LAST_COLUMN):
        cell = sheet.cell(row, column)
        letter = get_column_letter(column)
        cell.border, cell.number_format = BOX, "#,##0.00" if unit == "万元" else "#,##0"
        cell.fill = PatternFill("solid", fgColor="FFFFF2CC")
        cell.protection = Protection(locked=False)
        if row == SUBTOTAL:
            cell.value = f"=SUM({letter}8:{letter}10)"
        elif column >= LAST_COLUMN - 2:
            cell.value = "=" + "+".join(f"N({get_column_letter(column - 2 * back)}{row})" for back in range(1, 8))
    sheet.cell(row, LAST_COLUMN).border = BOX


def finish(sheet: Worksheet) -> None:
    whole = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    whole.error = "只能填整数"
    whole.add("D8:Q10")
    sheet.add_data_validation(whole)
    red = CellIsRule(operator="greaterThan", formula=["100"], font=Font(color="FFC00000", bold=True))
    sheet.conditional_formatting.add("D8:S14", red)
    sheet["R8"].comment = Comment("由各列相加", "市打假办")
    sheet.freeze_panes = "D8"
    sheet.column_dimensions["B"].width = 18
    sheet.protection.sheet = True
    sheet.protection.password = "打假"
    sheet.print_title_rows = "5:7"
    sheet.page_setup.orientation = "landscape"


def fill_changes(sheet: Worksheet) -> None:
    title(sheet, "A1:E1", "立案数、货值同比情况")
    for column, text in enumerate(("类别", "立案环比", "立案同比", "货值环比", "刑拘人数"), start=1):
        head(sheet, column, 3, text)
    for row, name in enumerate(CATEGORIES, start=4):
        sheet.cell(row, 1, name).border = BOX
        for column in range(2, 5):
            sheet.cell(row, column).number_format = "0.0%"
            sheet.cell(row, column).border = BOX
    sheet["A13"], sheet["A14"] = "上月立案（烟草制品）", "刑拘人数"
    sheet.column_dimensions["D"].font = Font(italic=True)


def fill_explanations(sheet: Worksheet) -> None:
    sheet["A1"] = "一、本表由各镇街打假办于次月5日前报送。"
    sheet["A2"] = "二、没有数的填0，不得空白。"
    sheet["A3"] = "本月立案合计"
    sheet["B3"] = "=汇总表!R9"
    sheet.row_dimensions[2].hidden = True


def title(sheet: Worksheet, cells: str, text: str) -> None:
    sheet.merge_cells(cells)
    sheet["A1"], sheet["A1"].font = text, Font(name="方正小标宋简体", size=18)
    sheet["A1"].alignment = Alignment(horizontal="center")


def merged_head(sheet: Worksheet, column: int, row: int, last_column: int, last_row: int, text: str) -> None:
    head(sheet, column, row, text)
    sheet.merge_cells(start_row=row, start_column=column, end_row=last_row, end_column=last_column)


def head(sheet: Worksheet, column: int, row: int, text: str) -> None:
    cell = sheet.cell(row, column, text)
    cell.border, cell.alignment = BOX, Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.font = Font(name="黑体", bold=True)


def with_old_values(content: bytes) -> bytes:
    """Every formula with 777, as if the file had been used before; openpyxl stores no values."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>777</v>", source.read(name))
            made.writestr(zipfile.ZipInfo(name, (2018, 1, 2, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("city-2018.xlsx").write_bytes(make())
