"""An operator has units reminded: the letters are written, and it is recorded who had them sent and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.hand_reminders import HandLetters, OutstandingUnit, find_outstanding, hand_reminder_key
from townreturn.chasing.standing_now import obligations_of, standings_of
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.message import Letter
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line, storable
from townreturn.month.posting import post
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.hand_reminders import record_hand_reminder
from townreturn.store.messages import first_written
from townreturn.store.periods import find_opening
from townreturn.store.reporters import reporters_of
from townreturn.store.returns import find_publications
from townreturn.wording import Tell, say

WORDS_LENGTH = 500
"""Characters of his own that an operator may add to a reminder."""


@dataclass(frozen=True)
class AskedReminder:
    """What an operator wants: ``units`` by code, none for all that are out; his own ``words``, if any."""

    account: str
    reason: str
    units: tuple[str, ...] = ()
    words: str = ""


def remind_by_hand(office: Office, period: Period, asked: AskedReminder, now: datetime) -> tuple[Letter, ...]:
    """Write one reminder to each unit with all that it is out with; the letters that were written.

    Raises Misuse without account or reason, for a unit that is none, or words too long; Refused when
    the period is not opened, a unit has nothing to send, or has been reminded by hand the same day.
    Then nobody is reminded.
    """
    plan = office.plans.in_force(period)
    account, reason, words = *stated(asked.account, asked.reason), _stated_words(asked.words)
    with writing(office.engine, f"{plan.town_code}/{period.key}") as tx:
        if find_opening(tx, plan.town_code, period.key) is None:
            raise Refused("PERIOD_NOT_OPENED", period=period)
        chosen = _choose(plan, period, outstanding_units(tx, plan, period, now), asked.units)
        _refuse_twice(tx, plan, period, [one.unit for one in chosen], now)
        is_published = bool(find_publications(tx, plan.town_code, [period.key]))
        letters = HandLetters(plan, reporters_of(tx, plan.town_code), period, words, now, is_published)
        written = post(tx, office, plan, [letters.write(one) for one in chosen], now)
        for one in written:
            record_hand_reminder(
                tx, plan.town_code, plan.code, one.key, account=account, reason=reason, words=words
            )  # fmt: skip
    return written


def outstanding_units(tx: Connection, plan: Plan, period: Period, now: datetime) -> dict[str, OutstandingUnit]:
    """The units that have still to send something for a period, by code, in plan order."""
    return find_outstanding(obligations_of(tx, plan, period), standings_of(tx, plan, period, now))


def reminded_by_hand_at(tx: Connection, plan: Plan, period: Period, unit: str, now: datetime) -> datetime | None:
    """When a unit was reminded by hand this very day; None when it was not."""
    return first_written(tx, plan.town_code, [hand_reminder_key(plan, period, unit, now)])


def describe_reminded(plan: Plan, period: Period, letters: Sequence[Letter], tell: Tell = say) -> list[str]:
    """Who was reminded, and who has to be told otherwise, for want of an address."""
    units = _join(plan, [one.unit for one in letters], tell)
    told = [tell("HAND_REMINDED", period=period, count=len(letters), units=units)]
    if unknown := [one.unit for one in letters if not one.to]:
        told.append(tell("SUMMARY_NO_ADDRESS", units=_join(plan, unknown, tell)))
    return told


def _stated_words(words: str) -> str:
    """As they are kept: plain lines without control characters."""
    text = "\n".join(one_line(line).rstrip() for line in storable(words).splitlines()).strip()
    if len(text) > WORDS_LENGTH:
        raise Misuse("HAND_REMINDER_TOO_LONG", most=WORDS_LENGTH, length=len(text))
    return text


def _choose(
    plan: Plan, period: Period, out: Mapping[str, OutstandingUnit], units: Sequence[str]
) -> list[OutstandingUnit]:
    for unit in units:
        if unit not in plan.unit_by_code:
            raise Misuse("UNIT_UNKNOWN", value=unit)
    if not out:
        raise Refused("HAND_REMINDER_NOBODY_OUT", period=period)
    if delivered := [one for one in dict.fromkeys(units) if one not in out]:
        raise Refused("HAND_REMINDER_IS_IN", units=_join(plan, delivered))
    return [one for unit, one in out.items() if unit in units or not units]


def _refuse_twice(tx: Connection, plan: Plan, period: Period, units: Sequence[str], now: datetime) -> None:
    told = []
    for unit in units:
        if at := reminded_by_hand_at(tx, plan, period, unit, now):
            shown = f"{at.astimezone(plan.calendar.zone):%H:%M}"
            told.append(say("HAND_REMINDER_SENT_AT", unit=plan.unit_by_code[unit].name, at=shown))
    if told:
        raise Refused("HAND_REMINDER_SENT_TODAY", units=say("LIST_SEPARATOR").join(told))


def _join(plan: Plan, units: Sequence[str], tell: Tell = say) -> str:
    return tell("LIST_SEPARATOR").join(plan.unit_by_code[one].name for one in units)
