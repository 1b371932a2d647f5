"""The tables. Everything is append-only but ``latest``, which is kept for speed.

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
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from townreturn.store.engine import UtcTime

metadata = MetaData()

_key = BigInteger().with_variant(Integer, "sqlite")

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", _key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("file_hash", String(64), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("taken_in_at", UtcTime, nullable=False),
    Column("disposition", String(32), nullable=False),
    Column("duplicate_of", _key, ForeignKey("arrivals.id")),
    Column("plan", String(64)),
    Column("edition", Text),
    Column("unit", String(64)),
    Column("period", String(7)),
    Column("filled_by", Text, nullable=False, server_default=""),
    UniqueConstraint("town", "file_hash", "file_name", "received_at"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", _key, primary_key=True),
    Column("arrival_id", _key, ForeignKey("arrivals.id"), nullable=False),
    Column("town", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("category", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("zero_return", Boolean, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("town", "period", "category", "revision"),
)

facts = Table(
    "facts",
    metadata,
    Column("report_id", _key, ForeignKey("reports.id"), primary_key=True),
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
    Column("report_id", _key, ForeignKey("reports.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("section", String(64), nullable=False),
    Column("fields", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(16), nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("id", _key, primary_key=True),
    Column("arrival_id", _key, ForeignKey("arrivals.id"), nullable=False, index=True),
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

latest = Table(
    "latest",
    metadata,
    Column("town", String(64), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("category", String(64), primary_key=True),
    Column("last_report_id", _key, ForeignKey("reports.id"), nullable=False),
    Column("accepted_report_id", _key, ForeignKey("reports.id")),
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
    Column("id", _key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("taken_count", Integer, nullable=False),
    Column("left_count", Integer, nullable=False),
)

compilations = Table(
    "compilations",
    metadata,
    Column("id", _key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("compiled_at", UtcTime, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", _key, primary_key=True),
    Column("compilation_id", _key, ForeignKey("compilations.id"), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("account", String(250), nullable=False),
    Column("name", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("run_id", String(250), nullable=False),
)

sent_back = Table(
    "sent_back",
    metadata,
    Column("decision_id", _key, ForeignKey("decisions.id"), primary_key=True),
    Column("category", String(64), primary_key=True),
    Column("report_id", _key, ForeignKey("reports.id"), nullable=True),
)

publications = Table(
    "publications",
    metadata,
    Column("town", String(64), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("issue", Integer, primary_key=True),
    Column("compilation_id", _key, ForeignKey("compilations.id"), nullable=False),
    Column("decision_id", _key, ForeignKey("decisions.id"), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("folder", Text, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", _key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("period", String(7), nullable=False),
    Column("text", Text, nullable=False),
)

Index("compilations_by_period", compilations.c.town, compilations.c.period)
