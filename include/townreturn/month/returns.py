"""Compiling a period and preparing it for the approver."""

from datetime import datetime

from townreturn.chasing import is_settled, standings_of
from townreturn.checks import gate
from townreturn.compiling.summary import summarise_return
from townreturn.domain.canonical import content_hash
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.month.contents import choose_basis, compile_from
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.reports import findings_of_period
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
        basis = choose_basis(tx, plan, period)
        compiled = compile_from(tx, plan, period, basis, standings_of(tx, plan, period, now))
        published = published_return(tx, town, period.key)
        if published is not None and content_hash(published) != content_hash(compiled):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        return record_compilation(tx, compiled, basis, now)


def require_unchanged(office: Office, compilation_id: int, now: datetime) -> None:
    """Raises Refused when what is accepted now would give other figures or texts than the compilation."""
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
        period = Period(town_return.period)
        plan = office.plans.in_force(period)
        current = compile_from(tx, plan, period, choose_basis(tx, plan, period), standings_of(tx, plan, period, now))
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
