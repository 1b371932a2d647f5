"""The month as use cases, in its order: what dags and the command line call, one line each."""

from townreturn.approving import runs_to_resume
from townreturn.chasing import describe_standings, open_period, raise_alert, readiness, release_period, standings_of
from townreturn.month.answering import Answer, write_receipts
from townreturn.month.decisions import record_decision
from townreturn.month.returns import check_return, compile_return, summarise
from townreturn.month.submissions import TRAY, IntakeReport, Taken, check_files, take_in
from townreturn.publishing.publication import publish

__all__ = [
    "TRAY",
    "Answer",
    "IntakeReport",
    "Taken",
    "check_files",
    "check_return",
    "compile_return",
    "describe_standings",
    "open_period",
    "publish",
    "raise_alert",
    "readiness",
    "record_decision",
    "release_period",
    "runs_to_resume",
    "standings_of",
    "summarise",
    "take_in",
    "write_receipts",
]
