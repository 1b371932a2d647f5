"""Deliveries: which files of a published issue a letter delivers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("message_id", _KEY, sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("file_name", sa.String(length=250), primary_key=True),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
    )
    _protect()


def _protect() -> None:
    """As in 0004: rows are never changed or removed."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER deliveries_no_{deed.lower()} BEFORE {deed} ON deliveries "
                "BEGIN SELECT RAISE(ABORT, 'deliveries is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER deliveries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON deliveries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
