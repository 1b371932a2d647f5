"""What units reported: what stands and stood of each obligation, as values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from townreturn.domain.chain import chain_of
from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.history import HISTORY_PERIODS, Histories, History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.store.chains import LatestReport, Obligation, accepted_at, describe_stand, read_chains_by_town
from townreturn.store.schema import arrivals, facts, findings, latest, reports

_PastFigures = dict[tuple[str, str], dict[int, PastFigure]]


@dataclass(frozen=True)
class StoredFigure:
    """An accepted figure of one report: grain one (period, category, indicator) and subordinate.

    ``parts`` of a figure that an issue states: how many reports it adds up, of how many.
    """

    period: str
    category: str
    indicator: str
    value: Decimal
    is_zero_return: bool
    parts: tuple[int, int] | None = None
    subordinate: str = ""


def accepted_ids(
    tx: Connection, town: str, periods: Sequence[str], as_of: datetime | None = None
) -> dict[Obligation, int]:
    """(period, slot) → id of the accepted report that stands; ``as_of``: as it was known then."""
    if as_of is not None:
        return accepted_at(tx, town, periods, as_of)
    return accepted_by_town(tx, [town], periods)[town]


def accepted_by_town(
    tx: Connection, towns: Collection[str], periods: Collection[str]
) -> dict[str, dict[Obligation, int]]:
    """The same of many towns as it stands now; of each of them, though it has none."""
    query = select(latest).where(
        latest.c.town.in_(list(towns)), latest.c.period.in_(list(periods)), latest.c.accepted_report_id.is_not(None)
    )
    found: dict[str, dict[Obligation, int]] = {town: {} for town in towns}
    for row in tx.execute(query):
        found[row.town][row.period, Slot(row.category, row.subordinate)] = row.accepted_report_id
    return found


def accepted_histories(tx: Connection, plan: Plan, period: Period) -> Histories:
    """The accepted figures of the periods around one: those before it that History reaches, and the next.

    Each figure keeps the unit that reported it, because outliers are judged by the unit's own past while a category's
    figures run on across a succession of units.
    """
    return histories_by_town(tx, [plan], period)[plan.town_code]


def histories_by_town(tx: Connection, plans: Sequence[Plan], period: Period) -> dict[str, Histories]:
    """The same of many towns, each by its plan, by one query."""
    periods_back = {
        Period.of(period.year, period.month - steps).key: steps for steps in (-1, *range(1, HISTORY_PERIODS + 1))
    }
    # By its own key as well: what stands is found by obligation, not by report.
    own = (latest.c.town == reports.c.town) & (latest.c.period == reports.c.period)
    query = (
        select(
            reports.c.town, reports.c.period, reports.c.category, reports.c.subordinate, reports.c.unit,
            facts.c.indicator, facts.c.scaled, facts.c.decimals,
        )
        .join(facts, facts.c.report_id == reports.c.id)
        .join(latest, own & (latest.c.accepted_report_id == reports.c.id))
        .where(reports.c.town.in_([one.town_code for one in plans]), reports.c.period.in_(periods_back))
        .where(facts.c.scaled.is_not(None))
    )  # fmt: skip
    found: dict[str, dict[str, _PastFigures]] = {
        plan.town_code: {one.code: {} for one in plan.subordinates} for plan in plans
    }
    for town, key, category, subordinate, unit, indicator, scaled, decimals in tx.execute(query):
        past = PastFigure(Decimal(scaled).scaleb(-decimals), unit)
        of_part = found[town].setdefault(subordinate, {})
        of_part.setdefault((category, indicator), {})[periods_back[key]] = past
    return {town: _histories(past) for town, past in found.items()}


def _histories(past: dict[str, _PastFigures]) -> Histories:
    """Of one town, by subordinate; those of lead units stand under the empty text."""
    shared = past.pop("", {})
    return Histories(History(shared), {unit: History({**shared, **own}) for unit, own in past.items()})


def latest_reports(tx: Connection, town: str, period: str, as_of: datetime | None = None) -> dict[Slot, LatestReport]:
    """What each slot stands by, the accepted report or else the last one; ``as_of``: as known then."""
    return latest_by_town(tx, [town], period, as_of)[town]


def latest_by_town(
    tx: Connection, towns: Collection[str], period: str, as_of: datetime | None = None
) -> dict[str, dict[Slot, LatestReport]]:
    """The same of many towns; of each of them, though nothing came."""
    found: dict[str, dict[Slot, LatestReport]] = {}
    for town, chains in read_chains_by_town(tx, towns, [period]).items():
        described = (
            describe_stand(slot, chain_of(stored.links.values(), as_of), stored.reports)
            for (_, slot), stored in chains.items()
        )
        found[town] = {one.slot: one for one in described if one is not None}
    return found


def findings_of_period(
    tx: Connection, town: str, period: str, as_of: datetime | None = None
) -> list[tuple[str, Finding]]:
    """(unit, finding) of every file of a period received by ``as_of``, in the order they were taken in."""
    query = (
        select(arrivals.c.unit, findings)
        .join(arrivals, arrivals.c.id == findings.c.arrival_id)
        .where(arrivals.c.town == town, arrivals.c.period == period)
        .order_by(findings.c.id)
    )
    if as_of is not None:
        query = query.where(arrivals.c.received_at <= as_of)
    return [(row.unit, finding_in(row)) for row in tx.execute(query)]


def finding_in(row: object) -> Finding:
    """The finding that a row of ``findings``, joined to whatever else, holds."""
    fields = row._mapping  # type: ignore[attr-defined]
    return Finding(
        code=fields["code"],
        severity=Severity(fields["severity"]),
        message=fields["message"],
        category=fields["category"],
        at=CellRef(fields["sheet"], fields["cell"]) if fields["sheet"] else None,
        value=fields["value"],
        indicator=fields["indicator"],
        explanation=fields["explanation"],
    )
