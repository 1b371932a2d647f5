"""How often each rule was broken: counts over what is stored of every file."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from townreturn.domain.findings import Severity, Verdict
from townreturn.store.schema import arrivals, findings


@dataclass(frozen=True)
class FindingCount:
    """Grain one (period, unit, rule, severity); ``explained_count`` of them the unit has explained.

    ``unit`` is empty where none could be told.
    """

    period: str
    unit: str
    code: str
    severity: Severity
    count: int
    explained_count: int


@dataclass(frozen=True)
class FileCount:
    """Grain one (period, unit): contents that came in, a copy not counted, and those returned."""

    period: str
    unit: str
    count: int
    returned_count: int


def count_findings(tx: Connection, town: str, first: str, last: str) -> list[FindingCount]:
    """Of the files of the periods from ``first`` to ``last``, both included; a copy's are its original's."""
    grain = arrivals.c.period, arrivals.c.unit, findings.c.code, findings.c.severity
    explained = func.sum(case((findings.c.explanation != "", 1), else_=0))
    query = (
        select(*grain, func.count().label("found"), explained.label("explained"))
        .join(arrivals, arrivals.c.id == findings.c.arrival_id)
        .where(arrivals.c.town == town, arrivals.c.period.between(first, last))
        .group_by(*grain)
        .order_by(*grain)
    )
    return [
        FindingCount(row.period, row.unit or "", row.code, Severity(row.severity), row.found, int(row.explained))
        for row in tx.execute(query)
    ]


def count_files(tx: Connection, town: str, first: str, last: str) -> list[FileCount]:
    """Every (period, unit) that a file came in for, both periods included."""
    grain = arrivals.c.period, arrivals.c.unit
    returned = func.sum(case((arrivals.c.disposition == Verdict.RETURNED.value, 1), else_=0))
    query = (
        select(*grain, func.count().label("came"), returned.label("returned"))
        .where(arrivals.c.town == town, arrivals.c.period.between(first, last), arrivals.c.duplicate_of.is_(None))
        .group_by(*grain)
        .order_by(*grain)
    )
    return [FileCount(row.period, row.unit or "", row.came, int(row.returned)) for row in tx.execute(query)]
