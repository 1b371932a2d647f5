"""Indices for what is asked again and again, and would read all that ten years and many towns have left."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_reports_arrival_id", "reports", ["arrival_id"])
    op.create_index("ix_sent_back_report_id", "sent_back", ["report_id"])
    op.create_index("events_by_period", "events", ["town", "period"])
    op.create_index("messages_by_period", "messages", ["town", "period"])
    op.create_index("intake_runs_by_start", "intake_runs", ["town", "started_at"])
    op.create_index("alerts_by_town", "alerts", ["town", "id"])
    nobodys = sa.text("unit IS NULL OR period IS NULL")
    op.create_index("arrivals_unfiled", "arrivals", ["town", "id"], postgresql_where=nobodys, sqlite_where=nobodys)
