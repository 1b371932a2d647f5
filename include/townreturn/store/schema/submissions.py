"""What came in: files, what was read and found, what each obligation stands by.

Amounts are whole numbers of the indicator's smallest unit (``scaled`` = value × 10^``decimals``),
because SQLite would keep NUMERIC as REAL.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from townreturn.store.engine import UtcTime
from townreturn.store.schema.base import key, metadata

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("file_hash", String(64), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("taken_in_at", UtcTime, nullable=False),
    Column("disposition", String(32), nullable=False),
    Column("duplicate_of", key, ForeignKey("arrivals.id")),
    Column("plan", String(64)),
    Column("edition", Text),
    Column("unit", String(64)),
    Column("period", String(7)),
    Column("filled_by", Text, nullable=False, server_default=""),
    # The account that uploaded it on the board; empty for what came by the inbox or by mail.
    Column("uploaded_by", String(250), nullable=False, server_default=""),
    UniqueConstraint("town", "file_hash", "file_name", "received_at"),
)
Index("arrivals_by_period", arrivals.c.town, arrivals.c.period)
_nobodys = arrivals.c.unit.is_(None) | arrivals.c.period.is_(None)
Index("arrivals_unfiled", arrivals.c.town, arrivals.c.id, postgresql_where=_nobodys, sqlite_where=_nobodys)

reports = Table(
    "reports",
    metadata,
    Column("id", key, primary_key=True),
    Column("arrival_id", key, ForeignKey("arrivals.id"), nullable=False, index=True),
    Column("town", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("category", String(64), nullable=False),
    # Whose part of the category it is, above the town; empty where one unit leads it.
    Column("subordinate", String(64), nullable=False, server_default=""),
    Column("unit", String(64), nullable=False),
    # In the order of taking in, over all parts of the category.
    # The revision that people are shown counts by the time received instead.
    Column("entry_number", Integer, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("zero_return", Boolean, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("town", "period", "category", "entry_number"),
)

facts = Table(
    "facts",
    metadata,
    Column("report_id", key, ForeignKey("reports.id"), primary_key=True),
    Column("indicator", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("scaled", BigInteger),
    Column("decimals", SmallInteger, nullable=False),
    Column("raw", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(16), nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("report_id", key, ForeignKey("reports.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("section", String(64), nullable=False),
    Column("fields", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(16), nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("id", key, primary_key=True),
    Column("arrival_id", key, ForeignKey("arrivals.id"), nullable=False, index=True),
    Column("category", String(64)),
    Column("code", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("indicator", String(64)),
    Column("explanation", Text, nullable=False, server_default=""),
)

exclusions = Table(
    "exclusions",
    metadata,
    Column("id", key, primary_key=True),
    Column("report_id", key, ForeignKey("reports.id"), nullable=False, index=True),
    # False lifts an exclusion that was a mistake; the newest row counts.
    Column("excluded", Boolean, nullable=False),
    Column("account", String(250), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
)

latest = Table(  # derived from the rest, and kept for speed: the only table here whose rows change, with openings
    "latest",
    metadata,
    Column("town", String(64), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("category", String(64), primary_key=True),
    Column("subordinate", String(64), primary_key=True, server_default=""),
    Column("last_report_id", key, ForeignKey("reports.id"), nullable=False),
    Column("accepted_report_id", key, ForeignKey("reports.id")),
)

openings = Table(
    "openings",
    metadata,
    Column("town", String(64), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("backfilled", Boolean, nullable=False),
    Column("run_id", String(250), nullable=False),
)

intake_runs = Table(
    "intake_runs",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("taken_count", Integer, nullable=False),
    Column("left_count", Integer, nullable=False),
)
Index("intake_runs_by_start", intake_runs.c.town, intake_runs.c.started_at)

alerts = Table(
    "alerts",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("period", String(7), nullable=False),
    Column("text", Text, nullable=False),
)
Index("alerts_by_town", alerts.c.town, alerts.c.id)
