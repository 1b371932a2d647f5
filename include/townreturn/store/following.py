"""Obligations followed in memory while files are entered one after the other, before any row is written."""

from bisect import insort
from dataclasses import dataclass

from townreturn.domain.chain import Judged, Link, Receipt, chain_of, revision_of, what_stands
from townreturn.domain.slot import Slot
from townreturn.store.chains import LatestReport, Pointers, StoredChain, StoredReport, describe_stand


@dataclass(frozen=True)
class KnownBytes:
    """What became of some bytes in an obligation before.

    ``counts_again``: the checks returned them, and accepted now they would stand. Not so what was
    withdrawn, or has a later link above it, which stands or was sent back.
    """

    link: Link
    counts_again: bool


class FollowedChain:
    """One obligation: its chain as the domain orders it, and the reports behind it."""

    def __init__(self, slot: Slot, stored: StoredChain) -> None:
        self._slot, self._stored = slot, stored
        self._chain = chain_of(stored.links.values())
        self.standing: LatestReport | None = None
        self.is_changed = False
        self._describe()

    def known(self, file_hash: str) -> KnownBytes | None:
        """The link of some bytes; None when they would be a new one."""
        link = self._stored.links.get(file_hash)
        if link is None:
            return None
        above = next((one for one in reversed(self._chain) if one.is_accepting), None)
        would_stand = above is None or link.position > above.position
        return KnownBytes(link, would_stand and not link.is_accepting and link.exclusion is None)

    def add_report(self, file_hash: str, receipt: Receipt, judged: Judged, report: StoredReport) -> None:
        """A report that was made of some bytes: a new link, or a known one judged again."""
        self._stored.reports[judged.entry_number] = report
        link = self._stored.links.get(file_hash)
        self._place(link.received_again(receipt).judged_again(judged) if link else Link(file_hash, receipt, (judged,)))

    def add_receipt(self, file_hash: str, receipt: Receipt) -> None:
        """Known bytes once more: received earlier than so far, they move in the chain."""
        link = self._stored.links.get(file_hash)
        if link is not None and (moved := link.received_again(receipt)) != link:
            self._place(moved)

    @property
    def last_entry_number(self) -> int:
        """Of its newest report; 0 while there is none."""
        return max(self._stored.reports, default=0)

    def pointers(self) -> Pointers | None:
        """What ``latest`` has to say; only once every report has its id."""
        stand = what_stands(self._chain)
        last = self._stored.report_id(stand.last)
        return None if last is None else (last, self._stored.report_id(stand.accepted))

    def _place(self, link: Link) -> None:
        known = self._stored.links.get(link.file_hash)
        if known is not None and known.exclusion is None:
            del self._chain[revision_of(self._chain, known) - 1]
        self._stored.links[link.file_hash] = link
        if link.exclusion is None:
            insort(self._chain, link, key=lambda one: one.position)
        self.is_changed = True
        self._describe()

    def _describe(self) -> None:
        self.standing = describe_stand(self._slot, self._chain, self._stored.reports)
