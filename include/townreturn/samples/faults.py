"""What goes wrong with about one submission in six, and what the unit then delivers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random

from townreturn.domain.form import Form, Kind
from townreturn.domain.period import Period
from townreturn.domain.plan import Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.samples.figures import MonthFigures
from townreturn.samples.filing import Filing
from townreturn.templates.filling import CellValue
from townreturn.wording import say

_ONE_IN = 6


@dataclass(frozen=True)
class Mishap:
    """A fault of a unit's submission: its kind, and for wrong contents what is wrong."""

    kind: str
    what: str = ""


@dataclass(frozen=True)
class FileNames:
    """The names a unit gives to its file, to a revision of it and to a copy."""

    first: str
    revised: str
    copy: str


@dataclass(frozen=True)
class Delivery:
    """One file that reaches the inbox. ``fault`` is None for a good file received in time.

    ``what`` names the wrong thing, ``category`` the one it concerns (empty: the whole file).
    """

    name: str
    filing: Filing
    received_at: datetime
    fault: str | None = None
    what: str = ""
    category: str = ""


# One entry a block of six submissions: a year of six units shows every kind.
ROTATION = (
    Mishap("late"),
    Mishap("wrong", "blank_cell"),
    Mishap("corrected", "identity_broken"),
    Mishap("missing"),
    Mishap("duplicate"),
    Mishap("wrong", "two_numbers"),
    Mishap("wrong", "negative"),
    Mishap("wrong", "unexplained"),
    Mishap("wrong", "decimal_count"),
    Mishap("wrong", "wrong_period"),
    Mishap("wrong", "major_over_filed"),
    Mishap("corrected", "explained_in_a_word"),
)
_OFFICERS = "officers_deployed"
_NOT_ANSWERED = ("unexplained", "explained_in_a_word")


def mishap_of(plans: PlanBook, period: Period, unit: Unit, seed: int) -> Mishap | None:
    """The fault of a unit's submission for a period: exactly one in each block of six since the start."""
    number = _submissions_before(plans, period) + plans.in_force(period).reporting_units.index(unit)
    block, place = divmod(number, _ONE_IN)
    rng = Random(f"{seed}/{plans.town_code}/fault/{block}")  # noqa: S311 - samples, not secrets
    return ROTATION[block % len(ROTATION)] if place == rng.randrange(_ONE_IN) else None


def rejected_categories(
    plans: PlanBook, period: Period, chain: Mapping[tuple[Period, str], MonthFigures], seed: int
) -> frozenset[str]:
    """The categories of a period that never get an accepted report, because of their units' faults."""
    plan = plans.in_force(period)
    rejected: set[str] = set()
    for unit in plan.reporting_units:
        figures = {one.code: chain[period, one.code] for one in plan.categories_reported_by(unit.code)}
        match mishap_of(plans, period, unit, seed):
            case Mishap("missing") | Mishap("wrong", "wrong_period"):
                rejected |= figures.keys()
            case Mishap("wrong"):
                rejected.add(_category_to_spoil(figures))
    return frozenset(rejected)


def deliveries(filing: Filing, names: FileNames, received_at: datetime, mishap: Mishap | None) -> list[Delivery]:
    """The files that a unit delivers, in the order received."""
    good = Delivery(names.first, filing, received_at)
    calendar = filing.plan.calendar
    opened, due = calendar.end(filing.period), calendar.due_at(filing.period)
    match mishap:
        case None:
            return [good]
        case Mishap("late"):
            return [replace(good, fault="late", received_at=_between(due, due + (received_at - opened)))]
        case Mishap("missing"):
            return []
        case Mishap("duplicate"):
            return [good, replace(good, name=names.copy, fault="duplicate", received_at=_between(received_at, due))]
        case Mishap("corrected", what):
            first = _spoil(good, what)
            earlier = replace(first, received_at=_between(opened, received_at))
            return [earlier, replace(good, name=names.revised, fault="corrected")]
        case Mishap(_, what):
            return [_spoil(good, what)]


def _submissions_before(plans: PlanBook, period: Period) -> int:
    count, earlier = 0, Period(plans.plans[0].validity.first)
    while earlier < period:
        plan = plans.find(earlier)
        count += len(plan.reporting_units) if plan else 0
        earlier = earlier.next
    return count


def _between(earlier: datetime, later: datetime) -> datetime:
    return (earlier + (later - earlier) / 2).replace(microsecond=0)


def _spoil(good: Delivery, what: str) -> Delivery:
    filing = good.filing
    if what == "wrong_period":
        cover = filing.cover | {filing.plan.form.anchors.period: filing.period.previous.key}
        return replace(good, filing=replace(filing, cover=cover), fault="wrong", what=what)
    what = _fitting(filing.plan.form, what)
    category = _category_to_spoil(filing.figures)
    indicator, value = _SPOILERS[what](filing, category)
    spoiled = replace(filing, cells=filing.cells | {(category, indicator): value})
    if what == "explained_in_a_word":
        spoiled = _explain_in_a_word(spoiled, category)
    return replace(good, filing=spoiled, fault="wrong", what=what, category=category)


def _fitting(form: Form, what: str) -> str:
    """A form that does not ask why nobody inspected gets a blank cell instead."""
    is_asked = _OFFICERS in form.by_code and form.explanations
    return what if is_asked or what not in _NOT_ANSWERED else "blank_cell"


def _category_to_spoil(figures: Mapping[str, MonthFigures]) -> str:
    busy = [code for code, month in figures.items() if not month.zero_return]
    return (busy or list(figures))[0]


def _first_count(filing: Filing) -> str:
    return next(one.code for one in filing.plan.form.indicators if one.kind is Kind.COUNT and not one.is_stock)


def _blank_cell(filing: Filing, _: str) -> tuple[str, CellValue]:
    return filing.plan.form.closing_stock, None


def _two_numbers(filing: Filing, category: str) -> tuple[str, CellValue]:
    major = filing.plan.form.major_cases
    return major, say("SAMPLE_TWO_NUMBERS", value=filing.figures[category].values[major])


def _negative(filing: Filing, _: str) -> tuple[str, CellValue]:
    return _first_count(filing), Decimal(-1)


def _decimal_count(filing: Filing, category: str) -> tuple[str, CellValue]:
    indicator = _first_count(filing)
    return indicator, filing.figures[category].values[indicator] + Decimal("0.5")


def _identity_broken(filing: Filing, category: str) -> tuple[str, CellValue]:
    closing = filing.plan.form.closing_stock
    return closing, filing.figures[category].values[closing] + 1


def _major_over_filed(filing: Filing, category: str) -> tuple[str, CellValue]:
    filed = filing.figures[category].values.get("cases_filed", Decimal(0))
    return filing.plan.form.major_cases, filed + 1


def _inspected_by_nobody(_: Filing, __: str) -> tuple[str, CellValue]:
    return _OFFICERS, Decimal(0)


def _explain_in_a_word(filing: Filing, category: str) -> Filing:
    form = filing.plan.form
    row = {
        "indicator": form.by_code[_OFFICERS].label,
        "finding": say("INSPECTIONS_WITHOUT_OFFICERS_NAME"),
        "reason": say("SAMPLE_EXPLANATION_IN_A_WORD"),
    }
    rows = (*filing.entries.get(form.explanations, ()), (category, row))
    return replace(filing, entries={**filing.entries, form.explanations: rows})


_SPOILERS: dict[str, Callable[[Filing, str], tuple[str, CellValue]]] = {
    "blank_cell": _blank_cell,
    "two_numbers": _two_numbers,
    "negative": _negative,
    "decimal_count": _decimal_count,
    "identity_broken": _identity_broken,
    "major_over_filed": _major_over_filed,
    "unexplained": _inspected_by_nobody,
    "explained_in_a_word": _inspected_by_nobody,
}
