"""The notes under a table of figures, the same in workbook and briefing: one for each mark on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from townreturn.domain.breaks import tell_breaks
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, ChangeStatus, Measure, ReturnCell, TownReturn
from townreturn.publishing.data_notes import circled, mark_of
from townreturn.publishing.origins import count_standings, from_plan, numbering
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.standing_words import name_exempted, name_missing


@dataclass(frozen=True)
class _Shown:
    """The statuses of the figures on a table: of all, of its totals, of its years to date."""

    all: set[AmountStatus | ChangeStatus]
    of_totals: set[AmountStatus]
    of_years: set[AmountStatus]


def list_common_cells(town_return: TownReturn, plan: Plan) -> list[ReturnCell | None]:
    """The cells of a measure's table: indicators × (categories, total); None is a memo total."""
    columns = [*(category.code for category in plan.categories), TOTAL]
    return [town_return.cell(column, one.code) for one in plan.form.indicators for column in columns]


def list_notes(
    town_return: TownReturn,
    plan: Plan,
    cells: Sequence[ReturnCell | None],
    measures: Sequence[Measure],
    *,
    with_states: bool,
) -> list[str]:
    """The texts of ``tell_notes_below``."""
    return [one.text for one in tell_notes_below(town_return, plan, cells, measures, with_states=with_states)]


def tell_notes_below(
    town_return: TownReturn,
    plan: Plan,
    cells: Sequence[ReturnCell | None],
    measures: Sequence[Measure],
    *,
    with_states: bool,
) -> list[Prose]:
    """What each mark on a table of these cells and measures means; ``with_states``: it has a row of 报送情况."""
    shown = _gather_statuses([cell for cell in cells if cell is not None], measures)
    zero_state = with_states and any(one.is_in and one.zero_return for one in town_return.standings)
    notes = [*_completeness_notes(town_return, plan, shown)]
    if AmountStatus.ZERO in shown.all or zero_state:
        notes.append(tell("RETURN_NOTE_ZERO_RETURN"))
    if town_return.exempted and (with_states or AmountStatus.MISSING in shown.all):
        notes.append(tell("RETURN_NOTE_EXEMPTED"))
    if ChangeStatus.ZERO_BASE in shown.all:
        notes.append(tell("RETURN_NOTE_ZERO_BASE"))
    if ChangeStatus.INCOMPARABLE in shown.all:
        notes.append(tell("RETURN_NOTE_INCOMPARABLE_BREAK" if town_return.breaks else "RETURN_NOTE_INCOMPARABLE"))
    if {ChangeStatus.INCOMPARABLE, AmountStatus.CHANGED_SCOPE} & shown.all:
        notes += map(from_plan, tell_breaks(plan, town_return.breaks))
    if None in cells:
        notes.append(tell("RETURN_NOTE_MEMO"))
    noted: list[tuple[str, str | None]] = [(cell.category, cell.indicator) for cell in cells if cell is not None]
    if with_states:
        noted += [(one.category, None) for one in town_return.standings]
    if any(mark_of(town_return, *place, measure) for place in noted for measure in measures):
        notes.append(tell("RETURN_NOTE_EXPLAINED", mark=numbering(circled(1))))
    return notes


def _gather_statuses(cells: Sequence[ReturnCell], measures: Sequence[Measure]) -> _Shown:
    figures = [(cell, measure, getattr(cell, measure.value)) for cell in cells for measure in measures]
    amounts = [(cell, measure, figure.status) for cell, measure, figure in figures if isinstance(figure, Amount)]
    return _Shown(
        all={figure.status for _, _, figure in figures},
        of_totals={status for cell, _, status in amounts if cell.category == TOTAL},
        of_years={status for _, measure, status in amounts if measure is Measure.YTD},
    )


def _completeness_notes(town_return: TownReturn, plan: Plan, shown: _Shown) -> Iterator[Prose]:
    """A total lacks categories that are not in, a year to date lacks months; it may be both."""
    reported = [one for one in town_return.standings if one.is_in]
    values = {"reported": count_standings(reported), "expected": count_standings(town_return.standings)}
    absent = _absent(town_return, plan)
    if absent and AmountStatus.INCOMPLETE in shown.of_totals:
        yield tell(_above(plan, "RETURN_NOTE_INCOMPLETE_TOTAL"), absent=absent, **values)
    if AmountStatus.INCOMPLETE in shown.of_years:
        exempted = any(one.exempted for one in town_return.league.units)
        yield tell("RETURN_NOTE_INCOMPLETE_YTD_EXEMPTED" if exempted else "RETURN_NOTE_INCOMPLETE_YTD")
    if AmountStatus.CHANGED_SCOPE in shown.of_years:
        yield tell("RETURN_NOTE_CHANGED_SCOPE")
    lacking = {AmountStatus.INCOMPLETE, AmountStatus.MISSING, AmountStatus.CHANGED_SCOPE}
    if shown.of_totals and not absent and not lacking & shown.of_totals:
        yield tell(_above(plan, "RETURN_NOTE_COMPLETE"), **values)


def _above(plan: Plan, code: str) -> str:
    """Above the town an obligation is a category of a subordinate (类次)."""
    return f"ABOVE_{code}" if plan.subordinates else code


def _absent(town_return: TownReturn, plan: Plan) -> Prose:
    """Which categories a total lacks; empty when it lacks none."""
    told = (("ABSENT_MISSING", name_missing(town_return, plan)), ("ABSENT_EXEMPTED", name_exempted(town_return, plan)))
    return join("", (tell(code, names=from_plan(names)) for code, names in told if names))
