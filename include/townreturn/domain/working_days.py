"""Working days (工作日) by the State Council's calendar, make-up workdays (调休) included."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from townreturn.domain.errors import ConfigurationFault

_SATURDAY = 5
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """What is known of some years: their days off on weekdays, and the weekend days that are worked.

    Any other day of a known year is worked from Monday to Friday.
    """

    years: frozenset[int] = frozenset()
    days_off: frozenset[date] = frozenset()
    days_worked: frozenset[date] = frozenset()
    assumes_weekdays: bool = False

    def or_weekdays(self) -> "WorkingDays":
        """The same, with Monday to Friday assumed for years that are not known."""
        return replace(self, assumes_weekdays=True)

    def is_working(self, day: date) -> bool:
        """Raises ConfigurationFault for a year that the calendar does not know."""
        if day.year not in self.years and not self.assumes_weekdays:
            raise ConfigurationFault("CALENDAR_YEAR_UNKNOWN", year=day.year)
        return day in self.days_worked or (day.weekday() < _SATURDAY and day not in self.days_off)

    def on_or_before(self, day: date) -> date:
        """The last working day that is not after a day."""
        return self._first_working(day, -_A_DAY)

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before a day."""
        return self._first_working(day, _A_DAY)

    def shift(self, day: date, count: int) -> date:
        """The working day ``count`` working days after a day, or before it when negative; 0 is the day itself."""
        step = _A_DAY if count > 0 else -_A_DAY
        for _ in range(abs(count)):
            day = self._first_working(day + step, step)
        return day

    def _first_working(self, day: date, step: timedelta) -> date:
        return next(one for one in _days_from(day, step) if self.is_working(one))


def _days_from(day: date, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step
