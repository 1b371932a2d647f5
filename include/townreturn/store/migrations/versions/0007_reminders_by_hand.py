"""Reminders that an operator had sent by hand: by whom, why, and in what words."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hand_reminders",
        sa.Column("message_id", _KEY, sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("account", sa.String(length=250), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    _protect()


def _protect() -> None:
    """As in 0004: rows are never changed or removed."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER hand_reminders_no_{deed.lower()} BEFORE {deed} ON hand_reminders "
                "BEGIN SELECT RAISE(ABORT, 'hand_reminders is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER hand_reminders_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON hand_reminders "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
