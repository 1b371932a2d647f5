"""What was compiled, decided and published, and from what."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from townreturn.store.engine import UtcTime
from townreturn.store.schema.base import key, metadata

compilations = Table(
    "compilations",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("compiled_at", UtcTime, nullable=False),
)

compilation_inputs = Table(  # exactly the reports that a compilation was made from, of whatever period
    "compilation_inputs",
    metadata,
    Column("compilation_id", key, ForeignKey("compilations.id"), primary_key=True),
    Column("report_id", key, ForeignKey("reports.id"), primary_key=True),
)

compilation_basis = Table(  # the published issues of other periods that a compilation took figures from
    "compilation_basis",
    metadata,
    Column("compilation_id", key, ForeignKey("compilations.id"), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("issue", Integer, nullable=False),
)

passed_gates = Table(  # by the rules with that SHA-256 the compilation holds
    "passed_gates",
    metadata,
    Column("compilation_id", key, ForeignKey("compilations.id"), primary_key=True),
    Column("rules_hash", String(64), primary_key=True),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", key, primary_key=True),
    Column("compilation_id", key, ForeignKey("compilations.id"), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("account", String(250), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("run_id", String(250), nullable=False),
)

sent_back = Table(
    "sent_back",
    metadata,
    Column("decision_id", key, ForeignKey("decisions.id"), primary_key=True),
    Column("category", String(64), primary_key=True),
    Column("subordinate", String(64), primary_key=True, server_default=""),
    Column("report_id", key, ForeignKey("reports.id"), nullable=True, index=True),
)

refused_approvals = Table(  # approvals of what had changed meanwhile: they decide nothing, and are kept
    "refused_approvals",
    metadata,
    Column("id", key, primary_key=True),
    Column("compilation_id", key, ForeignKey("compilations.id"), nullable=False, index=True),
    Column("account", String(250), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("run_id", String(250), nullable=False),
    Column("refused_at", UtcTime, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("town", String(64), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("issue", Integer, primary_key=True),
    Column("compilation_id", key, ForeignKey("compilations.id"), nullable=False),
    Column("decision_id", key, ForeignKey("decisions.id"), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("folder", Text, nullable=False),
    Column("software_version", String(64), nullable=False),
)

published_files = (
    Table(  # every file of an issue, and the plan, form and rules it was made by; bytes are in the archive
        "published_files",
        metadata,
        Column("town", String(64), primary_key=True),
        Column("period", String(7), primary_key=True),
        Column("issue", Integer, primary_key=True),
        Column("kind", String(16), primary_key=True),
        Column("name", String(250), primary_key=True),
        Column("file_hash", String(64), nullable=False, index=True),
        Column("size", BigInteger, nullable=False),
    )
)

proposals = Table(  # what a change of published figures led to, once for each state of the reports it rests on
    "proposals",
    metadata,
    Column("id", key, primary_key=True),
    Column("town", String(64), nullable=False),
    Column("period", String(7), nullable=False),
    Column("basis_hash", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("run_id", String(250), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
)
Index("proposals_by_period", proposals.c.town, proposals.c.period)
Index("compilations_by_period", compilations.c.town, compilations.c.period)
