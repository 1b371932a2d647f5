"""How what is owed under a plan stands, from the documents and names that came for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from townreturn.chasing.standings import judge_standing
from townreturn.domain.chain import (
    Judged,
    Link,
    Receipt,
    chain_of,
    first_acceptable,
    returned_before,
    revision_of,
    what_stands,
)
from townreturn.domain.document import Document
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import Obligation, ObligationKind, ObligationState, Standing
from townreturn.domain.plan import Plan


@dataclass(frozen=True)
class Delivery:
    """What an obligation stands by. ``is_accepted``: it counts; ``is_judged``: somebody has looked at it."""

    received_at: datetime
    is_accepted: bool
    acceptable_at: datetime | None
    revision: int = 1
    returned_count: int = 0
    is_judged: bool = True
    zero_return: bool = False


@dataclass(frozen=True)
class Duty:
    """One obligation under a plan, how it stands, and the documents that came for it, the first one first."""

    obligation: Obligation
    standing: Standing
    documents: tuple[Document, ...] = ()

    @property
    def kind(self) -> ObligationKind:
        return self.obligation.kind

    @property
    def unit(self) -> str:
        return self.obligation.unit

    @property
    def returned_for(self) -> str:
        """Why the last document was returned; empty where none is waiting to be sent again."""
        is_returned = self.standing.state is ObligationState.RETURNED
        decisions = [one.decision for one in self.documents if one.is_returned] if is_returned else []
        return decisions[-1].reason if decisions and decisions[-1] else ""


def judge_duties(
    plan: Plan, owed: Iterable[Obligation], documents: Sequence[Document], named: Mapping[str, datetime], now: datetime
) -> tuple[Duty, ...]:
    """One duty for each obligation, in the order given; ``named``: unit → when it first named its reporter."""
    return tuple(_judge_duty(plan, one, documents, named, now) for one in owed)


def _judge_duty(
    plan: Plan, owed: Obligation, documents: Sequence[Document], named: Mapping[str, datetime], now: datetime
) -> Duty:
    if owed.kind is ObligationKind.REPORTER:
        return Duty(owed, _judge(owed, _reporter_delivery(plan, owed, named), now))
    came = sorted((one for one in documents if (one.kind, one.unit) == (owed.kind, owed.unit)), key=_position)
    return Duty(owed, _judge(owed, delivery_of(came), now), tuple(came))


def _judge(owed: Obligation, delivery: Delivery | None, now: datetime) -> Standing:
    """A document nobody has looked at yet counts as if it were accepted, and is told apart."""
    standing = judge_standing(owed, delivery, now, backfilled=False)
    return standing if delivery is None or delivery.is_judged else replace(standing, state=ObligationState.RECEIVED)


def _reporter_delivery(plan: Plan, owed: Obligation, named: Mapping[str, datetime]) -> Delivery | None:
    """Whom the plan itself names has been named from the start."""
    named_at = owed.opens_at if plan.unit_by_code[owed.unit].reporter else named.get(owed.unit)
    return Delivery(named_at, is_accepted=True, acceptable_at=named_at) if named_at else None


def delivery_of(documents: Sequence[Document]) -> Delivery | None:
    """By the rules of the chain; each document is a link. None when nothing has come.

    The last accepted one stands, whatever came after it. Without one the last that came decides:
    not looked at yet, it counts; returned, it takes with it what had come before and was not looked at.
    """
    if not documents:
        return None
    chain = chain_of(_links(documents))
    accepted = {one.id for one in documents if one.is_accepted}
    approved = [one for one in chain if one.entry_number in accepted]
    shown = approved[-1] if approved else what_stands(chain).shown or chain[-1]
    acceptable = first_acceptable(chain)
    return Delivery(
        received_at=shown.received_at,
        is_accepted=shown.is_accepting,
        acceptable_at=acceptable.received_at if acceptable else None,
        revision=revision_of(chain, shown),
        returned_count=returned_before(chain, acceptable),
        is_judged=bool(approved) or not shown.is_accepting,
    )


def _links(documents: Sequence[Document]) -> Iterator[Link]:
    last_returned = max((_position(one) for one in documents if one.is_returned), default=None)
    for one in documents:
        is_overtaken = last_returned is not None and _position(one) <= last_returned
        counts = one.is_accepted or not is_overtaken
        judged = Judged(one.id, Verdict.ACCEPTED if counts else Verdict.RETURNED, one.received_at)
        yield Link(one.file_hash, Receipt(one.file_name, one.received_at, one.recorded_at), (judged,))


def _position(document: Document) -> tuple[datetime, str]:
    return document.received_at, document.file_hash
