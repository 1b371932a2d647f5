"""The command line: the month's steps without Airflow, for deadline day and for reporters."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from townreturn.domain.errors import TownReturnError
from townreturn.wording import say, texts

MISUSE = 2
"""Exit status: 0 accepted or done, 1 returned or not yet, 2 misuse."""
_OF_NO_TOWN = ("backup", "restore", "briefing-template", "demo", "up", "down")
"""Commands that are for the deployment as a whole, or need no plan."""
_NOT_READ = 141
"""As other programs end whose output nobody reads to its end, behind ``| head``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; every error is one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a file name need not be text
    options = build_parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()  # a reader that has gone is noticed here, not when the interpreter ends
        return status
    except TownReturnError as error:
        sys.stderr.write(f"{error}{_what_to_type(error)}\n")
        return MISUSE
    except (SQLAlchemyError, ImportError) as error:
        sys.stderr.write(say("CLI_SURROUNDINGS_FAULT", detail=str(error).splitlines()[0]) + "\n")
        return MISUSE
    except OSError as error:
        if _is_unread():
            return _NOT_READ
        sys.stderr.write(say("CLI_FILE_FAULT", name=error.filename or "", detail=error.strerror or error) + "\n")
        return MISUSE


def _what_to_type(error: TownReturnError) -> str:
    """What follows the sentence here: options and commands are named on the command line only."""
    code = f"CLI_TYPE_{error.code}"
    return say(code, **error.values) if code in texts() else ""


def _is_unread() -> bool:
    """Whether the reader of standard output has gone; what is left to write then goes nowhere."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def build_parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    parser = argparse.ArgumentParser(prog="townreturn", description=say("CLI_ABOUT"))
    commands = parser.add_subparsers(required=True, metavar=say("CLI_COMMAND"))
    _add_submission_commands(commands)
    _add_return_commands(commands)
    _add_safekeeping_commands(commands)
    _add_record_commands(commands)
    _add_message_commands(commands)
    _add_delivery_commands(commands)
    _add_duty_commands(commands)
    _add_airflow_commands(commands)
    for name, command in commands.choices.items():
        if name not in _OF_NO_TOWN:
            command.add_argument("--town", default="", metavar="CODE", help=say("CLI_CHOSEN_TOWN"))
    return parser


def _add_submission_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import checking, submissions

    template = commands.add_parser("template", help=say("CLI_TEMPLATE"))
    template.add_argument("--period", required=True)
    template.add_argument("--unit", help=say("CLI_UNIT"))
    template.add_argument("--out", default=".", help=say("CLI_OUT"))
    template.set_defaults(command=submissions.write_blank_workbooks)

    hand_out = commands.add_parser("hand-out", help=say("CLI_HAND_OUT"))
    hand_out.add_argument("period", metavar="PERIOD")
    hand_out.add_argument("--unit", action="append", default=[], metavar="CODE", help=say("CLI_HAND_OUT_UNIT"))
    hand_out.set_defaults(command=submissions.hand_out)

    sample = commands.add_parser("sample", help=say("CLI_SAMPLE"))
    sample.add_argument("--from", dest="first", required=True)
    sample.add_argument("--to", dest="last", required=True)
    sample.add_argument("--seed", type=int, default=1)
    sample.add_argument("--out", required=True, help=say("CLI_OUT"))
    sample.add_argument("--faults", action="store_true", help=say("CLI_FAULTS"))
    sample.set_defaults(command=submissions.write_sample_files)

    checking.add_arguments(commands.add_parser("check", help=say("CLI_CHECK")))

    intake = commands.add_parser("intake", help=say("CLI_INTAKE"))
    intake.set_defaults(command=submissions.take_in_inbox)


def _add_return_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import (
        adjusting,
        approvals,
        briefing_template,
        corrections,
        reminding,
        returns,
        status,
        timeliness,
        tracing,
    )

    status.add_status_arguments(commands.add_parser("status", help=say("CLI_STATUS")))
    timeliness.add_arguments(commands.add_parser("timeliness", help=say("CLI_TIMELINESS")))
    status.add_exclude_arguments(commands.add_parser("exclude", help=say("CLI_EXCLUDE")))
    adjusting.add_extend_arguments(commands.add_parser("extend", help=say("CLI_EXTEND")))
    adjusting.add_exempt_arguments(commands.add_parser("exempt", help=say("CLI_EXEMPT")))
    reminding.add_arguments(commands.add_parser("remind", help=say("CLI_REMIND")))
    for name, help_code, command in (
        ("compile", "CLI_COMPILE", returns.compile_period),
        ("publish", "CLI_PUBLISH", returns.publish_period),
        ("release", "CLI_RELEASE", returns.release_period),
    ):
        parser = commands.add_parser(name, help=say(help_code))
        parser.add_argument("period", metavar="PERIOD")
        parser.set_defaults(command=command)

    corrections.add_arguments(commands.add_parser("correct", help=say("CLI_CORRECT")))
    approvals.add_approve_arguments(commands.add_parser("approve", help=say("CLI_APPROVE")))
    approvals.add_list_arguments(commands.add_parser("approvals", help=say("CLI_APPROVALS")))
    briefing_template.add_arguments(commands.add_parser("briefing-template", help=say("CLI_BRIEFING_TEMPLATE")))
    tracing.add_arguments(commands.add_parser("trace", help=say("CLI_TRACE")))


def _add_safekeeping_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import health, safekeeping

    backup = commands.add_parser("backup", help=say("CLI_BACKUP"))
    backup.add_argument("to", metavar="TO", help=say("CLI_BACKUP_TO"))
    backup.set_defaults(command=safekeeping.back_up)
    restore = commands.add_parser("restore", help=say("CLI_RESTORE"))
    restore.add_argument("source", metavar="FROM", help=say("CLI_RESTORE_FROM"))
    restore.set_defaults(command=safekeeping.restore)
    commands.add_parser("health", help=say("CLI_HEALTH")).set_defaults(command=health.show_health)


def _add_record_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import record

    record.add_commands(commands)


def _add_message_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import messages

    messages.add_commands(commands)


def _add_delivery_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import deliveries

    deliveries.add_commands(commands)


def _add_duty_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import duties

    duties.add_commands(commands)


def _add_airflow_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from townreturn.cli import airflow

    for name, help_code, command in (
        ("demo", "CLI_DEMO", airflow.demo),
        ("up", "CLI_UP", airflow.up),
        ("down", "CLI_DOWN", airflow.down),
    ):
        commands.add_parser(name, help=say(help_code)).set_defaults(command=command)
    backfill = commands.add_parser("backfill", help=say("CLI_BACKFILL"))
    backfill.add_argument("--from", dest="first", required=True)
    backfill.add_argument("--to", dest="last", required=True)
    backfill.add_argument("--samples", action="store_true", help=say("CLI_BACKFILL_SAMPLES"))
    backfill.add_argument("--approve", action="store_true", help=say("CLI_BACKFILL_APPROVE"))
    backfill.set_defaults(command=airflow.backfill)
