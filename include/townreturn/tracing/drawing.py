"""A traced figure drawn for a screen of text a hundred columns wide."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from townreturn.domain.period import Period
from townreturn.domain.town_return import Source
from townreturn.foreign_text import one_line
from townreturn.text_table import shown_width
from townreturn.tracing.naming import name_issue, name_node, say_published, say_value
from townreturn.tracing.report import Traced
from townreturn.tracing.tree import Node
from townreturn.wording import say

WIDTH = 100
_INDENT = " " * 6
"""As wide as 「说明　」."""
_BRANCH, _LAST, _TRUNK, _NOTHING = "├─ ", "└─ ", "│  ", "   "


def draw(traced: Traced) -> str:
    """The heading, an empty line, and the tree."""
    heading = (line for text in tell_heading(traced) for line in _wrap(text, WIDTH))
    return "\n".join([*heading, "", *_draw(traced, traced.tree, None, "", "")])


def tell_heading(traced: Traced) -> Iterator[str]:
    """Which return the figure stands in and who approved that, and what has to be known about the figure."""
    if traced.as_of is not None:
        yield say("TRACE_AS_OF", at=f"{traced.as_of.astimezone(traced.plan.calendar.zone):%Y-%m-%d %H:%M}")
    yield _tell_return(traced)
    yield say("TRACE_CONTENT", hash=traced.content_hash)
    yield from _list_approvals(traced, traced.plan.calendar.zone)
    for change in traced.changes:
        sides = {"old": say_published(traced.place, change.old), "new": say_published(traced.place, change.new)}
        yield say("TRACE_CHANGED", reason=one_line(change.reason), **sides)
    for text in traced.breaks:
        yield say("TRACE_BREAK", text=text)
    for key, issue in traced.corrected_since:
        month = say("PERIOD_NAMED", year=Period(key).year, month=Period(key).month)
        yield say("TRACE_CORRECTED_SINCE", period=month, issue=name_issue(issue))


def _tell_return(traced: Traced) -> str:
    period, zone = Period(traced.period), traced.plan.calendar.zone
    named = {
        "town": traced.plan.town,
        "period": say("PERIOD_NAMED", year=period.year, month=period.month),
        "issue": name_issue(traced.issue),
    }
    if traced.compiled_at is None:
        return say("TRACE_DRAFTED", **named)
    if traced.published_at is None:
        return say("TRACE_COMPILED", at=f"{traced.compiled_at.astimezone(zone):%Y-%m-%d %H:%M}", **named)
    return say("TRACE_PUBLISHED", at=f"{traced.published_at.astimezone(zone):%Y-%m-%d %H:%M}", **named)


def _list_approvals(traced: Traced, zone: ZoneInfo) -> Iterator[str]:
    for one in traced.approvals:
        at = f"{one.decided_at.astimezone(zone):%Y-%m-%d %H:%M}"
        who = one.name if one.role in ("", one.name) else say("TRACE_NAMED", name=one.name, role=one.role)
        yield say("TRACE_APPROVED", who=who, at=at)


def _draw(traced: Traced, node: Node, parent: Node | None, first: str, rest: str) -> Iterator[str]:
    """A node's line behind ``first``, and all that belongs to it behind ``rest``."""
    label = name_node(traced.plans, traced.place, node, parent)
    doubt = "" if node.adds_up else say("TRACE_DOES_NOT_ADD_UP")
    yield first + say("TRACE_NODE", label=label, value=say_value(traced.place, node)) + doubt
    below = rest + (_TRUNK if node.children else _NOTHING)
    for text in _details(node):
        yield from (below + line for line in _wrap(text, WIDTH - shown_width(below)))
    for child in node.children:
        is_last = child is node.children[-1]
        yield from _draw(
            traced, child, node, rest + (_LAST if is_last else _BRANCH), rest + (_NOTHING if is_last else _TRUNK)
        )


def _details(node: Node) -> Iterator[str]:
    if node.source is not None:
        yield from _list_source(node.source)
    for note in node.notes:
        code = "TRACE_EXPLAINED" if note.indicator else "TRACE_EXPLAINED_ALL"
        yield say(code, question=one_line(note.question), explanation=one_line(note.explanation))


def _list_source(source: Source) -> Iterator[str]:
    yield say("TRACE_FILE", name=one_line(source.file_name))
    yield say("TRACE_HASH", hash=source.file_hash)
    raw = say("TRACE_RAW", raw=one_line(source.raw)) if source.raw.strip() else say("TRACE_RAW_BLANK")
    yield say("TRACE_CELL", sheet=one_line(source.sheet), cell=source.cell, raw=raw)
    for text in source.normalised:
        yield say("TRACE_NORMALISED", text=one_line(text))


def _wrap(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most ``width`` columns, the further ones indented; Chinese breaks anywhere."""
    line, taken = "", 0
    for one in text:
        size = shown_width(one)
        if taken + size > width:
            yield line
            line, taken = _INDENT, len(_INDENT)
        line, taken = line + one, taken + size
    yield line
