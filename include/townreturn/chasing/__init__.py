"""Obligations: opening a period, how each one stands, and whether the period can be compiled."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from townreturn.chasing.obligations import statistics_owed
from townreturn.chasing.standings import judge_standings
from townreturn.domain.completeness import completeness_of, name_by_unit
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.obligation import Obligation, ObligationState, Opening, Readiness, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.office import Office
from townreturn.store.adjustments import adjustments_by_town, adjustments_of
from townreturn.store.arrivals import inbox_emptied_since
from townreturn.store.engine import reading, writing
from townreturn.store.periods import (
    Alert,
    assign_run,
    find_opening,
    is_told,
    openings_by_town,
    recent_alerts,
    record_alert,
    record_opening,
)
from townreturn.store.published_files import came_in_above
from townreturn.store.reports import latest_by_town
from townreturn.store.returns import find_publications, published_at
from townreturn.wording import say

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_ON_THE_WAY = timedelta(minutes=10)
"""How long a return that was published below is waited for: it may go up another way than by this place's inboxes."""


def open_period(office: Office, period: Period, now: datetime, run_id: str, backfilled: bool) -> None:
    """Open a period for a pipeline run; the run that opened it may do so again.

    Raises Misuse when no plan is in force, Refused when another run works the period or it is
    published.
    """
    office.plans.in_force(period)
    town = office.plans.town_code
    with writing(office.engine) as tx:
        opening = find_opening(tx, town, period.key)
        if opening is not None and opening.run_id not in ("", run_id):
            raise Refused("PERIOD_WORKED_BY_OTHER_RUN", period=period, run_id=opening.run_id)
        if find_publications(tx, town, [period.key]) and (opening is None or opening.run_id != run_id):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        if opening is None:
            record_opening(tx, town, period.key, Opening(now, backfilled, run_id))
        elif opening.run_id != run_id:
            assign_run(tx, town, period.key, run_id)


def holder_of(office: Office, period: Period) -> str:
    """The pipeline run that works a period; empty when none does."""
    with reading(office.engine) as tx:
        opening = find_opening(tx, office.plans.town_code, period.key)
    return opening.run_id if opening else ""


def release_period(office: Office, period: Period, now: datetime, held_by: str | None = None) -> None:
    """Free an unpublished period from a run that no longer exists, so that another may work it.

    ``held_by``: from this run only; nothing happens when another has it by now. Raises Misuse when it was never
    opened, Refused when it is published.
    """
    town = office.plans.town_code
    with writing(office.engine) as tx:
        opening = find_opening(tx, town, period.key)
        if opening is None:
            raise Misuse("PERIOD_NOT_OPENED", period=period)
        if find_publications(tx, town, [period.key]):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        if held_by not in (None, opening.run_id):
            return
        assign_run(tx, town, period.key, "")
        text = say("PERIOD_RELEASED", period=period, run_id=opening.run_id)
        record_alert(tx, town, Alert(now, period.key, text))


def standings_of(
    tx: Connection, plan: Plan, period: Period, now: datetime, as_of: datetime | None = None
) -> tuple[Standing, ...]:
    """Every obligation of the period, in plan order, as it stands now, or as was known and due at ``as_of``."""
    return standings_by_town(tx, [plan], period, now, as_of)[plan.town_code]


def standings_by_town(
    tx: Connection, plans: Sequence[Plan], period: Period, now: datetime, as_of: datetime | None = None
) -> dict[str, tuple[Standing, ...]]:
    """The same of many towns, each by its plan."""
    towns, found = [one.town_code for one in plans], dict[str, tuple[Standing, ...]]()
    openings = openings_by_town(tx, towns, period.key, as_of)
    reports = latest_by_town(tx, towns, period.key, as_of)
    adjusted = adjustments_by_town(tx, towns, period.key, as_of=as_of)
    for town, plan in zip(towns, plans, strict=True):
        owed, opening = statistics_owed(plan, period, adjusted[town]), openings.get(town)
        came = ((one, reports[town].get(slot)) for one, slot in zip(owed, plan.slots, strict=True))
        found[town] = judge_standings(came, as_of or now, backfilled=opening is not None and opening.backfilled)
    return found


def obligations_of(tx: Connection, plan: Plan, period: Period, as_of: datetime | None = None) -> tuple[Obligation, ...]:
    """What is owed for a period, as extended or exempted by now or by ``as_of``."""
    return statistics_owed(plan, period, adjustments_of(tx, plan.town_code, period.key, as_of=as_of))


def readiness(office: Office, period: Period, now: datetime) -> Readiness:
    """Whether the period can be compiled: everything in or due, the inbox read, the last settled."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        standings = standings_of(tx, plan, period, now)
        owed = obligations_of(tx, plan, period)
        below, on_the_way = _awaited_from_below(tx, office, plan, period, standings, now)
    unread = bool(on_the_way) or _inbox_is_unread(office, owed, period, now)
    unsettled = _unsettled_previous(office, period)
    not_due = [standing for one, standing in zip(owed, standings, strict=True) if now < one.due_at]
    reasons = [
        *([say("INBOX_NOT_READ_YET")] if unread else []),
        *unsettled,
        *_tell_offices("BELOW_NOT_PUBLISHED", below),
        *_tell_offices("BELOW_ON_THE_WAY", on_the_way),
        *_outstanding(plan, not_due),
    ]
    return Readiness(standings, tuple(reasons), inbox_unread=unread, is_behind=bool(unsettled))


def describe_standings(plan: Plan, period: Period, standings: Sequence[Standing]) -> str:
    """One line for people: town, period, how many are in and who is out."""
    exempted = [one for one in standings if one.state is ObligationState.EXEMPTED]
    values = {"town": plan.town, "year": period.year, "month": period.month}
    reported = sum(standing.is_in for standing in standings)
    line = say("STANDINGS_LINE", reported=reported, total=len(standings) - len(exempted), **values)
    if plan.subordinates:
        found = completeness_of(plan, standings)
        line = say("STANDINGS_LINE_ABOVE", reported=found.reported, total=found.expected, **values)
        line += say("STANDINGS_PARTLY", count=len(found.partly)) if found.partly else ""
    waiting = _outstanding(plan, standings)
    line += say("STANDINGS_OUT", units="、".join(waiting)) if waiting else say("STANDINGS_ALL_IN")
    return line + (say("STANDINGS_EXEMPTED", units="、".join(_names(plan, exempted))) if exempted else "")


def raise_alert(office: Office, text: str, period: str, now: datetime) -> None:
    """Keep an alert for the operator, who finds it in ``townreturn status``; one that stands is not repeated."""
    town = office.plans.town_code
    with writing(office.engine) as tx:
        if not any((one.period, one.text) == (period, text) for one in recent_alerts(tx, town)):
            record_alert(tx, town, Alert(now, period, text))


def raise_task_alert(office: Office, text: str, ending: str, period: str, now: datetime) -> None:
    """Keep an alert about a try of a task, or a run, unless one tells of it already.

    ``text`` ends with ``ending``, which is of this try or run alone: its log's address, or the run's name.
    """
    town = office.plans.town_code
    with writing(office.engine) as tx:
        if not is_told(tx, town, ending):
            record_alert(tx, town, Alert(now, period, text))


def _outstanding(plan: Plan, standings: Iterable[Standing]) -> list[str]:
    return _names(plan, [one for one in standings if not (one.is_in or one.state is ObligationState.EXEMPTED)])


def _names(plan: Plan, standings: Iterable[Standing]) -> list[str]:
    """Each on its own; above the town, where there may be hundreds, by subordinates."""
    if plan.subordinates:
        return [name] if (name := name_by_unit(standings, plan)) else []
    return [
        say(
            "OBLIGATION_RETURNED" if one.state is ObligationState.RETURNED else "OBLIGATION_OUT",
            unit=plan.unit_by_code[one.unit].name,
            category=plan.category_by_code[one.category].name,
        )
        for one in standings
    ]


def _inbox_is_unread(office: Office, owed: Iterable[Obligation], period: Period, now: datetime) -> bool:
    """Whether a file that came in time may still lie in the inbox.

    Once due, only an intake run that began after the due instant has seen the last file in time.
    """
    town = office.plans.town_code
    with reading(office.engine) as tx:
        opening = find_opening(tx, town, period.key)
        if opening is None:
            return True
        since = max([opening.opened_at, *(one.due_at for one in owed if one.due_at <= now)])
        return not inbox_emptied_since(tx, town, since)


def _tell_offices(code: str, units: Sequence[Unit]) -> list[str]:
    return [say(code, units="、".join(one.name for one in units))] if units else []


def _awaited_from_below(
    tx: Connection, office: Office, plan: Plan, period: Period, standings: Sequence[Standing], now: datetime
) -> tuple[list[Unit], list[Unit]]:
    """Of a backfilled period, for no deadline makes anybody go without them: the offices below, among those served
    here, that have not published it, and those whose return was published a moment ago and has not come in yet.

    Whose part is in, or exempted, is not waited for.
    """
    opening = find_opening(tx, plan.town_code, period.key)
    if opening is None or not opening.backfilled:
        return [], []
    out = {one.unit for one in standings if one.is_outstanding}
    below = [unit for unit in plan.subordinates if unit.code in out and unit.code in office.towns]
    codes = [unit.code for unit in below]
    published = published_at(tx, codes, period.key)
    came = came_in_above(tx, plan.town_code, codes, period.key)
    return (
        [unit for unit in below if unit.code not in published],
        [one for one in below if one.code not in came and published.get(one.code, _LONG_AGO) > now - _ON_THE_WAY],
    )


def _unsettled_previous(office: Office, period: Period) -> list[str]:
    previous = period.previous
    if office.plans.find(previous) is None or is_settled(office, previous):
        return []
    return [say("PREVIOUS_NOT_SETTLED", period=previous)]


def is_settled(office: Office, period: Period) -> bool:
    """Whether the period's return is published in our own store."""
    with reading(office.engine) as tx:
        return bool(find_publications(tx, office.plans.town_code, [period.key]))
