"""What the obvious design costs: every submission read with pandas and openpyxl, and validated by itself."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from townreturn.checks.judging import judge
from townreturn.domain.history import History
from townreturn.domain.submission import Arrival
from townreturn.intake.interpret import interpret
from townreturn.office import Office
from townreturn.spreadsheets.reader import read_workbooks


def read_with_pandas(paths: Sequence[Path]) -> None:
    """Every sheet of every file through pandas.read_excel, with openpyxl below it."""
    import pandas as pd

    for path in paths:
        pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")


def validate_each(office: Office, paths: Sequence[Path]) -> None:
    """One Great Expectations run a submission, by the same suites."""
    raw = read_workbooks(paths)
    for path in paths:
        submission = interpret(raw[path], Arrival(path.name, "", _moment(path)), office.plans)
        if submission.period is not None:
            plan = office.plans.in_force(submission.period)
            judge([submission], [History()], plan.form, submission.period, office.rules(plan.form.edition))


def _moment(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
