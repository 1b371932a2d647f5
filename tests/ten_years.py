"""Ten years of published returns, for what has to stay fast: reports, compilations and publications, no files.

What is published holds what a real return of a month without texts does, but was compiled from the reports in memory:
to read two years of the store for every period would take three times as long.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, insert

from stored_reports import make_report, on_time, record_report
from townreturn.compiling import compile_cells
from townreturn.compiling.past_standings import compile_past_standings
from townreturn.compiling.trend import compile_trend
from townreturn.domain.breaks import Break, breaks_around
from townreturn.domain.canonical import canonical_json
from townreturn.domain.form import Indicator, Kind
from townreturn.domain.obligation import ObligationState, Opening, Standing, Timeliness
from townreturn.domain.past_standings import recent_periods
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.submission import CategoryReport, Figure
from townreturn.domain.timeliness import league_of
from townreturn.domain.town_return import Source, TownReturn
from townreturn.domain.trend import trend_periods
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.decisions import Decision, record_decision
from townreturn.store.engine import writing
from townreturn.store.inputs import Basis, record_bases
from townreturn.store.issue_events import tell_compiled
from townreturn.store.periods import record_opening
from townreturn.store.reports import StoredFigure, accepted_ids
from townreturn.store.returns import Publication, record_publication
from townreturn.store.schema import compilations
from townreturn.store.trail import append_events
from written_plans import valid, write_plan

FIRST, LAST = "2009-01", "2018-12"
UNREPORTED = ("2013-05", "building")
"""The one report that never came."""

Standings = dict[str, tuple[Standing, ...]]


def write_ten_years_plan(folder: Path) -> Path:
    """The packaged plan as if it had been in force for ten years."""
    return write_plan(folder, valid(FIRST, LAST), name="ten-years.yaml")


def open_ten_years(folder: Path) -> Office:
    """An office of that plan, everything published."""
    home, plan = folder / "home", write_ten_years_plan(folder)
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home), "TOWNRETURN_PLAN": str(plan)}))
    publish_ten_years(office)
    return office


def publish_ten_years(office: Office) -> None:
    """Every period of the office's plans, 120 under the plan above: reported, compiled, approved and published."""
    publish_periods(
        office,
        [
            period
            for plan in office.plans.plans
            for period in periods_between(Period(plan.validity.first), Period(plan.validity.last))
        ],
    )


def publish_periods(office: Office, periods: Iterable[Period]) -> None:
    """Some, in their order, as if there were none before them."""
    figures, standings = list[StoredFigure](), Standings()
    for period in periods:
        plan = office.plans.in_force(period)
        reports = list(_reports(plan, period))
        figures += [_stored(period, report.category, one) for report in reports for one in report.figures]
        standings[period.key] = tuple(_standings(plan, period, reports))
        town_return = _compile(plan, period, figures, standings, breaks_around(office.plans, period))
        with writing(office.engine) as tx:
            _publish(tx, plan, period, reports, town_return)


def _publish(
    tx: Connection, plan: Plan, period: Period, reports: Sequence[CategoryReport], town_return: TownReturn
) -> None:
    record_opening(tx, plan.town_code, period.key, Opening(plan.calendar.end(period), False, ""))
    for report in reports:
        record_report(tx, plan, report, period.key)
    publish_return(tx, plan, town_return, plan.calendar.due_at(period))


def publish_return(tx: Connection, plan: Plan, town_return: TownReturn, now: datetime) -> None:
    """An issue as if it had been compiled, approved and published now, without files."""
    town, period = plan.town_code, town_return.period
    key, hashed = _record_compilation(tx, town_return, now)
    approver = plan.approvers[0]
    approval = Decision(key, hashed, True, approver.account, approver.name, "同意", now, "", issue=town_return.issue)
    decision = record_decision(tx, town, period, approval, plan.code)
    record_publication(tx, town, decision, Publication(period, town_return.issue, key, now, "", "0.1.0"))


def _record_compilation(tx: Connection, town_return: TownReturn, now: datetime) -> tuple[int, str]:
    """As the store does, which writes the text twice to find out whether it is new: most of the time goes there."""
    town, period, content = town_return.town_code, town_return.period, canonical_json(town_return)
    hashed = hashlib.sha256(content.encode()).hexdigest()
    row = insert(compilations).values(
        town=town, period=period, issue=town_return.issue, content_hash=hashed, content=content, compiled_at=now
    )
    key = tx.execute(row.returning(compilations.c.id)).scalar_one()
    reports = accepted_ids(tx, town, [period]).values()
    record_bases(tx, {key: Basis(tuple(sorted(reports)), ())})
    append_events(tx, town, town_return.plan, period, [tell_compiled(tx, key)])
    return key, hashed


def _compile(
    plan: Plan, period: Period, figures: Sequence[StoredFigure], standings: Standings, breaks: tuple[Break, ...]
) -> TownReturn:
    within = {one.key for one in (*trend_periods(period), period)}
    known = [one for one in figures if one.period in within]
    earlier = {one.key: standings[one.key] for one in recent_periods(period) if one.key in standings}
    year = {key: found for key, found in standings.items() if key[:4] == period.key[:4]}
    return TownReturn(
        plan.town, plan.town_code, period.key, plan.code, plan.form.edition, 0,
        cells=compile_cells(plan, period, known, breaks),
        standings=standings[period.key],
        breaks=breaks,
        entries=(),
        sources=tuple(_source(one) for one in known if one.period == period.key),
        league=league_of(plan.units, year),
        trend=compile_trend(plan, period, known),
        past_standings=compile_past_standings(plan, earlier),
    )  # fmt: skip


def _standings(plan: Plan, period: Period, reports: Sequence[CategoryReport]) -> Iterator[Standing]:
    came, received = {one.category for one in reports}, on_time(plan, period.key)
    for one in plan.categories:
        if one.code in came:
            yield Standing(one.code, one.lead, ObligationState.ACCEPTED, Timeliness.ON_TIME, 1, received)
        else:
            yield Standing(one.code, one.lead, ObligationState.MISSING, Timeliness.NOT_RECEIVED)


def _stored(period: Period, category: str, figure: Figure) -> StoredFigure:
    assert figure.value is not None
    return StoredFigure(period.key, category, figure.indicator, figure.value, False)


def _source(one: StoredFigure) -> Source:
    name = f"{one.category}-{one.period}-0.xlsx"
    return Source(one.category, one.indicator, "ab" * 32, name, "统计表", "D8", str(one.value))


def _reports(plan: Plan, period: Period) -> Iterator[CategoryReport]:
    for one in plan.categories:
        if (period.key, one.code) != UNREPORTED:
            chance = random.Random(f"{period.key} {one.code}")
            figures = {row.code: _figure(chance, row, period) for row in plan.form.indicators_of(one.code)}
            yield make_report(plan, one.code, figures)


def _figure(chance: random.Random, indicator: Indicator, period: Period) -> str:
    """More in later years and in winter, so that there is something to see."""
    level = 20 + 3 * (period.year % 10) + (8 if period.month in (1, 2, 12) else 0)
    drawn = Decimal(chance.randrange(level // 2, level * 2))
    return str(drawn if indicator.kind is Kind.COUNT else drawn / 4)
