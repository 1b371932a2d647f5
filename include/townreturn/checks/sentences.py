"""A rule that failed → a finding with its whole sentence: the numbers, what is wrong, what to do."""

from collections.abc import Hashable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from townreturn.checks.suites import Rule
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.form import Form
from townreturn.domain.submission import CategoryReport, Figure
from townreturn.wording import say

_BASES = ("last", "year_ago")
"""The columns that a text may state the change from."""


def finding_of(
    rule: Rule, report: CategoryReport, figure: Figure | None, form: Form, columns: Mapping[Hashable, Any], ending: str
) -> Finding:
    """The finding on a figure, or on the category as a whole at its first figure's cell.

    ``columns`` are the values of the rule's columns in the row that failed; ``ending`` is what a
    question ends with.
    """
    values: dict[str, object] = {str(name): _plain(value) for name, value in columns.items()}
    values |= {f"change_from_{base}": _change(columns["flow"], columns[base]) for base in _BASES if base in columns}
    indicator = form.by_code[figure.indicator] if figure else None
    if indicator and figure:
        # The blank of a zero return is a 0.
        told = figure.raw or ("" if figure.value is None else str(figure.value))
        values |= {"label": indicator.label, "value": told, "unit": indicator.unit}
    at = figure.at if figure else next((one.at for one in report.figures), None)
    return Finding(
        code=rule.code,
        severity=rule.severity,
        message=rule.say(**values) + (ending if rule.severity is Severity.VERIFYING else ""),
        category=report.category,
        at=at,
        value=figure.raw if figure else "",
        indicator=indicator.code if indicator else None,
    )


def request(form: Form) -> str:
    """What every verifying finding ends with: explain or correct; empty where nothing can be asked."""
    return say("VERIFYING_REQUEST", sheet=form.section(form.explanations).sheet) if form.explanations else ""


def _change(value: float, base: float) -> str:
    """In words, per cent with one decimal, half up; from zero there is no per cent."""
    if base == 0:
        return say("CHANGE_FROM_ZERO")
    change = abs(Decimal(str(value)) - Decimal(str(base))) / Decimal(str(base)) * 100
    pct = change.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return say("CHANGE_UP" if value > base else "CHANGE_DOWN", pct=pct)


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
