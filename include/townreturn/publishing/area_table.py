"""The table of key areas (重点区域整治情况表) in the briefing: areas × periods, and the notes below it."""

from dataclasses import dataclass

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.area_rows import AreaRow, list_areas, name_teller, periods_of, standing_of
from townreturn.publishing.prose import Prose, tell
from townreturn.publishing.texts import one_line
from townreturn.wording import say

_SHARES_OF_TEXTS, _SHARE_OF_PERIOD = (44, 20, 32), 11


@dataclass(frozen=True)
class AreaTable:
    """Its texts; the columns' shares of the width, periods narrow and names with what is left."""

    heads: list[str]
    rows: list[list[str]]
    shares: list[float]


def draw_areas(town_return: TownReturn, plan: Plan) -> AreaTable:
    """A row an area; without rows when nobody knows of any."""
    areas = list_areas(town_return, plan)
    periods = periods_of(town_return)
    heads = [say(code) for code in ("AREA_HEAD_NAME", "AREA_HEAD_NATURE", "AREA_HEAD_UNIT")]
    heads += [_name_month(key, town_return.period) for key in periods]
    rows = [_draw_row(town_return, plan, one, periods) for one in areas]
    return AreaTable(heads, rows, [*_SHARES_OF_TEXTS, *[_SHARE_OF_PERIOD] * len(periods)])


def list_table_notes(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """What 未报 and — in the table mean, where they stand in it."""
    shown = {text for row in draw_areas(town_return, plan).rows for text in row[3:]}
    notes = {
        "AREAS_TABLE_NOTE": say("CHANGE_ZERO_BASE"),
        "AREAS_TABLE_NOTE_MISSING": say("AMOUNT_MISSING"),
    }
    return [tell(code) for code, word in notes.items() if word in shown]


def _draw_row(town_return: TownReturn, plan: Plan, area: AreaRow, periods: list[str]) -> list[str]:
    unit = name_teller(area, plan) if area.unit else say("CHANGE_ZERO_BASE")
    stood = [one_line(standing_of(town_return, area, key)) for key in periods]
    return [area.name.text, one_line(area.nature), unit, *stood]


def _name_month(key: str, period: str) -> str:
    """「3月」, with its year where that is another than the return's."""
    year, month = Period(key).year, Period(key).month
    is_of_year = year == Period(period).year
    return (
        say("AREA_HEAD_MONTH", month=month) if is_of_year else say("AREA_HEAD_YEAR_AND_MONTH", year=year, month=month)
    )
