"""What is recorded about the attempts to send a message, and what the operator is told of it, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.dispatch import (
    GIVE_UP_AFTER,
    TOLD_AT_FAILURE,
    AttemptResult,
    DispatchOutcome,
    NextSteps,
    Way,
    Ways,
)
from townreturn.domain.message import Channel
from townreturn.office import Office
from townreturn.store.dispatches import record_attempt, record_result, ways_of
from townreturn.store.messages import StoredMessage
from townreturn.store.periods import Alert, recent_alerts, record_alert
from townreturn.wording import say

NOBODY = ""
"""Stands for the channel where none carries a message."""

_ALERTS = {
    DispatchOutcome.UNCERTAIN: "DISPATCH_ALERT_UNCERTAIN",
    DispatchOutcome.REFUSED: "DISPATCH_ALERT_REFUSED",
    DispatchOutcome.GIVEN_UP: "DISPATCH_ALERT_GIVEN_UP",
}
_TOLD_IN_ONE = 20
"""So many of the newest alerts are looked through for one that says the same."""


@dataclass(frozen=True)
class Dispatched:
    """What was recorded of one attempt to send one message."""

    message: StoredMessage
    channel: str
    result: AttemptResult


@dataclass(frozen=True)
class Claim:
    """An attempt that is ours to make; ``missed`` are the only addresses left, empty for all."""

    attempt_id: int
    channel: Channel
    missed: tuple[str, ...]


def sending_scope(office: Office) -> str:
    """What those who claim and record attempts take turns in."""
    return f"{office.plans.town_code}/sending"


@dataclass(frozen=True)
class AttemptsBook:
    """The attempts of one message, within a writing transaction of ``sending_scope``."""

    tx: Connection
    office: Office
    message: StoredMessage
    now: datetime

    @property
    def ways(self) -> Ways:
        return ways_of(self.tx, [self.message.id])[self.message.id]

    def claim(self, channel: Channel, ways: Ways) -> Claim:
        """The next attempt by a channel, to be made when the transaction has ended."""
        way = ways.get(channel.name)
        attempt_id = record_attempt(self.tx, self.message.id, channel.name, _next_number(way), self.now)
        return Claim(attempt_id, channel, way.missed if way else ())

    def settle(self, steps: NextSteps, channels: Sequence[Channel]) -> Iterator[Dispatched]:
        """End what nobody will go on with: attempts cut off, and ways whose channel is gone."""
        repeatable = {one.name for one in channels if one.is_repeatable}
        for way in steps.cut_off:
            outcome = DispatchOutcome.FAILED if way.channel in repeatable else DispatchOutcome.UNCERTAIN
            yield self.keep(way.last.id, way, self._result(outcome, way, say("DISPATCH_CUT_OFF")))
        for way in steps.replaced:
            detail = say("DISPATCH_INSTEAD", channels="、".join(one.name for one in steps.going))
            yield self.end(way.channel, way, self._result(DispatchOutcome.REPLACED, way, detail))
        for way in steps.given_up:
            detail = say("CHANNEL_GONE", channel=way.channel)
            yield self.end(way.channel, way, self._result(DispatchOutcome.GIVEN_UP, way, detail))
        if steps.is_uncarried:
            yield self.end(NOBODY, None, self._result(DispatchOutcome.REFUSED, None, say("NO_CHANNEL")))

    def withdraw(self, told: str) -> Iterator[Dispatched]:
        """Let nothing that waits go out any more, for the reason ``told``. What somebody ordered goes all the same."""
        ways = self.ways
        waiting = [way for way in ways.values() if way.is_waiting]
        if any(way.last.outcome is DispatchOutcome.ORDERED for way in waiting) or (ways and not waiting):
            return
        for way in waiting:
            yield self.end(way.channel, way, self._result(DispatchOutcome.WITHDRAWN, way, told))
        if not waiting:
            yield self.end(NOBODY, None, self._result(DispatchOutcome.WITHDRAWN, None, told))

    def end(self, channel: str, way: Way | None, result: AttemptResult) -> Dispatched:
        """Something decided about a way without an attempt being made: it takes the next number."""
        attempt_id = record_attempt(self.tx, self.message.id, channel, _next_number(way), self.now)
        return self._keep(attempt_id, channel, result)

    def keep(self, attempt_id: int, way: Way, result: AttemptResult) -> Dispatched:
        """The result of an attempt; the operator is told of what does not mend by itself."""
        if result.outcome is DispatchOutcome.FAILED and len(way.tried) == TOLD_AT_FAILURE:
            self._tell_stalled(way.channel, result.detail)
        return self._keep(attempt_id, way.channel, result)

    def alert(self, code: str, channel: str, detail: str = "") -> None:
        """Alert the operator of this message."""
        text = say(
            code, id=self.message.id, addressee=self.message.addressee, subject=self.message.subject,
            channel=channel, detail=detail, days=GIVE_UP_AFTER.days,
        )  # fmt: skip
        record_alert(self.tx, self.office.plans.town_code, Alert(self.now, self.message.period, text))

    def _keep(self, attempt_id: int, channel: str, result: AttemptResult) -> Dispatched:
        record_result(self.tx, attempt_id, result)
        is_uncarried = channel == NOBODY and result.outcome is DispatchOutcome.REFUSED
        code = "DISPATCH_ALERT_UNCARRIED" if is_uncarried else _ALERTS.get(result.outcome)
        if code:
            self.alert(code, channel, result.detail)
        return Dispatched(self.message, channel, result)

    def _result(self, outcome: DispatchOutcome, way: Way | None, detail: str) -> AttemptResult:
        return AttemptResult(outcome, self.now, detail, way.missed if way else ())

    def _tell_stalled(self, channel: str, detail: str) -> None:
        """Once a day and reason, however many letters wait."""
        town, day = self.office.plans.town_code, self.now.astimezone(self.office.plans.calendar.zone)
        text = say("DISPATCH_STALLED", channel=channel, day=f"{day:%Y-%m-%d}", detail=detail, days=GIVE_UP_AFTER.days)
        if text not in {one.text for one in recent_alerts(self.tx, town, _TOLD_IN_ONE)}:
            record_alert(self.tx, town, Alert(self.now, "", text))


def _next_number(way: Way | None) -> int:
    return way.last.number + 1 if way else 1
