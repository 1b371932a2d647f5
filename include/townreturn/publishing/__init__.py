"""Publishing: one town return becomes the workbook, the briefing, the twin and the manifest of its issue."""

from pathlib import Path
from tempfile import TemporaryDirectory

from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.publishing import naming
from townreturn.publishing.manifest import Issue, write_manifest
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
    from townreturn.publishing.briefing import write_briefing, write_briefing_twin
    from townreturn.publishing.masked_return import mask_return
    from townreturn.publishing.schema import write_schemas
    from townreturn.publishing.submission import write_submission
    from townreturn.publishing.summary_page import write_summary
    from townreturn.publishing.superior_workbook import fill_template
    from townreturn.publishing.workbook import write_return_workbook

    town_return, plan = mask_return(issue.town_return), issue.plan
    write_return_workbook(town_return, plan, folder / naming.workbook_name(town_return), issue.issued_on)
    if town_return.reported_count:
        write_submission(town_return, plan, folder / naming.submission_name(town_return), issue.issued_on)
    write_briefing(town_return, plan, folder / naming.briefing_name(town_return), issue.issued_on)
    write_briefing_twin(town_return, plan, folder / naming.briefing_twin_name(town_return), issue.issued_on)
    write_summary(town_return, plan, folder / naming.summary_name(town_return), issue.issued_on)
    write_csv(town_return, plan, folder / naming.csv_name(town_return))
    write_notes_csv(town_return, plan, folder / naming.notes_csv_name(town_return))
    write_standings_csv(town_return, plan, folder / naming.standings_csv_name(town_return))
    if town_return.changes:
        write_changes_csv(town_return, plan, folder / naming.changes_csv_name(town_return))
    write_json(issue.town_return, folder / naming.json_name(town_return))
    write_schemas(folder)
    if plan.superior_template:
        content = fill_template(town_return, plan, plan.superior_template, issue.issued_on)
        (folder / naming.superior_name(town_return, plan.superior_template)).write_bytes(content)
    write_manifest(issue, folder)
