"""Whose return a file is and for when: the cover against the plan, the calendar and the statistics sheet."""

import re
from collections.abc import Iterator
from datetime import date

from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Finding
from townreturn.domain.form import Form
from townreturn.domain.period import Period, ReportingCalendar
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival
from townreturn.intake.cover import Cover, Stated, find_covers
from townreturn.intake.faults import fault, notice, quoted
from townreturn.intake.labels import plain_label
from townreturn.intake.sheets import LabelledWorkbook

_FIRST_OF_MONTH = "-01T00:00:00"
_DAY = re.compile(r"(\d{4})[-/.年](\d\d?)[-/.月](\d\d?)", re.ASCII)


def find_cover(book: LabelledWorkbook, plans: PlanBook) -> tuple[Cover | None, list[Finding]]:
    """The cover by the labels of any plan's form, the newest first: old workbooks stay readable.

    Two covers that say different things leave the sender unknown, unless one bears the cover's name.
    """
    forms = {plan.form.edition: plan.form for plan in reversed(plans.plans)}
    for form in forms.values():
        covers = find_covers(book, form)
        if covers:
            return _choose(covers, form)
    return None, [_missing(book, plans.plans[-1].form)]


def _missing(book: LabelledWorkbook, form: Form) -> Finding:
    anchors = form.anchors
    labels = f"{anchors.unit_code}、{anchors.period}、{anchors.edition}"
    if book.is_csv:
        return fault("CSV_HEAD_MISSING", labels=labels, statistics=form.sheets.statistics)
    return fault("COVER_MISSING", labels=labels)


def _choose(covers: list[Cover], form: Form) -> tuple[Cover | None, list[Finding]]:
    first = covers[0]
    other = next((one for one in covers if one.identity != first.identity), None)
    if other is None:
        return first, []
    found = fault("COVER_TWICE", other.at_unit, other.sheet.name, name=first.sheet.name)
    is_named = plain_label(first.sheet.name) == plain_label(form.sheets.cover)
    return first if is_named else None, [found]


def place_in_time(cover: Cover, plans: PlanBook, arrival: Arrival) -> tuple[Plan, Period | None, list[Finding]]:
    """The plan by which the file is read, its period, and what is wrong with it."""
    stated, key = cover.period, _period_key(cover.period)
    try:
        period = Period(key)
    except Misuse:
        return plans.plans[-1], None, [fault("PERIOD_UNREADABLE", stated.at, stated.text)]
    plan = plans.find(period)
    if plan is None:
        return plans.plans[-1], period, [fault("PERIOD_WITHOUT_PLAN", stated.at, key)]
    last_day = plan.calendar.last_day(period)
    if arrival.received_at.astimezone(plan.calendar.zone).date() < last_day:
        # On the last day itself a unit may report before going home.
        return plan, period, [fault("PERIOD_NOT_OVER", stated.at, key, last=last_day)]
    return plan, period, []


def _period_key(stated: Stated) -> str:
    """Typed as 2018-03, Excel turns it into the first day of that month by itself."""
    return plain_label(stated.text).removesuffix(_FIRST_OF_MONTH)


def find_unit(cover: Cover, plan: Plan) -> tuple[Unit | None, list[Finding]]:
    """By code, else by name; a code and a name of two units leave the sender unknown."""
    by_code, by_name = _unit_by_code(cover, plan), _unit_by_name(cover, plan)
    if by_code and by_name and by_code is not by_name:
        other = {"name": by_name.name, "code_name": by_code.name}
        return None, [fault("SENDER_DISAGREES", cover.unit_code.at, cover.unit_code.text, **other)]
    unit = by_code or by_name
    return unit, [] if unit else [_unknown_unit(cover, plan)]


def _unknown_unit(cover: Cover, plan: Plan) -> Finding:
    """A unit of an earlier plan is told who goes on with its work."""
    stated = cover.unit_code.text or cover.unit.text
    successors = [one.name for one in plan.units if plain_label(cover.unit_code.text) in one.succeeds]
    if successors:
        return fault("UNIT_SUCCEEDED", cover.at_unit, stated, successors="、".join(successors))
    return fault("UNIT_UNKNOWN_IN_FILE", cover.at_unit, stated)


def _unit_by_code(cover: Cover, plan: Plan) -> Unit | None:
    return plan.unit_by_code.get(plain_label(cover.unit_code.text))


def _unit_by_name(cover: Cover, plan: Plan) -> Unit | None:
    name = plain_label(cover.unit.text)
    return next((unit for unit in plan.units if plain_label(unit.name) == name), None)


def changed_cells(cover: Cover, plan: Plan, unit: Unit, period: Period) -> Iterator[Finding]:
    """Printed cells of the cover that say something else now; the file is read by unit code and period."""
    yield from _changed(cover.unit, unit.name)
    yield from _changed(cover.unit_code, unit.code)
    categories, own = plain_label(cover.categories.text), plan.categories_reported_by(unit.code)
    if not all(plain_label(one.name) in categories for one in own):
        yield from _changed(cover.categories, "、".join(one.heading for one in own))
    first, last = plan.calendar.first_day(period), plan.calendar.last_day(period)
    if not (str(first) in cover.span.text and str(last) in cover.span.text):
        yield from _changed(cover.span, f"{first}～{last}")
    if _period_key(cover.period) != plain_label(cover.period.text):
        yield notice("PERIOD_AS_DATE", cover.period.at, cover.period.text, period=period)


def _changed(stated: Stated, expected: str) -> Iterator[Finding]:
    if stated.text and plain_label(stated.text) != plain_label(expected):
        yield notice("COVER_CELL_CHANGED", stated.at, stated.text, label=stated.label, expected=expected)


def period_disagreement(cover: Cover, head: Cover | None) -> Iterator[Finding]:
    """Another period at the head of the statistics sheet: a table of another month was pasted in."""
    if head and head.period.text and _period_key(head.period) != _period_key(cover.period):
        place, other = head.period.at, head.period.text
        yield fault("PERIOD_DISAGREES", cover.period.at, cover.period.text, place=place, other=other)


def span_disagreement(cover: Cover, calendar: ReportingCalendar, period: Period) -> Iterator[Finding]:
    """The days of another period on the cover: last month's workbook with a new month typed in, or the reverse."""
    spanned = _period_of_span(cover.span.text, calendar)
    if spanned is not None and spanned != period:
        place, other = cover.span.at, cover.span.text
        yield fault("PERIOD_DISAGREES", cover.period.at, cover.period.text, place=place, other=quoted(other))


def _period_of_span(text: str, calendar: ReportingCalendar) -> Period | None:
    """The period whose first and last day are the two days in a text; None for anything else."""
    days = _DAY.findall(plain_label(text))
    if len(days) != 2:
        return None
    try:
        first, last = (date(*map(int, day)) for day in days)
        period = Period(f"{last:%Y-%m}")
    except (ValueError, Misuse):
        return None
    return period if (first, last) == (calendar.first_day(period), calendar.last_day(period)) else None


def template_faults(cover: Cover, head: Cover | None, plans: PlanBook, plan: Plan, unit: Unit) -> Iterator[Finding]:
    """A template of another edition, or with the statistics sheet of another one or of another unit."""
    wrong_edition = [*_edition_faults(cover, plans, plan)]
    yield from wrong_edition
    if head is None or wrong_edition:
        return
    others = [one for one in (_unit_by_code(head, plan), _unit_by_name(head, plan)) if one and one is not unit]
    for other in others[:1]:
        yield fault("SHEETS_OF_TWO_UNITS", head.at_unit, other.name, name=unit.name)
    if head.edition.text and plain_label(head.edition.text) != plain_label(cover.edition.text):
        yield fault("EDITION_DISAGREES", head.edition.at, head.edition.text, other=cover.edition.text)


def _edition_faults(cover: Cover, plans: PlanBook, plan: Plan) -> Iterator[Finding]:
    """Another edition, named as the old one where it is one, and who has the right one."""
    stated, expected = cover.edition, plan.form.edition
    if plain_label(stated.text) == plain_label(expected):
        return
    older = [one.form.edition for one in plans.plans if one.validity.last < plan.validity.first]
    code = "EDITION_OLD" if stated.text in older else "EDITION_WRONG"
    coordinator = plan.unit_by_code[plan.coordinating_unit].name
    yield fault(code, stated.at, stated.text, expected=expected, coordinator=coordinator)
