"""The suites of expectations/, read strictly: every rule with its code, severity, cell and periods."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import Field

from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Severity
from townreturn.domain.period import Period
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say, texts

FIGURE_VALUES = ("label", "value", "unit")
"""What a text may say of the figure blamed, beside the rule's own columns and bounds."""
CHANGE_BASES = ("last", "year_ago")
"""The columns that a text may state the change of ``flow`` from."""


@dataclass(frozen=True)
class Rule:
    """One expectation, in force from ``first`` to ``last`` (periods, both included; empty is open).

    ``at`` is the indicator whose cell is blamed; empty where the row says it, or when the rule is
    about a whole category. Of the rules with one ``question`` a cell is asked only the first that
    fails, in the suite's order. ``message`` and ``why`` are for a town's own rules; the project's
    have their texts in wording/checks.toml and wording/reasons.toml.
    """

    code: str
    severity: Severity
    expectation: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    at: str = ""
    question: str = ""
    message: str = ""
    why: str = ""
    first: Annotated[str, Field(alias="from")] = ""
    last: Annotated[str, Field(alias="until")] = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the rule reads."""
        single = [self.kwargs[key] for key in ("column", "column_A", "column_B") if key in self.kwargs]
        return (*single, *self.kwargs.get("column_list", ()))

    @property
    def changes(self) -> dict[str, str]:
        """Name in the text → base of every change that the columns tell."""
        bases = [one for one in CHANGE_BASES if {one, "flow"} <= {*self.columns}]
        return {f"change_from_{base}": base for base in bases}

    @property
    def nameable(self) -> tuple[str, ...]:
        """What the text may name by the rule itself: its columns, bounds and changes."""
        return (*self.columns, *self.kwargs, *self.changes)

    def holds_in(self, period: Period) -> bool:
        """Whether the rule is in force for a period: history is checked by the rules of its time."""
        return (not self.first or Period(self.first) <= period) and (not self.last or period <= Period(self.last))

    def say(self, **values: object) -> str:
        """The rule's text with its values and its own bounds filled in."""
        named = {**self.kwargs, **values}
        return self.message.format(**named) if self.message else say(self.code, **named)


@dataclass(frozen=True)
class Suite:
    """The rules on one kind of row."""

    suite: str
    rules: tuple[Rule, ...]

    def in_force(self, period: Period) -> "Suite":
        """The suite with the rules of a period."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.holds_in(period)))


def load_suite(path: Path, supplied: Collection[str] = FIGURE_VALUES) -> Suite:
    """One suite file; ``supplied`` are the values that its reader fills into texts.

    Raises ConfigurationFault for an unknown key, a code that stands twice or has no text, a
    message with a name that nothing fills, and periods that are malformed or reversed.
    """
    document = StrictDocument(path)
    suite = document.read(Suite, document.data)
    seen: set[str] = set()
    for row, rule in enumerate(suite.rules):
        if rule.code in seen:
            document.fail(("rules", row, "code"), "CONFIG_DUPLICATE", value=rule.code)
        seen.add(rule.code)
        _refuse_bad_periods(document, row, rule)
        if not rule.message and rule.code not in texts():
            document.fail(("rules", row, "code"), "CONFIG_RULE_WITHOUT_TEXT", value=rule.code)
        _refuse_bad_message(document, row, rule, supplied)
    return suite


def unfillable(text: str, names: Collection[str]) -> str:
    """The first place of a text that is not simply one of the names; empty when there is none.

    Raises ValueError for braces that do not pair.
    """
    for _, name, bounds, conversion in Formatter().parse(text):
        if name is not None and (name not in names or bounds or conversion):
            return f"{{{name}{'!' + conversion if conversion else ''}{':' + bounds if bounds else ''}}}"
    return ""


def _refuse_bad_message(document: StrictDocument, row: int, rule: Rule, supplied: Collection[str]) -> None:
    names = (*supplied, *rule.nameable)
    try:
        strange = unfillable(rule.message, names)
        detail = strange and say("RULE_TEXT_UNFILLABLE", name=strange, names="、".join(dict.fromkeys(names)))
    except ValueError:
        detail = say("RULE_TEXT_BRACES")
    if detail:
        document.fail(("rules", row, "message"), "CONFIG_BAD_VALUE", detail=detail)


def _refuse_bad_periods(document: StrictDocument, row: int, rule: Rule) -> None:
    for key, text in (("from", rule.first), ("until", rule.last)):
        try:
            _ = Period(text) if text else None
        except Misuse as fault:
            document.fail(("rules", row, key), "CONFIG_BAD_VALUE", detail=str(fault))
    if rule.first and rule.last and Period(rule.last) < Period(rule.first):
        document.fail(("rules", row, "until"), "CONFIG_BAD_VALUE", detail=say("VALIDITY_REVERSED"))
