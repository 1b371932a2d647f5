"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "alerts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("raised_at", sa.String(length=27), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "arrivals",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("taken_in_at", sa.String(length=27), nullable=False),
        sa.Column("disposition", sa.String(length=32), nullable=False),
        sa.Column("duplicate_of", _KEY, nullable=True),
        sa.Column("plan", sa.String(length=64), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=True),
        sa.Column("filled_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["arrivals.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("town", "file_hash", "file_name", "received_at"),
    )
    op.create_index(op.f("ix_arrivals_file_hash"), "arrivals", ["file_hash"], unique=False)
    op.create_table(
        "compilations",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("compiled_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("compilations_by_period", "compilations", ["town", "period"], unique=False)
    op.create_table(
        "intake_runs",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=False),
        sa.Column("finished_at", sa.String(length=27), nullable=False),
        sa.Column("taken_count", sa.Integer(), nullable=False),
        sa.Column("left_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "openings",
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("opened_at", sa.String(length=27), nullable=False),
        sa.Column("backfilled", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("town", "period"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("compilation_id", _KEY, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("account", sa.String(length=250), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=27), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["compilation_id"],
            ["compilations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_decisions_compilation_id"), "decisions", ["compilation_id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("arrival_id", _KEY, nullable=False),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrival_id"],
            ["arrivals.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_findings_arrival_id"), "findings", ["arrival_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("arrival_id", _KEY, nullable=False),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("zero_return", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrival_id"],
            ["arrivals.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("town", "period", "category", "revision"),
    )
    op.create_table(
        "entries",
        sa.Column("report_id", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "position"),
    )
    op.create_table(
        "facts",
        sa.Column("report_id", _KEY, nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("scaled", sa.BigInteger(), nullable=True),
        sa.Column("decimals", sa.SmallInteger(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "indicator"),
    )
    op.create_table(
        "latest",
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("last_report_id", _KEY, nullable=False),
        sa.Column("accepted_report_id", _KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_report_id"],
            ["reports.id"],
        ),
        sa.ForeignKeyConstraint(
            ["last_report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("town", "period", "category"),
    )
    op.create_table(
        "publications",
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("compilation_id", _KEY, nullable=False),
        sa.Column("decision_id", _KEY, nullable=False),
        sa.Column("published_at", sa.String(length=27), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compilation_id"],
            ["compilations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
        ),
        sa.PrimaryKeyConstraint("town", "period", "issue"),
    )
    op.create_table(
        "sent_back",
        sa.Column("decision_id", _KEY, nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("report_id", _KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("decision_id", "category"),
    )
