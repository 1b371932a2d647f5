"""Where a figure comes from: the tree that ``trace`` prints, its leaves with the files that came in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from townreturn import month
from townreturn.domain.period import Period
from townreturn.domain.town_return import Measure, Source
from townreturn.office import Office
from townreturn.store.arrivals import find_arrivals
from townreturn.store.engine import reading
from townreturn.tracing.drawing import tell_heading
from townreturn.tracing.naming import name_category, name_node, say_value
from townreturn.tracing.report import Traced
from townreturn.tracing.tree import Node, NodeKind


@dataclass(frozen=True)
class CellOfFile:
    """Where a figure was read and the text as it stood; ``arrival_id`` is None of a file that never came in here."""

    arrival_id: int | None
    file_name: str
    file_hash: str
    sheet: str
    cell: str
    raw: str
    normalised: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a unit explained: the question that was asked, and the answer."""

    question: str
    explanation: str


@dataclass(frozen=True)
class FigureNode:
    """A figure and the ``parts`` that it rests on; ``text`` is its value with its unit, or the word for none.

    ``is_explained``: the parts give the value, as they do but for some early compilations.
    """

    label: str
    text: str
    kind: NodeKind
    period: str
    issue: int | None
    category: str
    measure: Measure
    value: Decimal | None
    is_explained: bool
    source: CellOfFile | None
    answers: tuple[Answer, ...]
    parts: tuple["FigureNode", ...]


@dataclass(frozen=True)
class FigureView:
    """A figure of an issue, or of what would be published next: then ``published_at`` is None.

    ``heading`` says in sentences which return it stands in, who approved that, and what to know about it.
    """

    period: str
    town: str
    issue: int
    published_at: datetime | None
    content_hash: str
    category: str
    category_name: str
    indicator: str
    label: str
    unit: str
    measure: Measure
    heading: tuple[str, ...]
    tree: FigureNode


def view_figure(
    office: Office, period: Period, category: str, indicator: str, measure: Measure, now: datetime,
    issue: int | None = None,
) -> FigureView:  # fmt: skip
    """A figure of an issue by its number, else of what would be published next; raises as ``month.trace``."""
    if issue is None:
        traced = month.trace_next(office, period, category, indicator, measure, now)
    else:
        traced = month.trace(office, period, category, indicator, measure, issue)
    place, plan = traced.place, traced.plan
    return FigureView(
        period=period.key,
        town=plan.town,
        issue=traced.issue,
        published_at=traced.published_at and traced.published_at.astimezone(plan.calendar.zone),
        content_hash=traced.content_hash,
        category=place.category,
        category_name=name_category(plan, place.category),
        indicator=place.indicator.code,
        label=place.indicator.label,
        unit=place.indicator.unit,
        measure=measure,
        heading=tuple(tell_heading(traced)),
        tree=_node(traced, traced.tree, None, _find_arrivals(office, traced)),
    )


def original_of(arrival_id: int) -> str:
    """Where on the board a file that came in is to be had."""
    return f"/received/{arrival_id}/original"


def _find_arrivals(office: Office, traced: Traced) -> dict[str, int]:
    hashes = {one.source.file_hash for one in traced.tree.walk() if one.source is not None}
    with reading(office.engine) as tx:
        return find_arrivals(tx, office.plans.town_code, hashes)


def _node(traced: Traced, node: Node, parent: Node | None, arrivals: Mapping[str, int]) -> FigureNode:
    return FigureNode(
        label=name_node(traced.plans, traced.place, node, parent),
        text=say_value(traced.place, node),
        kind=node.kind,
        period=node.period,
        issue=node.issue,
        category=node.category,
        measure=node.measure,
        value=node.value,
        is_explained=node.adds_up,
        source=_cell(node.source, arrivals) if node.source else None,
        answers=tuple(Answer(one.question, one.explanation) for one in node.notes),
        parts=tuple(_node(traced, one, node, arrivals) for one in node.children),
    )


def _cell(source: Source, arrivals: Mapping[str, int]) -> CellOfFile:
    return CellOfFile(
        arrivals.get(source.file_hash), source.file_name, source.file_hash, source.sheet, source.cell, source.raw,
        source.normalised,
    )  # fmt: skip
