"""The register (收文登记簿): what a batch of files of one period adds to the store, written at once.

Chains and what stands are followed in memory while files are entered one after the other; the rows of many towns go
to the database together (``entered``), because a round trip a file would cost more than all the reading.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from townreturn.domain.chain import Judged, Receipt
from townreturn.domain.findings import Verdict
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.domain.submission import Arrival, Judgement, Submission
from townreturn.store.chains import LatestReport, Obligation, StoredChain, StoredReport, read_chains_by_town
from townreturn.store.entered import Entered, EnteredFile, EnteredReport
from townreturn.store.following import FollowedChain, KnownBytes
from townreturn.store.periods import Alert
from townreturn.store.rows import arrival_row, report_row
from townreturn.store.schema import arrivals


@dataclass(frozen=True)
class EarlierArrival:
    """An arrival that brought some bytes before; ``unit`` is None of one that was nobody's."""

    file_name: str
    unit: str | None
    disposition: Verdict


@dataclass
class _Earlier:
    """By hash, the newest arrival that is no duplicate, and its id; every arrival with one of the hashes."""

    firsts: dict[str, EarlierArrival] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    known: set[Arrival] = field(default_factory=set)


def open_registers(tx: Connection, period: str, hashes: Mapping[str, Collection[str]]) -> list["Register"]:
    """The registers of a period of many towns, each with the hashes of its files, in their order.

    ``period`` is empty for files that name none.
    """
    earlier = _earlier_arrivals(tx, hashes)
    stored = read_chains_by_town(tx, hashes, [period]) if period else {}
    return [Register(town, period, earlier[town], stored.get(town, {})) for town in hashes]


class Register:
    """The register of one town and period."""

    def __init__(self, town: str, period: str, earlier: _Earlier, stored: Mapping[Obligation, StoredChain]) -> None:
        self._town, self._period = town, period
        self._firsts, self._ids, self._known = earlier.firsts, earlier.ids, earlier.known
        self._chains = {slot: FollowedChain(slot, chain) for (_, slot), chain in stored.items()}
        self._entry_numbers = Counter[str]()
        for slot, chain in self._chains.items():
            self._entry_numbers[slot.category] = max(self._entry_numbers[slot.category], chain.last_entry_number)
        self._entered: list[EnteredFile] = []
        self._alerts: list[Alert] = []

    def knows(self, arrival: Arrival) -> bool:
        """Whether exactly this arrival has been entered before."""
        return arrival in self._known

    def first_with_bytes(self, file_hash: str) -> EarlierArrival | None:
        """The newest arrival that brought these bytes and was no duplicate; None when they are new."""
        return self._firsts.get(file_hash)

    def standing(self) -> dict[Slot, LatestReport]:
        """Slot → the report it stands by, the files entered so far included."""
        return {slot: chain.standing for slot, chain in self._chains.items() if chain.standing}

    def known_bytes(self, slot: Slot, file_hash: str) -> KnownBytes | None:
        """What became of these bytes in an obligation; None when they would be a new link of its chain."""
        chain = self._chains.get(slot)
        return chain.known(file_hash) if chain else None

    def enter_duplicate(self, submission: Submission, now: datetime) -> None:
        """Another arrival of known bytes; it makes no report, but may tell that they came earlier.

        What nobody could be told from is quarantined, whatever became of the bytes before.
        """
        arrival = submission.arrival
        first = self._firsts[arrival.file_hash].disposition
        row = arrival_row(self._town, submission, first if submission.unit else Verdict.QUARANTINED, now)
        self._add(EnteredFile(row, [], is_duplicate=True), arrival)

    def enter(
        self, plan: Plan, submission: Submission, judgements: Sequence[Judgement], disposition: Verdict, now: datetime
    ) -> None:
        """A file with what was read and found; each of these categories gets a report."""
        arrival = submission.arrival
        row = arrival_row(self._town, submission, disposition, now, plan=plan.code)
        found = [*submission.findings, *(one for judgement in judgements for one in judgement.findings)]
        made = [self._enter_report(plan, submission, judgement, now) for judgement in judgements]
        self._add(EnteredFile(row, found, made), arrival)
        self._firsts[arrival.file_hash] = EarlierArrival(arrival.file_name, submission.unit, disposition)

    def _add(self, entered: EnteredFile, arrival: Arrival) -> None:
        """Every chain with these bytes learns that they came, whether or not a report was made of them."""
        self._entered.append(entered)
        self._known.add(arrival)
        receipt = Receipt(arrival.file_name, arrival.received_at, entered.arrival["taken_in_at"])
        for chain in self._chains.values():
            chain.add_receipt(arrival.file_hash, receipt)

    def _enter_report(
        self, plan: Plan, submission: Submission, judgement: Judgement, now: datetime
    ) -> EnteredReport:  # fmt: skip
        arrival, slot = submission.arrival, plan.slot_of(judgement.report.category, submission.unit or "")
        chain = self._chains.setdefault(slot, FollowedChain(slot, StoredChain()))
        self._entry_numbers[slot.category] += 1
        row = report_row(self._town, self._period, slot, submission, judgement, self._entry_numbers[slot.category])
        stored = StoredReport(row["unit"], row["zero_return"], None)
        receipt = Receipt(arrival.file_name, arrival.received_at, now)
        judged = Judged(row["entry_number"], judgement.verdict, arrival.received_at)
        chain.add_report(arrival.file_hash, receipt, judged, stored)
        return EnteredReport(row, judgement, stored)

    def alert(self, alert: Alert) -> None:
        """Tell the operator when the files are written."""
        self._alerts.append(alert)

    def entered(self, plan: Plan) -> Entered:
        """All that is to be written, ``plan`` being the one it was judged by."""
        return Entered(self._town, self._period, plan, self._entered, self._alerts, self._ids, self._chains)


def _earlier_arrivals(tx: Connection, hashes: Mapping[str, Collection[str]]) -> dict[str, _Earlier]:
    wanted = sorted({one for own in hashes.values() for one in own})
    found = {town: _Earlier() for town in hashes}
    for start in range(0, len(wanted), _HASHES_A_QUERY):
        asked = arrivals.c.file_hash.in_(wanted[start : start + _HASHES_A_QUERY])
        query = select(arrivals).where(arrivals.c.town.in_(list(hashes)), asked)
        for row in tx.execute(query.order_by(arrivals.c.id)):
            own = found[row.town]
            if row.file_hash not in hashes[row.town]:
                continue
            own.known.add(Arrival(row.file_name, row.file_hash, row.received_at))
            if row.duplicate_of is None:
                own.firsts[row.file_hash] = EarlierArrival(row.file_name, row.unit, Verdict(row.disposition))
                own.ids[row.file_hash] = row.id
    return found


_HASHES_A_QUERY = 500
"""Databases limit the number of bound values of a statement."""
