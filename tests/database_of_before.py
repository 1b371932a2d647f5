"""An office's rows as an earlier revision of the database would hold them: what that had no place for is not there."""

from sqlalchemy import Connection, MetaData, insert, select

from townreturn.safekeeping.tables import restart_ids
from townreturn.store.migrations import upgrade

_LATER_KINDS = {"delivery": "0005", "bulletin": "0005", "posted": "0005"}
"""Letters that were first written under a later revision, and the events of them, last in their chains."""


def write_back(source: Connection, target: Connection, revision: str) -> dict[str, int]:
    """Make an empty database one of ``revision`` with the rows of a database of today; rows by table."""
    upgrade(target, revision)
    today, then = MetaData(), MetaData()
    today.reflect(source)
    then.reflect(target)
    counts = {}
    for table in then.sorted_tables:
        if table.name == "alembic_version":
            continue
        # Revisions were numbered in the order of taking in until 0003 gave that number its own name.
        names = {one.name: "entry_number" if one.name == "revision" else one.name for one in table.columns}
        found = source.execute(select(today.tables[table.name]).order_by(*today.tables[table.name].primary_key))
        rows = [dict(row._mapping) for row in found]
        kept = [row for row in rows if _LATER_KINDS.get(row.get("kind", ""), "") <= revision]
        if kept:
            target.execute(insert(table), [{new: row[old] for new, old in names.items()} for row in kept])
        restart_ids(target, table)
        counts[table.name] = len(kept)
    return counts
