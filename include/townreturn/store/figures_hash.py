"""What a report says, as one hash: over what is stored of it, so that a changed row can be told."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from townreturn.store.rows import ENTRY_COLUMNS, FACT_COLUMNS
from townreturn.store.schema import entries, facts


def hash_of_rows(fact_rows: Iterable[Sequence[Any]], entry_rows: Iterable[Sequence[Any]]) -> str:
    """SHA-256 over a report's facts and entries in canonical order.

    Rows are the values of FACT_COLUMNS and ENTRY_COLUMNS without the report's id, so that the
    first value, indicator or position, is unique in a report.
    """
    said = [sorted(map(list, fact_rows), key=_first), sorted(map(list, entry_rows), key=_first)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def figures_hashes(tx: Connection, report_ids: Iterable[int]) -> dict[int, str]:
    """report id → the hash of what is stored of it now; of a report without any row as well."""
    wanted = list(report_ids)
    told: dict[int, tuple[list[Sequence[Any]], list[Sequence[Any]]]] = {one: ([], []) for one in wanted}
    for start in range(0, len(wanted), _IDS_A_QUERY):
        some = wanted[start : start + _IDS_A_QUERY]
        for which, (table, columns) in enumerate(((facts, FACT_COLUMNS), (entries, ENTRY_COLUMNS))):
            query = select(*(table.c[name] for name in columns)).where(table.c.report_id.in_(some))
            for row in tx.execute(query):
                told[row[0]][which].append(tuple(row)[1:])
    return {report_id: hash_of_rows(*rows) for report_id, rows in told.items()}


def _first(row: Sequence[Any]) -> Any:
    return row[0]


_IDS_A_QUERY = 500
"""Databases limit the number of bound values of a statement."""
