"""The rows of one town, comparable with those of the same town in another database."""

from typing import Any

from sqlalchemy import Engine, Table, select

from townreturn.store.engine import reading
from townreturn.store.schema import metadata

_BESIDE = {"alembic_version"}


def rows_of(engine: Engine, town: str) -> dict[str, list[dict[str, Any]]]:
    """Table → the town's rows in the order in which they were written.

    Ids are replaced by the row's place among the town's own, in whatever refers to it as well.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    places: dict[str, dict[Any, int]] = {}
    with reading(engine) as tx:
        for table in metadata.sorted_tables:
            key = next(iter(table.primary_key.columns))
            rows = [dict(row) for row in tx.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
            own = [row for row in rows if _is_of(table, row, town, places)]
            places[table.name] = {row[key.name]: place for place, row in enumerate(own)}
            found[table.name] = [_placed(table, row, places) for row in own]
    return {name: rows for name, rows in found.items() if rows and name not in _BESIDE}


def _is_of(table: Table, row: dict[str, Any], town: str, places: dict[str, dict[Any, int]]) -> bool:
    if "town" in table.columns:
        return bool(row["town"] == town)
    references = [(one.parent.name, one.column.table.name) for one in table.foreign_keys]
    return any(row[name] in places.get(other, {}) for name, other in references)


def _placed(table: Table, row: dict[str, Any], places: dict[str, dict[Any, int]]) -> dict[str, Any]:
    for one in table.foreign_keys:
        other = places.get(one.column.table.name, {})
        row[one.parent.name] = other.get(row[one.parent.name], row[one.parent.name])
    if "id" in row:
        row["id"] = places[table.name][row["id"]]
    return row
