"""The sheet 图表数据: the values that the workbook's charts are drawn from, in tables that print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from townreturn.domain.percentages import in_pct
from townreturn.domain.plan import Plan
from townreturn.publishing.charts.data import Gap, Month, Panel, Point, Share, SharesChart, TrendChart, YearsChart
from townreturn.publishing.charts.words import gap_word
from townreturn.publishing.list_sheets import NumberCell
from townreturn.publishing.number_formats import plain_format
from townreturn.publishing.sheet_frame import ReturnBook, Sheet, open_sheet, set_up_print
from townreturn.wording import say

_NAMES, _SECOND, _NUMBERS = 26, 14, 17
_MONTHS = 12
Cell = NumberCell | str
Range = list[str | int]


@dataclass(frozen=True)
class Table:
    """Where a table of the sheet stands: its first row of values, and what its columns of names hold.

    Values stand in the columns behind; charts refer to them as here.
    """

    sheet: str
    first: int
    names: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[float | None, ...], ...]

    @property
    def categories(self) -> dict[str, Any]:
        """What a series is told of its names: of two columns the first, whose empty cells go on with the last
        name, is set below the second."""
        told: dict[str, Any] = {"categories": self._columns(0, len(self.names) - 1)}
        if len(self.names) > 1:
            told["categories_data"] = [[one or None for one in column] for column in self.names]
        return told

    def values(self, number: int) -> dict[str, Any]:
        """What a series is told of one column of values, from 0: its cells, and what they hold. Of an empty cell
        nothing is kept in the chart, for what is 未报 is no zero, wherever it is drawn from."""
        place = len(self.names) + number
        return {"values": self._columns(place, place), "values_data": list(self.columns[number])}

    def head(self, number: int) -> Range:
        """The cell above them."""
        return [self.sheet, self.first - 1, len(self.names) + number]

    def _columns(self, first: int, last: int) -> Range:
        return [self.sheet, self.first, first, self.first + len(self.names[0]) - 1, last]


@dataclass(frozen=True)
class TrendTables:
    """The values, a column a category, and beside them tables of the same shape that say where signs stand."""

    values: Table
    gaps: dict[Gap, Table]
    breaks: Table | None


class DataSheet:
    """The open sheet; tables are written one below the other."""

    def __init__(self, book: ReturnBook) -> None:
        self._plan: Plan = book.plan
        widths = (_NAMES, _SECOND, *[_NUMBERS] * max(len(book.plan.categories), 4))
        self._sheet: Sheet = open_sheet(book, say("CHART_DATA_SHEET"), widths, say("CHART_DATA_ABOUT"))

    def close(self) -> None:
        """Set up for print, once all tables are written."""
        set_up_print(self._sheet, 0, 0)

    def write_trend(self, chart: TrendChart) -> TrendTables:
        """A row a period; where there is no value the cell is empty, and a table below says why."""
        number_format = plain_format(chart.indicator.decimals)
        about = {"label": chart.indicator.label, "unit": chart.indicator.unit}
        values = self._write_places(
            chart, say("CHART_DATA_TREND", **about), lambda panel, place: _number(panel.points[place], number_format)
        )
        gaps = {
            gap: self._write_places(chart, say("CHART_DATA_GAPS", word=gap_word(gap)), _sign_of(gap))
            for gap in Gap
            if any(panel.places(gap) for panel in chart.panels)
        }
        if not any(panel.breaks for panel in chart.panels):
            return TrendTables(values, gaps, None)
        breaks = self._write_places(
            chart,
            say("CHART_DATA_BREAKS"),
            lambda panel, place: _sign(say("CHART_BREAK_SIGN"), shown=place in panel.breaks),
        )
        return TrendTables(values, gaps, breaks)

    def write_years(self, chart: YearsChart) -> Table:
        """A row a month, last year's totals and this year's; in words what each lacks."""
        years = (chart.year - 1, chart.year)
        months = {(one.period.year, one.period.month): one for one in chart.months}
        rows = [
            [
                say("CHART_MONTH", month=month),
                *(_total(months.get((year, month)), chart.indicator.decimals) for year in years),
                *(_lacking(months.get((year, month))) for year in years),
            ]
            for month in range(1, _MONTHS + 1)
        ]
        heads = [
            *(say("CHART_YEAR", year=year) for year in years),
            *(say("CHART_DATA_LACKING", year=year) for year in years),
        ]
        title = say("CHART_DATA_YEARS", label=chart.indicator.label, unit=chart.indicator.unit)
        return self._write(title, [say("CHART_DATA_MONTH"), *heads], rows)

    def write_shares(self, chart: SharesChart) -> Table:
        """A row a category, the greatest first: its share in per cent and its value."""
        rows = [
            [self._name(one), _pct(one), _number(one.point, plain_format(chart.indicator.decimals))]
            for one in chart.shares
        ]
        about = {"label": chart.indicator.label, "unit": chart.indicator.unit}
        heads = [say("RETURN_HEAD_CATEGORY"), say("CHART_DATA_SHARE"), say("INDICATOR_WITH_UNIT", **about)]
        return self._write(say("CHART_DATA_SHARES", label=chart.indicator.label), heads, rows)

    def _name(self, share: Share) -> str:
        """The category; of one that is not in, the word that stands for its value."""
        heading, word = self._plan.category_by_code[share.category].heading, gap_word(share.point.gap)
        return say("CHART_DATA_ABSENT", category=heading, word=word) if word else heading

    def _write_places(self, chart: TrendChart, title: str, cell: Callable[[Panel, int], Cell]) -> Table:
        categories = [self._plan.category_by_code[one.category].heading for one in chart.panels]
        rows = [
            [_name_year(chart, place), str(period.month), *(cell(panel, place) for panel in chart.panels)]
            for place, period in enumerate(chart.periods)
        ]
        return self._write(title, [say("CHART_DATA_YEAR"), say("CHART_DATA_MONTH"), *categories], rows, named=2)

    def _write(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], named: int = 1) -> Table:
        sheet = self._sheet
        sheet.next_row(8)
        sheet.span(0, sheet.last_column, title, "left")
        sheet.next_row()
        self._write_row(heads, "head")
        sheet.next_row(32)
        first = sheet.row
        for row in rows:
            self._write_row(row, "label")
            sheet.next_row()
        names = tuple(tuple(str(row[column]) for row in rows) for column in range(named))
        columns = tuple(tuple(_held(row[column]) for row in rows) for column in range(named, len(heads)))
        return Table(sheet.worksheet.get_name(), first, names, columns)

    def _write_row(self, cells: Sequence[Cell], look: str) -> None:
        sheet = self._sheet
        for column, cell in enumerate(cells):
            if isinstance(cell, NumberCell):
                style = sheet.book.look("number", cell.number_format)
                sheet.worksheet.write_number(sheet.row, column, cell.value, style)
            elif cell:
                sheet.text(column, cell, look)
            else:
                sheet.worksheet.write_blank(sheet.row, column, None, sheet.book.look("number"))


def _held(cell: Cell) -> float | None:
    return cell.value if isinstance(cell, NumberCell) else None


def _name_year(chart: TrendChart, place: int) -> str:
    """Once for each year, as charts group by it."""
    year = chart.periods[place].year
    return "" if place and chart.periods[place - 1].year == year else say("CHART_YEAR", year=year)


def _number(point: Point, number_format: str) -> Cell:
    return "" if point.value is None else NumberCell(float(point.value), number_format)


def _sign_of(gap: Gap) -> Callable[[Panel, int], Cell]:
    return lambda panel, place: _sign(gap_word(gap), shown=panel.points[place].gap is gap)


def _sign(word: str, *, shown: bool) -> Cell:
    """A place on the ground line, shown as a word: charts cannot place a sign by words alone."""
    return NumberCell(0, f'"{word}";"{word}";"{word}"') if shown else ""


def _total(month: Month | None, decimals: int) -> Cell:
    return "" if month is None or month.value is None else NumberCell(float(month.value), plain_format(decimals))


def _lacking(month: Month | None) -> str:
    """What a month's total lacks: everything, some categories, nothing; of months to come and unknown ones nothing."""
    if month is None or month.is_complete:
        return ""
    return say("AMOUNT_MISSING" if month.value is None else "CHART_DATA_INCOMPLETE")


def _pct(share: Share) -> Cell:
    return "" if share.share is None else NumberCell(float(in_pct(share.share)), '0.0"%"')
