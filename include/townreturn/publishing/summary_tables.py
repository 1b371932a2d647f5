"""The figures of the one-page summary: key totals, all common indicators by category, how units reported."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from townreturn.domain.form import Across, Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.data_notes import mark_of
from townreturn.publishing.figure_notes import list_common_cells, list_notes
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.printed_cells import print_cell
from townreturn.publishing.standing_words import (
    say_category_state,
    say_late_by,
    say_received,
    say_reported_of,
    say_state,
    say_timeliness,
)
from townreturn.publishing.texts import one_line
from townreturn.wording import say

_SHOWN = (Measure.CURRENT, Measure.YTD)
_COMPARED = (Measure.MONTH_ON_MONTH, Measure.YEAR_ON_YEAR)
_STANDING_HEADS = (
    "RETURN_HEAD_CATEGORY",
    "RETURN_HEAD_REPORTING_UNIT",
    "RETURN_HEAD_STANDING",
    "RETURN_HEAD_TIMELINESS",
    "RETURN_HEAD_RECEIVED_AT",
)


def safe(text: str) -> str:
    """A text on one line, as HTML: never markup, whatever a unit has written."""
    return escape(one_line(text), quote=True)


def render_tiles(town_return: TownReturn, plan: Plan) -> str:
    """How many categories are in, and of each group of the form the first total with 环比 and 同比."""
    reported = f"<li>{safe(say('ONE_PAGE_REPORTED'))}<b>{safe(say_reported_of(town_return))}</b></li>"
    tiles = (_tile(town_return, one) for one in list_key_indicators(plan))
    return f'<ul class="tiles">{reported}{"".join(tiles)}</ul>'


def list_key_indicators(plan: Plan) -> list[Indicator]:
    """The first indicator of each group whose categories add up."""
    added = [one for one in plan.form.indicators if one.across is Across.SUM]
    return list({one.group: one for one in reversed(added)}.values())[::-1]


def _tile(town_return: TownReturn, indicator: Indicator) -> str:
    value = _figure(town_return, TOTAL, indicator, Measure.CURRENT)
    compared = "".join(
        f"<span>{safe(measure_name(one))} {_figure(town_return, TOTAL, indicator, one)}</span>" for one in _COMPARED
    )
    return f"<li>{_named(indicator)}<b>{value}</b>{compared}</li>"


def _named(indicator: Indicator) -> str:
    return f"{safe(indicator.label)}<small>{safe(indicator.unit)}</small>"


def _figure(town_return: TownReturn, category: str, indicator: Indicator, measure: Measure) -> str:
    """A figure as the workbook shows it; 未报 stands out."""
    printed = print_cell(town_return, category, indicator, measure)
    return f'<em class="absent">{safe(printed.text)}</em>' if printed.is_missing else safe(printed.text)


def render_matrix(town_return: TownReturn, plan: Plan) -> str:
    """Indicators × categories with 合计, the current figure above the year to date; the notes below."""
    columns = [*(one.code for one in plan.categories), TOTAL]
    groups = groupby(plan.form.indicators, key=lambda one: one.group)
    rows = (row for group, found in groups for row in _group_rows(town_return, group, list(found), columns))
    head = _matrix_head(town_return, plan)
    below = "".join(f"<li>{safe(one)}</li>" for one in _list_marks(town_return, plan))
    return f'<table class="matrix">{head}<tbody>{"".join(rows)}</tbody></table><ul class="below">{below}</ul>'


def _list_marks(town_return: TownReturn, plan: Plan) -> Iterable[str]:
    """What the marks on the table mean, then those on the key totals above it; each once."""
    of_table = list_notes(town_return, plan, list_common_cells(town_return, plan), _SHOWN, with_states=True)
    totals = [town_return.cell(TOTAL, one.code) for one in list_key_indicators(plan)]
    return dict.fromkeys([*of_table, *list_notes(town_return, plan, totals, _COMPARED, with_states=False)])


def _matrix_head(town_return: TownReturn, plan: Plan) -> str:
    names = [*(one.heading for one in plan.categories), say("TOTAL_COLUMN")]
    marks = [mark_of(town_return, one.code, None, Measure.CURRENT) for one in plan.categories]
    shown = zip(plan.categories, marks, strict=True)
    states = [say_category_state(town_return, one.code) + mark for one, mark in shown]
    first = f'<th scope="col" colspan="2">{safe(say("RETURN_HEAD_INDICATOR"))}</th>'
    second = f'<th scope="row" colspan="2">{safe(say("RETURN_HEAD_STANDING"))}</th>'
    told = "".join(f"<td>{safe(one)}</td>" for one in (*states, say_reported_of(town_return)))
    return f"<thead><tr>{first}{_heads(names)}</tr><tr>{second}{told}</tr></thead>"


def _heads(names: Iterable[str]) -> str:
    return "".join(f'<th scope="col">{safe(one)}</th>' for one in names)


def _group_rows(
    town_return: TownReturn, group: str, indicators: Sequence[Indicator], columns: Sequence[str]
) -> Iterator[str]:
    for number, indicator in enumerate(indicators):
        head = "" if number else f'<th scope="rowgroup" rowspan="{len(indicators)}">{safe(group)}</th>'
        cells = "".join(_matrix_cell(town_return, one, indicator) for one in columns)
        yield f'<tr>{head}<th scope="row">{_named(indicator)}</th>{cells}</tr>'


def _matrix_cell(town_return: TownReturn, category: str, indicator: Indicator) -> str:
    """Current above year to date; of a memo total, which has neither, one sign."""
    if town_return.cell(category, indicator.code) is None:
        return f"<td>{_figure(town_return, category, indicator, Measure.CURRENT)}</td>"
    current, ytd = (_figure(town_return, category, indicator, one) for one in _SHOWN)
    return f"<td>{current}<span>{ytd}</span></td>"


def render_standings(town_return: TownReturn, plan: Plan) -> str:
    """报送情况: how each obligation of the period stands, times in the plan's zone."""
    rows = (
        (
            plan.category_by_code[one.category].heading,
            plan.unit_by_code[one.unit].name,
            say_state(one),
            say_timeliness(one) + say_late_by(one),
            say_received(one, plan),
        )
        for one in town_return.standings
    )
    told = "".join(f"<tr>{''.join(f'<td>{safe(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{_heads(map(say, _STANDING_HEADS))}</tr></thead><tbody>{told}</tbody></table>"
