"""The meeting briefing (打假形势分析会材料): the return told in words, its tables annexed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from docx.document import Document as WordDocument

from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan
from townreturn.domain.town_return import TOTAL, Measure, ReturnEntry, TownReturn
from townreturn.publishing.annex_tables import write_annexes
from townreturn.publishing.data_notes import list_remarks
from townreturn.publishing.naming import full_unit_name, issue_name, period_name, say_day
from townreturn.publishing.official_document import (
    add_body,
    add_byline,
    add_heading,
    add_title,
    open_document,
    save_document,
)
from townreturn.publishing.reporting_sentences import list_explanations, list_quality, say_reporting
from townreturn.publishing.sentences import (
    end_sentence,
    say_category,
    say_category_ytd,
    say_comparisons,
    say_entry,
    say_overview,
    say_totals,
)
from townreturn.publishing.standing_words import name_missing
from townreturn.publishing.texts import one_line
from townreturn.wording import say

_NUMERALS = "一二三四五六七八九十"
_CATEGORY_SECTIONS = ("key_cases", "practices", "key_areas")
_PROBLEMS = "problems"


@dataclass(frozen=True)
class Briefing:
    """The open document with what it tells."""

    document: WordDocument
    town_return: TownReturn
    plan: Plan

    def say(self, *texts: str) -> None:
        """One paragraph of the texts that are not empty; none when all are."""
        text = "".join(texts)
        if text:
            add_body(self.document, text)

    def list(self, texts: Iterable[str]) -> None:
        """Numbered paragraphs: 「1. ……」."""
        for number, text in enumerate(texts, start=1):
            self.say(say("NUMBERED", number=number, text=text))


def write_briefing(town_return: TownReturn, plan: Plan, path: Path, issued_on: date) -> None:
    """Write the briefing to ``path``; the same return and day give the same bytes."""
    briefing = Briefing(open_document(), town_return, plan)
    _write_front(briefing, issued_on)
    for number, (code, write) in enumerate(_PARTS, start=1):
        add_heading(briefing.document, say("PART_HEAD", number=numeral(number), name=say(code)), level=1)
        write(briefing)
    write_annexes(briefing.document, town_return, plan)
    title = say("BRIEFING_TITLE", town=plan.town, period=period_name(town_return))
    save_document(briefing.document, path, title, full_unit_name(plan, plan.coordinating_unit), issued_on)


def numeral(number: int) -> str:
    """一 to 九十九, as headings count."""
    tens, ones = divmod(number, 10)
    text = ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" if tens else ""
    return text + (_NUMERALS[ones - 1] if ones else "")


def _write_front(briefing: Briefing, issued_on: date) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    add_title(briefing.document, say("BRIEFING_TITLE", town=plan.town, period=period_name(town_return)))
    unit = full_unit_name(plan, plan.coordinating_unit)
    line = say("BRIEFING_FROM", unit=unit, day=say_day(issued_on))
    add_byline(briefing.document, "　".join(part for part in (line, issue_name(town_return)) if part))
    calendar, period = plan.calendar, Period(town_return.period)
    first, last = say_day(calendar.first_day(period)), say_day(calendar.last_day(period))
    briefing.say(say("BRIEFING_SPAN", period=period_name(town_return), first=first, last=last))


def _write_overall(briefing: Briefing) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.say(say_overview(town_return, plan))
    for group, members in groupby(plan.form.indicators, key=lambda one: one.group):
        indicators = list(members)
        told = say_totals(town_return, indicators, Measure.CURRENT)
        if told:
            head = say("GROUP_HEAD", group=group)
            briefing.say(head, told, say_comparisons(town_return, TOTAL, indicators))
    flows = [one for one in plan.form.indicators if not one.is_stock]
    year_on_year = say_comparisons(town_return, TOTAL, flows, (Measure.YTD_YEAR_ON_YEAR,))
    briefing.say(say_totals(town_return, flows, Measure.YTD), year_on_year)


def _write_categories(briefing: Briefing) -> None:
    for number, category in enumerate(briefing.plan.categories, start=1):
        name = say("CATEGORY_HEAD", number=numeral(number), name=category.name)
        add_heading(briefing.document, name, level=2)
        _write_category(briefing, category)


def _write_category(briefing: Briefing, category: Category) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.say(_say_duties(plan, category))
    indicators = plan.form.indicators_of(category.code)
    comparisons = say_comparisons(town_return, category.code, indicators)
    briefing.say(say_category(town_return, plan, category.code), comparisons)
    briefing.say(say_category_ytd(town_return, plan, category.code))
    for section in plan.form.sections:
        entries = town_return.entries_of(section.code, category.code)
        if section.code in _CATEGORY_SECTIONS and entries:
            briefing.say(say("SECTION_HEAD", name=section.sheet))
            briefing.list(say_entry(plan, entry) for entry in entries)


def _say_duties(plan: Plan, category: Category) -> str:
    """Lead and co-operating units, focus products and places, as the plan names them."""
    separator = say("LIST_SEPARATOR")
    cooperating = [plan.unit_by_code[code].name for code in category.cooperating]
    parts = (
        ("DUTY_LEAD", [plan.lead_of(category.code).name]),
        ("DUTY_COOPERATING", cooperating),
        ("DUTY_PRODUCTS", list(category.focus_products)),
        ("DUTY_PLACES", list(category.focus_places)),
        ("DUTY_ACTIONS", [action.name for action in category.actions]),
    )
    return "".join(say(code, names=separator.join(names)) for code, names in parts if names)


def _write_reporting(briefing: Briefing) -> None:
    briefing.say(say_reporting(briefing.town_return, briefing.plan))


def _write_quality(briefing: Briefing) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.list(list_quality(town_return, plan))
    if town_return.notes:
        briefing.say(say("QUALITY_EXPLAINED", count=len(town_return.notes)))
        briefing.list(list_explanations(town_return, plan))
    remarks = list_remarks(town_return, plan)
    if remarks:
        briefing.say(say("QUALITY_REMARKS"))
        briefing.list(_attributed(plan, entry, say_entry(plan, entry)) for entry in remarks)


def _write_problems(briefing: Briefing) -> None:
    _write_quoted(briefing, "problem", "PROBLEMS_NONE")


def _write_next_steps(briefing: Briefing) -> None:
    plan = briefing.plan
    missing = name_missing(briefing.town_return, plan)
    urgent = [say("NEXT_STEP_MISSING", names=missing)] if missing else []
    briefing.list([*urgent, *(end_sentence(measure) for measure in plan.general_measures)])


def _write_matters(briefing: Briefing) -> None:
    _write_quoted(briefing, "suggestion", "MATTERS_NONE")


def _write_quoted(briefing: Briefing, field: str, none: str) -> None:
    """What the units wrote in one field of the problems section, each with its name."""
    entries = [one for one in briefing.town_return.entries_of(_PROBLEMS) if one.values.get(field, "").strip()]
    quoted = [end_sentence(say("QUOTED", text=one_line(entry.values[field]))) for entry in entries]
    briefing.list(_attributed(briefing.plan, entry, text) for entry, text in zip(entries, quoted, strict=True))
    if not entries:
        briefing.say(say(none))


def _attributed(plan: Plan, entry: ReturnEntry, text: str) -> str:
    unit, category = plan.unit_by_code[entry.unit].name, plan.category_by_code[entry.category].name
    return say("ATTRIBUTED", unit=unit, category=category, text=text)


_PARTS: tuple[tuple[str, Callable[[Briefing], None]], ...] = (
    ("PART_OVERALL", _write_overall),
    ("PART_CATEGORIES", _write_categories),
    ("PART_REPORTING", _write_reporting),
    ("PART_QUALITY", _write_quality),
    ("PART_PROBLEMS", _write_problems),
    ("PART_NEXT_STEPS", _write_next_steps),
    ("PART_MATTERS", _write_matters),
)
