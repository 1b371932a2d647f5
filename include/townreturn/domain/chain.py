"""The chain (报送链) of an obligation: which contents were received, in which order, and what stands.

The one home of the rule. A link is a content: the same bytes, however often they come and under
whatever name, are one link at the time when they were first received. Links are ordered by that
time, and by hash where two were received at the same instant, so that the order of taking in
moves nothing. Excluded links are left out. The last link with an accepting verdict stands, unless
an approver sent it back: then none does until a later link is accepted.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from townreturn.domain.findings import Verdict


class WithdrawalKind(StrEnum):
    """退回 by an approver, 剔除 by the operator, 恢复 of what was excluded by mistake."""

    SENT_BACK = "sent_back"
    EXCLUDED = "excluded"
    READMITTED = "readmitted"


@dataclass(frozen=True)
class Withdrawal:
    """What somebody decided about a link after it was judged, when and why."""

    kind: WithdrawalKind
    at: datetime
    account: str
    reason: str


@dataclass(frozen=True)
class Receipt:
    """One coming in of some bytes; ``taken_in_at`` is when the intake saw them."""

    file_name: str
    received_at: datetime
    taken_in_at: datetime

    def with_another(self, other: "Receipt") -> "Receipt":
        """Of two, the name and time of the one received first, and the first time the intake saw either."""
        first = min(self, other, key=lambda one: (one.received_at, one.file_name))
        return replace(first, taken_in_at=min(self.taken_in_at, other.taken_in_at))


@dataclass(frozen=True)
class Judged:
    """One report made of a link's bytes; ``entry_number`` is the obligation's order of taking in.

    Bytes are judged again only where the checks returned them for a fault that was not their own.
    """

    entry_number: int
    verdict: Verdict
    received_at: datetime


@dataclass(frozen=True)
class Link:
    """One content of an obligation, as first received; judgements and withdrawals in the order of being recorded."""

    file_hash: str
    first: Receipt
    judged: tuple[Judged, ...]
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def received_at(self) -> datetime:
        return self.first.received_at

    @property
    def position(self) -> tuple[datetime, str]:
        """Where the link stands in its chain."""
        return self.first.received_at, self.file_hash

    @property
    def entry_number(self) -> int:
        """Of the report that the link stands by now."""
        return self.judged[-1].entry_number

    @property
    def verdict(self) -> Verdict:
        return self.judged[-1].verdict

    @property
    def is_accepting(self) -> bool:
        return self.verdict in (Verdict.ACCEPTED, Verdict.EXPLAINED)

    @property
    def is_sent_back(self) -> bool:
        return any(one.kind is WithdrawalKind.SENT_BACK for one in self.withdrawals)

    @property
    def exclusion(self) -> Withdrawal | None:
        """The exclusion in force, or None."""
        decided = [one for one in self.withdrawals if one.kind is not WithdrawalKind.SENT_BACK]
        return decided[-1] if decided and decided[-1].kind is WithdrawalKind.EXCLUDED else None

    @property
    def readmission(self) -> Withdrawal | None:
        """The lifting of an exclusion by which the link counts again, or None."""
        last = self.withdrawals[-1] if self.withdrawals else None
        return last if last is not None and last.kind is WithdrawalKind.READMITTED else None

    def received_again(self, receipt: Receipt) -> "Link":
        """The link after its bytes came in once more."""
        return replace(self, first=self.first.with_another(receipt))

    def judged_again(self, judged: Judged) -> "Link":
        return replace(self, judged=(*self.judged, judged))

    def withdrawn(self, withdrawal: Withdrawal) -> "Link":
        return replace(self, withdrawals=(*self.withdrawals, withdrawal))

    def as_of(self, instant: datetime) -> "Link | None":
        """The link as it was known at an instant; None when its bytes had not been received.

        The first judgement counts from the first receipt on, whenever it was made: what was known
        is what had been received. A later one of the same bytes counts from the copy it judged.
        """
        if instant < self.received_at:
            return None
        first, *later = self.judged
        judged = (first, *(one for one in later if one.received_at <= instant))
        return replace(self, judged=judged, withdrawals=tuple(one for one in self.withdrawals if one.at <= instant))


@dataclass(frozen=True)
class Stand:
    """What an obligation stands by: the last link of its chain and the accepted one."""

    last: Link | None
    accepted: Link | None

    @property
    def shown(self) -> Link | None:
        return self.accepted or self.last

    @property
    def is_sent_back(self) -> bool:
        """Whether nothing has come since an approver sent the accepted link back."""
        return self.accepted is None and self.last is not None and self.last.is_sent_back


def links_known(links: Iterable[Link], as_of: datetime | None = None) -> list[Link]:
    """Every link in the order of the chain, excluded ones among them; ``as_of``: as known then."""
    known = links if as_of is None else [one for link in links if (one := link.as_of(as_of)) is not None]
    return sorted(known, key=lambda one: one.position)


def chain_of(links: Iterable[Link], as_of: datetime | None = None) -> list[Link]:
    """The chain: what counts, in its order."""
    return [one for one in links_known(links, as_of) if one.exclusion is None]


def what_stands(chain: Sequence[Link]) -> Stand:
    """Told from the end: the last accepting link, unless it was sent back."""
    accepting = next((one for one in reversed(chain) if one.is_accepting), None)
    accepted = None if accepting is None or accepting.is_sent_back else accepting
    return Stand(chain[-1] if chain else None, accepted)


def first_acceptable(chain: Sequence[Link]) -> Link | None:
    """The first link that was accepted and never sent back: by it an obligation is in time or late."""
    return next((one for one in chain if one.is_accepting and not one.is_sent_back), None)


def returned_before(chain: Sequence[Link], link: Link | None) -> int:
    """How many links had to be sent again before an acceptable one came, or have until now."""
    return len(chain) if link is None else revision_of(chain, link) - 1


def revision_of(chain: Sequence[Link], link: Link) -> int:
    """The number that people are shown (第几次报送): the rank in the chain, from 1."""
    return bisect_left(chain, link.position, key=lambda one: one.position) + 1
