"""Corrections, exact inputs, the audit trail; what must not change is protected by the database itself."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.String(length=27)
PROTECTED = (
    "arrivals", "reports", "facts", "entries", "findings", "exclusions", "intake_runs", "compilations",
    "compilation_inputs", "compilation_basis", "decisions", "sent_back", "refused_approvals", "publications",
    "published_files", "proposals", "events", "before_the_trail",
    "alerts",
)  # fmt: skip


def upgrade() -> None:
    _change_reports()
    _change_decisions_and_publications()
    _create_tables()
    _name_inputs_of_earlier_compilations()
    _name_rows_before_the_trail()
    _protect()
    _close_before_the_trail()


def _change_reports() -> None:
    """Revisions are counted by the time they were received; what is stored is the order of taking in."""
    op.execute("ALTER TABLE reports RENAME COLUMN revision TO entry_number")
    op.create_index("arrivals_by_period", "arrivals", ["town", "period"])


def _change_decisions_and_publications() -> None:
    for table, column in (
        ("decisions", sa.Column("issue", sa.Integer(), nullable=False, server_default="0")),
        ("decisions", sa.Column("role", sa.Text(), nullable=False, server_default="")),
        ("publications", sa.Column("software_version", sa.String(length=64), nullable=False, server_default="0.1.0")),
    ):
        op.add_column(table, column)


def _create_tables() -> None:
    report = sa.Column("report_id", _KEY, sa.ForeignKey("reports.id"), nullable=False, index=True)
    op.create_table(
        "exclusions",
        sa.Column("id", _KEY, primary_key=True),
        report,
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("account", sa.String(length=250), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
    )
    op.create_table(
        "compilation_inputs",
        sa.Column("compilation_id", _KEY, sa.ForeignKey("compilations.id"), primary_key=True),
        sa.Column("report_id", _KEY, sa.ForeignKey("reports.id"), primary_key=True),
    )
    op.create_table(
        "compilation_basis",
        sa.Column("compilation_id", _KEY, sa.ForeignKey("compilations.id"), primary_key=True),
        sa.Column("period", sa.String(length=7), primary_key=True),
        sa.Column("issue", sa.Integer(), nullable=False),
    )
    op.create_table(
        "refused_approvals",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("compilation_id", _KEY, sa.ForeignKey("compilations.id"), nullable=False, index=True),
        sa.Column("account", sa.String(length=250), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.Column("refused_at", _TIME, nullable=False),
    )
    op.create_table(
        "published_files",
        sa.Column("town", sa.String(length=64), primary_key=True),
        sa.Column("period", sa.String(length=7), primary_key=True),
        sa.Column("issue", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(length=16), primary_key=True),
        sa.Column("name", sa.String(length=250), primary_key=True),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "proposals",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("basis_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.Column("proposed_at", _TIME, nullable=False),
    )
    op.create_index("proposals_by_period", "proposals", ["town", "period"])
    op.create_table(
        "events",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.UniqueConstraint("plan", "period", "number"),
    )
    op.create_table(
        "before_the_trail",
        sa.Column("table_name", sa.String(length=64), primary_key=True),
        sa.Column("row_key", sa.String(length=128), primary_key=True),
    )


def _name_inputs_of_earlier_compilations() -> None:
    """What each compilation must have rested on: the files that its content names, and what was published by then."""
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, town, period, content, compiled_at FROM compilations")).all():
        named = {(one["category"], one["file_hash"]) for one in json.loads(row.content)["sources"]}
        reports = _reports_then(connection, row)
        for report_id in sorted({reports[one] for one in named if one in reports}):
            values = {"compilation": row.id, "report": report_id}
            connection.execute(sa.text("INSERT INTO compilation_inputs VALUES (:compilation, :report)"), values)
        for earlier in _publications_then(connection, row):
            if _is_counted(earlier.period, row.period):
                values = {"compilation": row.id, "period": earlier.period, "issue": earlier.issue}
                connection.execute(
                    sa.text("INSERT INTO compilation_basis VALUES (:compilation, :period, :issue)"), values
                )


def _reports_then(connection: sa.Connection, compilation: sa.Row) -> dict[tuple[str, str], int]:
    """(category, file hash) → the accepted report that was taken in last before the compilation."""
    query = (
        "SELECT r.id, r.category, a.file_hash FROM reports r JOIN arrivals a ON a.id = r.arrival_id "
        "WHERE r.verdict <> 'returned' AND r.town = :town AND r.period = :period AND a.taken_in_at <= :compiled_at "
        "ORDER BY r.id"
    )
    rows = connection.execute(sa.text(query), compilation._mapping)
    return {(row.category, row.file_hash): row.id for row in rows}


def _publications_then(connection: sa.Connection, compilation: sa.Row) -> Sequence[sa.Row]:
    """Until now every period had one issue at most."""
    query = "SELECT period, issue FROM publications WHERE town = :town AND published_at <= :compiled_at"
    return connection.execute(sa.text(query), compilation._mapping).all()


def _is_counted(earlier: str, period: str) -> bool:
    """Whether figures of a return count another period or are compared with it."""
    year, month = int(period[:4]), int(period[5:])
    before, of = int(earlier[:4]), int(earlier[5:])
    is_previous = (before * 12 + of) == (year * 12 + month) - 1
    return is_previous or (before == year and of < month) or (before == year - 1 and of <= month)


def _name_rows_before_the_trail() -> None:
    """One by one: a greatest id would let in whatever is later given a number below it."""
    for table in ("arrivals", "reports", "compilations", "decisions"):
        named = f"SELECT '{table}', CAST(id AS TEXT) FROM {table}"  # noqa: S608 - names of ours
        op.execute(f"INSERT INTO before_the_trail {named}")
    op.execute(
        "INSERT INTO before_the_trail "
        "SELECT 'publications', town || ' ' || period || ' ' || CAST(issue AS TEXT) FROM publications"
    )


def _protect() -> None:
    """Rows of these tables are never changed or removed, whoever asks the database to."""
    if op.get_bind().dialect.name == "sqlite":
        for table in PROTECTED:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in PROTECTED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _close_before_the_trail() -> None:
    """Nothing can be called older once there is an event; until then a backup may bring its rows back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER before_the_trail_no_insert BEFORE INSERT ON before_the_trail "
            "WHEN EXISTS (SELECT 1 FROM events) "
            "BEGIN SELECT RAISE(ABORT, 'before_the_trail is append-only, and closed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_older() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM events) THEN "
        "RAISE EXCEPTION 'before_the_trail is append-only, and closed'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER before_the_trail_no_insert BEFORE INSERT ON before_the_trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_older()"
    )
