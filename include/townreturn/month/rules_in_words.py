"""The rules on values as people read them: what each says, why it is there, since when and until when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from townreturn.checks.suites import Rule, Suite, load_suite
from townreturn.domain.findings import Severity, short_name_of
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.wording import say, texts

_BLANKS = re.compile(r"(?: ?… ?)+")


@dataclass(frozen=True)
class RuleInWords:
    """A rule; ``first`` and ``last`` are periods, both included, empty where open. ``at``: the indicator's label.

    ``sentence`` is what a unit is told, with a blank for each number that only a workbook has.
    """

    code: str
    severity: Severity
    name: str
    sentence: str
    why: str
    at: str
    first: str
    last: str


@dataclass(frozen=True)
class SuiteInWords:
    """The rules on one kind of row, in the order in which they are asked."""

    suite: str
    rules: tuple[RuleInWords, ...]


def tell_rules(office: Office, plan: Plan) -> tuple[SuiteInWords, ...]:
    """Every rule of the plan's form, then those on the compiled return; ConfigurationFault when one is missing."""
    folder = office.rules(plan.form.edition)
    suites = [load_suite(folder / name) for name in ("cells.yaml", "reports.yaml")]
    suites.append(load_suite(office.rules("town_return.yaml"), ("category", "indicator")))
    return tuple(_tell_suite(plan, one) for one in suites)


def tell_codes(office: Office, plan: Plan, codes: Iterable[str]) -> dict[str, str]:
    """Code of a finding → what it stands for: its short name, else its sentence; itself where it has no text.

    A town's own rule is told as the plan's suites have it.
    """
    rules = {rule.code: rule.name or rule.sentence for suite in tell_rules(office, plan) for rule in suite.rules}
    return {code: rules.get(code) or short_name_of(code) or _with_blanks(texts().get(code, code), {}) for code in codes}


def _tell_suite(plan: Plan, suite: Suite) -> SuiteInWords:
    return SuiteInWords(suite.suite, tuple(_tell_rule(plan, one) for one in suite.rules))


def _tell_rule(plan: Plan, rule: Rule) -> RuleInWords:
    indicator, bounds = plan.form.by_code.get(rule.at), _bounds(rule)
    return RuleInWords(
        code=rule.code,
        severity=rule.severity,
        name=short_name_of(rule.code),
        sentence=_with_blanks(rule.message or texts()[rule.code], bounds),
        why=rule.why or _with_blanks(texts().get(f"{rule.code}_WHY", ""), bounds),
        at=indicator.label if indicator else "",
        first=rule.first,
        last=rule.last,
    )


def _bounds(rule: Rule) -> dict[str, str]:
    """What the rule itself fills into its text: single bounds, and the change that it asks about."""
    bounds = {name: str(value) for name, value in rule.kwargs.items() if isinstance(value, int | float)}
    change = say("RULE_CHANGE", beyond=bounds["beyond_pct"]) if "beyond_pct" in bounds else "…"
    return bounds | dict.fromkeys(rule.changes, change)


def _with_blanks(text: str, values: Mapping[str, str]) -> str:
    """The text with its values, and one blank for every number beside another that it has none for."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    known = {"label": say("RULE_SOME_INDICATOR")} | dict(values)
    return _BLANKS.sub("…", text.format(**{name: known.get(name, "…") for name in names}))
