"""What the published files are called, and how period, town and units are named in them."""

from datetime import date

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.superior import SuperiorTemplate
from townreturn.domain.town_return import TownReturn
from townreturn.wording import say

MANIFEST = "manifest.json"
RETURN_SCHEMA, BRIEFING_SCHEMA = "town-return.schema.json", "briefing.schema.json"


def folder_of(town_return: TownReturn) -> str:
    """Where the issue lies under the outbox."""
    return issue_folder(Period(town_return.period), town_return.issue)


def issue_folder(period: Period, issue: int) -> str:
    """Where an issue of a period lies under the outbox."""
    return f"{period.key}/issue-{issue}"


def pdf_folder(period: Period, issue: int) -> str:
    """Where what was printed of an issue lies: beside it, for it is no part of it."""
    return f"{period.key}/pdf-issue-{issue}"


def workbook_name(town_return: TownReturn) -> str:
    """「清溪镇打假统计月报_2018年3月.xlsx」; a correction's name ends with 「_第1次更正」."""
    return f"{_return_stem(town_return)}.xlsx"


def submission_name(town_return: TownReturn) -> str:
    """「清溪镇打假统计月报_2018年3月_上报.xlsx」, for the level above to take in."""
    return f"{_return_stem(town_return)}_{say('SUBMISSION_FILE')}.xlsx"


def summary_name(town_return: TownReturn) -> str:
    """「清溪镇打假统计月报_2018年3月_摘要.html」."""
    return f"{_return_stem(town_return)}_{say('ONE_PAGE_FILE')}.html"


def csv_name(town_return: TownReturn) -> str:
    """The workbook's name, as CSV."""
    return f"{_return_stem(town_return)}.csv"


def notes_csv_name(town_return: TownReturn) -> str:
    """「清溪镇打假统计月报_2018年3月_数据说明.csv」."""
    return f"{_return_stem(town_return)}_{say('RETURN_SHEET_NOTES')}.csv"


def standings_csv_name(town_return: TownReturn) -> str:
    """「清溪镇打假统计月报_2018年3月_报送情况.csv」."""
    return f"{_return_stem(town_return)}_{say('RETURN_SHEET_STANDINGS')}.csv"


def changes_csv_name(town_return: TownReturn) -> str:
    """「清溪镇打假统计月报_2018年3月_第1次更正_数据更正.csv」."""
    return f"{_return_stem(town_return)}_{say('RETURN_SHEET_CHANGES')}.csv"


def json_name(town_return: TownReturn) -> str:
    """The workbook's name, as JSON."""
    return f"{_return_stem(town_return)}.json"


def briefing_name(town_return: TownReturn) -> str:
    """「打假形势分析会材料_2018年3月.docx」."""
    return _file_stem("BRIEFING_FILE", town_return) + ".docx"


def briefing_twin_name(town_return: TownReturn) -> str:
    """The briefing's name, as JSON."""
    return _file_stem("BRIEFING_FILE", town_return) + ".json"


def superior_name(town_return: TownReturn, superior: SuperiorTemplate) -> str:
    """As the mapping has it; a correction's name ends with 「_第1次更正」 before .xlsx."""
    period = Period(town_return.period)
    values = {"town": town_return.town, "period": name_period(period), "year": period.year, "month": period.month}
    stem = superior.file_name.removesuffix(".xlsx").format_map(values)
    return _with_issue(stem, town_return) + ".xlsx"


def period_name(town_return: TownReturn) -> str:
    """「2018年3月」, the return's own period."""
    return name_period(Period(town_return.period))


def name_period(period: Period) -> str:
    """「2018年3月」."""
    return say("PERIOD_NAMED", year=period.year, month=period.month)


def say_day(day: date) -> str:
    """「2018年4月2日」."""
    return say("DAY_NAMED", year=day.year, month=day.month, day=day.day)


def issue_name(town_return: TownReturn) -> str:
    """「第1次更正」, or nothing for the original."""
    return say("CORRECTION_NAMED", issue=town_return.issue) if town_return.issue else ""


def full_unit_name(plan: Plan, unit_code: str) -> str:
    """A unit with its town before it: 「清溪镇经科信局」; units of other levels keep their own name."""
    unit = plan.unit_by_code[unit_code]
    if unit.level != "town" or unit.name.startswith(plan.town):
        return unit.name
    return plan.town + unit.name.removeprefix(plan.town[-1])


def _return_stem(town_return: TownReturn) -> str:
    return _file_stem("RETURN_FILE", town_return)


def _file_stem(code: str, town_return: TownReturn) -> str:
    return _with_issue(say(code, town=town_return.town, period=period_name(town_return)), town_return)


def _with_issue(stem: str, town_return: TownReturn) -> str:
    stem = "_".join(part for part in (stem, issue_name(town_return)) if part)
    return stem.replace("/", "／").replace("\\", "＼")
