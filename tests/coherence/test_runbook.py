"""操作手册, section 五: what an operator can be told has its row there, and no row is about what nobody is told."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import townreturn
from townreturn.month.health import TroubleCode
from townreturn.wording import texts

PACKAGE = Path(townreturn.__file__).parent
PROJECT = PACKAGE.parents[1]
HANDBOOK = (PROJECT / "docs" / "操作手册.md").read_text("utf-8")
SECTION = HANDBOOK[HANDBOOK.index("## 五、") : HANDBOOK.index("## 六、")]
ALERTS = {
    "chasing/__init__.py": {"PERIOD_RELEASED"},
    "month/attempts.py": {
        "DISPATCH_ALERT_UNCERTAIN", "DISPATCH_ALERT_REFUSED", "DISPATCH_ALERT_GIVEN_UP", "DISPATCH_ALERT_UNCARRIED",
        "DISPATCH_STALLED",
    },
    "month/sending.py": {"DISPATCH_ALERT_CLEARED"},
    "month/corrections.py": {"ALERT_WITHOUT_PLAN"},
    "month/correction_basis.py": {"ALERT_OUTSIDE_WINDOW"},
    "month/document_intake.py": {"ALERT_DOCUMENT_STRAYED", "ALERT_MAILED_DOCUMENT_STRAYED"},
    "month/duty_reminding.py": {"DUTIES_YEAR_ASSUMED", "DUTIES_COME_TOO_LATE"},
    "month/entering.py": {"ALERT_PUBLISHED_ALREADY"},
    "month/mail_in.py": {
        "MAILBOX_ALERT", "MAIL_ALERT_WITHOUT_FILES", "MAIL_ALERT_UNREAD", "MAIL_ALERT_BOUNCED", "MAIL_ALERT_STRANGER",
    },
    "month/mail_quarantine.py": {"MAIL_ALERT_UNKNOWN"},
    "month/mandates.py": {"MAIL_ALERT_OTHER_UNIT", "UPLOAD_ALERT_OTHER_UNIT"},
    "month/reminding.py": {"CALENDAR_ASSUMED"},
    "month/intake_reports.py": {"INBOX_FILE_NOT_TAKEN"},
    "month/submissions.py": {"INBOX_FILE_NOT_GIVEN"},
    "month/unpublished.py": {"UNPUBLISHED_ALERT"},
    "operating/unclaimed.py": {"ALERT_INBOX_UNCLAIMED"},
    "publishing/pdf.py": {"PDF_FAILED"},
    "domain/plan_book.py": {"NO_PLAN_IN_FORCE"},
    "../../plugins/operator_alert.py": {"ALERT_TASK_FAILED", "ALERT_RUN_FAILED"},
}  # fmt: skip
"""File → the codes of alerts that it words."""
RAISE_WHAT_OTHERS_WORD = {
    "store/entered.py", "month/trays.py", "../../dags/runs.py", "../../dags/approval_tail.py",
}  # fmt: skip
RAISERS = {"raise_alert", "raise_task_alert", "record_alert", "Alert"}


def rows() -> Iterator[tuple[str, str, str]]:
    """(first cell, what it means if that is told, what to do) of every table of the section."""
    for line in SECTION.splitlines():
        cells = [one.strip() for one in line.strip("|").split("|")]
        if line.startswith(("| “", "| `")):
            yield cells[0], cells[1], cells[-1]


def patterns() -> dict[str, re.Pattern[str]]:
    """Quoted first cell → what it matches in a text of the wording; “……” stands for anything."""
    quoted = [cell for cell, _, _ in rows() if cell.startswith("“")]
    parts = {cell: [part.strip() for part in cell[1:-1].split("……")] for cell in quoted}
    return {cell: re.compile(".*".join(re.escape(part) for part in found)) for cell, found in parts.items()}


def raising_files() -> set[str]:
    """As the keys above name them."""
    paths = [path for place in ("dags", "plugins", "include") for path in (PROJECT / place).rglob("*.py")]
    found = {path for path in paths if calls_of(path) & RAISERS}
    return {os.path.relpath(path, PACKAGE) for path in found}


def calls_of(path: Path) -> set[str]:
    """The names of whatever a file calls."""
    calls = (one.func for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call))
    return {getattr(one, "id", getattr(one, "attr", "")) for one in calls}


def test_these_are_all_the_files_that_raise_alerts() -> None:
    """A new one has to say here which codes it words, and the handbook what to do."""
    assert raising_files() - {"store/periods.py"} <= ALERTS.keys() | RAISE_WHAT_OTHERS_WORD


def test_every_code_is_worded_where_it_is_said_to_be() -> None:
    for file, codes in ALERTS.items():
        source = (PACKAGE / file).read_text("utf-8")
        assert {one for one in codes if f'"{one}"' not in source} == set(), file


def test_every_alert_of_the_wording_is_known_here() -> None:
    named = {code for code in texts() if re.search(r"(^|_)ALERT(_|$)", code)} - {"CLI_ALERT"}
    assert named <= set().union(*ALERTS.values())


def test_every_alert_has_its_row_in_the_handbook() -> None:
    told, known = texts(), patterns().values()
    codes = sorted(set().union(*ALERTS.values()))
    assert [code for code in codes if not any(one.search(told[code]) for one in known)] == []


def test_every_row_is_about_something_that_is_told() -> None:
    told = texts().values()
    assert [cell for cell, pattern in patterns().items() if not any(map(pattern.search, told))] == []


def test_every_trouble_of_a_monitor_has_its_row() -> None:
    codes = {cell.strip("`") for cell, _, _ in rows() if cell.startswith("`")}
    assert codes == {one.value for one in TroubleCode}


def test_every_row_says_what_to_do() -> None:
    assert [cell for cell, _, to_do in rows() if len(to_do) < 4] == []
