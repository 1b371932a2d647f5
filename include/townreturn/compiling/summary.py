"""What the approver reads before deciding: completeness, totals, who is out – in Markdown."""

from collections.abc import Iterator

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, TownReturn
from townreturn.wording import say


def summarise_return(town_return: TownReturn, plan: Plan, findings_count: int, content_hash: str) -> str:
    """Markdown of one screen; the hash names exactly what is being approved."""
    period = Period(town_return.period)
    heading = say("SUMMARY_HEADING", town=plan.town, year=period.year, month=period.month)
    reported = say("SUMMARY_REPORTED", reported=town_return.reported_count, total=len(town_return.standings))
    lines = [heading, "", reported, *_missing(town_return, plan), "", *_totals(town_return, plan), ""]
    return "\n".join([*lines, say("SUMMARY_FINDINGS", count=findings_count, hash=content_hash[:12])])


def _missing(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    for standing in town_return.standings:
        if not standing.is_in:
            unit = plan.unit_by_code[standing.unit].name
            yield say("SUMMARY_MISSING", unit=unit, category=plan.category_by_code[standing.category].heading)


def _totals(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    yield say("SUMMARY_TABLE_HEAD")
    yield "|---|---|---:|---:|"
    for indicator in plan.form.indicators:
        cell = town_return.cell(TOTAL, indicator.code)
        if cell is not None:
            current, ytd = _shown(cell.current, indicator.decimals), _shown(cell.ytd, indicator.decimals)
            yield f"| {indicator.label} | {indicator.unit} | {current} | {ytd} |"


def _shown(amount: Amount, decimals: int) -> str:
    if amount.value is None:
        return say("SUMMARY_NOT_REPORTED")
    return f"{amount.value:,.{decimals}f}" + ("" if amount.is_complete else say("SUMMARY_INCOMPLETE"))
