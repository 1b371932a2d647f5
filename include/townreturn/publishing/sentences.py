"""Texts of units as sentences: attributed, trimmed, ended in one stop."""

import re

from townreturn.domain.form import Field, Form
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry
from townreturn.publishing.origins import from_form, quoted
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.texts import one_line
from townreturn.wording import say

_STOPS, _CLOSING_QUOTES = ("。", "！", "？", "…", "!", "?"), "”’」』"
_LONG = 40
"""The width from which on a field of the form holds a text; narrower ones hold particulars."""
_LABEL_WITH_UNIT = re.compile(r"(.+)（(.+)）")
_NUMBER = re.compile(r"[\d.,]{1,20}")


def say_entry(plan: Plan, entry: ReturnEntry) -> Prose:
    """A text row: 「某某案（查处日期：2018-03-12，货值862.4万元，大案要案，移送）：联合公安分局……。」."""
    title, *others = plan.form.section(entry.section).fields
    filled = [one for one in others if entry.values.get(one.code, "").strip()]
    told = (_tell_particular(plan.form, entry, one) for one in filled if one.width < _LONG)
    particulars = [one for one in told if one]
    head = _field_of(entry, title)
    if particulars:
        head = tell("ENTRY_PARTICULARS", title=head, particulars=join(say("CLAUSE_SEPARATOR"), particulars))
    text = join(say("CLAUSE_SEPARATOR_STRONG"), [_field_of(entry, one) for one in filled if one.width >= _LONG])
    return end_sentence(tell("ENTRY_TEXT", head=head, text=text) if head and text else head + text)


def _tell_particular(form: Form, entry: ReturnEntry, field: Field) -> Prose:
    """「地点：三中村」; 「移送」 of a choice, 「大案要案」 of a yes, nothing of a no; 「货值862.4万元」 of a number."""
    value, with_unit = entry.values[field.code].strip(), _LABEL_WITH_UNIT.fullmatch(field.label)
    if set(field.choices) == {form.yes, form.no}:
        return from_form(field.label.removeprefix(say("WHETHER"))) if value == form.yes else Prose()
    if value in field.choices:
        return _field_of(entry, field)
    if with_unit and _NUMBER.fullmatch(value):
        label, unit = map(from_form, with_unit.groups())
        return tell("ENTRY_AMOUNT", label=label, value=_field_of(entry, field), unit=unit)
    return tell("LABELLED", label=from_form(field.label), text=_field_of(entry, field))


def _field_of(entry: ReturnEntry, field: Field) -> Prose:
    return quoted(one_line(entry.values.get(field.code, "")).rstrip("。"), entry, field.code)


def end_sentence(told: Prose) -> Prose:
    """The text with a 。 unless it ends in a stop of its own, if need be within closing quotation marks."""
    ends = told.text.rstrip(_CLOSING_QUOTES).endswith(_STOPS)
    return told if ends else tell("SENTENCE", text=told)
