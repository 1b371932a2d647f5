"""What a correction changes (数据更正): every figure that was published otherwise, with the reason."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from townreturn.domain.form import Form
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    FigureChange,
    Measure,
    ReturnCell,
    ReturnEntry,
    TownReturn,
)
from townreturn.wording import say

_Stated = tuple[Decimal | None, AmountStatus | ChangeStatus]
_STATUS_CODES: Mapping[AmountStatus | ChangeStatus, str] = {
    AmountStatus.REPORTED: "FIGURE_REPORTED",
    AmountStatus.ZERO: "FIGURE_ZERO",
    AmountStatus.MISSING: "FIGURE_MISSING",
    AmountStatus.INCOMPLETE: "FIGURE_INCOMPLETE",
    AmountStatus.CHANGED_SCOPE: "FIGURE_CHANGED_SCOPE",
    ChangeStatus.RATIO: "FIGURE_RATIO",
    ChangeStatus.ZERO_BASE: "FIGURE_ZERO_BASE",
    ChangeStatus.INCOMPARABLE: "FIGURE_INCOMPARABLE",
}
_NOTHING: _Stated = (None, AmountStatus.MISSING)


@dataclass(frozen=True)
class Reasons:
    """Why figures change: ``by_category`` those that a category's own report states otherwise;
    ``follows`` those that move with corrections of other periods. ``names`` are the categories'.
    """

    by_category: Mapping[str, str]
    names: Mapping[str, str]
    follows: str = ""

    def of(self, category: str, changed: Sequence[str]) -> str:
        """The reason for a figure of a category or the total; ``changed`` are the categories whose own
        figures of the indicator change.
        """
        if category == TOTAL and changed:
            return say("CHANGE_OF_TOTAL", categories="、".join(self.names[one] for one in changed))
        own = self.by_category.get(category, "")
        return own if category in changed else self.follows or own


def list_changes(old: TownReturn, new: TownReturn, form: Form, reasons: Reasons) -> tuple[FigureChange, ...]:
    """Every cell and measure of ``new`` that ``old`` states otherwise, and every category whose texts differ.

    A figure differs by its number or by its status: 0, 零申报 and 未报 are three things. In the order
    of the plan's categories, the total last, then of the form's indicators and the measures.
    """
    before = {(one.category, one.indicator): one for one in old.cells}
    own = {(one.category, one.indicator) for one, measure, _, _ in _moved(before, new.cells) if _is_own(measure)}
    categories = list(dict.fromkeys(one.category for one in new.standings))
    changes = [
        _change(new.period, cell, measure, pair, reasons.of(cell.category, _among(categories, cell.indicator, own)))
        for cell, measure, *pair in _moved(before, new.cells)
    ]
    changes += _texts(old, new, reasons)
    return tuple(sorted(changes, key=_by_place(new.cells, form)))


def list_moved(
    period: str, old: Mapping[tuple[str, str], ReturnCell], new: Sequence[ReturnCell], form: Form, reason: str
) -> tuple[FigureChange, ...]:
    """The figures of a later return that move with a correction, in the same order."""
    changes = (_change(period, cell, measure, pair, reason) for cell, measure, *pair in _moved(old, new))
    return tuple(sorted(changes, key=_by_place(new, form)))


def is_material(changes: Sequence[FigureChange], materiality_pct: Decimal) -> bool:
    """Whether changes lead to a correction by themselves: a text does, and a category's current figure
    that moves by at least ``materiality_pct`` % of what was published, or from or to nothing.
    """
    own = (one for one in changes if one.category != TOTAL and one.measure in (None, Measure.CURRENT))
    return any(one.measure is None or _share_pct(one) >= materiality_pct for one in own)


def _share_pct(change: FigureChange) -> Decimal:
    old, new = change.old, change.new
    if old == new:
        return Decimal(0)
    if not old or not new:
        return Decimal("Infinity")
    return abs(new - old) * 100 / abs(old)


def _moved(
    old: Mapping[tuple[str, str], ReturnCell], new: Sequence[ReturnCell]
) -> Iterator[tuple[ReturnCell, Measure, _Stated, _Stated]]:
    """The cells and measures stated otherwise, with what was and what is stated."""
    for cell in new:
        published = old.get((cell.category, cell.indicator))
        for measure in Measure:
            before = _stated(published, measure) if published else _NOTHING
            if before != (after := _stated(cell, measure)):
                yield cell, measure, before, after


def _is_own(measure: Measure) -> bool:
    return measure is Measure.CURRENT


def _among(categories: Sequence[str], indicator: str, own: Collection[tuple[str, str]]) -> list[str]:
    return [one for one in categories if (one, indicator) in own]


def _stated(cell: ReturnCell, measure: Measure) -> _Stated:
    """What the return states: a number, if there is one, and what kind of statement it is."""
    stated: Amount | Change = getattr(cell, measure.value)
    return (stated.value if isinstance(stated, Amount) else stated.pct), stated.status


def _change(period: str, cell: ReturnCell, measure: Measure, pair: Sequence[_Stated], reason: str) -> FigureChange:
    (before, was), (after, now) = pair
    if before == after:
        reason = say("CHANGE_OF_STATUS", reason=reason, old=say(_STATUS_CODES[was]), new=say(_STATUS_CODES[now]))
    return FigureChange(period, cell.category, cell.indicator, measure, before, after, reason)


def _texts(old: TownReturn, new: TownReturn, reasons: Reasons) -> Iterator[FigureChange]:
    for category in dict.fromkeys(one.category for one in new.standings):
        if _entries(old, category) != _entries(new, category):
            reason = reasons.by_category.get(category, "")
            yield FigureChange(new.period, category, None, None, None, None, reason)


def _entries(town_return: TownReturn, category: str) -> list[ReturnEntry]:
    """A category's texts. An answer to a question is none: given alone, it changes nothing that was published."""
    return [one for one in town_return.entries if one.category == category]


def _by_place(cells: Sequence[ReturnCell], form: Form) -> Callable[[FigureChange], tuple[int, int, int]]:
    """Categories as the return has them, the total last; a category's figures in the form's order, then its texts."""
    categories = dict.fromkeys(one.category for one in cells if one.category != TOTAL)
    order = {category: place for place, category in enumerate([*categories, TOTAL])}
    rows = {code: row for row, code in enumerate(form.by_code)}
    columns = {measure: place for place, measure in enumerate(Measure)}

    def place(change: FigureChange) -> tuple[int, int, int]:
        row = rows[change.indicator] if change.indicator else len(rows)
        return order[change.category], row, columns[change.measure] if change.measure else 0

    return place
