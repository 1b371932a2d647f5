"""Letters go out: every attempt is recorded before it is made, so that nothing is sent twice or lost in silence."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.dispatch import AttemptResult, DispatchOutcome, Way, next_steps
from townreturn.domain.errors import TownReturnError
from townreturn.domain.message import Channel, Letter, Undelivered
from townreturn.foreign_text import one_line, storable
from townreturn.month.attempts import AttemptsBook, Claim, Dispatched, sending_scope
from townreturn.month.overtaken import why_overtaken
from townreturn.office import Office
from townreturn.store.dispatches import unfinished_messages, ways_of
from townreturn.store.engine import reading, writing
from townreturn.store.messages import StoredMessage
from townreturn.wording import say

_LONGEST_DETAIL = 500


@dataclass(frozen=True)
class SendingReport:
    """Everything that was recorded in one run, in its order."""

    dispatched: tuple[Dispatched, ...]

    @property
    def sent_count(self) -> int:
        return sum(one.result.outcome is DispatchOutcome.SENT for one in self.dispatched)


def send_posted(office: Office, channels: Sequence[Channel], clock: Callable[[], datetime]) -> SendingReport:
    """Send what was posted and is due, in the order of writing, each letter by every channel that carries it.

    An attempt is claimed in one transaction, made outside any, and its result recorded in another.
    One that was cut off in between is never made again by itself, for nobody knows whether the
    letter is out: the operator is told. ``clock`` gives the time at each step, for a run lasts as
    long as the servers take. Several processes may send at once.
    """
    with reading(office.engine) as tx:
        unfinished = unfinished_messages(tx, office.plans.town_code)
        ways = ways_of(tx, [one.id for one in unfinished])
    done: list[Dispatched] = []
    for message in unfinished:
        sending = _Sending(office, message, message.letter(_archived(office, message)), clock)
        if not next_steps(sending.letter, ways.get(message.id, {}), channels, clock()).are_none:
            done += sending.send(channels)
    return SendingReport(tuple(done))


def why_nothing_to_send(office: Office) -> str | None:
    """In a sentence that no letter waits to go out, by any channel and at any time; None where one does."""
    with reading(office.engine) as tx:
        return None if unfinished_messages(tx, office.plans.town_code) else say("NOTHING_TO_SEND")


def describe_sending(report: SendingReport) -> str:
    """What was sent and what was not, a line each, for the log and the screen."""
    lines = [
        say(
            "SENDING_LINE", id=one.message.id, addressee=one.message.addressee, subject=one.message.subject,
            channel=one.channel or "-", outcome=say(f"DISPATCH_{one.result.outcome}"),
            detail=say("SENDING_DETAIL", detail=one.result.detail) if one.result.detail else "",
        )
        for one in report.dispatched
    ]  # fmt: skip
    other = len(report.dispatched) - report.sent_count
    return "\n".join([*lines, say("SENDING_DONE", sent=report.sent_count, other=other)])


def _archived(office: Office, message: StoredMessage) -> bytes:
    """The mail's bytes; empty where the archive has lost them."""
    try:
        return office.archive.read(message.file_hash)
    except FileNotFoundError:
        return b""


@dataclass(frozen=True)
class _Sending:
    """One message on its ways."""

    office: Office
    message: StoredMessage
    letter: Letter
    clock: Callable[[], datetime]

    def send(self, channels: Sequence[Channel]) -> Iterator[Dispatched]:
        """All ways of a letter are claimed at once: those are then its ways for good."""
        with writing(self.office.engine, sending_scope(self.office)) as tx:
            book = self._book(tx)
            overtaken = why_overtaken(tx, self.office, self.message, book.now)
            withdrawn = list(book.withdraw(overtaken)) if overtaken else []
            ways = book.ways
            steps = next_steps(self.letter, ways, channels, book.now)
            settled = [] if withdrawn else list(book.settle(steps, channels))
            claims = [] if withdrawn else [book.claim(one, ways) for one in steps.going]
        yield from (*withdrawn, *settled)
        for claim in claims:
            fault = self._hand_over(claim)
            yield self._record(claim, fault)

    def _hand_over(self, claim: Claim) -> Exception | None:
        """What came of it; whatever a channel raises, the other letters go on."""
        try:
            if hashlib.sha256(self.letter.content).hexdigest() != self.message.file_hash:
                raise Undelivered(say("LETTER_ALTERED", file_hash=self.message.file_hash[:12]), is_final=True)
            claim.channel.deliver(replace(self.letter, to=claim.missed or self.letter.to))
        except Exception as fault:  # noqa: BLE001 - the letter may be out all the same
            return fault
        return None

    def _record(self, claim: Claim, fault: Exception | None) -> Dispatched:
        with writing(self.office.engine, sending_scope(self.office)) as tx:
            book = self._book(tx)
            way = book.ways[claim.channel.name]
            result = _judge(claim, fault, way, book.now)
            earlier = next(one.result for one in way.attempts if one.id == claim.attempt_id)
            if earlier is None:
                return book.keep(claim.attempt_id, way, result)
            # This process stood still for so long that another took the attempt for cut off.
            if result.outcome is DispatchOutcome.SENT:
                book.alert("DISPATCH_ALERT_CLEARED", claim.channel.name)
            return Dispatched(self.message, claim.channel.name, earlier)

    def _book(self, tx: Connection) -> AttemptsBook:
        return AttemptsBook(tx, self.office, self.message, self.clock())


def _judge(claim: Claim, fault: Exception | None, way: Way, now: datetime) -> AttemptResult:
    if fault is None:
        return AttemptResult(DispatchOutcome.SENT, now)
    known = fault if isinstance(fault, Undelivered) else None
    told = str(fault) if isinstance(fault, TownReturnError) else f"{type(fault).__name__}: {fault}"
    detail = one_line(storable(told))[:_LONGEST_DETAIL]
    missed = known.missed if known and known.missed else claim.missed
    return AttemptResult(_outcome(claim, known, way.is_too_old(now)), now, detail, missed)


def _outcome(claim: Claim, known: Undelivered | None, is_too_old: bool) -> DispatchOutcome:
    if known is None and not claim.channel.is_repeatable:
        return DispatchOutcome.UNCERTAIN
    if known is not None and known.is_final:
        return DispatchOutcome.REFUSED
    return DispatchOutcome.GIVEN_UP if is_too_old else DispatchOutcome.FAILED
