"""The audit trail (留痕): one chain of events for each plan and period, each event sealed by the one before."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from townreturn.store.engine import UtcTime
from townreturn.store.schema.base import key, metadata

events = Table(
    "events",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("details", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("plan", "period", "number"),
)
Index("events_by_period", events.c.town, events.c.period)

before_the_trail = Table(  # the rows that no event has to vouch for; closed once there is an event
    "before_the_trail",
    metadata,
    Column("table_name", String(64), primary_key=True),
    Column("row_key", String(128), primary_key=True),
)
