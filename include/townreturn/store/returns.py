"""Compiled returns and what was published of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from townreturn.domain.canonical import canonical_json, read_canonical, text_hash
from townreturn.domain.town_return import TownReturn
from townreturn.store.bulk import insert_numbered
from townreturn.store.inputs import Basis, Issues, basis_hashes, record_bases
from townreturn.store.issue_events import compiled_event
from townreturn.store.schema import compilations, decisions, publications, sent_back
from townreturn.store.trail import append_to_chains


@dataclass(frozen=True)
class Compilation:
    """A compiled return as it was stored."""

    id: int
    content_hash: str
    town_return: TownReturn
    compiled_at: datetime


@dataclass(frozen=True)
class WrittenCompilation:
    """A compiled return as its canonical text, and what it rests on; ``cell_count`` is how many cells it has."""

    town: str
    plan: str
    period: str
    issue: int
    content: str
    content_hash: str
    cell_count: int
    basis: Basis


@dataclass(frozen=True)
class Publication:
    """One published issue of a period's return."""

    period: str
    issue: int
    compilation_id: int
    published_at: datetime
    folder: str
    software_version: str


def write_compilation(town_return: TownReturn, basis: Basis) -> WrittenCompilation:
    """A compiled return as it will be stored, with what it rests on."""
    content = canonical_json(town_return)
    return WrittenCompilation(
        town_return.town_code, town_return.plan, town_return.period, town_return.issue, content, text_hash(content),
        len(town_return.cells), basis,
    )  # fmt: skip


def record_compilation(tx: Connection, town_return: TownReturn, basis: Basis, now: datetime) -> int:
    """Store a compiled return and what it rests on, unless it is what was compiled last. Returns its id.

    What an approver sent back is over: the same content compiled after that is asked about anew.
    Its event stands in the audit trail with it.
    """
    (key,) = record_compilations(tx, [write_compilation(town_return, basis)], now)
    return key


def record_compilations(tx: Connection, written: Sequence[WrittenCompilation], now: datetime) -> list[int]:
    """The same of returns of many towns, each of another; their ids in the same order."""
    known = _known_already(tx, written)
    fresh = [one for one in written if one.town not in known]
    rows = [
        {
            "town": one.town, "period": one.period, "issue": one.issue, "content_hash": one.content_hash,
            "content": one.content, "compiled_at": now,
        }
        for one in fresh
    ]  # fmt: skip
    made = dict(zip(insert_numbered(tx, compilations, rows), fresh, strict=True))
    bases = {key: one.basis for key, one in made.items()}
    record_bases(tx, bases)
    hashes = basis_hashes(tx, list(bases.values()))
    append_to_chains(tx, {
        (one.town, one.plan, one.period): [compiled_event(key, one.issue, one.content_hash, one.basis, hashed, now)]
        for (key, one), hashed in zip(made.items(), hashes, strict=True)
    })  # fmt: skip
    ids = known | {one.town: key for key, one in made.items()}
    return [ids[one.town] for one in written]


def _known_already(tx: Connection, written: Sequence[WrittenCompilation]) -> dict[str, int]:
    """Town → the compilation that is what was compiled last, without those that an approver sent back."""
    of = compilations.c.town, compilations.c.period
    towns, periods = {one.town for one in written}, {one.period for one in written}
    newest = select(func.max(compilations.c.id)).where(of[0].in_(towns), of[1].in_(periods)).group_by(*of)
    query = select(compilations.c.id, *of, compilations.c.content_hash).where(compilations.c.id.in_(newest))
    hashes = {(row.town, row.period, row.content_hash): row.id for row in tx.execute(query)}
    found = {one.town: hashes.get((one.town, one.period, one.content_hash)) for one in written}
    same = {town: key for town, key in found.items() if key is not None}
    rejected = sent_back_among(tx, same.values()) if same else set()
    return {town: key for town, key in same.items() if key not in rejected}


def find_compilation(tx: Connection, compilation_id: int) -> Compilation:
    """A stored compilation by id."""
    row = tx.execute(select(compilations).where(compilations.c.id == compilation_id)).one()
    return Compilation(row.id, row.content_hash, read_canonical(row.content), row.compiled_at)


def is_sent_back(tx: Connection, compilation_id: int) -> bool:
    """Whether an approver has rejected a compilation: nobody can approve it any more."""
    return bool(sent_back_among(tx, [compilation_id]))


def sent_back_among(tx: Connection, compilation_ids: Iterable[int]) -> set[int]:
    """Those of some compilations that an approver has rejected."""
    rejected = select(decisions.c.compilation_id).join(sent_back, decisions.c.id == sent_back.c.decision_id)
    return set(tx.scalars(rejected.where(decisions.c.compilation_id.in_(list(compilation_ids))).distinct()))


def waiting_for_decision(tx: Connection, towns: Collection[str], period: str) -> set[str]:
    """Those of some towns where what was compiled last is neither published nor sent back; no content is read."""
    of_towns = (compilations.c.town.in_(list(towns)), compilations.c.period == period)
    newest = select(func.max(compilations.c.id)).where(*of_towns).group_by(compilations.c.town)
    query = select(compilations.c.id, compilations.c.town, compilations.c.issue)
    rows = tx.execute(query.where(compilations.c.id.in_(newest))).all()
    rejected = sent_back_among(tx, [row.id for row in rows])
    issues = {(town, issue) for town, found in newest_by_town(tx, towns, [period]).items() for _, issue in found}
    return {row.town for row in rows if row.id not in rejected and (row.town, row.issue) not in issues}


def newest_compilation(
    tx: Connection, town: str, period: str, as_of: datetime | None = None
) -> Compilation | None:  # fmt: skip
    """What was compiled last for a period, by ``as_of``, or None."""
    query = select(compilations).filter_by(town=town, period=period).order_by(compilations.c.id.desc()).limit(1)
    if as_of is not None:
        query = query.where(compilations.c.compiled_at <= as_of)
    row = tx.execute(query).first()
    return Compilation(row.id, row.content_hash, read_canonical(row.content), row.compiled_at) if row else None


def newest_issues(tx: Connection, town: str, periods: Sequence[str], as_of: datetime | None = None) -> Issues:
    """(period, newest published issue) of each of the periods that has one, ascending."""
    return newest_by_town(tx, [town], periods, as_of)[town]


def newest_by_town(
    tx: Connection, towns: Collection[str], periods: Sequence[str], as_of: datetime | None = None
) -> dict[str, Issues]:
    """The same of many towns; of each of them, though it has none."""
    of = publications.c.town, publications.c.period
    query = select(*of, func.max(publications.c.issue).label("issue")).group_by(*of)
    if as_of is not None:
        query = query.where(publications.c.published_at <= as_of)
    found: dict[str, list[tuple[str, int]]] = {town: [] for town in towns}
    for row in tx.execute(query.where(of[0].in_(list(towns)), of[1].in_(list(periods)))) if periods else ():
        found[row.town].append((row.period, row.issue))
    return {town: tuple(sorted(issues)) for town, issues in found.items()}


def first_published_at(tx: Connection, town: str, period: str) -> datetime:
    """When the original return of a published period was published."""
    of_original = select(publications.c.published_at).filter_by(town=town, period=period)
    found: datetime = tx.execute(of_original.order_by(publications.c.issue).limit(1)).scalar_one()
    return found


def published_at(tx: Connection, towns: Collection[str], period: str) -> dict[str, datetime]:
    """Town → when it published its newest issue of a period; those of some towns that have one."""
    query = select(publications.c.town, publications.c.published_at).order_by(publications.c.issue)
    rows = tx.execute(query.where(publications.c.town.in_(list(towns)), publications.c.period == period))
    return {row.town: row.published_at for row in rows}


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
    return publications_by_town(tx, [town], periods, as_of)[town]


def publications_by_town(
    tx: Connection, towns: Collection[str], periods: Sequence[str], as_of: datetime | None = None
) -> dict[str, dict[str, Publication]]:
    """The same of many towns; of each of them, though it has none."""
    query = (
        select(publications)
        .where(publications.c.town.in_(list(towns)), publications.c.period.in_(list(periods)))
        .order_by(publications.c.issue)
    )
    if as_of is not None:
        query = query.where(publications.c.published_at <= as_of)
    found: dict[str, dict[str, Publication]] = {town: {} for town in towns}
    for row in tx.execute(query):
        found[row.town][row.period] = Publication(
            row.period, row.issue, row.compilation_id, row.published_at, row.folder, row.software_version
        )
    return found
