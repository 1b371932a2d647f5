"""Commands on messages: what was written to whom and whether it went out; sending without Airflow; sending again."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime

from townreturn import month
from townreturn.cli.opening import for_each, open_chosen_office, open_chosen_offices, read_clock
from townreturn.domain.dispatch import Attempt, DispatchOutcome, Ways
from townreturn.domain.period import Period
from townreturn.messaging.folder import FOLDER, FolderChannel
from townreturn.month.resending import order_again
from townreturn.office import Office
from townreturn.store.dispatches import ways_of
from townreturn.store.engine import reading
from townreturn.store.messages import StoredMessage, list_messages
from townreturn.text_table import aligned
from townreturn.wording import say

_HEADS = ("ID", "WRITTEN", "TO", "SUBJECT", "CHANNEL", "OUTCOME", "AT", "DETAIL")
_WELL = (DispatchOutcome.SENT, DispatchOutcome.REPLACED)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``messages``, ``send`` and ``resend``."""
    listing = commands.add_parser("messages", help=say("CLI_MESSAGES"))
    listing.add_argument("period", nargs="?", metavar="PERIOD")
    listing.set_defaults(command=show_messages)
    commands.add_parser("send", help=say("CLI_SEND")).set_defaults(command=send)
    again = commands.add_parser("resend", help=say("CLI_RESEND"))
    again.add_argument("message", metavar="MESSAGE", help=say("CLI_MESSAGE"))
    again.add_argument("--as", dest="account", required=True, help=say("CLI_OPERATOR"))
    again.add_argument("--reason", required=True, help=say("CLI_RESEND_REASON"))
    again.set_defaults(command=resend)


def show_messages(options: argparse.Namespace) -> int:
    """``messages``: a line for each way of each message, and one for each order to send it again."""
    office, period = open_chosen_office(options), Period(options.period).key if options.period else None
    with reading(office.engine) as tx:
        messages = list_messages(tx, office.plans.town_code, period)
        ways = ways_of(tx, [one.id for one in messages])
    if not messages:
        sys.stdout.write(say("MESSAGES_NONE") + "\n")
        return 0
    rows = [row for one in messages for row in _rows(office, one, ways.get(one.id, {}))]
    heads = [say(f"MESSAGES_{name}") for name in _HEADS]
    sys.stdout.write("\n".join(aligned([heads, *rows])) + "\n")
    return 0


def send(options: argparse.Namespace) -> int:
    """``send``: everything that waits as files into the outbox; 1 when some of it could not be written."""
    return for_each(open_chosen_offices(options), _send)


def _send(office: Office) -> int:
    report = month.send_posted(office, [FolderChannel(office.outbox, mail=None)], read_clock)
    sys.stdout.write(month.describe_sending(report) + "\n")
    if report.sent_count:
        sys.stdout.write(say("SENT_TO_FOLDER", folder=office.outbox / FOLDER) + "\n")
    return 0 if all(one.result.outcome in _WELL for one in report.dispatched) else 1


def resend(options: argparse.Namespace) -> int:
    """``resend``: a message goes out once more with the next sending; prints by which channels."""
    ordered = order_again(
        open_chosen_office(options), options.message, account=options.account, reason=options.reason, now=read_clock()
    )
    message, channels = ordered[0].message, "、".join(one.channel or "-" for one in ordered)
    told = say("RESEND_ORDERED", id=message.id, addressee=message.addressee, subject=message.subject, channels=channels)
    sys.stdout.write(told + "\n")
    return 0


def _rows(office: Office, message: StoredMessage, ways: Ways) -> Iterator[list[str]]:
    head = [str(message.id), _shown(office, message.composed_at), message.addressee, message.subject]
    if not ways:
        yield [*head, "-", say("MESSAGES_WAITING"), "-", ""]
    for way in ways.values():
        for attempt in way.attempts:
            if attempt is way.last or attempt.outcome is DispatchOutcome.ORDERED:
                yield [*head, way.channel or "-", *_became(office, attempt)]


def _became(office: Office, attempt: Attempt) -> list[str]:
    result = attempt.result
    if result is None:
        return [say("MESSAGES_UNDER_WAY"), _shown(office, attempt.begun_at), ""]
    detail = (
        say("MESSAGES_ORDERED_BY", account=result.account, reason=result.detail) if result.account else result.detail
    )
    return [say(f"DISPATCH_{result.outcome}"), _shown(office, result.ended_at), detail]


def _shown(office: Office, instant: datetime) -> str:
    return f"{instant.astimezone(office.plans.calendar.zone):%Y-%m-%d %H:%M}"
