"""The reporting period: a month by name, and the calendar that gives it instants."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from townreturn.domain.errors import Misuse
from townreturn.domain.working_days import WorkingDays

Cutoff = int | Literal["month_end"]
"""The last day of a period, included: 1-28, or the month's own."""

_KEY = re.compile(r"(?a:(\d{4})-(\d{2}))")


@dataclass(frozen=True, order=True, init=False)
class Period:
    """One reporting month, named by the month in which it ends: ``Period("2018-03")``.

    Raises Misuse for anything but a year of four digits from 1900 to 2999, a hyphen and a month
    01-12: every period that can be named has neighbours, a start and a due instant.
    """

    year: int
    month: int

    def __init__(self, key: str) -> None:
        match = _KEY.fullmatch(key) if isinstance(key, str) else None
        if match is None or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2999:
            raise Misuse("PERIOD_MALFORMED", value=key)
        object.__setattr__(self, "year", int(match[1]))
        object.__setattr__(self, "month", int(match[2]))

    @classmethod
    def of(cls, year: int, month: int) -> "Period":
        """The period of a year and a month number; months beyond 1-12 carry into the years."""
        return _period_of(year, month)

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def previous(self) -> "Period":
        return Period.of(self.year, self.month - 1)

    @property
    def next(self) -> "Period":
        return Period.of(self.year, self.month + 1)

    @property
    def year_ago(self) -> "Period":
        return Period.of(self.year - 1, self.month)

    @property
    def year_to_date(self) -> tuple["Period", ...]:
        """Periods 01..N of the same year, ascending [plan: 本年累计]."""
        return _year_to_date(self.year, self.month)

    def __str__(self) -> str:
        return self.key


@lru_cache(4096)
def _period_of(year: int, month: int) -> Period:
    """Made once: to compile one return asks for some two thousand, and they are a few dozen."""
    carried, index = divmod(month - 1, 12)
    period = object.__new__(Period)
    object.__setattr__(period, "year", year + carried)
    object.__setattr__(period, "month", index + 1)
    return period


@lru_cache(4096)
def _year_to_date(year: int, month: int) -> tuple[Period, ...]:
    return tuple(_period_of(year, one) for one in range(1, month + 1))


def periods_between(first: Period, last: Period) -> tuple[Period, ...]:
    """Every period from first to last, both included, ascending; empty when last < first."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return tuple(Period.of(first.year, first.month + step) for step in range(months + 1))


@dataclass(frozen=True)
class DueRule:
    """Due before 00:00 of ``day`` in the month ``month_offset`` months after the period's month.

    ``on_non_working_day`` says what becomes of it when the last day in time is no working day: it
    stays (keep), or moves to the working day before (earlier) or after (later).
    """

    month_offset: int
    day: int
    on_non_working_day: Literal["keep", "earlier", "later"] = "keep"


@dataclass(frozen=True)
class EarlierCutoff:
    """Where periods ended before, up to and including the period ``until``."""

    until: str
    cutoff: Cutoff


@dataclass(frozen=True)
class ReportingCalendar:
    """A plan's cut-off, due rule and time zone; every instant it gives is aware.

    ``earlier_cutoffs``, ascending, are those of plans before this one where they were others: with
    them the first period starts where the last one ended, and no day is in two periods or in none.
    """

    cutoff: Cutoff
    due: DueRule
    time_zone: str
    working_days: WorkingDays = field(default=WorkingDays())
    earlier_cutoffs: tuple[EarlierCutoff, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def start(self, period: Period) -> datetime:
        """The first instant of the period."""
        return self.end(period.previous)

    def end(self, period: Period) -> datetime:
        """The first instant after the period, when the next one starts and reporting opens."""
        return self.midnight(self.last_day(period) + timedelta(days=1))

    def first_day(self, period: Period) -> date:
        return self.last_day(period.previous) + timedelta(days=1)

    def last_day(self, period: Period) -> date:
        return _last_day(period, self._cutoff_of(period))

    @property
    def uneven_periods(self) -> tuple[Period, ...]:
        """The first period after each change of cut-off: no month long, so that nothing compares with it."""
        first = (Period(one.until).next for one in self.earlier_cutoffs)
        return tuple(one for one in first if self.first_day(one) != self._first_day_without_change(one))

    def _first_day_without_change(self, period: Period) -> date:
        return _last_day(period.previous, self._cutoff_of(period)) + timedelta(days=1)

    def _cutoff_of(self, period: Period) -> Cutoff:
        earlier = (one.cutoff for one in self.earlier_cutoffs if period <= Period(one.until))
        return next(earlier, self.cutoff)

    def due_at(self, period: Period) -> datetime:
        """Submissions are on time when received strictly before this instant.

        Raises ConfigurationFault when the due rule asks for working days of a year not known.
        """
        return self.midnight(self.last_day_in_time(period) + timedelta(days=1))

    def last_day_in_time(self, period: Period) -> date:
        """The day before the due instant, moved by the due rule where it is no working day."""
        month = Period.of(period.year, period.month + self.due.month_offset)
        day = date(month.year, month.month, self.due.day) - timedelta(days=1)
        if self.due.on_non_working_day == "earlier":
            return self.working_days.on_or_before(day)
        return self.working_days.on_or_after(day) if self.due.on_non_working_day == "later" else day

    def shown_due(self, period: Period) -> datetime:
        """The last whole second that is still on time, as people are told it."""
        return self.last_second(self.due_at(period))

    def last_second(self, due_at: datetime) -> datetime:
        """The last whole second before a due instant, in the calendar's zone: what people are told for it."""
        return (due_at - timedelta(seconds=1)).astimezone(self.zone)

    def containing(self, instant: datetime) -> Period:
        """The period in which an aware instant lies."""
        local = instant.astimezone(self.zone)
        period = Period.of(local.year, local.month)
        return period if instant < self.end(period) else period.next

    def last_closed(self, instant: datetime) -> Period:
        """The newest period that has ended by an aware instant."""
        return self.containing(instant).previous

    def midnight(self, day: date) -> datetime:
        """The first instant of a day."""
        return datetime.combine(day, time(), tzinfo=self.zone)


def _last_day(period: Period, cutoff: Cutoff) -> date:
    if cutoff == "month_end":
        following = period.next
        return date(following.year, following.month, 1) - timedelta(days=1)
    return date(period.year, period.month, cutoff)
