"""Subordinates: above the town a category is reported in parts, each by one office of the level below.

What is stored so far was reported by lead units: its ``subordinate`` is empty. And which issue a file that came
in was published with, in the office below, is found by its hash.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("reports", _subordinate())
    op.create_index("ix_published_files_file_hash", "published_files", ["file_hash"])
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_latest()
        _rebuild_sent_back()
        return
    for table, key in (("latest", "town, period, category"), ("sent_back", "decision_id, category")):
        op.add_column(table, _subordinate())
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        op.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({key}, subordinate)")


def _subordinate() -> sa.Column[str]:
    return sa.Column("subordinate", sa.String(length=64), nullable=False, server_default="")


def _rebuild_latest() -> None:
    """SQLite gives a table its primary key once and for all."""
    op.rename_table("latest", "latest_before")
    op.create_table(
        "latest",
        sa.Column("town", sa.String(length=64), primary_key=True),
        sa.Column("period", sa.String(length=7), primary_key=True),
        sa.Column("category", sa.String(length=64), primary_key=True),
        sa.Column("subordinate", sa.String(length=64), primary_key=True, server_default=""),
        sa.Column("last_report_id", _KEY, sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("accepted_report_id", _KEY, sa.ForeignKey("reports.id")),
    )
    op.execute(
        "INSERT INTO latest (town, period, category, last_report_id, accepted_report_id) "
        "SELECT town, period, category, last_report_id, accepted_report_id FROM latest_before"
    )
    op.drop_table("latest_before")


def _rebuild_sent_back() -> None:
    """The same; what protects its rows goes with the old table, and comes again."""
    op.drop_index("ix_sent_back_report_id", "sent_back")
    op.rename_table("sent_back", "sent_back_before")
    op.create_table(
        "sent_back",
        sa.Column("decision_id", _KEY, sa.ForeignKey("decisions.id"), primary_key=True),
        sa.Column("category", sa.String(length=64), primary_key=True),
        sa.Column("subordinate", sa.String(length=64), primary_key=True, server_default=""),
        sa.Column("report_id", _KEY, sa.ForeignKey("reports.id"), nullable=True),
    )
    op.execute(
        "INSERT INTO sent_back (decision_id, category, report_id) "
        "SELECT decision_id, category, report_id FROM sent_back_before"
    )
    op.drop_table("sent_back_before")
    op.create_index("ix_sent_back_report_id", "sent_back", ["report_id"])
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER sent_back_no_{deed.lower()} BEFORE {deed} ON sent_back "
            "BEGIN SELECT RAISE(ABORT, 'sent_back is append-only'); END"
        )
