"""The calendar of a plan: its working days, and the times that a plan may lay down; everything else is refused."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from townreturn.domain.errors import ConfigurationFault, Misuse
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Cutoff, Period, ReportingCalendar, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.working_days import WorkingDays
from townreturn.plans.beside import ReadBeside, plain_name
from townreturn.plans.working_days import load_working_days, packaged_working_days
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say

_SHORTEST = Period("2018-02")
"""A month in which nothing is further from its due instant than in any other."""
_WORKING_DAYS, _EARLIER = ("calendar", "working_days"), ("calendar", "earlier_cutoffs")


def with_working_days(
    document: StrictDocument, plain: dict[str, Any], read: ReadBeside
) -> tuple[dict[str, Any], KeptFile | None]:
    """The plan's data with its working days, and the file they were read from.

    ``calendar.working_days`` names a file beside the plan; without it there are the package's years.
    """
    calendar = plain.get("calendar")
    if not isinstance(calendar, dict):
        return plain, None
    days, file = _working_days(document, calendar.get("working_days"), read)
    return {**plain, "calendar": {**calendar, "working_days": days}}, file


def _working_days(document: StrictDocument, name: object, read: ReadBeside) -> tuple[WorkingDays, KeptFile | None]:
    if name is None:
        return packaged_working_days(), None
    path, content = read(plain_name(document, _WORKING_DAYS, name), FileKind.WORKING_DAYS)
    return load_working_days(StrictDocument(path, content))


def refuse_bad_times(document: StrictDocument, plan: Plan) -> None:
    """Raises ConfigurationFault naming the key."""
    try:
        ordered = Period(plan.validity.first) <= Period(plan.validity.last)
    except Exception as fault:  # noqa: BLE001 - any malformed key is the same fault here
        document.fail(("validity",), "CONFIG_BAD_VALUE", detail=str(fault))
    if not ordered:
        document.fail(("validity", "last"), "CONFIG_BAD_VALUE", detail=say("VALIDITY_REVERSED"))
    _refuse_bad_earlier_cutoffs(document, plan)
    _refuse_bad_rules(document, plan.calendar)
    if plan.calendar.due.on_non_working_day != "keep":
        _refuse_bad_moves(document, plan)


def _refuse_bad_rules(document: StrictDocument, calendar: ReportingCalendar) -> None:
    due = calendar.due
    _refuse_bad_cutoff(document, ("calendar", "cutoff"), calendar.cutoff)
    if not (0 <= due.month_offset <= 12 and 1 <= due.day <= 28):
        document.fail(("calendar", "due"), "CONFIG_BAD_VALUE", detail=say("DUE_RANGE"))
    unmoved = replace(calendar, due=replace(due, on_non_working_day="keep"))
    try:
        opening, due_at = unmoved.end(_SHORTEST), unmoved.due_at(_SHORTEST)
    except (KeyError, ValueError, OSError):
        document.fail(("calendar", "time_zone"), "CONFIG_BAD_VALUE", detail=calendar.time_zone)
    if due_at <= opening:
        document.fail(("calendar", "due"), "CONFIG_BAD_VALUE", detail=say("DUE_BEFORE_OPENING"))


def _refuse_bad_cutoff(document: StrictDocument, place: Location, cutoff: Cutoff) -> None:
    if cutoff != "month_end" and not 1 <= cutoff <= 28:
        document.fail(place, "CONFIG_BAD_VALUE", detail=say("CUTOFF_RANGE"))


def _refuse_bad_earlier_cutoffs(document: StrictDocument, plan: Plan) -> None:
    """Ascending, and all before the plan's own first period."""
    earlier = plan.calendar.earlier_cutoffs
    for row, one in enumerate(earlier):
        _refuse_bad_cutoff(document, (*_EARLIER, row, "cutoff"), one.cutoff)
    ends = [_end(document, row, one.until) for row, one in enumerate(earlier)]
    for row, (end, following) in enumerate(pairwise([*ends, Period(plan.validity.first)])):
        if end >= following:
            document.fail((*_EARLIER, row, "until"), "CONFIG_BAD_VALUE", detail=say("EARLIER_CUTOFF_ORDER"))


def _end(document: StrictDocument, row: int, key: str) -> Period:
    try:
        return Period(key)
    except Misuse as fault:
        document.fail((*_EARLIER, row, "until"), "CONFIG_BAD_VALUE", detail=str(fault))


def _refuse_bad_moves(document: StrictDocument, plan: Plan) -> None:
    """Every due instant of the plan's validity has to be known, and to leave time to report."""
    at, calendar = ("calendar", "due", "on_non_working_day"), plan.calendar
    for period in periods_between(Period(plan.validity.first), Period(plan.validity.last)):
        try:
            due_at = calendar.due_at(period)
        except ConfigurationFault as unknown_year:
            document.fail(at, "CONFIG_BAD_VALUE", detail=str(unknown_year))
        if due_at <= calendar.end(period):
            document.fail(at, "CONFIG_BAD_VALUE", detail=say("DUE_MOVED_BEFORE_OPENING", period=period))
