"""The meeting briefing (打假形势分析会材料) as text: its paragraphs in order, every number with its origin."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from townreturn.domain.briefing_styles import Style
from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing import origins
from townreturn.publishing.area_rows import list_areas
from townreturn.publishing.area_sentences import list_works, say_areas
from townreturn.publishing.area_table import list_table_notes
from townreturn.publishing.category_sentences import (
    say_category,
    say_category_changes,
    say_category_lead,
    say_category_ytd,
)
from townreturn.publishing.chosen_entries import choose_entries, name_writers, say_chosen
from townreturn.publishing.correction_sentences import (
    list_earlier_changes,
    list_own_changes,
    say_correction,
    say_earlier,
    say_later,
)
from townreturn.publishing.data_notes import list_remarks
from townreturn.publishing.group_sentences import say_group
from townreturn.publishing.league_sentences import say_league
from townreturn.publishing.naming import full_unit_name
from townreturn.publishing.origins import count, from_form, from_plan, numbering
from townreturn.publishing.overall_sentences import say_overview, say_summary, say_year_to_date
from townreturn.publishing.prose import Prose, join, plain, tell
from townreturn.publishing.reporting_sentences import list_explanations, list_quality, say_reporting
from townreturn.publishing.sentences import end_sentence, say_entry
from townreturn.publishing.suggestion_sentences import list_suggestions
from townreturn.publishing.work_plan_sentences import say_duties
from townreturn.wording import say

_NUMERALS = "一二三四五六七八九十"
_CATEGORY_SECTIONS = ("key_cases", "practices")
_PROBLEMS = "problems"
_ANNEX_OF_CURRENT = "1"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the briefing."""

    style: Style
    prose: Prose


@dataclass(frozen=True)
class Briefing:
    """The paragraphs told so far, and what they are told of."""

    town_return: TownReturn
    plan: Plan
    paragraphs: list[Paragraph] = field(default_factory=list)

    def head(self, style: Style, prose: Prose) -> None:
        """A title or heading."""
        self.paragraphs.append(Paragraph(style, prose))

    def say(self, *told: Prose) -> None:
        """One paragraph of the texts that are not empty; none when all are."""
        prose = join("", told)
        if prose:
            self.paragraphs.append(Paragraph(Style.BODY, prose))

    def list(self, told: Iterable[Prose]) -> None:
        """Numbered paragraphs: 「1. ……」."""
        for number, prose in enumerate(told, start=1):
            self.say(tell("NUMBERED", number=numbering(str(number)), text=prose))


def compose_briefing(town_return: TownReturn, plan: Plan, issued_on: date) -> tuple[Paragraph, ...]:
    """Everything the briefing says before its annexes."""
    briefing = Briefing(town_return, plan)
    _tell_front(briefing, issued_on)
    parts = _PARTS if town_return.changes else _PARTS[1:]
    for number, (code, tell_part) in enumerate(parts, start=1):
        name = plain(say(code))
        briefing.head(Style.PART, tell("PART_HEAD", number=numbering(numeral(number)), name=name))
        tell_part(briefing)
    return tuple(briefing.paragraphs)


def title_of(town_return: TownReturn, plan: Plan) -> Prose:
    """「清溪镇2018年3月打假形势分析会材料」."""
    return tell("BRIEFING_TITLE", town=from_plan(plan.town), period=origins.period_of(town_return))


def numeral(number: int) -> str:
    """一 to 九十九, as headings count."""
    tens, ones = divmod(number, 10)
    text = ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" if tens else ""
    return text + (_NUMERALS[ones - 1] if ones else "")


def _tell_front(briefing: Briefing, issued_on: date) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.head(Style.TITLE, title_of(town_return, plan))
    unit = from_plan(full_unit_name(plan, plan.coordinating_unit))
    line = tell("BRIEFING_FROM", unit=unit, day=origins.day(issued_on))
    briefing.head(Style.BYLINE, join("　", (part for part in (line, origins.issue_of(town_return)) if part)))
    calendar, period = plan.calendar, Period(town_return.period)
    first, last = origins.day(calendar.first_day(period)), origins.day(calendar.last_day(period))
    briefing.say(tell("BRIEFING_SPAN", period=origins.period_of(town_return), first=first, last=last))


def _tell_corrections(briefing: Briefing) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.say(say_correction(town_return, plan))
    briefing.list(list_own_changes(town_return, plan))
    briefing.say(say_later(town_return, plan))
    briefing.say(say_earlier(town_return, plan))
    briefing.list(list_earlier_changes(town_return, plan))


def _tell_overall(briefing: Briefing) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.say(say_overview(town_return, plan), say_summary(town_return, plan))
    for group, members in groupby(plan.form.indicators, key=lambda one: one.group):
        briefing.say(say_group(town_return, plan, group, list(members)))
    briefing.say(say_year_to_date(town_return, plan))


def _tell_categories(briefing: Briefing) -> None:
    for number, category in enumerate(briefing.plan.categories, start=1):
        name = tell("CATEGORY_HEAD", number=numbering(numeral(number)), name=from_plan(category.name))
        briefing.head(Style.CATEGORY, name)
        _tell_category(briefing, category)


def _tell_category(briefing: Briefing, category: Category) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.say(_say_duties(plan, category))
    lead = say_category_lead(town_return, plan, category.code)
    changes = say_category_changes(town_return, plan, category.code)
    briefing.say(say_category(town_return, plan, category.code), lead, changes)
    briefing.say(say_category_ytd(town_return, plan, category.code))
    for section in plan.form.sections:
        entries = town_return.entries_of(section.code, category.code)
        if section.code in _CATEGORY_SECTIONS and entries:
            head = tell("SECTION_OF_UNITS", name=from_form(section.sheet), units=name_writers(plan, entries))
            briefing.head(Style.ITEM, head)
            told, more = choose_entries(plan, entries)
            briefing.list(say_chosen(plan, entry) for entry in told)
            briefing.say(more)


def _say_duties(plan: Plan, category: Category) -> Prose:
    """Lead and co-operating units, focus products and places, as the plan names them."""
    separator = say("LIST_SEPARATOR")
    cooperating = [plan.unit_by_code[code].name for code in category.cooperating]
    parts = (
        ("DUTY_LEAD", [lead.name] if (lead := plan.lead_of(category.code)) else []),
        ("DUTY_COOPERATING", cooperating),
        ("DUTY_PRODUCTS", list(category.focus_products)),
        ("DUTY_PLACES", list(category.focus_places)),
        ("DUTY_ACTIONS", [action.name for action in category.actions]),
    )
    return join("", (tell(code, names=from_plan(separator.join(names))) for code, names in parts if names))


def _tell_areas(briefing: Briefing) -> None:
    """A sentence on all, a table of how each stood, and what the units wrote."""
    town_return, plan = briefing.town_return, briefing.plan
    briefing.say(say_areas(town_return, plan))
    if plan.subordinates:  # hundreds of areas, which the return lists
        return
    if list_areas(town_return, plan):
        briefing.head(Style.TABLE_TITLE, tell("AREAS_TABLE"))
        for note in list_table_notes(town_return, plan):
            briefing.head(Style.ANNEX_NOTE, note)
    works = list(list_works(town_return, plan))
    if works:
        briefing.say(tell("AREAS_WORKS"))
        briefing.list(works)


def _tell_reporting(briefing: Briefing) -> None:
    briefing.say(say_reporting(briefing.town_return, briefing.plan))
    briefing.say(say_league(briefing.town_return, briefing.plan))
    briefing.say(say_duties(briefing.town_return, briefing.plan))


def _tell_quality(briefing: Briefing) -> None:
    town_return, plan = briefing.town_return, briefing.plan
    briefing.list(list_quality(town_return, plan))
    explained = count(len(town_return.notes), "notes")
    if town_return.notes and plan.subordinates:
        briefing.say(tell("QUALITY_EXPLAINED_ABOVE", count=explained))
    elif town_return.notes:
        briefing.say(tell("QUALITY_EXPLAINED", count=explained, annex=numbering(_ANNEX_OF_CURRENT)))
        briefing.list(list_explanations(town_return, plan))
    remarks = list_remarks(town_return, plan)
    if remarks:
        briefing.say(tell("QUALITY_REMARKS"))
        told, more = choose_entries(plan, remarks)
        briefing.list(_attributed(plan, entry, say_entry(plan, entry)) for entry in told)
        briefing.say(more)


def _tell_problems(briefing: Briefing) -> None:
    _tell_quoted(briefing, "problem", "PROBLEMS_NONE")


def _tell_next(briefing: Briefing) -> None:
    _head_within(briefing, 1, "NEXT_SUGGESTIONS")
    suggestions = list_suggestions(briefing.town_return, briefing.plan)
    briefing.list(suggestions or [tell("NEXT_SUGGESTIONS_NONE")])
    _head_within(briefing, 2, "NEXT_MATTERS")
    _tell_quoted(briefing, "suggestion", "MATTERS_NONE")


def _head_within(briefing: Briefing, number: int, code: str) -> None:
    head = tell("CATEGORY_HEAD", number=numbering(numeral(number)), name=plain(say(code)))
    briefing.head(Style.CATEGORY, head)


def _tell_quoted(briefing: Briefing, field: str, none: str) -> None:
    """What the units wrote in one field of the problems section, each with its name."""
    wrote = [one for one in briefing.town_return.entries_of(_PROBLEMS) if one.values.get(field, "").strip()]
    entries, more = choose_entries(briefing.plan, wrote)
    quoted = [end_sentence(tell("QUOTED", text=origins.quoted(one.values[field], one, field))) for one in entries]
    briefing.list(_attributed(briefing.plan, entry, text) for entry, text in zip(entries, quoted, strict=True))
    briefing.say(more if entries else tell(none))


def _attributed(plan: Plan, entry: ReturnEntry, told: Prose) -> Prose:
    unit, category = plan.unit_by_code[entry.unit].name, plan.category_by_code[entry.category].name
    return tell("ATTRIBUTED", unit=from_plan(unit), category=from_plan(category), text=told)


_PARTS: tuple[tuple[str, Callable[[Briefing], None]], ...] = (
    ("PART_CORRECTIONS", _tell_corrections),
    ("PART_OVERALL", _tell_overall),
    ("PART_CATEGORIES", _tell_categories),
    ("PART_AREAS", _tell_areas),
    ("PART_REPORTING", _tell_reporting),
    ("PART_QUALITY", _tell_quality),
    ("PART_PROBLEMS", _tell_problems),
    ("PART_NEXT", _tell_next),
)
