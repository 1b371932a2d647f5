"""The return on one page (HTML): readable in any browser without a network, on screen and printed on A4.

One file: styles inside, no script, nothing fetched. The content policy lets in pictures as ``data:`` URIs only.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from townreturn.domain.form import Section
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing import naming
from townreturn.publishing.chosen_entries import choose_entries
from townreturn.publishing.correction_sentences import (
    list_earlier_changes,
    list_own_changes,
    say_correction,
    say_earlier,
    say_later,
)
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.prose import Prose
from townreturn.publishing.reporting_sentences import say_reporting
from townreturn.publishing.summary_tables import render_matrix, render_standings, render_tiles, safe
from townreturn.wording import say

_KEY_CASES = "key_cases"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write_summary(town_return: TownReturn, plan: Plan, path: Path, issued_on: date) -> None:
    """Write the page to ``path``; the same return and day give the same bytes."""
    path.write_bytes(compose_page(town_return, plan, issued_on).encode())


def compose_page(town_return: TownReturn, plan: Plan, issued_on: date) -> str:
    """The whole page. Its figures are those of the workbook, its correction sentences those of the briefing."""
    title = say("ONE_PAGE_TITLE", town=town_return.town, period=naming.period_name(town_return))
    body = "\n".join(_body(town_return, plan, issued_on, title))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{safe(title)}</title>\n'
        f"<style>\n{_styles()}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


@cache
def _styles() -> str:
    return Path(__file__).with_name("summary_page.css").read_text(encoding="utf-8")


def _body(town_return: TownReturn, plan: Plan, issued_on: date, title: str) -> Iterator[str]:
    yield _header(town_return, plan, issued_on, title)
    yield render_tiles(town_return, plan)
    yield _corrections(town_return, plan)
    legend = f'<span class="quiet">{safe(say("ONE_PAGE_LEGEND"))}</span>'
    yield _part(f"{safe(say('ONE_PAGE_PART_FIGURES'))}　{legend}", render_matrix(town_return, plan))
    standings = _part(safe(say("RETURN_SHEET_STANDINGS")), _standings(town_return, plan))
    cases = "".join(_cases(one, town_return, plan) for one in plan.form.sections if one.code == _KEY_CASES)
    yield f'<div class="columns">{standings}<div>{cases}{_files(town_return)}</div></div>'
    yield _notes(town_return, plan)


def _header(town_return: TownReturn, plan: Plan, issued_on: date, title: str) -> str:
    calendar, period = plan.calendar, Period(town_return.period)
    days = {"first": naming.say_day(calendar.first_day(period)), "last": naming.say_day(calendar.last_day(period))}
    told = say("RETURN_HEAD_PERIOD", period=naming.period_name(town_return), **days)
    unit = naming.full_unit_name(plan, plan.coordinating_unit)
    by = say("BRIEFING_FROM", unit=unit, day=naming.say_day(issued_on))
    issue = naming.issue_name(town_return)
    badge = f"<strong>{safe(issue)}</strong>" if issue else ""
    return f"<header><h1>{safe(title)}</h1>{badge}<span>{safe(told)}</span><span>{safe(by)}</span></header>"


def _part(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>{content}</section>"


def _corrections(town_return: TownReturn, plan: Plan) -> str:
    """What was corrected, as the briefing tells it; nothing when nothing was."""
    if not town_return.changes:
        return ""
    lists = ((say_correction, list_own_changes), (say_later, None), (say_earlier, list_earlier_changes))
    told = "".join(_sentences(say_one, list_all, town_return, plan) for say_one, list_all in lists)
    return _part(safe(say("PART_CORRECTIONS")), told)


def _sentences(
    say_one: Callable[[TownReturn, Plan], Prose],
    list_all: Callable[[TownReturn, Plan], list[Prose]] | None,
    town_return: TownReturn,
    plan: Plan,
) -> str:
    lead = say_one(town_return, plan).text
    listed = [one.text for one in list_all(town_return, plan)] if list_all else []
    return (f"<p>{safe(lead)}</p>" if lead else "") + _list("ol", listed)


def _standings(town_return: TownReturn, plan: Plan) -> str:
    """How each obligation stands; above the town in the briefing's words, for there are hundreds."""
    if plan.subordinates:
        return f"<p>{safe(say_reporting(town_return, plan).text)}</p>"
    return render_standings(town_return, plan)


def _cases(section: Section, town_return: TownReturn, plan: Plan) -> str:
    """The titles of the key cases (its first required field), each with its category and unit; above the town those
    that the briefing tells."""
    field = next(one.code for one in section.fields if one.required)
    told: list[str] = []
    for category, entries in groupby(town_return.entries_of(section.code), key=lambda one: one.category):
        chosen, more = choose_entries(plan, list(entries))
        name = plan.category_by_code[category].name
        told += [_say_case(one.values.get(field, ""), name, plan.unit_by_code[one.unit].name) for one in chosen]
        told += [f"{name}：{more.text}"] if more else []
    return _part(safe(section.sheet), _list("ol", told) or f"<p>{safe(say('NOTHING_THIS_PERIOD'))}</p>")


def _say_case(title: str, category: str, unit: str) -> str:
    return say("ONE_PAGE_CASE", title=title, category=category, unit=unit)


def _files(town_return: TownReturn) -> str:
    names = (naming.workbook_name, naming.briefing_name)
    lead = f"<p>{safe(say('ONE_PAGE_FILES_LEAD'))}</p>"
    return _part(safe(say("ONE_PAGE_PART_FILES")), lead + _list("ul", (name(town_return) for name in names)))


def _notes(town_return: TownReturn, plan: Plan) -> str:
    told = [_tell(one, plan) for one in tell_notes(town_return, plan)]
    return _part(safe(say("RETURN_SHEET_NOTES")), _list("ul", told, "below")) if told else ""


def _tell(note: ToldNote, plan: Plan) -> str:
    """A question names its subject; a remark that nobody asked for does not."""
    told = {"category": plan.category_by_code[note.category].name, "question": note.question}
    if note.number:
        return say("ONE_PAGE_NOTE", mark=note.mark, explanation=note.explanation, **told)
    return say("ONE_PAGE_REMARK", subject=note.subject, explanation=note.explanation, **told)


def _list(tag: str, texts: Iterable[str], look: str = "") -> str:
    """A list of texts; nothing when there are none."""
    items = "".join(f"<li>{safe(one)}</li>" for one in texts)
    attribute = f' class="{look}"' if look else ""
    return f"<{tag}{attribute}>{items}</{tag}>" if items else ""
