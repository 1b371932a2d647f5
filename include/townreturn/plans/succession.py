"""Plans that follow one another: what each has to say of those before it, so that it can be read without them."""

from collections.abc import Sequence
from itertools import groupby

from townreturn.domain.errors import ConfigurationFault, Misuse
from townreturn.domain.period import Cutoff, Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say


def refuse_bad_succession(document: StrictDocument, plan: Plan) -> None:
    """What is wrong in one plan, whatever came before it; raises ConfigurationFault naming the key."""
    for row, unit in enumerate(plan.units):
        for column, code in enumerate(unit.succeeds):
            if code in plan.unit_by_code:
                place, detail = ("units", row, "succeeds", column), say("SUCCEEDS_PRESENT_UNIT", value=code)
                document.fail(place, "CONFIG_BAD_VALUE", detail=detail)
    for row, category in enumerate(plan.categories):
        if category.comparable_from:
            _refuse_bad_start(document, row, category.comparable_from, plan.validity.last)


def _refuse_bad_start(document: StrictDocument, row: int, key: str, last: str) -> None:
    place = ("categories", row, "comparable_from")
    try:
        is_after_all = Period(key) > Period(last)
    except Misuse as fault:
        document.fail(place, "CONFIG_BAD_VALUE", detail=str(fault))
    if is_after_all:
        document.fail(place, "CONFIG_BAD_VALUE", detail=say("COMPARABLE_AFTER_PLAN", value=key, last=last))


def refuse_misfits(plans: Sequence[Plan]) -> None:
    """What does not fit between plans, ascending; raises ConfigurationFault naming plan, and unit or period."""
    for place, later in enumerate(plans):
        _refuse_unknown_predecessors(plans[:place], later)
        _refuse_other_ends(plans[:place], later)


def _refuse_unknown_predecessors(before: Sequence[Plan], later: Plan) -> None:
    known = {code for plan in before for code in plan.unit_by_code}
    for unit in later.units:
        for code in unit.succeeds:
            if code not in known:
                raise ConfigurationFault("SUCCEEDS_UNKNOWN_UNIT", plan=later.code, unit=unit.name, value=code)


def _refuse_other_ends(before: Sequence[Plan], later: Plan) -> None:
    """A day in two periods or in none: the later plan does not know where periods ended before it."""
    for earlier in before:
        for period in periods_between(Period(earlier.validity.first), Period(earlier.validity.last)):
            if earlier.calendar.last_day(period) != later.calendar.last_day(period):
                entries = ", ".join(f"{{until: {until}, cutoff: {one}}}" for until, one in _cutoffs(before, later))
                raise ConfigurationFault(
                    "EARLIER_CUTOFF_MISSING", later=later.code, earlier=earlier.code, period=period, entries=entries
                )


def _cutoffs(before: Sequence[Plan], later: Plan) -> list[tuple[str, Cutoff]]:
    """What the later plan has to name: (last period, cut-off), equal ones once, without those like its own."""
    stated = [(plan.validity.last, plan.calendar.cutoff) for plan in before]
    runs = [list(run)[-1] for _, run in groupby(stated, key=lambda one: one[1])]
    return runs[:-1] if runs and runs[-1][1] == later.calendar.cutoff else runs


def refuse_levels_apart(books: Sequence[PlanBook]) -> None:
    """An office whose periods end on other days than those of the one above, which would take nothing in."""
    by_town = {one.town_code: one for one in books}
    for book in books:
        above = by_town.get(book.plans[-1].reports_to)
        if above is not None and above.calendar.cutoff != book.calendar.cutoff:
            raise ConfigurationFault(
                "LEVELS_APART", plan=book.plans[-1].code, cutoff=book.calendar.cutoff,
                above=above.plans[-1].code, cutoff_above=above.calendar.cutoff,
            )  # fmt: skip
