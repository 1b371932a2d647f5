"""Compiling a period and preparing it for the approver."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing import is_settled, standings_of
from townreturn.checks import gate
from townreturn.compiling import compile_cells
from townreturn.compiling.notes import compile_notes, leave_out_answers
from townreturn.compiling.summary import summarise_return
from townreturn.domain.canonical import content_hash
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, Source, TownReturn
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.reports import (
    StoredFigure,
    accepted_entries,
    accepted_figures,
    accepted_sources,
    findings_of_accepted,
    findings_of_period,
)
from townreturn.store.returns import find_compilation, published_figures, published_return, record_compilation


def compile_return(office: Office, period: Period, now: datetime) -> int:
    """Compile the period's return from what is accepted now and store it; returns its id.

    Compiling unchanged figures again gives the same id. Raises Misuse without a plan, Refused when
    the previous period is not settled or other figures of this one are already published.
    """
    plan = office.plans.in_force(period)
    town = plan.town_code
    if office.plans.find(period.previous) is not None and not is_settled(office, period.previous):
        raise Refused("PREVIOUS_NOT_SETTLED", period=period.previous)
    with writing(office.engine) as tx:
        compiled = _compile(tx, plan, period, now)
        published = published_return(tx, town, period.key)
        if published is not None and content_hash(published) != content_hash(compiled):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        return record_compilation(tx, compiled, now)


def _compile(tx: Connection, plan: Plan, period: Period, now: datetime) -> TownReturn:
    town = plan.town_code
    notes = compile_notes(plan, findings_of_accepted(tx, town, period.key))
    entries = sorted(accepted_entries(tx, town, period.key), key=_by_plan(plan))
    return TownReturn(
        town=plan.town,
        town_code=town,
        period=period.key,
        plan=plan.code,
        edition=plan.form.edition,
        issue=0,
        cells=compile_cells(plan, period, _settled_figures(tx, town, period)),
        standings=standings_of(tx, plan, period, now),
        entries=leave_out_answers(plan, entries, notes),
        sources=tuple(sorted(accepted_sources(tx, town, period.key), key=_by_form(plan))),
        notes=notes,
    )


def _settled_figures(tx: Connection, town: str, period: Period) -> list[StoredFigure]:
    """This period's accepted figures; earlier periods' as published where they are.

    What comes in for a published period waits for its correction: until then 本年累计 is what was
    published before plus this period.
    """
    earlier = {one.key for one in (*period.year_to_date, *period.year_ago.year_to_date, period.previous)} - {period.key}
    published = published_figures(tx, town, sorted(earlier))
    accepted = accepted_figures(tx, town, sorted({period.key, *earlier} - published.keys()))
    return [*accepted, *(figure for key in sorted(published) for figure in published[key])]


def _by_plan(plan: Plan) -> Callable[[ReturnEntry], int]:
    order = {category.code: category.number for category in plan.categories}
    return lambda entry: order.get(entry.category, len(order))


def _by_form(plan: Plan) -> Callable[[Source], tuple[int, int]]:
    categories = {category.code: category.number for category in plan.categories}
    indicators = {code: row for row, code in enumerate(plan.form.by_code)}
    return lambda source: (categories.get(source.category, 0), indicators.get(source.indicator, 0))


def require_unchanged(office: Office, compilation_id: int, now: datetime) -> None:
    """Raises Refused when what is accepted now would give other figures or texts than the compilation."""
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
        period = Period(town_return.period)
        current = _compile(tx, office.plans.in_force(period), period, now)
    if (current.cells, current.entries, current.notes) != (town_return.cells, town_return.entries, town_return.notes):
        raise Refused("CONTENT_CHANGED_MEANWHILE", period=period)


def check_return(office: Office, compilation_id: int) -> None:
    """The second gate; Broken names every cell that does not hold."""
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
        period = Period(town_return.period)
        previous = published_return(tx, town_return.town_code, period.previous.key) if period.month > 1 else None
    form = office.plans.in_force(period).form
    gate.check_return(town_return, previous, form, office.rules("town_return.yaml"))


def summarise(office: Office, compilation_id: int) -> str:
    """What the approver reads before deciding, in Markdown."""
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        findings = findings_of_period(tx, office.plans.town_code, compilation.town_return.period)
    plan = office.plans.in_force(Period(compilation.town_return.period))
    found = [finding for _, finding in findings]
    return summarise_return(compilation.town_return, plan, found, compilation.content_hash)
