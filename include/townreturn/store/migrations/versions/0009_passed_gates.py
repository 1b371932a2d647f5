"""What has passed the second gate, and by which rules: whoever approves it need not wait for the same answer again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "passed_gates",
        sa.Column("compilation_id", _KEY, sa.ForeignKey("compilations.id"), primary_key=True),
        sa.Column("rules_hash", sa.String(length=64), primary_key=True),
    )
    _protect()


def _protect() -> None:
    """As in 0004: rows are never changed or removed."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER passed_gates_no_{deed.lower()} BEFORE {deed} ON passed_gates "
                "BEGIN SELECT RAISE(ABORT, 'passed_gates is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER passed_gates_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON passed_gates "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
