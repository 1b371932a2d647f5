"""Orders: what an operator has had started by hand for a period, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("town", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("ordered", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=250), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.String(length=27), nullable=False),
    )
    op.create_index("orders_by_period", "orders", ["town", "period"])
    _protect()


def _protect() -> None:
    """As in 0004: rows are never changed or removed."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER orders_no_{deed.lower()} BEFORE {deed} ON orders "
                "BEGIN SELECT RAISE(ABORT, 'orders is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER orders_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON orders "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
