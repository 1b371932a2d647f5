"""Plausible text entries, made of the plan's own products and places."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from townreturn.domain.form import Field, Section
from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan
from townreturn.samples.figures import MonthFigures
from townreturn.wording import say

Entry = dict[str, str]

_PHRASES = {
    ("key_cases", "title"): "SAMPLE_CASE_TITLES",
    ("key_cases", "place"): "SAMPLE_CASE_PLACES",
    ("key_cases", "summary"): "SAMPLE_CASE_SUMMARIES",
    ("practices", "title"): "SAMPLE_PRACTICE_TITLES",
    ("practices", "text"): "SAMPLE_PRACTICE_TEXTS",
    ("key_areas", "name"): "SAMPLE_AREA_NAMES",
    ("key_areas", "work"): "SAMPLE_AREA_WORKS",
    ("problems", "problem"): "SAMPLE_PROBLEMS",
    ("problems", "suggestion"): "SAMPLE_SUGGESTIONS",
}
_LIKELIHOOD = {"practices": 0.35, "key_areas": 0.4, "problems": 0.3}


@dataclass(frozen=True)
class _Scene:
    """What one entry tells of; every phrase of the entry is filled from the same scene."""

    plan: Plan
    period: Period
    category: Category
    rng: Random
    words: dict[str, str]

    def text(self, section: Section, field: Field) -> str:
        """A field's text: a choice of its list, a date, an amount or a phrase."""
        if field.choices:
            return self.rng.choice(field.choices)
        if field.code == "date":
            days = self.rng.randrange(
                (self.plan.calendar.end(self.period) - self.plan.calendar.start(self.period)).days
            )
            return str(self.plan.calendar.first_day(self.period) + timedelta(days=days))
        code = _PHRASES.get((section.code, field.code))
        if code is None and field.code in self.words:
            return self.words[field.code]
        return self.rng.choice(say(code or "SAMPLE_OTHER_TEXTS", **self.words).split("|"))


def write_entries(
    plan: Plan, period: Period, category: Category, figures: MonthFigures, rng: Random
) -> dict[str, list[Entry]]:
    """Entries by section code, each field code → text. A zero return has none."""
    if figures.zero_return:
        return {}
    entries: dict[str, list[Entry]] = {}
    for section in plan.form.sections:
        if section.code == "key_cases":
            entries[section.code] = _key_cases(plan, period, category, figures, rng)
        elif rng.random() < _LIKELIHOOD.get(section.code, 0):
            entries[section.code] = [_entry(section, _scene(plan, period, category, figures, rng))]
    return entries


def _key_cases(plan: Plan, period: Period, category: Category, figures: MonthFigures, rng: Random) -> list[Entry]:
    """As many rows marked large as the statistics say, and perhaps one more."""
    section, form = plan.form.section("key_cases"), plan.form
    major, filed = (int(figures.values.get(code, 0)) for code in (form.major_cases, "cases_filed"))
    ordinary = 1 if filed > major and rng.random() < 0.4 else 0
    rows = []
    for number in range(major + ordinary):
        entry = _entry(section, _scene(plan, period, category, figures, rng))
        rows.append(entry | {"large": form.yes if number < major else form.no})
    return rows


def _entry(section: Section, scene: _Scene) -> Entry:
    return {field.code: scene.text(section, field) for field in section.fields}


def _scene(plan: Plan, period: Period, category: Category, figures: MonthFigures, rng: Random) -> _Scene:
    cases = max(1, int(figures.values.get("cases_filed", 0)))
    value = (figures.values.get("goods_value", Decimal(0)) / cases).quantize(Decimal("0.01"))
    product = _plain(rng.choice(category.focus_products or (category.name,)))
    words = {
        "town": plan.town,
        "name": category.name,
        "spot": rng.choice(say("SAMPLE_SPOTS").split("|")),
        "product": product,
        "goods": product,
        "place": _plain(rng.choice(category.focus_places or (category.name,))),
        "value": str(value),
        "count": str(rng.randint(2, 9)),
    }
    return _Scene(plan, period, category, rng, words)


def _plain(name: str) -> str:
    """The name without what the plan adds in brackets."""
    return name.partition("（")[0]
