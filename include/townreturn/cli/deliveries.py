"""Commands on what went out of a published issue: who is written to, what the record says, and PDF to print."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_clock
from townreturn.cli.record import name_issue
from townreturn.domain.dispatch import Attempt, DispatchOutcome, Ways
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.deliveries import Delivery, list_deliveries
from townreturn.store.dispatches import ways_of
from townreturn.store.engine import reading
from townreturn.text_table import aligned
from townreturn.wording import say


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``deliver``, ``deliveries`` and ``pdf``."""
    listing = commands.add_parser("deliveries", help=say("CLI_DELIVERIES"))
    listing.add_argument("period", nargs="?", metavar="PERIOD")
    listing.add_argument("--json", action="store_true", help=say("CLI_JSON"))
    listing.set_defaults(command=show_deliveries)
    for name, help_code, command in (("deliver", "CLI_DELIVER", deliver), ("pdf", "CLI_PDF", print_pdf)):
        parser = commands.add_parser(name, help=say(help_code))
        parser.add_argument("period", metavar="PERIOD")
        parser.add_argument("--issue", type=int, metavar="N", help=say("CLI_ISSUE"))
        parser.set_defaults(command=command)


def deliver(options: argparse.Namespace) -> int:
    """``deliver``: a line for each letter written now."""
    letters = month.deliver(open_chosen_office(options), Period(options.period), options.issue, read_clock())
    for one in letters:
        to = "、".join(one.to) or say("CLI_DELIVER_NO_ADDRESS")
        sys.stdout.write(say("CLI_DELIVER_LINE", addressee=one.addressee, to=to, subject=one.subject) + "\n")
    told = say("CLI_DELIVER_DONE", count=len(letters)) if letters else say("CLI_DELIVER_BEFORE", period=options.period)
    sys.stdout.write(told + "\n")
    return 0


def print_pdf(options: argparse.Namespace) -> int:
    """``pdf``: prints the folder."""
    sys.stdout.write(month.print_issue(open_chosen_office(options), Period(options.period), options.issue) + "\n")
    return 0


def show_deliveries(options: argparse.Namespace) -> int:
    """``deliveries``: of each letter to whom it went, its files by SHA-256 and every attempt to send it."""
    office, period = open_chosen_office(options), Period(options.period).key if options.period else None
    with reading(office.engine) as tx:
        recorded = list_deliveries(tx, office.plans.town_code, period)
        ways = ways_of(tx, [one.message.id for one in recorded])
    found = [(one, _attempts(ways.get(one.message.id, {}))) for one in recorded]
    if options.json:
        told = json.dumps([_as_data(*one) for one in found], ensure_ascii=False, indent=2)
    else:
        told = "\n\n".join("\n".join(_lines(office, *one)) for one in found) or say("DELIVERIES_NONE")
    sys.stdout.write(told + "\n")
    return 0


def _attempts(ways: Ways) -> list[Attempt]:
    """In the order in which they were made."""
    return sorted((attempt for way in ways.values() for attempt in way.attempts), key=lambda one: one.id)


def _lines(office: Office, delivery: Delivery, attempts: list[Attempt]) -> Iterator[str]:
    message = delivery.message
    yield say(
        "DELIVERIES_HEAD", id=message.id, period=message.period, issue=name_issue(delivery.issue or 0),
        addressee=message.addressee, to="、".join(message.to) or say("CLI_DELIVER_NO_ADDRESS"),
        at=_shown(office, message.composed_at),
    )  # fmt: skip
    yield say("DELIVERIES_SUBJECT", subject=message.subject)
    rows = [*((say("DELIVERIES_FILE"), file_hash, name) for name, file_hash in delivery.files)]
    yield from (f"  {line}" for line in aligned(rows))
    tried = [(say("DELIVERIES_ATTEMPT"), *_row(office, one)) for one in attempts]
    yield from (f"  {line}" for line in (aligned(tried) or [say("DELIVERIES_WAITING")]))


def _row(office: Office, attempt: Attempt) -> tuple[str, str, str, str]:
    """When, by which channel, what came of it, and why."""
    result = attempt.result
    if result is None:
        return _shown(office, attempt.begun_at), attempt.channel or "-", say("MESSAGES_UNDER_WAY"), ""
    is_order = result.outcome is DispatchOutcome.ORDERED
    detail = say("MESSAGES_ORDERED_BY", account=result.account, reason=result.detail) if is_order else result.detail
    return _shown(office, result.ended_at), attempt.channel or "-", say(f"DISPATCH_{result.outcome}"), detail


def _shown(office: Office, instant: datetime) -> str:
    return f"{instant.astimezone(office.plans.calendar.zone):%Y-%m-%d %H:%M:%S}"


def _as_data(delivery: Delivery, attempts: list[Attempt]) -> dict[str, Any]:
    """For programs: times in ISO 8601, hashes SHA-256 in hex; the letter's own bytes are in the archive."""
    message = delivery.message
    return {
        "message": message.id,
        "kind": message.kind.value,
        "period": message.period,
        "issue": delivery.issue,
        "addressee": message.addressee,
        "to": list(message.to),
        "subject": message.subject,
        "composed_at": message.composed_at.isoformat(),
        "letter_sha256": message.file_hash,
        "files": [{"file_name": name, "sha256": file_hash} for name, file_hash in delivery.files],
        "attempts": [_attempt_as_data(one) for one in attempts],
    }


def _attempt_as_data(attempt: Attempt) -> dict[str, Any]:
    result = attempt.result
    return {
        "channel": attempt.channel,
        "begun_at": attempt.begun_at.isoformat(),
        "ended_at": result.ended_at.isoformat() if result else None,
        "outcome": result.outcome.value if result else None,
        "detail": result.detail if result else "",
        "missed": list(result.missed) if result else [],
        "account": result.account if result else "",
    }
