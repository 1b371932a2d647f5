"""What published issues state, as far as later returns take it up: read from the canonical text once for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, select

from townreturn.domain.errors import Broken
from townreturn.domain.obligation import Standing
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, ReturnEntry
from townreturn.store.reports import StoredFigure
from townreturn.store.schema import compilations, publications


@dataclass(frozen=True)
class PublishedContent:
    """The current figures, texts and standings of one issue."""

    period: str
    figures: tuple[StoredFigure, ...]
    entries: tuple[ReturnEntry, ...]
    standings: tuple[Standing, ...]


class _Cell(msgspec.Struct):
    category: str
    indicator: str
    current: Amount


class _Content(msgspec.Struct):
    """The parts of a canonical text that are read; the others are passed over."""

    cells: tuple[_Cell, ...]
    entries: tuple[ReturnEntry, ...]
    standings: tuple[Standing, ...]


_CONTENT = msgspec.json.Decoder(_Content)


def published_contents(tx: Connection, town: str, issues: Sequence[tuple[str, int]]) -> list[PublishedContent]:
    """Some published issues, each (period, issue), by period ascending.

    To build the whole returns costs fifty times as much. Raises Broken when a text does not fit the shape.
    """
    if not issues:
        return []
    query = (
        select(compilations.c.period, compilations.c.issue, compilations.c.content)
        .join(publications, publications.c.compilation_id == compilations.c.id)
        .where(publications.c.town == town, publications.c.period.in_([period for period, _ in issues]))
        .order_by(compilations.c.period)
    )
    wanted = set(issues)
    return [_read(row.period, row.content) for row in tx.execute(query) if (row.period, row.issue) in wanted]


def published_figures(tx: Connection, town: str, issues: Sequence[tuple[str, int]]) -> list[StoredFigure]:
    """Their current figures alone."""
    return [figure for one in published_contents(tx, town, issues) for figure in one.figures]


def _read(period: str, text: str) -> PublishedContent:
    try:
        told = _CONTENT.decode(text)
    except msgspec.DecodeError as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=fault) from fault
    own = [one for one in told.cells if one.category != TOTAL]
    figures = [_figure(period, one, one.current.value) for one in own if one.current.value is not None]
    return PublishedContent(period, tuple(figures), told.entries, told.standings)


def _figure(period: str, cell: _Cell, value: Decimal) -> StoredFigure:
    current = cell.current
    is_zero, parts = current.status == AmountStatus.ZERO, (current.reported, current.expected)
    return StoredFigure(period, cell.category, cell.indicator, value, is_zero, parts)
