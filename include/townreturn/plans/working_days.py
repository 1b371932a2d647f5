"""Working days from the package chinesecalendar, and from a file where that knows a year not yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from townreturn.domain.working_days import WorkingDays
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say

_SATURDAY = 5


@dataclass(frozen=True)
class AnnouncedYear:
    """A year as the State Council announced it; days are ISO dates of that year.

    ``off`` are days off, weekends among them or not; ``worked`` the weekend days that are worked.
    """

    year: int
    off: tuple[str, ...]
    worked: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnnouncedYears:
    """The whole file."""

    years: tuple[AnnouncedYear, ...]


@cache
def packaged_working_days() -> WorkingDays:
    """All the years that chinesecalendar knows."""
    from chinese_calendar.constants import holidays, in_lieu_days, workdays

    known = {*holidays, *workdays, *in_lieu_days}
    return WorkingDays(
        years=frozenset(range(min(known).year, max(known).year + 1)),
        days_off=frozenset(holidays) - frozenset(workdays),
        days_worked=frozenset(workdays),
    )


def load_working_days(path: Path) -> tuple[WorkingDays, bytes]:
    """What the package knows, with the years of a file in place of its own; and the file's bytes.

    Raises ConfigurationFault when the file is wrong.
    """
    document = StrictDocument(path)
    announced = document.read(AnnouncedYears, document.data).years
    for row, one in enumerate(announced):
        _refuse_wrong_days(document, row, one)
    return _with_years(packaged_working_days(), announced), document.content


def _refuse_wrong_days(document: StrictDocument, row: int, announced: AnnouncedYear) -> None:
    for key in ("off", "worked"):
        for column, text in enumerate(getattr(announced, key)):
            day = _day(text)
            at = ("years", row, key, column)
            if day is None or day.year != announced.year:
                document.fail(at, "CONFIG_BAD_VALUE", detail=say("CALENDAR_DAY_WRONG", value=text, year=announced.year))
            if key == "worked" and day.weekday() < _SATURDAY:
                document.fail(at, "CONFIG_BAD_VALUE", detail=say("CALENDAR_WORKED_NOT_WEEKEND", value=text))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _with_years(known: WorkingDays, announced: Iterable[AnnouncedYear]) -> WorkingDays:
    replaced = {one.year: one for one in announced}
    days_off = {date.fromisoformat(day) for one in replaced.values() for day in one.off}
    days_worked = {date.fromisoformat(day) for one in replaced.values() for day in one.worked}
    return WorkingDays(
        years=known.years | replaced.keys(),
        days_off=frozenset(days_off | {day for day in known.days_off if day.year not in replaced}),
        days_worked=frozenset(days_worked | {day for day in known.days_worked if day.year not in replaced}),
    )
