"""Who owes what: adjustments, documents, reporters; what was written to whom, and what came by mail."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from townreturn.store.engine import UtcTime
from townreturn.store.schema.base import key, metadata

adjustments = Table(  # 延期, 免报 and 恢复; the newest row of an obligation counts
    "adjustments",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("period", String(7), nullable=False),  # empty for what is owed under the plan as a whole
    Column("obligation", String(16), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("category", String(64), nullable=False),
    Column("adjustment", String(16), nullable=False),
    Column("due_at", UtcTime),
    Column("account", String(250), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
)
Index("adjustments_by_period", adjustments.c.town, adjustments.c.period)

orders = Table(  # what an operator has had started by hand for a period: a correction, a backfill
    "orders",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("ordered", String(16), nullable=False),
    Column("account", String(250), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ordered_at", UtcTime, nullable=False),
)
Index("orders_by_period", orders.c.town, orders.c.period)

documents = Table(  # work plans and what else is owed under a plan as a whole
    "documents",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("obligation", String(16), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("file_hash", String(64), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    UniqueConstraint("town", "plan", "obligation", "unit", "file_hash"),
)

document_decisions = Table(  # an operator has looked at a document: accepted, or returned with a reason
    "document_decisions",
    metadata,
    Column("id", key, primary_key=True),
    Column("document_id", key, ForeignKey("documents.id"), nullable=False, index=True),
    Column("accepted", Boolean, nullable=False),
    Column("account", String(250), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
)

reporters = Table(  # 信息报送员 that units have named; the newest row of a unit counts, before the plan's own
    "reporters",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("mail", Text, nullable=False),
    Column("named_at", UtcTime, nullable=False),
    Column("account", String(250), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
)

messages = Table(  # whole mails, bytes in the archive; a key is never written twice
    "messages",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("message_key", String(250), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("period", String(7), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("addressee", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("file_hash", String(64), nullable=False, index=True),
    Column("composed_at", UtcTime, nullable=False),
    UniqueConstraint("town", "message_key"),
)
Index("messages_by_period", messages.c.town, messages.c.period)

dispatches = Table(  # an attempt to send, recorded before it is made
    "dispatches",
    metadata,
    Column("id", key, primary_key=True),
    Column("message_id", key, ForeignKey("messages.id"), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    UniqueConstraint("message_id", "channel", "attempt"),
)

dispatch_results = Table(  # what became of an attempt; one without a result was cut off in the middle
    "dispatch_results",
    metadata,
    Column("dispatch_id", key, ForeignKey("dispatches.id"), primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("missed", Text, nullable=False),  # the addresses that have not had it when others have
    Column("account", String(250), nullable=False),  # who ordered it to be sent again; else empty
    Column("ended_at", UtcTime, nullable=False),
)

deliveries = Table(  # the files of a published issue that a letter delivers; its bytes have them as attachments
    "deliveries",
    metadata,
    Column("message_id", key, ForeignKey("messages.id"), primary_key=True),
    Column("file_name", String(250), primary_key=True),
    Column("issue", Integer, nullable=False),
    Column("file_hash", String(64), nullable=False),
)

hand_reminders = Table(  # a reminder that an operator had sent; ``words`` are his own in it
    "hand_reminders",
    metadata,
    Column("message_id", key, ForeignKey("messages.id"), primary_key=True),
    Column("account", String(250), nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", Text, nullable=False),
)

mails = Table(  # every mail seen in the mailbox, taken or not; the whole mail is in the archive
    "mails",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("mailbox", Text, nullable=False),
    Column("uid_validity", String(32), nullable=False),
    Column("uid", String(32), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("unit", String(64), nullable=False),  # empty when the sender is nobody's registered reporter
    Column("subject", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("file_hash", String(64), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    UniqueConstraint("town", "mailbox", "uid_validity", "uid"),
)

mail_attachments = Table(  # files that came by mail; of taken mails, reports are taken in from the archive
    "mail_attachments",
    metadata,
    Column("mail_id", key, ForeignKey("mails.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("file_hash", String(64), nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
)
