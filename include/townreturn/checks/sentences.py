"""A rule that failed → a finding with its whole sentence: the numbers, what is wrong, what to do."""

from collections.abc import Hashable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from townreturn.checks.suites import FIGURE_VALUES, Rule
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.form import Form
from townreturn.domain.submission import CategoryReport, Figure
from townreturn.wording import say

_IN_ZERO_RETURN = {"REQUIRED_BLANK": "REQUIRED_BLANK_IN_ZERO_RETURN"}
"""Texts that a zero return is told instead: what is blank in it is no flow."""


def finding_of(
    rule: Rule, report: CategoryReport, figure: Figure | None, form: Form, columns: Mapping[Hashable, Any], ending: str
) -> Finding:
    """The finding on a figure, or on the category as a whole at its first figure's cell.

    ``columns`` are the values of the rule's columns in the row that failed; ``ending`` is what a
    question ends with.
    """
    values: dict[str, object] = {str(name): _plain(value) for name, value in columns.items()}
    values |= {name: _change(columns["flow"], columns[base], rule) for name, base in rule.changes.items()}
    indicator = form.by_code[figure.indicator] if figure else None
    told = (indicator.label, _told(figure, rule), indicator.unit) if indicator and figure else ("", "", "")
    values |= dict(zip(FIGURE_VALUES, told, strict=True))
    at = figure.at if figure else next((one.at for one in report.figures), None)
    return Finding(
        code=rule.code,
        severity=rule.severity,
        message=_text(rule, report, values) + (ending if rule.severity is Severity.VERIFYING else ""),
        category=report.category,
        at=at,
        value=figure.raw if figure else "",
        indicator=indicator.code if indicator else None,
    )


def request(form: Form) -> str:
    """What every verifying finding ends with: explain or correct; empty where nothing can be asked."""
    return say("VERIFYING_REQUEST", sheet=form.section(form.explanations).sheet) if form.explanations else ""


def _text(rule: Rule, report: CategoryReport, values: dict[str, object]) -> str:
    instead = _IN_ZERO_RETURN.get(rule.code)
    return say(instead, **values) if instead and report.zero_return and not rule.message else rule.say(**values)


def _told(figure: Figure, rule: Rule) -> str:
    """A fault quotes the cell, the rest tell the number read; the blank of a zero return is a 0."""
    if figure.value is None or (figure.raw and rule.severity is Severity.MANDATORY):
        return figure.raw
    text = f"{figure.value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _change(value: float, base: float, rule: Rule) -> str:
    """In words, per cent with one decimal, half up, and the rule's bound; from zero there is no per cent."""
    if base == 0:
        return say("CHANGE_FROM_ZERO")
    change = abs(Decimal(str(value)) - Decimal(str(base))) / Decimal(str(base)) * 100
    pct = change.quantize(Decimal("0.1"), ROUND_HALF_UP)
    told = say("CHANGE_UP" if value > base else "CHANGE_DOWN", pct=pct)
    beyond = rule.kwargs.get("beyond_pct")
    return told if beyond is None else say("CHANGE_BEYOND", change=told, beyond=beyond)


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
