"""Commands on approvals: ``approve`` records a decision, ``approvals`` lists the record."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_as_of, read_clock
from townreturn.cli.returns import newest_compiled
from townreturn.domain.categories import find_slot, name_slot
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import read_slot
from townreturn.foreign_text import one_line
from townreturn.store.decisions import Decision, Refusal, list_decisions, list_refusals
from townreturn.store.engine import reading
from townreturn.text_table import aligned
from townreturn.wording import say

_HEADS = (
    "APPROVALS_AT", "APPROVALS_ISSUE", "APPROVALS_WHAT", "APPROVALS_WHO", "APPROVALS_HASH", "APPROVALS_RUN",
    "APPROVALS_COMMENT",
)  # fmt: skip
_HASH_LENGTH = 12
"""As the approver's summary names the content."""


def add_approve_arguments(parser: argparse.ArgumentParser) -> None:
    """``approve PERIOD --as ACCOUNT [--reject CATEGORY … --comment TEXT]``."""
    parser.add_argument("period", metavar="PERIOD")
    parser.add_argument("--as", dest="account", required=True, help=say("CLI_ACCOUNT"))
    parser.add_argument("--reject", nargs="+", default=[], metavar="CATEGORY", help=say("CLI_REJECT"))
    parser.add_argument("--comment", default="", help=say("CLI_COMMENT"))
    parser.set_defaults(command=decide)


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """``approvals PERIOD [--as-of TIME]``."""
    parser.add_argument("period", metavar="PERIOD")
    parser.add_argument("--as-of", metavar="TIME", help=say("CLI_AS_OF"))
    parser.set_defaults(command=list_approvals)


def decide(options: argparse.Namespace) -> int:
    """``approve``: record an approver's decision on what was compiled last, and say what it amounts to."""
    office, now, period = open_chosen_office(options), read_clock(), Period(options.period)
    compilation_id = newest_compiled(office, period)
    plan = office.plans.in_force(period)
    decision = month.record_decision(
        office, compilation_id, account=options.account, approved=not options.reject, comment=options.comment,
        sent_back=tuple(find_slot(plan, one).key for one in options.reject), run_id="", now=now,
    )  # fmt: skip
    if decision.sent_back:
        code = "CLI_REJECTED" if decision.went_back else "CLI_REJECTED_NOTHING_BACK"
        headings = _headings(plan, decision.went_back or decision.sent_back)
        sys.stdout.write(say(code, period=period, categories=headings) + "\n")
        return 0
    is_sufficient = month.ask_approval(office, compilation_id).standing.is_sufficient
    sys.stdout.write(say("CLI_APPROVED" if is_sufficient else "CLI_COUNTERSIGN", period=period) + "\n")
    sys.stdout.write(month.describe_approval(office, compilation_id) + "\n")
    return 0


def list_approvals(options: argparse.Namespace) -> int:
    """``approvals``: every decision and refused answer of the period, or those given by then, in the order of time."""
    office, now, period = open_chosen_office(options), read_clock(), Period(options.period)
    plan = office.plans.in_force(period)
    as_of = read_as_of(options.as_of, plan.calendar.zone, now)
    with reading(office.engine) as tx:
        decided = list_decisions(tx, plan.town_code, period.key)
        refused = list_refusals(tx, plan.town_code, period.key)
    known = [one for one in _answers(plan, decided, refused) if as_of is None or one[0] <= as_of]
    lines = [say("APPROVALS_AS_OF", at=f"{as_of.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M}")] if as_of else []
    if known:
        lines += aligned([[say(code) for code in _HEADS], *(_row(plan, *one) for one in known)])
    else:
        lines.append(say("CLI_NO_APPROVALS", period=period))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _answers(
    plan: Plan, decided: Sequence[Decision], refused: Sequence[Refusal]
) -> list[tuple[datetime, Decision | Refusal, str]]:
    """When, what, and what it amounts to, in the order of time."""
    answers: list[tuple[datetime, Decision | Refusal, str]] = [
        *((one.decided_at, one, _conclusion(plan, one)) for one in decided),
        *((one.refused_at, one, _why_refused(one, decided)) for one in refused),
    ]
    return sorted(answers, key=itemgetter(0))


def _row(plan: Plan, at: datetime, one: Decision | Refusal, what: str) -> list[str]:
    who = one.name if one.name == one.role else f"{one.role}{one.name}"
    return [
        f"{at.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M:%S}",
        say("CORRECTION_NAMED", issue=one.issue) if one.issue else say("CLI_ORIGINAL"),
        what,
        f"{who}（{one.account}）",
        one.content_hash[:_HASH_LENGTH],
        one.run_id or say("APPROVALS_COMMAND_LINE"),
        one_line(one.comment),
    ]


def _why_refused(one: Refusal, decided: Sequence[Decision]) -> str:
    rejections = (d for d in decided if d.sent_back and d.compilation_id == one.compilation_id)
    is_rejected = any(d.decided_at <= one.refused_at for d in rejections)
    return say("APPROVALS_REFUSED_SENT_BACK" if is_rejected else "APPROVALS_REFUSED")


def _conclusion(plan: Plan, one: Decision) -> str:
    if one.approved:
        return say("APPROVALS_APPROVED")
    return say("APPROVALS_REJECTED", categories=_headings(plan, one.sent_back))


def _headings(plan: Plan, keys: tuple[str, ...]) -> str:
    in_order = sorted(
        map(read_slot, keys), key=lambda one: (plan.category_by_code[one.category].number, one.subordinate)
    )
    return "、".join(name_slot(plan, one) for one in in_order)
