"""Publishing: one town return becomes the workbook, the briefing, the twin and the manifest of its issue."""

from datetime import date
from pathlib import Path

from upath import UPath

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing import naming
from townreturn.publishing.delivery import deliver
from townreturn.publishing.manifest import Issue, write_manifest
from townreturn.publishing.twin import write_csv, write_json, write_notes_csv


def write_issue(town_return: TownReturn, plan: Plan, content_hash: str, issued_on: date, outbox: UPath) -> str:
    """Write every file of one issue aside and move them in whole; the folder's path or URL.

    The folder is ``<outbox>/<period>/issue-<n>``. One that already holds this content stays as it
    is; one that holds another content is what a crashed attempt left, and is replaced.
    """
    issue = Issue(town_return, plan, content_hash, issued_on)
    return deliver(outbox, naming.folder_of(town_return), content_hash, lambda folder: write_files(issue, folder))


def write_files(issue: Issue, folder: Path) -> None:
    """Write the files of one issue into an empty folder, the manifest last."""
    from townreturn.publishing.briefing import write_briefing
    from townreturn.publishing.workbook import write_return_workbook

    town_return, plan = issue.town_return, issue.plan
    write_return_workbook(town_return, plan, folder / naming.workbook_name(town_return), issue.issued_on)
    write_briefing(town_return, plan, folder / naming.briefing_name(town_return), issue.issued_on)
    write_csv(town_return, plan, folder / naming.csv_name(town_return))
    write_notes_csv(town_return, plan, folder / naming.notes_csv_name(town_return))
    write_json(town_return, folder / naming.json_name(town_return))
    write_manifest(issue, folder)
