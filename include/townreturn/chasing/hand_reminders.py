"""A reminder that an operator has sent by hand: one letter to a unit, with all that it is out with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from townreturn.chasing.contacts import Named, addresses_of
from townreturn.chasing.reminders import say_back, say_outstanding, shown_instant
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.obligation import Obligation, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.wording import say


@dataclass(frozen=True)
class OutstandingUnit:
    """A unit and what it has still to send for a period, in plan order."""

    unit: str
    owed: tuple[tuple[Obligation, Standing], ...]


def find_outstanding(owed: Sequence[Obligation], standings: Sequence[Standing]) -> dict[str, OutstandingUnit]:
    """By unit, in plan order; standings in the order of the obligations."""
    found: dict[str, list[tuple[Obligation, Standing]]] = {}
    for one, standing in zip(owed, standings, strict=True):
        if standing.is_outstanding:
            found.setdefault(one.unit, []).append((one, standing))
    return {unit: OutstandingUnit(unit, tuple(pairs)) for unit, pairs in found.items()}


def hand_reminder_key(plan: Plan, period: Period, unit: str, now: datetime) -> str:
    """One letter a day in the town's zone, however often somebody asks for it."""
    return f"reminder/{period}/by_hand/{unit}/{now.astimezone(plan.calendar.zone):%Y%m%d}"


@dataclass(frozen=True)
class HandLetters:
    """How such letters of a period are written; ``words`` are the operator's own, empty for none."""

    plan: Plan
    named: Mapping[str, Named]
    period: Period
    words: str
    now: datetime
    is_published: bool

    def write(self, out: OutstandingUnit) -> Message:
        """To the unit's reporter; the subject names what is due first."""
        plan, first = self.plan, min(one.due_at for one, _ in out.owed)
        late = first <= self.now
        values = {"year": self.period.year, "month": self.period.month, "unit": plan.unit_by_code[out.unit].name}
        return Message(
            key=hand_reminder_key(plan, self.period, out.unit, self.now),
            kind=MessageKind.REMINDER,
            period=self.period.key,
            unit=out.unit,
            to=addresses_of(plan, self.named, out.unit),
            subject=say(
                "REMINDER_SUBJECT_LATE" if late else "REMINDER_SUBJECT",
                town=plan.town, due=shown_instant(plan, first), **values,
            ),
            text=say(
                "HAND_REMINDER_TEXT",
                owed="\n".join(self._line(one, standing) for one, standing in out.owed),
                words=say("HAND_REMINDER_WORDS", words=self.words) if self.words else "",
                back=say_back(plan), closing=self._closing(late=late), **values,
            ),
        )  # fmt: skip

    def _line(self, owed: Obligation, standing: Standing) -> str:
        code = "HAND_REMINDER_OVERDUE" if owed.due_at <= self.now else "HAND_REMINDER_DUE"
        return say(code, line=say_outstanding(self.plan, standing), due=shown_instant(self.plan, owed.due_at))

    def _closing(self, *, late: bool) -> str:
        if self.is_published:
            return say("HAND_REMINDER_CLOSING_PUBLISHED")
        return say("REMINDER_CLOSING_LATE" if late else "REMINDER_CLOSING")
