"""The changes of a return (数据更正) as people read them: first its own figures, then those of other returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from townreturn.domain.form import Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Change, FigureChange, Measure, Source, TownReturn
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.number_formats import word_for
from townreturn.publishing.standing_words import absent_word
from townreturn.wording import say

AMOUNTS = (Measure.CURRENT, Measure.YTD)


@dataclass(frozen=True)
class ToldChange:
    """A change with its names. ``source`` is where a current figure of this return was read; ``absent``
    is the word for one that is not there any more.

    ``indicator`` is None when texts changed, or when the form in force no longer has it.
    """

    change: FigureChange
    is_own: bool
    category: str
    label: str
    measure: str
    indicator: Indicator | None
    figure: Amount | Change | None
    absent: str
    source: Source | None

    @property
    def is_amount(self) -> bool:
        return self.change.measure in AMOUNTS

    @property
    def is_text(self) -> bool:
        return self.change.indicator is None

    @property
    def subject(self) -> str:
        """「立案（宗）」."""
        return say("INDICATOR_WITH_UNIT", label=self.label, unit=self.indicator.unit) if self.indicator else self.label

    @property
    def unit(self) -> str:
        """The unit of measure of an amount; nothing for a comparison."""
        return self.indicator.unit if self.is_amount and self.indicator else ""

    @property
    def old(self) -> str:
        """The figure published before with its unit of measure, or the word that stands for none."""
        return self._say(self.change.old, None)

    @property
    def new(self) -> str:
        """The figure as it stands now, likewise; a confirmed zero of this return says so."""
        return self._say(self.change.new, self.figure)

    @property
    def difference(self) -> str:
        """With its sign, in the indicator's unit or in percentage points; — where there is none."""
        if self.change.difference is None:
            return say("CHANGE_ZERO_BASE")
        number = f"{self.change.difference:+,.{self.decimals}f}" if self.change.difference else "0"
        return number if self.is_amount else say("PERCENTAGE_POINTS", number=number)

    @property
    def decimals(self) -> int:
        """How many decimals the figure is told with."""
        if not self.is_amount:
            return 1
        known = [-int(one.as_tuple().exponent) for one in (self.change.old, self.change.new) if one is not None]
        return self.indicator.decimals if self.indicator else max([0, *known])

    def _say(self, value: Decimal | None, figure: Amount | Change | None) -> str:
        if self.is_text:
            return say("CHANGED_TEXTS")
        if value is None:
            unknown = say("AMOUNT_MISSING" if self.is_amount else "CHANGE_WITHOUT_RATIO")
            return unknown if figure is None else word_for(figure, self.absent)
        if self.is_amount:
            is_zero_return = isinstance(figure, Amount) and figure.status is AmountStatus.ZERO
            return f"{value:,.{self.decimals}f}{self.unit}" + (say("ZERO_RETURN_MARK") if is_zero_return else "")
        return f"{value:+,.1f}%" if value else "0.0%"


def tell_changes(town_return: TownReturn, plan: Plan) -> tuple[ToldChange, ...]:
    """Every change: those of this return's own period first, each group in the order they are stored."""
    told = [_tell(change, town_return, plan) for change in town_return.changes]
    return tuple(sorted(told, key=lambda one: not one.is_own))


def _tell(change: FigureChange, town_return: TownReturn, plan: Plan) -> ToldChange:
    is_own = change.period == town_return.period
    indicator = plan.form.by_code.get(change.indicator or "")
    return ToldChange(
        change=change,
        is_own=is_own,
        category=_name_category(plan, change.category),
        label=indicator.label if indicator else change.indicator or say("CHANGED_SUBJECT_TEXTS"),
        measure=measure_name(change.measure) if change.measure else say("CHANGE_ZERO_BASE"),
        indicator=indicator,
        figure=_figure_now(change, town_return) if is_own else None,
        absent=absent_word(town_return, change.category, change.measure) if change.measure else "",
        source=_source_of(change, town_return.sources) if is_own else None,
    )


def _name_category(plan: Plan, code: str) -> str:
    category = plan.category_by_code.get(code)
    return say("TOTAL_COLUMN") if code == TOTAL else category.name if category else code


def _figure_now(change: FigureChange, town_return: TownReturn) -> Amount | Change | None:
    cell = town_return.cell(change.category, change.indicator or "")
    return getattr(cell, change.measure.value) if cell and change.measure else None


def _source_of(change: FigureChange, sources: Sequence[Source]) -> Source | None:
    if change.measure is not Measure.CURRENT:
        return None
    place = (change.category, change.indicator)
    return next((one for one in sources if (one.category, one.indicator) == place), None)
