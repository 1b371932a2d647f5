"""本单位: what a unit's reporter sees of a period, and nothing of other units."""

from dataclasses import dataclass
from datetime import date, datetime

from townreturn import month
from townreturn.board.history_view import Download, ReceivedLine, tell_received
from townreturn.board.period_view import Line, tell_line
from townreturn.board.reach import Reach
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.arrivals import list_files, list_unfiled
from townreturn.store.engine import reading
from townreturn.store.filed import standing_files

_MOST_UNFILED = 20


@dataclass(frozen=True)
class OwnUnit:
    """A unit as everybody may know it: a plan says also where its letters go."""

    code: str
    name: str


@dataclass(frozen=True)
class OwnView:
    """A period of the own units; times in the town's zone.

    ``units`` are those that owe something of it; ``received``: their files of the period, and
    ``unfiled``: what the account uploaded that no unit or no period could be told from, the newest first.
    """

    period: str
    town: str
    time_zone: str
    first_day: date
    last_day: date
    units: tuple[OwnUnit, ...]
    lines: tuple[Line, ...]
    received: tuple[ReceivedLine, ...]
    unfiled: tuple[ReceivedLine, ...]


def view_own(office: Office, period: Period, now: datetime, reach: Reach) -> OwnView:
    """How a period stands for the units within reach; Misuse when no plan is in force."""
    plan, status = office.plans.in_force(period), month.status_of(office, period, now)
    with reading(office.engine) as tx:
        standing = standing_files(tx, plan.town_code, period.key)
        files = [one for one in list_files(tx, plan.town_code, period.key) if reach.covers(one)]
        unfiled = list_unfiled(tx, plan.town_code, _MOST_UNFILED, reach.account)
    own = [one for one in status.standings if reach.covers_unit(one.unit)]
    return OwnView(
        period=period.key,
        town=plan.town,
        time_zone=plan.calendar.time_zone,
        first_day=plan.calendar.first_day(period),
        last_day=plan.calendar.last_day(period),
        units=tuple(OwnUnit(one.code, one.name) for one in plan.reporting_units if reach.covers_unit(one.code)),
        lines=tuple(tell_line(plan, period, one, standing.get(plan.slot_of(one.category, one.unit))) for one in own),
        received=tuple(tell_received(office, one) for one in reversed(files)),
        unfiled=tuple(tell_received(office, one) for one in unfiled),
    )


def read_workbook(office: Office, period: Period, unit: str) -> Download:
    """A unit's workbook of a period to be filled in; Misuse when it owes none."""
    name, content = month.prefilled_workbook(office, period, unit)
    return Download(name, content)
