"""The annex tables (附表) of the briefing, each from the cells of the return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from docx.document import Document as WordDocument
from docx.shared import Mm

from townreturn.domain.briefing_styles import Style
from townreturn.domain.form import Indicator
from townreturn.domain.obligation import Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import UnitTimeliness
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.plans.word_template import Pages
from townreturn.publishing.annexes import compose_annexes, list_totals
from townreturn.publishing.data_notes import mark_of
from townreturn.publishing.league_words import say_rank, say_share
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.number_formats import figure_text
from townreturn.publishing.official_document import add_paragraph, start_pages, text_width, type_size
from townreturn.publishing.official_tables import SHORT_ROWS, write_table
from townreturn.publishing.standing_words import (
    absent_word,
    say_category_state,
    say_late_by,
    say_received,
    say_reported_of,
    say_state,
    say_timeliness,
)
from townreturn.publishing.texts import display_width
from townreturn.wording import say

_LEAD_SHARE = 0.24
_CELL_MARGINS = Mm(1)
_SIZES = (Style.TABLE_TEXT, Style.TABLE_SMALL)
_LEAGUE_COLUMNS = (
    ("LEAGUE_HEAD_RANK", 9),
    ("LEAGUE_HEAD_UNIT", 33),
    ("LEAGUE_HEAD_EXPECTED", 10),
    ("LEAGUE_HEAD_ON_TIME", 10),
    ("LEAGUE_HEAD_LATE", 10),
    ("LEAGUE_HEAD_MISSING", 10),
    ("LEAGUE_HEAD_RETURNED", 14),
    ("LEAGUE_HEAD_EXEMPTED", 10),
    ("LEAGUE_HEAD_ON_TIME_RATE", 16),
    ("LEAGUE_HEAD_COMPLETENESS", 16),
    ("LEAGUE_HEAD_FIRST_PASS_RATE", 18),
)


@dataclass(frozen=True)
class _Table:
    """Its texts, the columns' shares of the width, size and pages at which it can be read, the column not centred."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]
    style: Style = Style.TABLE_TEXT
    across: bool = False
    left: int = 0

    @property
    def is_short(self) -> bool:
        return len(self.rows) <= SHORT_ROWS


def write_annexes(document: WordDocument, pages: Pages, town_return: TownReturn, plan: Plan) -> None:
    """附表, each with its head, its table, the notes below; the first begins a page."""
    fit = partial(_fit, document, pages)
    tables: tuple[Callable[[TownReturn, Plan], _Table], ...] = (
        lambda *of: fit(_draw_measure(Measure.CURRENT, *of)),
        lambda *of: fit(_draw_measure(Measure.YTD, *of)),
        _draw_comparison,
        _draw_standings,
        _draw_league,
    )
    before: _Table | None = None
    for annex, draw in zip(compose_annexes(town_return, plan), tables, strict=False):
        table = draw(town_return, plan)
        starts = _starts_page(table, before)
        if table.across != (before is not None and before.across):
            start_pages(document, pages.across if table.across else pages.upright)
            starts = False
        add_paragraph(document, Style.ANNEX, annex.head.text).paragraph_format.page_break_before = starts or None
        write_table(document, table.heads, table.rows, table.shares, table.style, left=table.left, low=table.across)
        for one in annex.notes:
            add_paragraph(document, Style.ANNEX_NOTE, one.text)
        before = table


def _starts_page(table: _Table, before: _Table | None) -> bool:
    """Whether on a page of its own; of two short ones the second follows the first."""
    return before is None or not (table.is_short and before.is_short)


def _fit(document: WordDocument, pages: Pages, table: _Table) -> _Table:
    """Upright in the larger size at which every figure has room on one line; else across, in the smaller.

    Not the row of 报送情况, whose words may break.
    """
    width = text_width(pages.upright) * table.shares[-1] / sum(table.shares) - _CELL_MARGINS
    longest = max((display_width(text) for row in table.rows[1:] for text in row[1:]), default=1)
    for style in _SIZES:
        if longest * type_size(document, style) / 2 <= width:  # a digit is half as wide as high
            return replace(table, style=style)
    return replace(table, style=_SIZES[-1], across=True)


def _draw_measure(measure: Measure, town_return: TownReturn, plan: Plan) -> _Table:
    codes = [category.code for category in plan.categories]
    heads = [say("RETURN_HEAD_INDICATOR"), *(plan.category_by_code[code].name for code in codes), say("TOTAL_COLUMN")]
    states = [say_category_state(town_return, code) + mark_of(town_return, code, None, measure) for code in codes]
    rows = [[say("RETURN_HEAD_STANDING"), *states, say_reported_of(town_return)]]
    for indicator in plan.form.indicators:
        figures = [_figure_text(town_return, code, indicator, measure) for code in (*codes, TOTAL)]
        rows.append([_with_unit(indicator), *figures])
    rest = (1 - _LEAD_SHARE) / (len(codes) + 1)
    return _Table(heads, rows, [_LEAD_SHARE, *[rest] * (len(codes) + 1)])


def _figure_text(town_return: TownReturn, category: str, indicator: Indicator, measure: Measure) -> str:
    cell = town_return.cell(category, indicator.code)
    figure = None if cell is None else getattr(cell, measure.value)
    mark = mark_of(town_return, category, indicator.code, measure)
    return figure_text(indicator, figure, absent_word(town_return, category, measure), mark)


def _draw_comparison(town_return: TownReturn, plan: Plan) -> _Table:
    heads = [say("RETURN_HEAD_INDICATOR"), *(measure_name(measure) for measure in Measure)]
    rows = []
    for cell in list_totals(town_return, plan):
        indicator = plan.form.by_code[cell.indicator]
        absent = say("AMOUNT_MISSING")
        figures = [figure_text(indicator, getattr(cell, measure.value), absent) for measure in Measure]
        rows.append([_with_unit(indicator), *figures])
    return _Table(heads, rows, [46, *[22] * 5])


def _draw_standings(town_return: TownReturn, plan: Plan) -> _Table:
    codes = (
        "RETURN_HEAD_CATEGORY",
        "RETURN_HEAD_REPORTING_UNIT",
        "RETURN_HEAD_STANDING",
        "RETURN_HEAD_TIMELINESS",
        "RETURN_HEAD_RETURNED",
        "RETURN_HEAD_RECEIVED_AT",
    )
    if plan.subordinates:
        return _draw_subordinates(town_return, plan)
    rows = [
        [
            plan.category_by_code[one.category].name,
            plan.unit_by_code[one.unit].name,
            say_state(one),
            say_timeliness(one) + say_late_by(one),
            str(one.returned_count),
            say_received(one, plan),
        ]
        for one in town_return.standings
    ]
    return _Table([say(code) for code in codes], rows, [33, 34, 20, 24, 14, 31])


def _draw_subordinates(town_return: TownReturn, plan: Plan) -> _Table:
    """A row a subordinate: how many of its categories are in, in time and late, and which are out."""
    heads = (
        "RETURN_HEAD_REPORTING_UNIT",
        "ABOVE_HEAD_REPORTED",
        "ABOVE_HEAD_ON_TIME",
        "ABOVE_HEAD_LATE",
        "ABOVE_HEAD_OUT",
    )
    rows, missing = [], {(one.unit, one.category) for one in town_return.missing}
    standings: dict[str, list[Standing]] = {unit.code: [] for unit in plan.subordinates}
    for one in town_return.standings:
        standings.setdefault(one.unit, []).append(one)
    for unit in plan.subordinates:
        own = standings[unit.code]
        found = [one for one in own if one.is_in]
        out = [plan.category_by_code[one.category].name for one in own if (unit.code, one.category) in missing]
        counts = (sum(one.timeliness is timely for one in found) for timely in (Timeliness.ON_TIME, Timeliness.LATE))
        told = say("LIST_SEPARATOR").join(out) if len(out) < len(own) else say("AMOUNT_MISSING")
        rows.append([unit.name, f"{len(found)}/{len(own)}", *map(str, counts), told or say("CHANGE_ZERO_BASE")])
    return _Table([say(code) for code in heads], rows, [34, 18, 18, 18, 67], left=1)


def _draw_league(town_return: TownReturn, plan: Plan) -> _Table:
    rows = [_league_row(one, plan) for one in town_return.league.units]
    return _Table([say(code) for code, _ in _LEAGUE_COLUMNS], rows, [share for _, share in _LEAGUE_COLUMNS], left=1)


def _league_row(one: UnitTimeliness, plan: Plan) -> list[str]:
    counts = (one.expected, one.on_time, one.late, one.missing, one.returned_count, one.exempted)
    shares = (one.on_time_rate, one.completeness, one.first_pass_rate)
    return [say_rank(one), plan.unit_by_code[one.unit].name, *map(str, counts), *map(say_share, shares)]


def _with_unit(indicator: Indicator) -> str:
    return say("INDICATOR_WITH_UNIT", label=indicator.label, unit=indicator.unit)
