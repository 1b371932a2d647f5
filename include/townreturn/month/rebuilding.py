"""A published issue made again from the database and the archive, and compared with what was published."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection

from townreturn.domain.canonical import canonical_json, content_hash, read_canonical
from townreturn.domain.errors import Broken, ConfigurationFault, Misuse, Refused, TownReturnError
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.month.contents import compile_from
from townreturn.month.kept import plan_among, read_in_force, read_kept
from townreturn.office import Office
from townreturn.publishing import render_issue
from townreturn.publishing.manifest import Issue
from townreturn.software import software_version
from townreturn.store.engine import reading
from townreturn.store.inputs import find_basis
from townreturn.store.issue_events import head_before_issue
from townreturn.store.issues import list_issues, stored_content
from townreturn.store.published_files import PublishedFile, find_files
from townreturn.store.returns import Publication, find_compilation
from townreturn.wording import Tell, say

TAMPERED = (Broken, ConfigurationFault, Misuse, Refused, ValueError, LookupError, TypeError, ArithmeticError)
"""What reading a record that somebody has altered may raise."""


class Outcome(StrEnum):
    """What came of one file: byte for byte the same, different, or not to be made."""

    SAME = "same"
    DIFFERS = "differs"
    CANNOT = "cannot"


@dataclass(frozen=True)
class RebuiltFile:
    """One output of an issue; ``content`` is what it is made to now, None when it cannot be."""

    name: str
    outcome: Outcome
    content: bytes | None = None


@dataclass(frozen=True)
class Rebuilt:
    """An issue made again. ``content`` is about the return's canonical text, by any version.

    ``obstacle`` says in a sentence why nothing could be made; empty when it could.
    """

    publication: Publication
    content: Outcome
    files: tuple[RebuiltFile, ...]
    obstacle: str = ""

    @property
    def is_by_same_version(self) -> bool:
        return self.publication.software_version == software_version()

    @property
    def is_exact(self) -> bool:
        """Everything that has to be the same is: of another version's issue, only the content."""
        files = self.files if self.is_by_same_version else ()
        return all(one is Outcome.SAME for one in (self.content, *(file.outcome for file in files)))


def rebuild(office: Office, period: Period, number: int | None = None) -> Rebuilt:
    """Make one issue again, by default the newest, from facts and kept files alone.

    Raises Misuse for an issue that was never published, Refused for one published before its files
    were kept.
    """
    with reading(office.engine) as tx:
        return rebuild_issue(tx, office, find_issue_of(tx, office, period, number))


def rebuild_issue(tx: Connection, office: Office, publication: Publication) -> Rebuilt:
    """See ``rebuild``."""
    recorded = require_recorded(tx, office, publication)
    outputs = [one for one in recorded if one.kind is FileKind.OUTPUT]
    stored = stored_content(tx, publication.compilation_id)
    try:
        issue = _make_again(tx, office, publication, recorded)
        made = render_issue(issue)
    except TAMPERED as fault:
        cannot = tuple(RebuiltFile(one.name, Outcome.CANNOT) for one in outputs)
        return Rebuilt(publication, Outcome.CANNOT, cannot, tell_fault(fault))
    is_same = canonical_json(issue.town_return) == stored.content and issue.content_hash == stored.content_hash
    return Rebuilt(publication, _outcome(is_same), _compare(made, outputs))


def tell_fault(fault: Exception, tell: Tell = say) -> str:
    """What stood in the way, in a sentence."""
    if isinstance(fault, TownReturnError):
        return tell(fault.code, **fault.values)
    return tell("RECORD_UNREADABLE", detail=repr(fault))


def read_published(office: Office, period: Period, number: int | None = None) -> tuple[Publication, list[KeptFile]]:
    """The outputs of one issue as they were published, from the archive; raises as ``rebuild``, and Broken."""
    with reading(office.engine) as tx:
        publication = find_issue_of(tx, office, period, number)
        recorded = require_recorded(tx, office, publication)
    return publication, [read_kept(office, one) for one in recorded if one.kind is FileKind.OUTPUT]


def find_issue_of(tx: Connection, office: Office, period: Period, number: int | None) -> Publication:
    """A publication by its issue's number, None for the newest; Misuse when there is none."""
    issues = list_issues(tx, office.plans.town_code, period.key)
    found = [one for one in issues if number in (None, one.issue)]
    if not found:
        raise Misuse(
            "ISSUE_NOT_PUBLISHED", period=period, issues="、".join(str(one.issue) for one in issues) or say("NONE")
        )
    return found[-1]


def require_recorded(tx: Connection, office: Office, publication: Publication) -> tuple[PublishedFile, ...]:
    """The files that an issue was published with; Refused for one published before they were kept."""
    recorded = find_files(tx, office.plans.town_code, publication.period, publication.issue)
    if not recorded:
        raise Refused("ISSUE_WITHOUT_KEPT_FILES", period=publication.period, issue=publication.issue)
    return recorded


def _make_again(
    tx: Connection, office: Office, publication: Publication, recorded: Sequence[PublishedFile]
) -> Issue:  # fmt: skip
    in_force = read_in_force(office, recorded)
    plan = plan_among(in_force)
    town_return = compile_again(tx, plan, publication.compilation_id)
    head = head_before_issue(tx, town_return.plan, publication.period, publication.issue)
    issued_on = publication.published_at.astimezone(plan.calendar.zone).date()
    return Issue(town_return, plan, content_hash(town_return), issued_on, in_force, head)


def compile_again(tx: Connection, plan: Plan, compilation_id: int) -> TownReturn:
    """A stored compilation from its recorded basis.

    How units stood then and before, the league that follows from it, what the issue says of other issues, and what
    plans came before the kept one, was known only then and is taken over. An issue from before there was a trend is
    made without one. As an issue is published from its stored text, this is read from its text too: 12.50 and 12.5
    are equal, but do not print so.
    """
    stored = find_compilation(tx, compilation_id).town_return
    basis = find_basis(tx, compilation_id)
    again = compile_from(tx, plan, Period(stored.period), basis, stored.standings, stored.breaks, stored.issue)
    kept = replace(
        again, changes=stored.changes, league=stored.league, duties=stored.duties, past_standings=stored.past_standings
    )
    if not stored.trend.periods:
        kept = replace(kept, trend=stored.trend, areas=stored.areas)
    return read_canonical(canonical_json(kept))


def _compare(made: Sequence[KeptFile], recorded: Sequence[PublishedFile]) -> tuple[RebuiltFile, ...]:
    """Every recorded output, then what is made now and was not published then."""
    made_by_name = {one.name: one for one in made}
    names = dict.fromkeys([*(one.name for one in recorded), *made_by_name])
    hashes = {one.name: one.file_hash for one in recorded}
    return tuple(_compared(name, made_by_name.get(name), hashes.get(name)) for name in names)


def _compared(name: str, made: KeptFile | None, file_hash: str | None) -> RebuiltFile:
    if made is None:
        return RebuiltFile(name, Outcome.CANNOT)
    return RebuiltFile(name, _outcome(made.sha256 == file_hash), made.content)


def _outcome(is_same: bool) -> Outcome:
    return Outcome.SAME if is_same else Outcome.DIFFERS
