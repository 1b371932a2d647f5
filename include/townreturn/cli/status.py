"""``status`` and ``exclude``: how a period stands or stood, the revisions behind it, and which of them counts."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from townreturn import month
from townreturn.cli.opening import chosen_town, open_chosen_office, open_chosen_offices, read_as_of, read_clock
from townreturn.domain.categories import name_slot
from townreturn.domain.chain import Withdrawal
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.month.exclusions import published_sentences, stands_sentence
from townreturn.office import Office
from townreturn.publishing.standing_words import extended_to, say_late_by
from townreturn.receipts.contents import verdict_text
from townreturn.text_table import aligned
from townreturn.wording import say

_SHORT_HASH = 8
"""Digits of a file's hash that people see, as in the names of receipts."""


def add_status_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``status``."""
    parser.add_argument("period", metavar="PERIOD", nargs="?", default="", help=say("CLI_STATUS_PERIOD"))
    parser.add_argument("--as-of", metavar="TIME", help=say("CLI_AS_OF"))
    parser.add_argument("--chain", action="store_true", help=say("CLI_CHAIN"))
    parser.set_defaults(command=show_status)


def add_exclude_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``exclude``."""
    parser.add_argument("period", metavar="PERIOD")
    parser.add_argument("file", metavar="FILE", help=say("CLI_FILE_DIGITS"))
    parser.add_argument("--as", dest="account", required=True, help=say("CLI_OPERATOR"))
    parser.add_argument("--reason", required=True, help=say("CLI_REASON"))
    parser.add_argument("--category", nargs="+", default=[], metavar="CODE", help=say("CLI_ONLY_CATEGORIES"))
    parser.add_argument("--lift", action="store_true", help=say("CLI_LIFT"))
    parser.set_defaults(command=exclude)


def show_status(options: argparse.Namespace) -> int:
    """``status``: every obligation of the period, what is published, recent alerts; now or as known then. Of several
    towns, none of which is chosen, a line each."""
    if not chosen_town(options) and not (options.as_of or options.chain):
        offices = open_chosen_offices(options)
        if len(offices) > 1:
            return _show_towns(offices, Period(options.period) if options.period else None)
    if not options.period:
        raise Misuse("STATUS_WITHOUT_PERIOD")
    office, now, period = open_chosen_office(options), read_clock(), Period(options.period)
    plan = office.plans.in_force(period)
    as_of = read_as_of(options.as_of, plan.calendar.zone, now)
    status = month.status_of(office, period, now, as_of)
    lines = [
        *(say("CLI_PLAN_NOTE", note=note) for note in plan.notes),
        *([say("CLI_KNOWN_THEN", instant=_shown(as_of, plan))] if as_of else []),
        status.line,
        *_indented(aligned([_heading(), *(_row(plan, one, status) for one in status.standings)])),
        *([say("CLI_TAKEN_IN_LATER_MEANS")] if status.taken_in_later else []),
        *(_chain_lines(plan, month.revisions_of(office, period, as_of)) if options.chain else []),
        *_published(plan, status),
        *(say("CLI_ALERT", raised=_shown(one.raised_at, plan), text=one.text) for one in status.alerts),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _show_towns(offices: tuple[Office, ...], period: Period | None) -> int:
    """Of each the period in hand, or the given one."""
    lines = month.towns_at_a_glance(offices, read_clock(), period)
    heads = [say(f"TOWNS_{name}") for name in ("TOWN", "CODE", "LEVEL", "PERIOD", "REPORTED", "STATE")]
    rows = [
        [one.town, one.code, say(f"LEVEL_{one.level}"), one.period, f"{one.reported}/{one.owed}",
         say(f"TOWN_STATE_{one.state}")]
        for one in lines
    ]  # fmt: skip
    sys.stdout.write("\n".join([*aligned([heads, *rows]), say("TOWNS_MORE")]) + "\n")
    return 0


def exclude(options: argparse.Namespace) -> int:
    """``exclude``: a wrong upload no longer counts, or counts again; prints what that leads to."""
    office, period = open_chosen_office(options), Period(options.period)
    done = month.exclude_file(
        office, period, options.file, account=options.account, reason=options.reason,
        categories=tuple(options.category), lift=options.lift, now=read_clock(),
    )  # fmt: skip
    file = f"{done[0].link.file_hash[:_SHORT_HASH]} {one_line(done[0].link.first.file_name)}"
    sys.stdout.write(say("CLI_READMITTED" if options.lift else "CLI_EXCLUDED", file=file, period=period) + "\n")
    plan = office.plans.in_force(period)
    told = [*(stands_sentence(plan, one) for one in done), *published_sentences(plan, period, done)]
    for line in _indented(told):
        sys.stdout.write(line + "\n")
    return 0


def _shown(instant: datetime | None, plan: Plan) -> str:
    return f"{instant.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M}" if instant else "-"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _heading() -> list[str]:
    return [say(f"STATUS_{name}") for name in ("CATEGORY", "UNIT", "STATE", "TIMELINESS", "RECEIVED", "REVISION")]


def _row(plan: Plan, one: Standing, status: "month.PeriodStatus") -> list[str]:
    later = say("CLI_TAKEN_IN_LATER") if plan.slot_of(one.category, one.unit) in status.taken_in_later else ""
    return [
        plan.category_by_code[one.category].heading,
        plan.unit_by_code[one.unit].name,
        _state(one, plan),
        say(f"TIMELINESS_{one.timeliness}") + say_late_by(one),
        _shown(one.received_at, plan) + later,
        _number(one),
    ]


def _state(one: Standing, plan: Plan) -> str:
    """With the last minute in time where it was extended."""
    state, until = say(f"STATE_{one.state}"), extended_to(one, plan)
    return say("STATUS_EXTENDED", state=state, due=_shown(until, plan)) if until else state


def _number(one: Standing) -> str:
    """Which report it is, and how many were returned before an acceptable one."""
    number = say("STATUS_NUMBER", number=one.revision) if one.revision else "-"
    return say("STATUS_RETURNED", number=number, count=one.returned_count) if one.returned_count else number


def _published(plan: Plan, status: "month.PeriodStatus") -> Iterator[str]:
    if not status.issues:
        yield say("CLI_NOT_PUBLISHED")
    for one in status.issues:
        issue = say("CORRECTION_NAMED", issue=one.issue) if one.issue else say("CLI_ORIGINAL")
        yield say("CLI_PUBLISHED", folder=one.folder, issue=issue, published=_shown(one.published_at, plan))


def _chain_lines(plan: Plan, revisions: Sequence["month.Revision"]) -> Iterator[str]:
    """For each slot a heading, a line a revision, and below it what was decided about it."""
    lines = aligned([_chain_heading(), *(_revision(plan, one) for one in revisions)])
    yield from ("", *_indented(lines[:1]))
    for slot, rows in groupby(zip(revisions, lines[1:], strict=True), key=lambda row: row[0].slot):
        yield name_slot(plan, slot)
        for revision, line in rows:
            yield f"  {line}"
            yield from (f"      {_withdrawal(plan, one)}" for one in revision.link.withdrawals)
    yield ""


def _chain_heading() -> list[str]:
    names = ("STATUS_REVISION", "STATUS_RECEIVED", "CHAIN_TAKEN_IN", "CHAIN_VERDICT", "CHAIN_FILE", "CHAIN_NAME")
    return [say(name) for name in names]


def _revision(plan: Plan, one: "month.Revision") -> list[str]:
    stands = say("CHAIN_STANDS") if one.stands else ""
    return [
        say("STATUS_NUMBER", number=one.number) if one.number else say("CHAIN_EXCLUDED"),
        _shown(one.link.received_at, plan),
        _shown(one.link.first.taken_in_at, plan),
        verdict_text(one.link.verdict) + stands,
        one.link.file_hash[:_SHORT_HASH],
        one_line(one.link.first.file_name),
    ]


def _withdrawal(plan: Plan, one: Withdrawal) -> str:
    what = say(f"WITHDRAWAL_{one.kind}")
    reason = one_line(one.reason) or say("WITHDRAWAL_NO_REASON")
    return say("CHAIN_WITHDRAWAL", what=what, at=_shown(one.at, plan), account=one.account, reason=reason)
