"""Compiling a period and preparing it for the approver."""

from datetime import datetime

from townreturn.chasing import is_settled, standings_of
from townreturn.checks import gate
from townreturn.compiling import compile_cells
from townreturn.compiling.summary import summarise_return
from townreturn.domain.canonical import content_hash
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.town_return import TownReturn
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.reports import accepted_entries, accepted_figures, accepted_sources, findings_of_period
from townreturn.store.returns import find_compilation, published_return, record_compilation


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
        needed = {one.key for one in (*period.year_to_date, *period.year_ago.year_to_date, period.previous)}
        compiled = TownReturn(
            town=plan.town,
            town_code=town,
            period=period.key,
            plan=plan.code,
            edition=plan.form.edition,
            issue=0,
            cells=compile_cells(plan, period, accepted_figures(tx, town, sorted(needed))),
            standings=standings_of(tx, plan, period, now),
            entries=accepted_entries(tx, town, period.key),
            sources=accepted_sources(tx, town, period.key),
        )
        published = published_return(tx, town, period.key)
        if published is not None and content_hash(published) != content_hash(compiled):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        return record_compilation(tx, compiled, now)


def check_return(office: Office, compilation_id: int) -> None:
    """The second gate; Broken names every cell that does not hold."""
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
    form = office.plans.in_force(Period(town_return.period)).form
    gate.check_return(town_return, form, office.rules("town_return.yaml"))


def summarise(office: Office, compilation_id: int) -> str:
    """What the approver reads before deciding, in Markdown."""
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        findings = findings_of_period(tx, office.plans.town_code, compilation.town_return.period)
    plan = office.plans.in_force(Period(compilation.town_return.period))
    return summarise_return(compilation.town_return, plan, len(findings), compilation.content_hash)
