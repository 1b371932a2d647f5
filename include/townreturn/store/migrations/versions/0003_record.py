"""Corrections, exact inputs, the audit trail; what must not change is protected by the database itself."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.String(length=27)
PROTECTED = (
    "arrivals", "reports", "facts", "entries", "findings", "exclusions", "intake_runs", "compilations",
    "compilation_inputs", "compilation_basis", "decisions", "sent_back", "refused_approvals", "publications",
    "published_files", "proposals", "events",
)  # fmt: skip


def upgrade() -> None:
    _change_reports()
    _change_decisions_and_publications()
    _create_tables()
    _name_inputs_of_earlier_compilations()
    _protect()


def _change_reports() -> None:
    """Revisions are counted by the time they were received; what is stored is the order of taking in."""
    op.execute("ALTER TABLE reports RENAME COLUMN revision TO entry_number")


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


def _name_inputs_of_earlier_compilations() -> None:
    """Their contents name the files; until now a report was replaced only before its period was published."""
    connection = op.get_bind()
    accepted = (
        "SELECT r.id, r.town, r.period, r.category, a.file_hash FROM reports r JOIN arrivals a ON a.id = r.arrival_id "
        "WHERE r.verdict <> 'returned' ORDER BY r.id"
    )
    reports = {
        (row.town, row.period, row.category, row.file_hash): row.id for row in connection.execute(sa.text(accepted))
    }
    published = connection.execute(sa.text("SELECT town, period, issue FROM publications")).all()
    for row in connection.execute(sa.text("SELECT id, town, period, content FROM compilations")).all():
        sources = json.loads(row.content)["sources"]
        keys = {(row.town, row.period, one["category"], one["file_hash"]) for one in sources}
        for report_id in sorted({reports[one] for one in keys if one in reports}):
            values = {"compilation": row.id, "report": report_id}
            connection.execute(sa.text("INSERT INTO compilation_inputs VALUES (:compilation, :report)"), values)
        for earlier in published:
            if earlier.town == row.town and earlier.period < row.period:
                values = {"compilation": row.id, "period": earlier.period, "issue": earlier.issue}
                connection.execute(
                    sa.text("INSERT INTO compilation_basis VALUES (:compilation, :period, :issue)"), values
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
