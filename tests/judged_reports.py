"""Category reports judged by themselves, against a past made by hand: no workbooks, no store."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from stored_reports import Figures, make_report
from townreturn.checks.judging import judge
from townreturn.domain.findings import CellRef
from townreturn.domain.history import History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival, CategoryReport, Judgement, Submission, TextEntry
from townreturn.settings import Settings

RULES = Settings.from_environment({}).expectations[-1]
MARCH = Period("2018-03")


def past(
    plan: Plan, category: str, figures: Mapping[int, Figures], *, unit: str = "", only: Sequence[str] = ()
) -> History:
    """Accepted reports of a category: periods back → its figures, every other figure 0.

    ``only`` leaves all but some indicators unknown.
    """
    by_indicator: dict[tuple[str, str], dict[int, PastFigure]] = {}
    for one in plan.form.indicators_of(category):
        for back, given in figures.items():
            if not only or one.code in only:
                value = PastFigure(Decimal(given.get(one.code, 0)), unit or plan.category_by_code[category].lead)
                by_indicator.setdefault((category, one.code), {})[back] = value
    return History(by_indicator)


def submission(plan: Plan, *reports: CategoryReport, period: Period = MARCH) -> Submission:
    unit = plan.category_by_code[reports[0].category].lead
    arrival = Arrival("a.xlsx", "0" * 64, datetime(2018, 3, 28, tzinfo=UTC))
    return Submission(arrival, unit, period, plan.form.edition, reports, ())


def judged(
    plan: Plan, report: CategoryReport, history: History | None = None, *, period: Period = MARCH,
    rules: Path | None = None,
) -> Judgement:  # fmt: skip
    """One report as its period's rules judge it."""
    sent = submission(plan, report, period=period)
    [[judgement]] = judge([sent], [history or History()], plan.form, period, rules or RULES / plan.form.edition)
    return judgement


def codes(
    plan: Plan, figures: Figures, history: History | None = None, *, category: str = "tobacco", large: int = 0,
    period: Period = MARCH, rules: Path | None = None,
) -> list[str]:  # fmt: skip
    """The codes found in a report of these figures, with ``large`` major cases listed."""
    entries = tuple(key_case("是") for _ in range(large))
    report = make_report(plan, category, figures, entries=entries)
    return [one.code for one in judged(plan, report, history, period=period, rules=rules).findings]


def key_case(large: str) -> TextEntry:
    return TextEntry("key_cases", {"title": "某仓库售假案", "large": large}, CellRef("重点案件", "A4"))


def explained(row: int, indicator: str, reason: str, finding: str = "") -> TextEntry:
    values = {"indicator": indicator, "finding": finding, "reason": reason}
    return TextEntry(
        "explanations", {key: text for key, text in values.items() if text}, CellRef("审核说明", f"A{row}")
    )
