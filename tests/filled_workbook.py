"""A submission as a unit would fill it: the issued template with simple figures that pass every check.

Figures of category number n in month m (all others are 0): 开展执法行动 n, 期初在办 2m, 立案 3,
结案 1, so 期末在办 2m + 2, and that is next month's 期初在办. One of the filed cases is major and listed.
媒体报道 is m, so that no month repeats the one before.
"""

import os
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan, Unit
from townreturn.templates import write_template

FIXED = {
    "officers_deployed": 10,
    "premises_inspected": 20,
    "cases_investigated": 4,
    "cases_filed": 3,
    "cases_closed": 1,
    "major_cases": 1,
    "goods_value": 1.1,
    "fines_confiscations": 0.2,
    "samples_tested": 5,
    "samples_failed": 1,
    "rewards_paid": 100.5,
}


def figures_of(category: Category, period: Period) -> dict[str, float]:
    stocks = {"cases_open_at_start": 2 * period.month, "cases_pending": 2 * period.month + 2}
    return {"enforcement_actions": category.number, "media_reports": period.month, **stocks, **FIXED}


class FilledWorkbook:
    """A filled workbook that a test may spoil in one place before it is saved; ``issued`` is what it is
    filled into, a blank one of its own when empty."""

    def __init__(self, plan: Plan, unit: Unit, period: Period, issued: bytes = b"") -> None:
        self.plan, self.unit, self.period = plan, unit, period
        self.book = load_workbook(BytesIO(issued or blank_workbook(plan.code, plan, unit, period)))
        self._next_row = dict.fromkeys((section.sheet for section in plan.form.sections), 0)
        for category in plan.categories_reported_by(unit.code):
            figures = figures_of(category, period)
            for indicator in plan.form.indicators_of(category.code):
                self.put(indicator.code, figures.get(indicator.code, 0), category.code)
            self.add_entry("key_cases", {"title": "某仓库售假案", "large": plan.form.yes}, category.code)
        self.beside(plan.form.anchors.filled_by).value = "李四"

    @property
    def statistics(self) -> Worksheet:
        return self.book[self.plan.form.sheets.statistics]

    def cell(self, indicator: str, category: str | None = None) -> Cell:
        """The cell of an indicator (or of the label itself); by default of the unit's first category."""
        known = self.plan.form.by_code.get(indicator)
        heading = self._category(category).heading
        column = find(self.statistics, heading).column
        return self.statistics.cell(find(self.statistics, known.label if known else indicator).row, column)

    def place(self, indicator: str, category: str | None = None) -> str:
        """The cell as a receipt names it: 统计表!D12."""
        return f"{self.statistics.title}!{self.cell(indicator, category).coordinate}"

    def put(self, indicator: str, value: Any, category: str | None = None) -> None:
        self.cell(indicator, category).value = value

    def beside(self, label: str, sheet: str | None = None) -> Cell:
        """The cell right of a label, on the cover unless another sheet is named."""
        page = self.book[sheet or self.plan.form.sheets.cover]
        found = find(page, label)
        return page.cell(found.row, found.column + 1)

    def add_entry(self, section: str, values: dict[str, str], category: str | None = None) -> None:
        """One more row of a text section; an empty category leaves its cell blank."""
        form = self.plan.form.section(section)
        page = self.book[form.sheet]
        heading = find(page, self.plan.form.anchors.category)
        self._next_row[form.sheet] += 1
        row = heading.row + self._next_row[form.sheet]
        page.cell(row, heading.column).value = "" if category == "" else self._category(category).heading
        for field in form.fields:
            page.cell(row, find(page, field.label).column).value = values.get(field.code)

    def clear_flows(self, category: str | None = None) -> None:
        """Blank every flow, as a zero return leaves them, and take its key case out."""
        for indicator in self.plan.form.indicators_of(self._category(category).code):
            if not indicator.is_stock:
                self.put(indicator.code, None, category)
        self.put("cases_pending", self.cell("cases_open_at_start", category).value, category)
        page = self.book[self.plan.form.section("key_cases").sheet]
        page.delete_rows(find(page, self.plan.form.anchors.category).row + 1, self._next_row[page.title])

    def save(self, path: Path, received_at: datetime) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.book.save(path)
        os.utime(path, (received_at.timestamp(), received_at.timestamp()))
        return path

    def _category(self, code: str | None) -> Category:
        return self.plan.category_by_code[code] if code else self.plan.categories_reported_by(self.unit.code)[0]


def find(sheet: Worksheet, text: str) -> Cell:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


_BLANK: dict[tuple[str, str, Period], bytes] = {}


def blank_workbook(code: str, plan: Plan, unit: Unit, period: Period) -> bytes:
    """The issued template's bytes, made once."""
    key = (code, unit.code, period)
    if key not in _BLANK:
        with TemporaryDirectory() as folder:
            _BLANK[key] = write_template(plan, period, unit, Path(folder)).read_bytes()
    return _BLANK[key]
