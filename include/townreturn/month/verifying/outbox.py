"""The outbox: the files of every issue that was published, and nothing that looks like another."""

from collections.abc import Iterator, Sequence

from upath import UPath

from townreturn.domain.errors import Misuse
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.foreign_text import one_line
from townreturn.month.verifying.case import Case
from townreturn.places import asking, is_file, is_folder, names_in
from townreturn.publishing.delivery import find_delivered
from townreturn.publishing.naming import issue_folder
from townreturn.store.issues import list_issues
from townreturn.store.published_files import PublishedFile
from townreturn.store.returns import Publication


def list_delivered(outbox: UPath) -> dict[str, list[str]]:
    """Period → the names of the issues that lie in the outbox, whether they were published or not."""
    periods = [name for name in _names_in(outbox) if _is_period(name)]
    found = {key: [name for name in _names_in(outbox / key) if name.startswith("issue-")] for key in periods}
    return {key: sorted(names) for key, names in found.items() if names}


def check_outbox(case: Case) -> Iterator[str]:
    """Every issue that lies in the outbox was published."""
    issues = list_issues(case.tx, case.town, case.period)
    published = {issue_folder(Period(one.period), one.issue) for one in issues}
    for name in case.delivered:
        if f"{case.period}/{name}" not in published:
            place = case.office.outbox / case.period / name
            yield case.tell("VERIFY_OUTBOX_FOREIGN_ISSUE", place=one_line(str(place)))


def check_delivered(case: Case, publication: Publication, recorded: Sequence[PublishedFile]) -> Iterator[str]:
    """The folder of an issue may be gone, then the archive counts; its files may not be others, nor more."""
    folder = find_delivered(case.office.outbox, publication)
    if folder is None:
        case.remarks.append(case.tell("VERIFY_FOLDER_GONE", issue=publication.issue))
        return
    outputs = [one for one in recorded if one.kind is FileKind.OUTPUT]
    for one in outputs:
        place = folder / one.name
        if not is_file(place):
            yield case.tell("VERIFY_OUTBOX_LOST", place=place)
        elif KeptFile(one.kind, one.name, _read(place)).sha256 != one.file_hash:
            yield case.tell("VERIFY_OUTBOX_ALTERED", place=place)
    for name in sorted(set(_names_in(folder)) - {one.name for one in outputs}):
        yield case.tell("VERIFY_OUTBOX_FOREIGN_FILE", place=one_line(str(folder / name)))


def _names_in(folder: UPath) -> list[str]:
    """What lies there to be seen: other names are still being written, or are the file system's own."""
    return [name for name in names_in(folder) if not name.startswith(".")] if is_folder(folder) else []


def _read(place: UPath) -> bytes:
    with asking(place, passing=(FileNotFoundError,)):
        return place.read_bytes()


def _is_period(name: str) -> bool:
    try:
        return Period(name).key == name
    except Misuse:
        return False
