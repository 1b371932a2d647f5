"""The published issues of a period, each by its number, and the very texts that were published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from townreturn.store.returns import Publication
from townreturn.store.schema import compilations, publications


@dataclass(frozen=True)
class StoredContent:
    """A compilation's canonical text, not read, and the hash that it was stored by."""

    content: str
    content_hash: str


def list_issues(tx: Connection, town: str, period: str, as_of: datetime | None = None) -> list[Publication]:
    """Every publication of a period by ``as_of``, the original first."""
    query = select(publications).filter_by(town=town, period=period).order_by(publications.c.issue)
    if as_of is not None:
        query = query.where(publications.c.published_at <= as_of)
    return [_publication(row) for row in tx.execute(query)]


def list_all_issues(tx: Connection, town: str) -> list[Publication]:
    """Every publication of every period: periods ascending, the original first."""
    query = select(publications).filter_by(town=town).order_by(publications.c.period, publications.c.issue)
    return [_publication(row) for row in tx.execute(query)]


def content_hashes(tx: Connection, issues: Collection[tuple[str, str, int]]) -> dict[tuple[str, str, int], str]:
    """What some published issues, each (town, period, issue), state, by hash."""
    if not issues:
        return {}
    towns, periods = {town for town, _, _ in issues}, {period for _, period, _ in issues}
    query = (
        select(publications.c.town, publications.c.period, publications.c.issue, compilations.c.content_hash)
        .join(compilations, compilations.c.id == publications.c.compilation_id)
        .where(publications.c.town.in_(towns), publications.c.period.in_(periods))
    )
    found = {(row.town, row.period, row.issue): row.content_hash for row in tx.execute(query)}
    return {one: found[one] for one in issues}


def stored_content(tx: Connection, compilation_id: int) -> StoredContent:
    """The text of a compilation."""
    row = tx.execute(select(compilations).where(compilations.c.id == compilation_id)).one()
    return StoredContent(row.content, row.content_hash)


def _publication(row: Row[Any]) -> Publication:
    return Publication(row.period, row.issue, row.compilation_id, row.published_at, row.folder, row.software_version)
