"""A return as it would be compiled now: the original issue of a period, or its next correction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.standing_now import standings_by_town, standings_of
from townreturn.compiling import compile_cells
from townreturn.compiling.changes import Reasons, list_changes, list_moved
from townreturn.domain.breaks import breaks_around
from townreturn.domain.findings import PUBLISHED_DIFFER
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.slot import Slot
from townreturn.domain.town_return import TOTAL, AmountStatus, FigureChange, Measure, TownReturn
from townreturn.month.contents import (
    Reported,
    choose_bases,
    compared_periods,
    compile_content,
    compile_from,
    read_reported,
)
from townreturn.month.correction_basis import CorrectionBasis, choose_correction_basis
from townreturn.month.plan_duties import duties_asked, duties_asked_by_town
from townreturn.store.corrections import corrections_by_town, published_periods, restated_issues
from townreturn.store.inputs import Basis, find_basis
from townreturn.store.published_contents import published_contents, published_figures
from townreturn.store.report_contents import figures_of
from townreturn.store.reports import StoredFigure, accepted_ids
from townreturn.store.returns import Compilation, newest_issues
from townreturn.wording import say


@dataclass(frozen=True)
class Draft:
    """A compiled return and what it rests on."""

    town_return: TownReturn
    basis: Basis


@dataclass(frozen=True)
class CorrectionDraft(Draft):
    """The next issue, the one that it corrects, and where its reports came from.

    ``restated`` are the (period, issue) corrections of other periods that it follows.
    """

    published: Compilation
    choice: CorrectionBasis
    restated: tuple[tuple[str, int], ...]


def approved_content(town_return: TownReturn) -> tuple[object, ...]:
    """What is approved of a return; how obligations stand, and the league with them, may move on with the clock."""
    return town_return.cells, town_return.entries, town_return.notes, town_return.changes, town_return.sources


@dataclass(frozen=True)
class Material:
    """What an original issue is compiled from, but for what earlier issues state, which is many times as much."""

    plan: Plan
    basis: Basis
    reported: Reported
    standings: tuple[Standing, ...]
    corrections: list[TownReturn]
    duties: tuple[Standing, ...]


def read_materials(tx: Connection, plans: Sequence[Plan], period: Period, now: datetime) -> list[Material]:
    """For many towns at once, each by its plan of the period, in their order."""
    bases = choose_bases(tx, plans, period)
    reported, standings = read_reported(tx, bases, period), standings_by_town(tx, plans, period, now)
    corrections = corrections_by_town(tx, list(bases), period.previous.key)
    duties = duties_asked_by_town(tx, plans, now)
    return [
        Material(plan, bases[town], reported[town], standings[town], corrections[town], duties[town])
        for plan, town in ((one, one.town_code) for one in plans)
    ]


def draft_original(tx: Connection, plans: PlanBook, period: Period, now: datetime) -> Draft:
    """The original issue; its ``changes`` are the corrections published since the last period's original."""
    (material,) = read_materials(tx, [plans.in_force(period)], period, now)
    return draft_from(tx, plans, period, material)


def draft_from(tx: Connection, plans: PlanBook, period: Period, material: Material) -> Draft:
    """The same from what has been read."""
    published = published_contents(tx, plans.town_code, material.basis.issues)
    breaks, standings = breaks_around(plans, period), material.standings
    compiled = compile_content(material.plan, period, material.reported, published, standings, breaks)
    changes = [change for one in material.corrections for change in _own_figures(one, compiled)]
    changes.sort(key=lambda one: one.period)
    return Draft(replace(compiled, changes=tuple(changes), duties=material.duties), material.basis)


def _own_figures(correction: TownReturn, compiled: TownReturn) -> Iterator[FigureChange]:
    """The current figures that a correction changed, not what moved with them; without those of categories
    and indicators that the plan has given up since, which no figure of this return contains."""
    own = [one for one in correction.changes if (one.period, one.measure) == (correction.period, Measure.CURRENT)]
    contained = [one for one in own if one.category != TOTAL and compiled.cell(one.category, one.indicator or "")]
    moved = {one.indicator for one in contained}
    return (one for one in own if one in contained or (one.category == TOTAL and one.indicator in moved))


def draft_correction(tx: Connection, plans: PlanBook, published: Compilation, now: datetime) -> CorrectionDraft:
    """The issue after ``published``, with everything that it changes, in later returns as well."""
    old = published.town_return
    period = Period(old.period)
    plan = plans.in_force(period)
    choice = choose_correction_basis(tx, plan, published)
    standings = _standings(tx, plan, published, choice, now)
    new = compile_from(tx, plan, period, choice.basis, standings, breaks_around(plans, period), old.issue + 1)
    compared = [one for one in choice.basis.issues if one[0] in compared_periods(period)]
    restated = tuple(restated_issues(tx, plan.town_code, find_basis(tx, published.id), compared))
    own = list_changes(old, new, plan.form, _reasons(plan, new, choice, restated))
    later = _moved_later(tx, plans, new) if any(one.measure is Measure.CURRENT for one in own) else ()
    new = replace(new, changes=(*own, *later), duties=duties_asked(tx, plan, now))
    return CorrectionDraft(new, choice.basis, published, choice, restated)


def _standings(
    tx: Connection, plan: Plan, published: Compilation, choice: CorrectionBasis, now: datetime
) -> tuple[Standing, ...]:
    """As they stand now; as published where the published report stays though it is not accepted any more."""
    period = Period(published.town_return.period)
    accepted = accepted_ids(tx, plan.town_code, [period.key])
    before = {plan.slot_of(one.category, one.unit): one for one in published.town_return.standings}
    return tuple(
        one if choice.reports.get(slot) == accepted.get((period.key, slot)) else before.get(slot, one)
        for slot, one in zip(plan.slots, standings_of(tx, plan, period, now), strict=True)
    )


def _reasons(plan: Plan, new: TownReturn, choice: CorrectionBasis, restated: tuple[tuple[str, int], ...]) -> Reasons:
    follows = "、".join(say("CORRECTION_OF", period=period, issue=issue) for period, issue in restated)
    return Reasons(
        by_category=_reasons_by_category(plan, new, choice),
        names={one.code: one.name for one in plan.categories},
        follows=say("CHANGE_FOLLOWS", corrections=follows) if follows else "",
    )


def _reasons_by_category(plan: Plan, new: TownReturn, choice: CorrectionBasis) -> dict[str, str]:
    """Each reason once; above the town those of every subordinate whose report is another."""
    told: dict[str, dict[str, None]] = {}
    for slot in (one for one in plan.slots if one in choice.changed):
        told.setdefault(slot.category, {}).update(dict.fromkeys(_reasons_of(plan, slot, new, choice)))
    return {category: "；".join(reasons) for category, reasons in told.items()}


def _reasons_of(plan: Plan, slot: Slot, new: TownReturn, choice: CorrectionBasis) -> list[str]:
    """Why a slot rests on another report: excluded, readmitted, late, explained, or simply sent again."""
    told, unit = [], plan.unit_of(slot)
    if slot in choice.exclusions:
        told.append(_of_office(unit, slot, say("CHANGE_EXCLUDED", reason=choice.exclusions[slot].reason)))
    if slot in choice.readmissions:
        told.append(_of_office(unit, slot, say("CHANGE_READMITTED", reason=choice.readmissions[slot].reason)))
    elif slot not in choice.published:
        told.append(say("CHANGE_LATE", unit=unit.name))
    told += [
        say("CHANGE_EXPLAINED", unit=plan.unit_by_code[one.unit].name, explanation=one.explanation)
        for one in new.notes
        if one.code == PUBLISHED_DIFFER and plan.slot_of(one.category, one.unit) == slot
    ]
    return told or [say("CHANGE_RESENT", unit=unit.name)]


def _of_office(unit: Unit, slot: Slot, reason: str) -> str:
    """Above the town with whose file it is."""
    return say("REASON_OF_UNIT", unit=unit.name, reason=reason) if slot.subordinate else reason


def _moved_later(tx: Connection, plans: PlanBook, new: TownReturn) -> tuple[FigureChange, ...]:
    """What the correction moves in returns published for later periods, by period ascending.

    Against what is stated now, corrections before this one included: their lists follow one another.
    A period whose plan is missing is left out; the operator is alerted of that.
    """
    moved: list[FigureChange] = []
    reason = say("CHANGE_FOLLOWS", corrections=say("CORRECTION_OF", period=new.period, issue=new.issue))
    for later in map(Period, published_periods(tx, new.town_code)):
        plan = plans.find(later)
        if plan is None or new.period not in compared_periods(later) or later.key <= new.period:
            continue
        stated = _figures_as_stated(tx, plan, later)
        restated = [*(one for one in stated if one.period != new.period), *_current_figures(new)]
        breaks = breaks_around(plans, later)
        before = {(one.category, one.indicator): one for one in compile_cells(plan, later, stated, breaks)}
        moved += list_moved(later.key, before, compile_cells(plan, later, restated, breaks), plan.form, reason)
    return tuple(moved)


def _figures_as_stated(tx: Connection, plan: Plan, period: Period) -> list[StoredFigure]:
    """The figures of a period and of those before it, as the newest issues state them."""
    keys = {period.key, *compared_periods(period)}
    issues = newest_issues(tx, plan.town_code, sorted(keys))
    never_published = sorted(keys - {key for key, _ in issues})
    reports = accepted_ids(tx, plan.town_code, never_published).values()
    return [*published_figures(tx, plan.town_code, issues), *figures_of(tx, reports)]


def _current_figures(town_return: TownReturn) -> list[StoredFigure]:
    return [
        StoredFigure(
            town_return.period, cell.category, cell.indicator, cell.current.value,
            cell.current.status is AmountStatus.ZERO, (cell.current.reported, cell.current.expected),
        )
        for cell in town_return.cells
        if cell.category != TOTAL and cell.current.value is not None
    ]  # fmt: skip
