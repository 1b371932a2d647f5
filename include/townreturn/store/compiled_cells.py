"""The cells of compiled returns, read without the rest of them."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, select

from townreturn.domain.errors import Broken
from townreturn.domain.town_return import AmountStatus
from townreturn.store.schema import compilations


class CompiledAmount(msgspec.Struct, gc=False):
    """See ``domain.town_return.Amount``; ten thousand of these are no work for the collector of garbage."""

    value: Decimal | None
    status: AmountStatus
    reported: int
    expected: int


class CompiledCell(msgspec.Struct, gc=False):
    """See ``domain.town_return.ReturnCell``, without what is compared."""

    category: str
    indicator: str
    current: CompiledAmount
    ytd: CompiledAmount
    previous: CompiledAmount
    year_ago: CompiledAmount


@dataclass(frozen=True)
class CompiledCells:
    """What the second gate looks at of a compilation."""

    id: int
    town: str
    period: str
    cells: tuple[CompiledCell, ...]


class _Content(msgspec.Struct):
    cells: tuple[CompiledCell, ...]


_CONTENT = msgspec.json.Decoder(_Content)


def read_cells(tx: Connection, compilation_ids: Collection[int]) -> dict[int, CompiledCells | Broken]:
    """By id; Broken in the place of one whose text does not fit the shape."""
    query = select(compilations.c.id, compilations.c.town, compilations.c.period, compilations.c.content)
    return {row.id: _read(*row) for row in tx.execute(query.where(compilations.c.id.in_(compilation_ids)))}


def _read(key: int, town: str, period: str, text: str) -> CompiledCells | Broken:
    try:
        return CompiledCells(key, town, period, _CONTENT.decode(text).cells)
    except msgspec.DecodeError as fault:
        return Broken("CANONICAL_UNREADABLE", detail=fault)
