"""What has passed the second gate, and by which rules."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from townreturn.store.bulk import load_rows
from townreturn.store.schema import passed_gates


def passed_among(tx: Connection, compilation_ids: Collection[int]) -> set[tuple[int, str]]:
    """(id, SHA-256 of the rules) by which some compilations are known to hold."""
    query = select(passed_gates.c.compilation_id, passed_gates.c.rules_hash)
    rows = tx.execute(query.where(passed_gates.c.compilation_id.in_(compilation_ids)))
    return {(row.compilation_id, row.rules_hash) for row in rows}


def record_passed(tx: Connection, passed: Mapping[int, str]) -> None:
    """Note by id the rules that compilations hold by; noted already, it stays as it is."""
    known = passed_among(tx, passed)
    fresh = [one for one in passed.items() if one not in known]
    load_rows(tx, passed_gates, ("compilation_id", "rules_hash"), fresh)
