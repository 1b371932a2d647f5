"""Publishing: one town return becomes the workbook, the briefing, the twin and the manifest of its issue."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing import naming
from townreturn.publishing.manifest import Issue, write_manifest
from townreturn.publishing.schema import write_schemas
from townreturn.publishing.twin import write_changes_csv, write_csv, write_json, write_notes_csv, write_standings_csv


def render_issue(issue: Issue) -> tuple[KeptFile, ...]:
    """Every file of one issue, the manifest last; equal issues give equal bytes, whenever and wherever."""
    with TemporaryDirectory() as name:
        write_files(issue, Path(name))
        paths = sorted(Path(name).iterdir(), key=lambda path: (path.name == naming.MANIFEST, path.name))
        return tuple(KeptFile(FileKind.OUTPUT, path.name, path.read_bytes()) for path in paths)


def write_files(issue: Issue, folder: Path) -> None:
    """Write the files of one issue into an empty folder, the manifest last.

    What people read is without personal data; the canonical text and its hash are of the return itself.
    """
    from townreturn.publishing.masked_return import mask_return

    printed = replace(issue, town_return=mask_return(issue.town_return))
    _write_workbooks(printed, folder)
    _write_briefing(printed, folder)
    _write_tables(printed.town_return, issue.plan, folder)
    write_json(issue.town_return, folder / naming.json_name(issue.town_return))
    write_schemas(folder)
    write_manifest(issue, folder)


def _write_workbooks(issue: Issue, folder: Path) -> None:
    """The return; the same as a unit's workbook for the level above, if anything is in; the superior's own form."""
    from townreturn.publishing.submission import write_submission
    from townreturn.publishing.superior_workbook import fill_template
    from townreturn.publishing.workbook import write_return_workbook

    town_return, plan, day = issue.town_return, issue.plan, issue.issued_on
    write_return_workbook(town_return, plan, folder / naming.workbook_name(town_return), day)
    if town_return.reported_count:
        write_submission(town_return, plan, folder / naming.submission_name(town_return), day)
    if plan.superior_template:
        filled = fill_template(town_return, plan, plan.superior_template, day)
        (folder / naming.superior_name(town_return, plan.superior_template)).write_bytes(filled)


def _write_briefing(issue: Issue, folder: Path) -> None:
    """The document, its twin, and the return on one page."""
    from townreturn.publishing.briefing import write_briefing, write_briefing_twin
    from townreturn.publishing.summary_page import write_summary

    town_return, plan, day = issue.town_return, issue.plan, issue.issued_on
    write_briefing(town_return, plan, folder / naming.briefing_name(town_return), day)
    write_briefing_twin(town_return, plan, folder / naming.briefing_twin_name(town_return), day)
    write_summary(town_return, plan, folder / naming.summary_name(town_return), day)


def _write_tables(town_return: TownReturn, plan: Plan, folder: Path) -> None:
    """As CSV; 数据更正 only where something changed."""
    write_csv(town_return, plan, folder / naming.csv_name(town_return))
    write_notes_csv(town_return, plan, folder / naming.notes_csv_name(town_return))
    write_standings_csv(town_return, plan, folder / naming.standings_csv_name(town_return))
    if town_return.changes:
        write_changes_csv(town_return, plan, folder / naming.changes_csv_name(town_return))
