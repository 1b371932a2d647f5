"""Working days from the package chinesecalendar, and from a file where that knows a year not yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from townreturn.domain.kept_file import FileKind, KeptFile
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


def load_working_days(document: StrictDocument) -> tuple[WorkingDays, KeptFile]:
    """What the package knows, with the years of a file in place of its own; and the file.

    Raises ConfigurationFault when the file is wrong.
    """
    announced = document.read(AnnouncedYears, document.data).years
    for row, one in enumerate(announced):
        if one.year in [before.year for before in announced[:row]]:
            document.fail(("years", row, "year"), "CONFIG_DUPLICATE", value=one.year)
        _refuse_wrong_days(document, row, one)
    days = _with_years(packaged_working_days(), announced)
    return days, KeptFile(FileKind.WORKING_DAYS, document.path.name, document.content)


def _refuse_wrong_days(document: StrictDocument, row: int, announced: AnnouncedYear) -> None:
    """Each day is of its year, stands once, and a day that is worked would be off without it."""
    seen: set[str] = set()
    for key in ("off", "worked"):
        for column, text in enumerate(getattr(announced, key)):
            day, at = _day(text), ("years", row, key, column)
            if day is None or day.year != announced.year:
                document.fail(at, "CONFIG_BAD_VALUE", detail=say("CALENDAR_DAY_WRONG", value=text, year=announced.year))
            if text in seen:
                document.fail(at, "CONFIG_DUPLICATE", value=text)
            if key == "worked" and day.weekday() < _SATURDAY:
                document.fail(at, "CONFIG_BAD_VALUE", detail=say("CALENDAR_WORKED_NOT_WEEKEND", value=text))
            seen.add(text)


def _day(text: str) -> date | None:
    """2027-10-01, and no other way of writing a day that Python may know."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _with_years(known: WorkingDays, announced: Iterable[AnnouncedYear]) -> WorkingDays:
    replaced = {one.year: one for one in announced}
    days_off = {date.fromisoformat(day) for one in replaced.values() for day in one.off}
    days_worked = {date.fromisoformat(day) for one in replaced.values() for day in one.worked}
    return WorkingDays(
        years=known.years | replaced.keys(),
        days_off=frozenset(days_off | {day for day in known.days_off if day.year not in replaced}),
        days_worked=frozenset(days_worked | {day for day in known.days_worked if day.year not in replaced}),
    )
