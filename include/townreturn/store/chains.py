"""The chains of obligations as they are stored, and ``latest``, which is derived from them.

What a chain is and what stands by it is the rule of ``domain.chain``; here are the rows it needs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from townreturn.domain.chain import (
    Judged,
    Link,
    Receipt,
    Withdrawal,
    WithdrawalKind,
    chain_of,
    first_acceptable,
    returned_before,
    revision_of,
    what_stands,
)
from townreturn.domain.findings import Verdict
from townreturn.domain.slot import Slot
from townreturn.store.bulk import load_rows
from townreturn.store.schema import arrivals, decisions, exclusions, latest, reports, sent_back

Obligation = tuple[str, Slot]
"""(period, slot)."""


@dataclass
class StoredReport:
    """What a report says of itself beyond its place in the chain; ``id`` is None until it is written."""

    unit: str
    zero_return: bool
    id: int | None


@dataclass
class StoredChain:
    """Everything stored of one obligation: links by hash, reports by entry number."""

    links: dict[str, Link] = field(default_factory=dict)
    reports: dict[int, StoredReport] = field(default_factory=dict)

    def report_id(self, link: Link | None) -> int | None:
        """The report that a link stands by."""
        return self.reports[link.entry_number].id if link else None

    def link_of(self, report_id: int | None) -> Link | None:
        """The link whose bytes a report was made of."""
        numbers = {number for number, one in self.reports.items() if one.id == report_id}
        return next((one for one in self.links.values() if any(j.entry_number in numbers for j in one.judged)), None)


@dataclass(frozen=True)
class LatestReport:
    """What an obligation stands by: the accepted report, else the last one of its chain.

    ``revision`` is the rank in the chain (第几次报送). ``received_at`` is when the bytes first came
    in, ``taken_in_at`` when the intake first saw them. ``acceptable_at``: when the first acceptable
    report came; ``returned_count`` came before it in vain.
    """

    slot: Slot
    unit: str
    revision: int
    received_at: datetime
    taken_in_at: datetime
    is_accepted: bool
    is_sent_back: bool
    zero_return: bool
    file_hash: str
    acceptable_at: datetime | None
    returned_count: int


def read_chains(
    tx: Connection, town: str, periods: Collection[str], slots: Collection[Slot] | None = None
) -> dict[Obligation, StoredChain]:
    """The chain of every obligation of some periods that anything was reported for, ascending."""
    return read_chains_by_town(tx, [town], periods, slots)[town]


def read_chains_by_town(
    tx: Connection, towns: Collection[str], periods: Collection[str], slots: Collection[Slot] | None = None
) -> dict[str, dict[Obligation, StoredChain]]:
    """The same of many towns; of each of them, though nothing was reported."""
    wanted = [reports.c.town.in_(list(towns)), reports.c.period.in_(sorted(periods))]
    if slots is not None:
        wanted.append(reports.c.category.in_(sorted({one.category for one in slots})))
    receipts = _first_receipts(tx, towns, periods)
    query = (
        select(reports, arrivals.c.file_hash)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(*wanted)
        .order_by(reports.c.period, reports.c.category, reports.c.subordinate, reports.c.entry_number)
    )
    chains: dict[str, dict[Obligation, StoredChain]] = {town: {} for town in towns}
    owners: dict[int, tuple[StoredChain, str]] = {}
    for row in tx.execute(query):
        slot = Slot(row.category, row.subordinate)
        if slots is not None and slot not in slots:
            continue
        chain = chains[row.town].setdefault((row.period, slot), StoredChain())
        chain.reports[row.entry_number] = StoredReport(row.unit, row.zero_return, row.id)
        owners[row.id] = chain, row.file_hash
        judged = Judged(row.entry_number, Verdict(row.verdict), row.received_at)
        link = chain.links.get(row.file_hash)
        fresh = Link(row.file_hash, receipts[row.town, row.period, row.file_hash], (judged,))
        chain.links[row.file_hash] = link.judged_again(judged) if link else fresh
    for report_id, withdrawal in _withdrawals(tx, towns, periods):
        if report_id in owners:
            _withdraw(*owners[report_id], withdrawal)
    return chains


def _first_receipts(
    tx: Connection, towns: Collection[str], periods: Collection[str]
) -> dict[tuple[str, str, str], Receipt]:
    """(town, period, file hash) → when and as what the bytes first came in as a file of that period."""
    query = select(
        arrivals.c.town, arrivals.c.period, arrivals.c.file_hash, arrivals.c.file_name, arrivals.c.received_at,
        arrivals.c.taken_in_at,
    ).where(arrivals.c.town.in_(list(towns)), arrivals.c.period.in_(sorted(periods)))  # fmt: skip
    found: dict[tuple[str, str, str], Receipt] = {}
    for town, period, file_hash, *first in tx.execute(query):
        place, receipt = (town, period, file_hash), Receipt(*first)
        known = found.get(place)
        found[place] = known.with_another(receipt) if known else receipt
    return found


def _withdrawals(tx: Connection, towns: Collection[str], periods: Collection[str]) -> Iterable[tuple[int, Withdrawal]]:
    """(report id, what was decided), exclusions in the order of being recorded."""
    of_periods = reports.c.town.in_(list(towns)), reports.c.period.in_(sorted(periods))
    rejected = (
        select(sent_back.c.report_id, decisions.c.decided_at, decisions.c.account, decisions.c.comment)
        .join(decisions, decisions.c.id == sent_back.c.decision_id)
        .join(reports, reports.c.id == sent_back.c.report_id)
        .where(*of_periods)
        .order_by(decisions.c.id)
    )
    for report_id, decided_at, account, comment in tx.execute(rejected):
        yield report_id, Withdrawal(WithdrawalKind.SENT_BACK, decided_at, account, comment)
    query = select(exclusions).join(reports, reports.c.id == exclusions.c.report_id).where(*of_periods)
    for row in tx.execute(query.order_by(exclusions.c.id)):
        kind = WithdrawalKind.EXCLUDED if row.excluded else WithdrawalKind.READMITTED
        yield row.report_id, Withdrawal(kind, row.decided_at, row.account, row.reason)


def _withdraw(chain: StoredChain, file_hash: str, withdrawal: Withdrawal) -> None:
    """Once a link, though each of its reports may have a row."""
    link = chain.links[file_hash]
    if withdrawal not in link.withdrawals[-1:]:
        chain.links[file_hash] = link.withdrawn(withdrawal)


def describe_stand(slot: Slot, chain: Sequence[Link], stored: Mapping[int, StoredReport]) -> LatestReport | None:
    """What an obligation stands by, or None when its chain is empty."""
    stand = what_stands(chain)
    link = stand.shown
    if link is None:
        return None
    report, acceptable = stored[link.entry_number], first_acceptable(chain)
    return LatestReport(
        slot=slot,
        unit=report.unit,
        revision=revision_of(chain, link),
        received_at=link.received_at,
        taken_in_at=link.first.taken_in_at,
        is_accepted=stand.accepted is not None,
        is_sent_back=stand.is_sent_back,
        zero_return=report.zero_return,
        file_hash=link.file_hash,
        acceptable_at=acceptable.received_at if acceptable else None,
        returned_count=returned_before(chain, acceptable),
    )


def accepted_at(tx: Connection, town: str, periods: Collection[str], as_of: datetime) -> dict[Obligation, int]:
    """(period, slot) → id of the report that was accepted as known at an instant."""
    found = {
        obligation: stored.report_id(what_stands(chain_of(stored.links.values(), as_of)).accepted)
        for obligation, stored in read_chains(tx, town, periods).items()
    }
    return {obligation: report_id for obligation, report_id in found.items() if report_id is not None}


Pointers = tuple[int, int | None]
"""(last report, accepted report)."""


def derive_latest(
    tx: Connection, town: str, periods: Collection[str], slots: Collection[Slot] | None = None
) -> dict[Obligation, Pointers]:
    """What ``latest`` has to say of every obligation with a chain."""
    derived: dict[Obligation, Pointers] = {}
    for obligation, stored in read_chains(tx, town, periods, slots).items():
        stand = what_stands(chain_of(stored.links.values()))
        last = stored.report_id(stand.last)
        if last is not None:
            derived[obligation] = last, stored.report_id(stand.accepted)
    return derived


def refresh_latest(tx: Connection, town: str, period: str, slots: Collection[Slot]) -> None:
    """Derive ``latest`` anew for some obligations of a period, after whatever was written for them."""
    derived = derive_latest(tx, town, [period], slots)
    write_latest(tx, period, {(town, slot): derived.get((period, slot)) for slot in slots})


def write_latest(tx: Connection, period: str, pointers: Mapping[tuple[str, Slot], Pointers | None]) -> None:
    """(town, slot) → what it stands by; None for one whose chain is empty."""
    if not pointers:
        return
    places = [{"of_town": town, "of_category": slot.category, "of_subordinate": slot.subordinate}
              for town, slot in pointers]  # fmt: skip
    stale = delete(latest).where(
        latest.c.town == bindparam("of_town"), latest.c.period == period,
        latest.c.category == bindparam("of_category"), latest.c.subordinate == bindparam("of_subordinate"),
    )  # fmt: skip
    tx.execute(stale, places)
    rows = [(town, period, *slot, *both) for (town, slot), both in pointers.items() if both is not None]
    columns = ("town", "period", *Slot._fields, "last_report_id", "accepted_report_id")
    load_rows(tx, latest, columns, rows)
