"""Compiling a period of one town or of many: the same code, which asks the database once for a batch of towns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.errors import Misuse, Refused, TownReturnError
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.drafts import draft_from, read_materials
from townreturn.month.lineage import tell_compiled
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.inputs import inputs_by_slot
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import (
    Publication,
    WrittenCompilation,
    publications_by_town,
    record_compilations,
    write_compilation,
)

BATCH = 100
"""Towns compiled in one transaction: enough to pay for its statements, few enough for memory to stay flat."""
_Written = list[tuple[Office, WrittenCompilation]]
_Outcomes = dict[str, int | Exception]
"""Town → the id of what was compiled for it, or what keeps it from that."""


def compile_return(office: Office, period: Period, now: datetime) -> int:
    """Compile the period's return from what is accepted now and store it; returns its id.

    Compiling unchanged figures again gives the same id, that of the published issue once there is
    one. Raises Misuse without a plan, Refused when the previous period is not settled or other
    reports of this one are published: those are corrected by ``corrections.compile_correction``.
    """
    (outcome,) = compile_returns([office], period, now)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def compile_returns(offices: Sequence[Office], period: Period, now: datetime) -> list[int | Exception]:
    """The same for many offices on one database, a transaction a hundred: of each its id, or what would be raised.

    What keeps a town from its return keeps no other from its own.
    """
    batches = (offices[start : start + BATCH] for start in range(0, len(offices), BATCH))
    return [one for batch in batches for one in _compile_batch(batch, period, now)]


def _compile_batch(offices: Sequence[Office], period: Period, now: datetime) -> list[int | Exception]:
    """All together; where the transaction fails, each by itself."""
    outcomes: _Outcomes = {}
    try:
        written = _compile_together(offices, period, now, outcomes)
    except Exception as fault:  # noqa: BLE001 - whatever it is
        if len(offices) == 1:
            return [fault]
        return [found for one in offices for found in _compile_batch([one], period, now)]
    tell_compiled(written, now)
    return [outcomes[one.plans.town_code] for one in offices]


def _compile_together(offices: Sequence[Office], period: Period, now: datetime, outcomes: _Outcomes) -> _Written:
    towns = [one.plans.town_code for one in offices]
    with writing(offices[0].engine, *(f"{town}/{period.key}" for town in towns)) as tx:
        published = publications_by_town(tx, towns, [period.previous.key, period.key])
        for one in offices:
            if (found := _without_compiling(tx, one, period, published[one.plans.town_code])) is not None:
                outcomes[one.plans.town_code] = found
        written = _write_all(tx, [one for one in offices if one.plans.town_code not in outcomes], period, now, outcomes)
        ids = record_compilations(tx, [one for _, one in written], now)
    outcomes |= {one.town: key for (_, one), key in zip(written, ids, strict=True)}
    return written


def _without_compiling(
    tx: Connection, office: Office, period: Period, published: Mapping[str, Publication]
) -> int | Exception | None:
    """Of a town that has nothing to compile: why it cannot, or what is published."""
    try:
        office.plans.in_force(period)
    except Misuse as fault:
        return fault
    if office.plans.find(period.previous) is not None and period.previous.key not in published:
        return Refused("PREVIOUS_NOT_SETTLED", period=period.previous)
    issue = published.get(period.key)
    return _unchanged_since(tx, office.plans.town_code, issue) if issue else None


def _unchanged_since(tx: Connection, town: str, published: Publication) -> int | Exception:
    """The compilation that is published, if the reports it rests on are those that are accepted now."""
    used = inputs_by_slot(tx, published.compilation_id, published.period)
    accepted = accepted_ids(tx, town, [published.period])
    if used != {slot: report_id for (_, slot), report_id in accepted.items()}:
        return Refused("PUBLISHED_TO_BE_CORRECTED", period=published.period)
    return published.compilation_id


def _write_all(
    tx: Connection, offices: Sequence[Office], period: Period, now: datetime, outcomes: _Outcomes
) -> _Written:  # fmt: skip
    """One return after the other, so that only their texts are kept; what is wrong with one goes to ``outcomes``."""
    plans: list[Plan] = [one.plans.in_force(period) for one in offices]
    written: _Written = []
    for office, material in zip(offices, read_materials(tx, plans, period, now), strict=True):
        try:
            draft = draft_from(tx, office.plans, period, material)
            written.append((office, write_compilation(draft.town_return, draft.basis)))
        except TownReturnError as fault:
            outcomes[office.plans.town_code] = fault
    return written
