"""What published returns state of one indicator, of all periods at once: for whoever looks at figures over time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from townreturn.domain.errors import Broken
from townreturn.domain.obligation import Standing
from townreturn.domain.timeliness import League
from townreturn.domain.town_return import FigureChange, ReturnCell, TownReturn
from townreturn.store.schema import compilations, publications


@dataclass(frozen=True)
class StatedReturn:
    """An issue as far as one indicator is concerned: its cells and changes, and how the categories stood.

    Texts, notes, sources, breaks and whatever is told of earlier periods are left out of ``town_return``.
    """

    town_return: TownReturn
    published_at: datetime


class _Place(msgspec.Struct):
    indicator: str


class _Content(msgspec.Struct):
    """The parts of a canonical text that are read; the others are passed over."""

    town: str
    town_code: str
    period: str
    plan: str
    edition: str
    issue: int
    cells: tuple[msgspec.Raw, ...]
    standings: tuple[Standing, ...]
    changes: tuple[FigureChange, ...] = ()
    league: League = msgspec.field(default_factory=League)


_CONTENT = msgspec.json.Decoder(_Content)
_PLACE = msgspec.json.Decoder(_Place)
_CELL = msgspec.json.Decoder(ReturnCell)


def read_stated(tx: Connection, town: str, indicator: str) -> Iterator[StatedReturn]:
    """Every issue of every period by one query: periods ascending, the original first.

    Ten years are read in a fifth of a second: a return has some two hundred cells, and only the indicator's
    become values. Raises Broken when a text does not fit the shape.
    """
    query = (
        select(compilations.c.content, publications.c.published_at)
        .join(publications, publications.c.compilation_id == compilations.c.id)
        .where(publications.c.town == town)
        .order_by(publications.c.period, publications.c.issue)
    )
    for row in tx.execute(query):
        try:
            yield StatedReturn(_read(row.content, indicator), row.published_at)
        except msgspec.DecodeError as fault:
            raise Broken("CANONICAL_UNREADABLE", detail=fault) from fault


def _read(text: str, indicator: str) -> TownReturn:
    told = _CONTENT.decode(text)
    cells = (_CELL.decode(one) for one in told.cells if _PLACE.decode(one).indicator == indicator)
    return TownReturn(
        town=told.town,
        town_code=told.town_code,
        period=told.period,
        plan=told.plan,
        edition=told.edition,
        issue=told.issue,
        cells=tuple(cells),
        standings=told.standings,
        entries=(),
        sources=(),
        changes=tuple(one for one in told.changes if one.indicator == indicator),
        league=told.league,
    )
