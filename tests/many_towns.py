"""One town's rows over and over in the same database, as those of other towns, and what years of running leave."""

from sqlalchemy import Column, Connection, Table, text

from townreturn.store.schema import metadata

TOWNS = 30
_APART = 10_000_000
"""Between the ids of two towns."""
_NOT_COPIED = {"before_the_trail", "intake_runs", "alerts", "messages", "dispatches", "dispatch_results"}
_TOLD = {"town", "plan"}


def add_towns(tx: Connection) -> None:
    """Everything that is stored, for many towns more; then for all of them what every week of ten years adds."""
    for number in range(1, TOWNS):
        for table in metadata.sorted_tables:
            if table.name not in _NOT_COPIED:
                names = ", ".join(one.name for one in table.columns)
                values = ", ".join(_copied(one, number) for one in table.columns)
                where = "WHERE town = 'qingxi'" if "town" in table.columns else f"WHERE {_own_id(table)} < {_APART}"
                tx.execute(text(f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name} {where}"))
    for statement in _WEEKS:
        tx.execute(text(statement))


def _own_id(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name


def _copied(column: Column[object], number: int) -> str:
    if column.name in _TOLD:
        return f"{column.name} || '-{number}'"
    if column.name == "id" or column.foreign_keys:
        return f"{column.name} + {number * _APART}"
    # The texts of compilations are most of the bytes, and no table's rows.
    return "'{}'" if column.name == "content" else column.name


_TOWNS_AND_WEEKS = f"""
    (SELECT 'qingxi' || CASE town WHEN 0 THEN '' ELSE '-' || town END AS town, town AS number, week,
            to_char(date '2009-01-01' + week * 7, 'YYYY-MM-DD"T"02:00:00.000000"Z"') AS at,
            to_char(date '2009-01-01' + week * 7, 'YYYY-MM') AS period
     FROM generate_series(0, {TOWNS - 1}) AS town, generate_series(0, 519) AS week)"""
_WEEKS = (
    f"""INSERT INTO intake_runs (town, started_at, finished_at, taken_count, left_count)
        SELECT town, replace(at, 'T02:00', to_char(minute, '"T02:"FM00')), at, 0, 0
        FROM {_TOWNS_AND_WEEKS} AS weeks, generate_series(1, 20) AS minute ORDER BY week""",
    f"INSERT INTO alerts (town, raised_at, period, text) SELECT town, at, period, '' FROM {_TOWNS_AND_WEEKS} AS weeks",
    f"""INSERT INTO messages (id, town, message_key, kind, period, unit, addressee, recipients, subject, file_hash,
                              composed_at)
        SELECT (number * 520 + week) * 4 + letter + 1000000, town, period || '/' || week || '/' || letter, 'receipt',
               period, 'zhujian', '', '[]', '', repeat('ab', 32), at
        FROM {_TOWNS_AND_WEEKS} AS weeks, generate_series(0, 3) AS letter""",
    """INSERT INTO dispatches (id, message_id, channel, attempt, begun_at)
       SELECT id, id, 'mail', 1, composed_at FROM messages WHERE id >= 1000000""",
    """INSERT INTO dispatch_results (dispatch_id, outcome, detail, missed, account, ended_at)
       SELECT id, 'sent', '', '[]', '', begun_at FROM dispatches WHERE id >= 1000000""",
    # Of the other towns, so that what stands in the first stays what it was.
    """INSERT INTO sent_back (decision_id, category, report_id)
       SELECT decisions.id, reports.category, reports.id
       FROM decisions JOIN compilations ON compilations.id = decisions.compilation_id
       JOIN reports ON reports.town = compilations.town AND reports.period = compilations.period
       WHERE compilations.town <> 'qingxi'""",
    """INSERT INTO findings (arrival_id, category, code, severity, message, sheet, cell, value)
       SELECT arrivals.id, reports.category, 'CHANGE_BEYOND_30', 'verifying', '核实', '', '', ''
       FROM arrivals JOIN reports ON reports.arrival_id = arrivals.id, generate_series(1, 3)""",
)
