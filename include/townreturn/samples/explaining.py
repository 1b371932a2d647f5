"""What the verifying rules ask about drawn figures, answered as a unit would (审核说明)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

from townreturn.checks.judging import judge
from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.history import HISTORY_PERIODS, History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, CategoryReport, Figure, FigureState, Submission, TextEntry
from townreturn.samples.figures import MonthFigures
from townreturn.samples.filing import Filing
from townreturn.samples.texts import Entry
from townreturn.wording import say

Chain = Mapping[tuple[Period, str], MonthFigures]
_NOWHERE = CellRef("", "")


def explain_filings(filings: Sequence[Filing], history: History, rules: Path, seed: int) -> list[Filing]:
    """The filings of one period, each with a row of 审核说明 for whatever the rules ask about it.

    ``history`` is what will have been accepted before them, ``rules`` the folder of the form's suites.
    """
    plan, period = filings[0].plan, filings[0].period
    submissions = [_submission(filing) for filing in filings]
    judged = judge(submissions, [history] * len(submissions), plan.form, period, rules)
    asked = [[finding for one in judgements for finding in one.findings] for judgements in judged]
    return [_explained(*pair, history, seed) for pair in zip(filings, asked, strict=True)]


def history_of(plans: PlanBook, chain: Chain, period: Period, rejected: Callable[[Period], frozenset[str]]) -> History:
    """The drawn figures of the periods before one, as a store holds them, without the categories rejected."""
    figures: dict[tuple[str, str], dict[int, PastFigure]] = {}
    earlier = period
    for periods_back in range(1, HISTORY_PERIODS + 1):
        earlier = earlier.previous
        plan = plans.find(earlier)
        if plan is None:
            break
        out = rejected(earlier)
        for category in plan.categories:
            if category.code not in out:
                for indicator, value in chain[earlier, category.code].values.items():
                    past = figures.setdefault((category.code, indicator), {})
                    past[periods_back] = PastFigure(value, category.lead)
    return History(figures)


def _submission(filing: Filing) -> Submission:
    """The filing as intake would read it."""
    reports = tuple(_report(filing, category) for category in filing.figures)
    arrival = Arrival("", "", filing.plan.calendar.end(filing.period))
    return Submission(arrival, filing.unit.code, filing.period, filing.plan.form.edition, reports, ())


def _report(filing: Filing, category: str) -> CategoryReport:
    month = filing.figures[category]
    entries = tuple(
        TextEntry(section, entry, _NOWHERE)
        for section, rows in filing.entries.items()
        for owner, entry in rows
        if owner == category
    )
    figures = tuple(_figure(code, value, month.zero_return) for code, value in month.values.items())
    return CategoryReport(category, month.zero_return, figures, entries)


def _figure(indicator: str, value: Decimal, zero_return: bool) -> Figure:
    state = FigureState.ZERO if zero_return and not value else FigureState.REPORTED
    return Figure(indicator, value, state, str(value), _NOWHERE)


def _explained(filing: Filing, asked: Sequence[Finding], history: History, seed: int) -> Filing:
    rows = tuple(
        (one.category or "", _row(filing, one, history, seed)) for one in asked if one.severity is Severity.VERIFYING
    )
    section = filing.plan.form.explanations
    if not rows or not section:
        return filing
    return replace(filing, entries={**filing.entries, section: (*filing.entries.get(section, ()), *rows)})


def _row(filing: Filing, finding: Finding, history: History, seed: int) -> Entry:
    label = filing.plan.form.by_code[finding.indicator].label if finding.indicator else ""
    reason = _reason(filing, finding, history, seed)
    return {"indicator": label, "finding": finding.short_name, "reason": reason}


def _reason(filing: Filing, finding: Finding, history: History, seed: int) -> str:
    """A sentence that fits the month, the kind of figure and whether it rose or fell."""
    plan, period, category = filing.plan, filing.period, finding.category or ""
    rng = Random(f"{seed}/{plan.town_code}/{category}/{period}/{finding.indicator}/{finding.code}")  # noqa: S311
    if finding.indicator is None:
        return _choose(rng, "SAMPLE_EXPLANATIONS_SAME", plan, period, category, "")
    value = filing.figures[category].values[finding.indicator]
    last = history.value(category, finding.indicator, 1)
    indicator = plan.form.by_code[finding.indicator]
    rose = last is None or value >= last
    is_inspection = indicator.group == plan.form.indicators[0].group
    code = f"SAMPLE_EXPLANATIONS_{'INSPECTION' if is_inspection else 'RESULT'}_{'UP' if rose else 'DOWN'}"
    return _choose(rng, code, plan, period, category, indicator.label)


def _choose(rng: Random, code: str, plan: Plan, period: Period, category: str, label: str) -> str:
    known = plan.category_by_code[category]
    texts = say(
        code,
        name=known.name,
        label=label,
        occasion=say("SAMPLE_OCCASIONS").split("|")[period.month - 1],
        place=rng.choice(known.focus_places or (known.name,)).partition("（")[0],
    )
    return rng.choice(texts.split("|"))
