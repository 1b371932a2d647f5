"""汇总预览: a return in one measure, its figures as the workbook shows them, and against an issue if asked for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from townreturn import month
from townreturn.board.history_view import ChangeLine, tell_lines
from townreturn.board.open_matters import Decision, tell_decision
from townreturn.domain.form import Indicator
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, Amount, Measure
from townreturn.month import Preview
from townreturn.office import Office
from townreturn.publishing.data_notes import mark_of, tell_notes
from townreturn.publishing.figure_notes import list_common_cells, list_notes
from townreturn.publishing.printed_cells import print_cell
from townreturn.publishing.standing_words import say_category_state, say_reported_of
from townreturn.wording import Tell, say


@dataclass(frozen=True)
class FigureCell:
    """A figure as the workbook shows it; ``value`` in the indicator's unit or in per cent, None where a word stands.

    ``is_traced``: there is a figure, with sources to show. ``old``: how the issue compared with states
    it, None where it states the same or nothing is compared.
    """

    category: str
    indicator: str
    measure: Measure
    text: str
    value: Decimal | None
    is_missing: bool
    is_traced: bool
    old: str | None


@dataclass(frozen=True)
class FigureRow:
    """An indicator with its figures; ``heading``: its group, of an extra its category."""

    heading: str
    label: str
    unit: str
    cells: tuple[FigureCell, ...]


@dataclass(frozen=True)
class Column:
    """A category, or TOTAL, and how it stands (报送情况)."""

    category: str
    heading: str
    state: str


@dataclass(frozen=True)
class NoteLine:
    """A note of the return (数据说明); texts as the unit gave them."""

    mark: str
    category_name: str
    unit_name: str
    subject: str
    question: str
    explanation: str


@dataclass(frozen=True)
class PreviewView:
    """A return in one measure; ``published_at`` is None of what would be published next, of which ``decision``
    tells what was compiled and waits.

    ``extras`` have a cell a measure. ``below`` says what the marks mean. ``changes`` are the
    return's own list of corrections. ``difference_counts`` are of the comparison with ``against``, by
    measure; ``differing_texts`` the headings of the categories whose texts differ.
    """

    period: str
    town: str
    plan: str
    time_zone: str
    as_of: datetime
    issue: int
    published_at: datetime | None
    issues: tuple[int, ...]
    why_not: str
    decision: Decision | None
    measure: Measure
    against: int | None
    columns: tuple[Column, ...]
    rows: tuple[FigureRow, ...]
    extras: tuple[FigureRow, ...]
    below: tuple[str, ...]
    below_extras: tuple[str, ...]
    notes: tuple[NoteLine, ...]
    changes: tuple[ChangeLine, ...]
    difference_counts: dict[Measure, int]
    differing_texts: tuple[str, ...]


def view_preview(
    office: Office, period: Period, now: datetime, measure: Measure, issue: int | None = None,
    against: int | None = None, *, tell: Tell = say,
) -> PreviewView:  # fmt: skip
    """An issue by its number, or what would be published next; raises as ``month.preview_return``.

    ``tell`` says how units stand and why nothing follows; texts of the return itself are Chinese.
    """
    preview = month.preview_return(office, period, now, issue, against, tell=tell)
    town_return, plan, zone = preview.town_return, preview.plan, preview.plan.calendar.zone
    figures = _Figures(preview)
    published_at = preview.published_at
    return PreviewView(
        period=period.key,
        town=town_return.town,
        plan=plan.title,
        time_zone=plan.calendar.time_zone,
        as_of=now.astimezone(zone),
        issue=town_return.issue,
        published_at=published_at.astimezone(zone) if published_at else None,
        issues=preview.issues,
        why_not=preview.why_not,
        decision=None if published_at else tell_decision(office, plan, period, now),
        measure=measure,
        against=against,
        columns=tuple(_columns(preview, measure, tell)),
        rows=tuple(figures.list_rows(measure)),
        extras=tuple(figures.list_extras()),
        below=tuple(_below(preview, measure)),
        below_extras=tuple(_below_extras(preview)),
        notes=tuple(_notes(preview)),
        changes=tell_lines(town_return, plan),
        difference_counts=dict(Counter(one.measure for one in preview.differences if one.measure)),
        differing_texts=tuple(
            plan.category_by_code[one.category].heading for one in preview.differences if one.measure is None
        ),
    )


class _Figures:
    """The cells of a preview, each with what the other issue states otherwise."""

    def __init__(self, preview: Preview) -> None:
        self._return, self._plan, self._against = preview.town_return, preview.plan, preview.against
        self._differing = {(one.category, one.indicator, one.measure) for one in preview.differences}

    def list_rows(self, measure: Measure) -> Iterator[FigureRow]:
        """The common indicators × (categories, total)."""
        columns = [*(one.code for one in self._plan.categories), TOTAL]
        for one in self._plan.form.indicators:
            cells = tuple(self._cell(category, one, measure) for category in columns)
            yield FigureRow(one.group, one.label, one.unit, cells)

    def list_extras(self) -> Iterator[FigureRow]:
        """What only one category reports × measures (专项指标)."""
        for category in self._plan.categories:
            for one in self._plan.form.extras.get(category.code, ()):
                cells = tuple(self._cell(category.code, one, measure) for measure in Measure)
                yield FigureRow(category.heading, one.label, one.unit, cells)

    def _cell(self, category: str, indicator: Indicator, measure: Measure) -> FigureCell:
        printed = print_cell(self._return, category, indicator, measure)
        figure = printed.figure
        return FigureCell(
            category=category,
            indicator=indicator.code,
            measure=measure,
            text=printed.text,
            value=figure.value if isinstance(figure, Amount) else figure.pct if figure else None,
            is_missing=printed.is_missing,
            is_traced=figure is not None,
            old=self._old(category, indicator, measure),
        )

    def _old(self, category: str, indicator: Indicator, measure: Measure) -> str | None:
        if self._against is None or (category, indicator.code, measure) not in self._differing:
            return None
        return print_cell(self._against, category, indicator, measure).text


def _columns(preview: Preview, measure: Measure, tell: Tell) -> Iterator[Column]:
    town_return = preview.town_return
    for one in preview.plan.categories:
        mark = mark_of(town_return, one.code, None, measure)
        yield Column(one.code, one.heading, say_category_state(town_return, one.code, tell) + mark)
    yield Column(TOTAL, tell("TOTAL_COLUMN"), say_reported_of(town_return, tell))


def _below(preview: Preview, measure: Measure) -> list[str]:
    cells = list_common_cells(preview.town_return, preview.plan)
    return list_notes(preview.town_return, preview.plan, cells, [measure], with_states=True)


def _below_extras(preview: Preview) -> list[str]:
    extras = preview.plan.form.extras.items()
    cells = [preview.town_return.cell(category, one.code) for category, found in extras for one in found]
    notes = list_notes(preview.town_return, preview.plan, cells, list(Measure), with_states=False)
    return [say("RETURN_NOTE_EXTRAS"), *notes]


def _notes(preview: Preview) -> Iterator[NoteLine]:
    plan = preview.plan
    for one in tell_notes(preview.town_return, plan):
        category, unit = plan.category_by_code[one.category].heading, plan.unit_by_code[one.unit].name
        yield NoteLine(one.mark, category, unit, one.subject, one.question, one.explanation)
