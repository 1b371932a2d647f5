"""Handing up (上报): a published issue's workbook goes into the inbox of the office above, like any unit's."""

from townreturn.domain.kept_file import FileKind
from townreturn.domain.period import Period
from townreturn.intake.dropping import drop_into
from townreturn.month.kept import read_kept
from townreturn.office import Office
from townreturn.publishing.naming import submission_name
from townreturn.store.arrivals import find_arrivals
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files
from townreturn.store.returns import find_issue, find_publications


def hand_up(office: Office, period: Period) -> str:
    """Put the newest issue's workbook into the inbox of the office above, unless it has come in there; its name.

    Empty where no office above is served by this deployment, nothing is published, or no category was in. Said
    again, nothing comes in twice. Raises Broken when the archive has lost or altered the file, OSError or
    StoreRefused when the inbox takes nothing more.
    """
    above, town = office.above, office.plans.town_code
    if above is None:
        return ""
    with reading(office.engine) as tx:
        newest = find_publications(tx, town, [period.key]).get(period.key)
        issue = newest and find_issue(tx, town, period.key, newest.issue)
        if not newest or not issue:
            return ""
        name = submission_name(issue.town_return)
        files = find_files(tx, town, period.key, newest.issue)
        file = next((one for one in files if (one.kind, one.name) == (FileKind.OUTPUT, name)), None)
        if file is None or find_arrivals(tx, above.town, [file.file_hash]):
            return ""
    # By its code: offices of one name may report to the same one.
    drop_into(above.inbox, f"{town}_{name}", read_kept(office, file).content, newest.published_at)
    return name
