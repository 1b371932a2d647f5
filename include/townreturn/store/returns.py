"""Compiled returns and what was published of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, func, insert, select

from townreturn.domain.canonical import canonical_json, read_canonical, text_hash
from townreturn.domain.town_return import TownReturn
from townreturn.store.inputs import Basis, record_basis
from townreturn.store.issue_events import tell_compiled
from townreturn.store.schema import compilations, decisions, publications, sent_back
from townreturn.store.trail import append_events


@dataclass(frozen=True)
class Compilation:
    """A compiled return as it was stored."""

    id: int
    content_hash: str
    town_return: TownReturn
    compiled_at: datetime


@dataclass(frozen=True)
class CompiledIssue:
    """What a compilation is, without its figures and texts; ``cell_count`` is how many cells it has."""

    period: str
    issue: int
    content_hash: str
    cell_count: int


@dataclass(frozen=True)
class Publication:
    """One published issue of a period's return."""

    period: str
    issue: int
    compilation_id: int
    published_at: datetime
    folder: str
    software_version: str


def record_compilation(tx: Connection, town_return: TownReturn, basis: Basis, now: datetime) -> int:
    """Store a compiled return and what it rests on, unless it is what was compiled last. Returns its id.

    What an approver sent back is over: the same content compiled after that is asked about anew.
    Its event stands in the audit trail with it.
    """
    town, period, content = town_return.town_code, town_return.period, canonical_json(town_return)
    hashed = text_hash(content)
    newest = tx.execute(_newest_first(town, period, compilations.c.id, compilations.c.content_hash)).first()
    if newest is not None and newest.content_hash == hashed and not is_sent_back(tx, newest.id):
        return int(newest.id)
    row = insert(compilations).values(
        town=town,
        period=period,
        issue=town_return.issue,
        content_hash=hashed,
        content=content,
        compiled_at=now,
    )
    key = int(tx.execute(row.returning(compilations.c.id)).scalar_one())
    record_basis(tx, key, basis)
    append_events(tx, town, town_return.plan, period, [tell_compiled(tx, key)])
    return key


def find_compilation(tx: Connection, compilation_id: int) -> Compilation:
    """A stored compilation by id."""
    row = tx.execute(select(compilations).where(compilations.c.id == compilation_id)).one()
    return Compilation(row.id, row.content_hash, read_canonical(row.content), row.compiled_at)


def describe_compilation(tx: Connection, compilation_id: int) -> CompiledIssue:
    """A stored compilation by id; to build the whole return for this costs five times as much."""
    row = tx.execute(select(compilations).where(compilations.c.id == compilation_id)).one()
    return CompiledIssue(row.period, row.issue, row.content_hash, len(json.loads(row.content)["cells"]))


def is_sent_back(tx: Connection, compilation_id: int) -> bool:
    """Whether an approver has rejected a compilation: nobody can approve it any more."""
    rejected = select(sent_back.c.category).join(decisions, decisions.c.id == sent_back.c.decision_id)
    return tx.execute(rejected.where(decisions.c.compilation_id == compilation_id).limit(1)).first() is not None


def waits_for_decision(tx: Connection, town: str, period: str) -> bool:
    """Whether what was compiled last is neither published nor sent back; its content is not looked at."""
    query = select(compilations.c.id, compilations.c.issue).filter_by(town=town, period=period)
    row = tx.execute(query.order_by(compilations.c.id.desc()).limit(1)).first()
    if row is None or is_sent_back(tx, row.id):
        return False
    published = find_publications(tx, town, [period]).get(period)
    return published is None or published.issue < row.issue


def newest_compilation(
    tx: Connection, town: str, period: str, as_of: datetime | None = None
) -> Compilation | None:  # fmt: skip
    """What was compiled last for a period, by ``as_of``, or None."""
    query = _newest_first(town, period, compilations)
    if as_of is not None:
        query = query.where(compilations.c.compiled_at <= as_of)
    row = tx.execute(query).first()
    return Compilation(row.id, row.content_hash, read_canonical(row.content), row.compiled_at) if row else None


def _newest_first(town: str, period: str, *columns: Column[Any] | Table) -> Select[Any]:
    return (
        select(*columns)
        .where(compilations.c.town == town, compilations.c.period == period)
        .order_by(compilations.c.id.desc())
        .limit(1)
    )


def newest_issues(
    tx: Connection, town: str, periods: Sequence[str], as_of: datetime | None = None
) -> tuple[tuple[str, int], ...]:
    """(period, newest published issue) of each of the periods that has one, ascending."""
    if not periods:
        return ()
    query = select(publications.c.period, func.max(publications.c.issue).label("issue")).where(
        publications.c.town == town, publications.c.period.in_(list(periods))
    )
    if as_of is not None:
        query = query.where(publications.c.published_at <= as_of)
    found = tx.execute(query.group_by(publications.c.period))
    return tuple(sorted((row.period, row.issue) for row in found))


def first_published_at(tx: Connection, town: str, period: str) -> datetime:
    """When the original return of a published period was published."""
    of_original = select(publications.c.published_at).filter_by(town=town, period=period)
    found: datetime = tx.execute(of_original.order_by(publications.c.issue).limit(1)).scalar_one()
    return found


def find_issue(tx: Connection, town: str, period: str, issue: int) -> Compilation | None:
    """What was published as one issue of a period, or None."""
    row = tx.execute(
        select(compilations)
        .join(publications, publications.c.compilation_id == compilations.c.id)
        .where(publications.c.town == town, publications.c.period == period, publications.c.issue == issue)
    ).first()
    return Compilation(row.id, row.content_hash, read_canonical(row.content), row.compiled_at) if row else None


def record_publication(tx: Connection, town: str, decision_id: int, publication: Publication) -> None:
    """Store a publication; the primary key lets one issue of a period be published once."""
    values = {
        "period": publication.period,
        "issue": publication.issue,
        "compilation_id": publication.compilation_id,
        "published_at": publication.published_at,
        "folder": publication.folder,
        "software_version": publication.software_version,
    }
    tx.execute(insert(publications).values(town=town, decision_id=decision_id, **values))


def find_publications(
    tx: Connection, town: str, periods: Sequence[str], as_of: datetime | None = None
) -> dict[str, Publication]:
    """The newest publication of each of the periods that has one by ``as_of``; period → publication."""
    query = (
        select(publications)
        .where(publications.c.town == town, publications.c.period.in_(list(periods)))
        .order_by(publications.c.issue)
    )
    if as_of is not None:
        query = query.where(publications.c.published_at <= as_of)
    return {
        row.period: Publication(
            row.period, row.issue, row.compilation_id, row.published_at, row.folder, row.software_version
        )
        for row in tx.execute(query)
    }
