"""A traced figure as a whole: the return it stands in, who approved that, and the tree; in plain data too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import FigureChange
from townreturn.tracing.naming import name_node, say_value
from townreturn.tracing.tree import Node, Place


@dataclass(frozen=True)
class Approved:
    """One approval of the content that the figure stands in."""

    name: str
    role: str
    decided_at: datetime


@dataclass(frozen=True)
class Traced:
    """``published_at`` is None for a return that is compiled but not published, ``compiled_at`` for a draft.

    ``as_of`` is the instant as of which it was asked for, None for now.
    ``changes`` are those of the figure itself: what it was in the issue before, and why.
    ``corrected_since`` names what it rests on, or itself, where a newer issue than the one used is
    published by now: (period, issue). ``breaks`` are the sentences on those that the figure reaches across.
    """

    period: str
    issue: int
    content_hash: str
    compiled_at: datetime | None
    published_at: datetime | None
    as_of: datetime | None
    approvals: tuple[Approved, ...]
    changes: tuple[FigureChange, ...]
    corrected_since: tuple[tuple[str, int], ...]
    breaks: tuple[str, ...]
    plans: PlanBook
    place: Place
    tree: Node

    @property
    def plan(self) -> Plan:
        """The plan of the return's period."""
        return self.plans.in_force(Period(self.period))


def as_data(traced: Traced) -> dict[str, Any]:
    """The same for programs: times in ISO 8601, numbers as text, so that they stay exact."""
    return {
        "town": traced.plan.town_code,
        "period": traced.period,
        "issue": traced.issue,
        "content_hash": traced.content_hash,
        "compiled_at": traced.compiled_at.isoformat() if traced.compiled_at else None,
        "published_at": traced.published_at.isoformat() if traced.published_at else None,
        "as_of": traced.as_of.isoformat() if traced.as_of else None,
        "approvals": [
            {"name": one.name, "role": one.role, "decided_at": one.decided_at.isoformat()} for one in traced.approvals
        ],
        "changes": [
            {"old": _text(one.old), "new": _text(one.new), "difference": _text(one.difference), "reason": one.reason}
            for one in traced.changes
        ],
        "corrected_since": [{"period": period, "issue": issue} for period, issue in traced.corrected_since],
        "breaks": list(traced.breaks),
        "indicator": traced.place.indicator.code,
        "unit": traced.place.indicator.unit,
        "tree": _node(traced, traced.tree, None),
    }


def _node(traced: Traced, node: Node, parent: Node | None) -> dict[str, Any]:
    source = node.source
    return {
        "label": name_node(traced.plans, traced.place, node, parent),
        "text": say_value(traced.place, node),
        "kind": node.kind.value,
        "period": node.period,
        "issue": node.issue,
        "category": node.category,
        "measure": node.measure.value,
        "value": _text(node.value),
        "source": None
        if source is None
        else {
            "file_hash": source.file_hash,
            "file_name": source.file_name,
            "sheet": source.sheet,
            "cell": source.cell,
            "raw": source.raw,
            "normalised": list(source.normalised),
        },
        "explanations": [
            {"rule": one.code, "question": one.question, "explanation": one.explanation, "unit": one.unit}
            for one in node.notes
        ],
        "children": [_node(traced, one, node) for one in node.children],
    }


def _text(value: object) -> str | None:
    return None if value is None else f"{value:f}"
