"""The suites of expectations/, read strictly: every rule with its code, severity and blamed cell."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from townreturn.domain.findings import Severity
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say


@dataclass(frozen=True)
class Rule:
    """One expectation; ``at`` is the indicator whose cell is blamed, empty where the row says it.

    ``message`` is for a town's own rules; the project's have their text in wording/checks.toml.
    """

    code: str
    severity: Severity
    expectation: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    at: str = ""
    message: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the rule reads."""
        single = [self.kwargs[key] for key in ("column", "column_A", "column_B") if key in self.kwargs]
        return (*single, *self.kwargs.get("column_list", ()))

    def say(self, **values: object) -> str:
        """The rule's text with its values filled in."""
        return self.message.format(**values) if self.message else say(self.code, **values)


@dataclass(frozen=True)
class Suite:
    """The rules on one kind of row."""

    suite: str
    rules: tuple[Rule, ...]


def load_suite(path: Path) -> Suite:
    """One suite file; ConfigurationFault for an unknown key or a code that stands twice."""
    document = StrictDocument(path)
    suite = document.read(Suite, document.data)
    seen: set[str] = set()
    for row, rule in enumerate(suite.rules):
        if rule.code in seen:
            document.fail(("rules", row, "code"), "CONFIG_DUPLICATE", value=rule.code)
        seen.add(rule.code)
    return suite
