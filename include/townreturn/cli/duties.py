"""``duties``, ``document``, ``document-decide`` and ``reporter``: what is owed under a plan as a whole."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from townreturn.chasing.deliveries import Duty
from townreturn.cli.opening import open_chosen_office, read_clock, read_instant
from townreturn.domain.document import Document
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import ObligationKind
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.month.adjusting import shown_day
from townreturn.month.documents import DOCUMENT_KINDS, Recorded, decide_document, hand_in_document
from townreturn.month.plan_duties import choose_plan, duties_in
from townreturn.month.reporters import KnownReporter, list_reporters, name_reporter
from townreturn.store.engine import reading
from townreturn.text_table import aligned
from townreturn.wording import say

_HEADS = ("WHAT", "UNIT", "DUE", "STATE", "TIMELINESS", "RECEIVED", "DOCUMENTS", "NOTE")
_REPORTER_HEADS = ("UNIT", "NAME", "MAIL", "SINCE")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The four commands with their options."""
    duties = commands.add_parser("duties", help=say("CLI_DUTIES"))
    duties.add_argument("--plan", default="", metavar="CODE", help=say("CLI_DUTIES_PLAN"))
    duties.set_defaults(command=show_duties)
    _add_document_arguments(commands.add_parser("document", help=say("CLI_DOCUMENT")))
    _add_decide_arguments(commands.add_parser("document-decide", help=say("CLI_DOCUMENT_DECIDE")))
    _add_reporter_arguments(commands.add_parser("reporter", help=say("CLI_REPORTER")))


def _add_document_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--unit", required=True, metavar="CODE", help=say("CLI_UNIT_CODE"))
    parser.add_argument("--kind", required=True, choices=[kind.value for kind in DOCUMENT_KINDS])
    parser.add_argument("--received", metavar="TIME", help=say("CLI_DOCUMENT_RECEIVED"))
    parser.add_argument("--plan", default="", metavar="CODE", help=say("CLI_DUTIES_PLAN"))
    parser.set_defaults(command=hand_in)


def _add_decide_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help=say("CLI_DOCUMENT_ID"))
    parser.add_argument("--as", dest="account", required=True, help=say("CLI_OPERATOR"))
    verdict = parser.add_mutually_exclusive_group(required=True)
    verdict.add_argument("--accept", dest="accepted", action="store_true", help=say("CLI_DOCUMENT_ACCEPT"))
    verdict.add_argument("--return", dest="accepted", action="store_false", help=say("CLI_DOCUMENT_RETURN"))
    parser.add_argument("--reason", default="", help=say("CLI_REASON"))
    parser.set_defaults(command=decide)


def _add_reporter_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", default="", metavar="CODE", help=say("CLI_UNIT_CODE"))
    parser.add_argument("--name", default="")
    parser.add_argument("--mail", default="")
    parser.add_argument("--as", dest="account", default="", help=say("CLI_OPERATOR"))
    parser.add_argument("--named", metavar="TIME", help=say("CLI_REPORTER_NAMED"))
    parser.set_defaults(command=keep_reporter)


def show_duties(options: argparse.Namespace) -> int:
    """``duties``: every obligation under a plan, how it stands, and the documents that came for it."""
    office, now = open_chosen_office(options), read_clock()
    plan = choose_plan(office.plans, options.plan, now)
    with reading(office.engine) as tx:
        duties = duties_in(tx, plan, now)
    if not duties:
        raise Misuse("DUTIES_NOT_ASKED")
    rows = [[say(f"DUTIES_{name}") for name in _HEADS], *(_row(plan, one) for one in duties)]
    heading = say("CLI_DUTIES_OF", title=plan.title, day=plan.work_plans.issued_on)
    sys.stdout.write("\n".join([heading, *(f"  {line}" for line in aligned(rows))]) + "\n")
    return 0


def hand_in(options: argparse.Namespace) -> int:
    """``document``: a file that came by another way is recorded; its unit gets a receipt."""
    office, now, path = open_chosen_office(options), read_clock(), Path(options.file)
    plan = choose_plan(office.plans, options.plan, now) if options.plan else None
    if not path.is_file():
        raise Misuse("NO_SUCH_FILE", value=path)
    kind = ObligationKind(options.kind)
    received_at = _received_at(options.received, path, office.plans.calendar.zone, now)
    recorded = hand_in_document(office, plan, kind, options.unit, path, received_at, now)
    _tell(recorded, "CLI_DOCUMENT_RECORDED" if recorded.is_new else "CLI_DOCUMENT_KNOWN")
    return 0


def decide(options: argparse.Namespace) -> int:
    """``document-decide``: a document is accepted, or returned with a reason, of which its unit is told."""
    recorded = decide_document(
        open_chosen_office(options), options.id, account=options.account, accepted=options.accepted,
        reason=options.reason, now=read_clock(),
    )  # fmt: skip
    _tell(recorded, "CLI_DOCUMENT_ACCEPTED" if options.accepted else "CLI_DOCUMENT_SENT_BACK")
    return 0


def keep_reporter(options: argparse.Namespace) -> int:
    """``reporter``: whom a unit has named; without options everybody who is known."""
    office, now = open_chosen_office(options), read_clock()
    zone = office.plans.calendar.zone
    given = (options.unit, options.name, options.mail, options.account)
    if not any(given):
        known = [_reporter_row(one, zone) for one in list_reporters(office, now)]
        sys.stdout.write("\n".join(aligned([[say(f"REPORTER_{name}") for name in _REPORTER_HEADS], *known])) + "\n")
        return 0
    if not all(given):
        raise Misuse("REPORTER_NEEDS_ALL")
    named_at = read_instant(options.named, zone, now) if options.named is not None else now
    is_new = name_reporter(
        office, options.unit, name=options.name, mail=options.mail, account=options.account, named_at=named_at, now=now
    )
    code = "CLI_REPORTER_RECORDED" if is_new else "CLI_REPORTER_KNOWN"
    sys.stdout.write(say(code, unit=options.unit, name=one_line(options.name), mail=options.mail) + "\n")
    return 0


def _tell(recorded: Recorded, code: str) -> None:
    plan, document, standing = recorded.plan, recorded.document, recorded.duty.standing
    named = {"id": document.id, "file": one_line(document.file_name), "unit": plan.unit_by_code[document.unit].name}
    about = {"what": say(f"OWED_{document.kind}"), "received": _shown(plan, document.received_at)}
    sys.stdout.write(say(code, **named, **about) + "\n")
    state, timely = say(f"STATE_{standing.state}"), say(f"TIMELINESS_{standing.timeliness}")
    due = shown_day(plan, recorded.duty.obligation.due_at)
    sys.stdout.write("  " + say("CLI_DUTY_STANDS", state=state, timeliness=timely, due=due) + "\n")


def _row(plan: Plan, duty: Duty) -> list[str]:
    standing = duty.standing
    return [
        say(f"OWED_{duty.kind}"),
        plan.unit_by_code[duty.unit].name,
        shown_day(plan, duty.obligation.due_at),
        say(f"STATE_{standing.state}"),
        say(f"TIMELINESS_{standing.timeliness}"),
        _shown(plan, standing.received_at),
        _documents(duty.documents),
        one_line(duty.returned_for or standing.note) or "-",
    ]


def _documents(documents: Sequence[Document]) -> str:
    """Their numbers, the newest with its name: the number is what ``document-decide`` asks for."""
    if not documents:
        return "-"
    numbers = "、".join(f"#{one.id}" for one in documents)
    return f"{numbers} {one_line(documents[-1].file_name)}"


def _reporter_row(known: KnownReporter, zone: ZoneInfo) -> list[str]:
    since = f"{known.named_at.astimezone(zone):%Y-%m-%d %H:%M}" if known.named_at else "-"
    return [f"{known.unit.name} {known.unit.code}", one_line(known.name) or "-", known.mail or "-", since]


def _received_at(given: str | None, path: Path, zone: ZoneInfo, now: datetime) -> datetime:
    """As stated, else when the file was last changed, as in the inbox; never later than now."""
    if given is not None:
        return read_instant(given, zone, now)
    return min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)


def _shown(plan: Plan, instant: datetime | None) -> str:
    return f"{instant.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M}" if instant else "-"
