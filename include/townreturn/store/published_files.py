"""The files of published issues: every output, and what was in force; the archive has the bytes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.store.schema import arrivals, publications, published_files


@dataclass(frozen=True)
class PublishedFile:
    """One file of a published issue by name and SHA-256; ``size`` in bytes."""

    kind: FileKind
    name: str
    file_hash: str
    size: int


def record_files(tx: Connection, town: str, period: str, issue: int, files: Sequence[KeptFile]) -> None:
    """Store which files an issue has; their bytes must lie in the archive before."""
    rows = [
        {
            "town": town,
            "period": period,
            "issue": issue,
            "kind": one.kind.value,
            "name": one.name,
            "file_hash": one.sha256,
            "size": len(one.content),
        }
        for one in files
    ]
    tx.execute(insert(published_files), rows)


def find_published(tx: Connection, file_hash: str) -> tuple[str, str, int] | None:
    """(town, period, issue) of the issue that published a file with these bytes, whatever office's; or None."""
    query = select(published_files.c.town, published_files.c.period, published_files.c.issue)
    row = tx.execute(query.where(published_files.c.file_hash == file_hash).limit(1)).first()
    return (row.town, row.period, row.issue) if row else None


def came_in_above(tx: Connection, above: str, towns: Collection[str], period: str) -> set[str]:
    """Those of the towns of whose newest issue of a period a file has come in to the office above."""
    newest = (
        select(publications.c.town, func.max(publications.c.issue).label("issue"))
        .where(publications.c.town.in_(list(towns)), publications.c.period == period)
        .group_by(publications.c.town)
        .subquery()
    )
    of_issue = (published_files.c.town == newest.c.town) & (published_files.c.issue == newest.c.issue)
    query = (
        select(published_files.c.town)
        .join(newest, of_issue & (published_files.c.period == period))
        .join(arrivals, (arrivals.c.file_hash == published_files.c.file_hash) & (arrivals.c.town == above))
    )
    return set(tx.scalars(query))


def publications_without_files(tx: Connection, town: str) -> list[tuple[str, int, str]]:
    """(period, issue, folder) of every issue published before files were recorded."""
    recorded = select(published_files.c.issue).filter_by(
        town=publications.c.town, period=publications.c.period, issue=publications.c.issue
    )
    query = select(publications.c.period, publications.c.issue, publications.c.folder)
    found = tx.execute(query.where(publications.c.town == town, ~recorded.exists()))
    return [(row.period, row.issue, row.folder) for row in found]


def find_files(tx: Connection, town: str, period: str, issue: int) -> tuple[PublishedFile, ...]:
    """The files of an issue by kind and name; none for one published before files were recorded."""
    query = select(published_files).filter_by(town=town, period=period, issue=issue)
    found = (PublishedFile(FileKind(row.kind), row.name, row.file_hash, row.size) for row in tx.execute(query))
    return tuple(sorted(found, key=lambda one: (one.kind, one.name)))
