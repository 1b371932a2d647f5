"""Obligations: adjustments, documents, reporters; messages and their sending; mails that came."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.String(length=27)
PROTECTED = (
    "adjustments", "documents", "document_decisions", "reporters", "messages", "dispatches", "dispatch_results",
    "mails", "mail_attachments",
)  # fmt: skip


def upgrade() -> None:
    _create_obligations()
    _create_messages()
    _create_mails()
    _protect()


def _id() -> sa.Column:
    return sa.Column("id", _KEY, primary_key=True)


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _codes(*names: str, length: int = 64) -> list[sa.Column]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column]:
    return [sa.Column(name, _TIME, nullable=False) for name in names]


def _hash() -> sa.Column:
    return sa.Column("file_hash", sa.String(length=64), nullable=False, index=True)


def _create_obligations() -> None:
    op.create_table(
        "adjustments",
        _id(),
        *_codes("town", "plan"),
        *_codes("period", length=7),
        *_codes("obligation", length=16),
        *_codes("unit", "category"),
        *_codes("adjustment", length=16),
        sa.Column("due_at", _TIME),
        *_codes("account", length=250),
        *_text("reason"),
        *_times("decided_at"),
    )
    op.create_index("adjustments_by_period", "adjustments", ["town", "period"])
    op.create_table(
        "documents",
        _id(),
        *_codes("town", "plan"),
        *_codes("obligation", length=16),
        *_codes("unit"),
        _hash(),
        *_text("file_name"),
        *_times("received_at"),
        *_codes("channel", length=16),
        *_times("recorded_at"),
        sa.UniqueConstraint("town", "plan", "obligation", "unit", "file_hash"),
    )
    op.create_table(
        "document_decisions",
        _id(),
        sa.Column("document_id", _KEY, sa.ForeignKey("documents.id"), nullable=False, index=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        *_codes("account", length=250),
        *_text("reason"),
        *_times("decided_at"),
    )
    op.create_table(
        "reporters",
        _id(),
        *_codes("town", "plan", "unit"),
        *_text("name", "mail"),
        *_times("named_at"),
        *_codes("account", length=250),
        *_times("recorded_at"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        _id(),
        *_codes("town"),
        *_codes("message_key", length=250),
        *_codes("kind", length=16),
        *_codes("period", length=7),
        *_codes("unit"),
        *_text("addressee", "recipients", "subject"),
        _hash(),
        *_times("composed_at"),
        sa.UniqueConstraint("town", "message_key"),
    )
    op.create_table(
        "dispatches",
        _id(),
        sa.Column("message_id", _KEY, sa.ForeignKey("messages.id"), nullable=False),
        *_codes("channel"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        *_times("begun_at"),
        sa.UniqueConstraint("message_id", "channel", "attempt"),
    )
    op.create_table(
        "dispatch_results",
        sa.Column("dispatch_id", _KEY, sa.ForeignKey("dispatches.id"), primary_key=True),
        *_codes("outcome", length=16),
        *_text("detail", "missed"),
        *_codes("account", length=250),
        *_times("ended_at"),
    )


def _create_mails() -> None:
    op.create_table(
        "mails",
        _id(),
        *_codes("town"),
        *_text("mailbox"),
        *_codes("uid_validity", "uid", length=32),
        *_text("message_id", "sender"),
        *_codes("unit"),
        *_text("subject"),
        *_times("received_at"),
        _hash(),
        *_codes("outcome", length=16),
        *_times("recorded_at"),
        sa.UniqueConstraint("town", "mailbox", "uid_validity", "uid"),
    )
    op.create_table(
        "mail_attachments",
        sa.Column("mail_id", _KEY, sa.ForeignKey("mails.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        *_text("file_name"),
        _hash(),
        *_codes("purpose", length=16),
    )


def _protect() -> None:
    """As in 0003: rows of these tables are never changed or removed; PostgreSQL has the function from there."""
    if op.get_bind().dialect.name == "sqlite":
        for table in PROTECTED:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in PROTECTED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
