"""The tables. Everything is append-only, kept so by triggers, but ``latest`` and ``openings``."""

from townreturn.store.schema.base import metadata
from townreturn.store.schema.record import before_the_trail, events
from townreturn.store.schema.returns import (
    compilation_basis,
    compilation_inputs,
    compilations,
    decisions,
    proposals,
    publications,
    published_files,
    refused_approvals,
    sent_back,
)
from townreturn.store.schema.submissions import (
    alerts,
    arrivals,
    entries,
    exclusions,
    facts,
    findings,
    intake_runs,
    latest,
    openings,
    reports,
)

__all__ = [
    "alerts",
    "arrivals",
    "before_the_trail",
    "compilation_basis",
    "compilation_inputs",
    "compilations",
    "decisions",
    "entries",
    "events",
    "exclusions",
    "facts",
    "findings",
    "intake_runs",
    "latest",
    "metadata",
    "openings",
    "proposals",
    "publications",
    "published_files",
    "refused_approvals",
    "reports",
    "sent_back",
]
