"""What was compiled, decided and published: contents, kept files, and each issue made again."""

import hashlib
from collections.abc import Iterator

from townreturn.domain.errors import Broken
from townreturn.domain.kept_file import FileKind
from townreturn.month.kept import read_kept
from townreturn.month.rebuilding import Outcome, Rebuilt, rebuild_issue
from townreturn.month.verifying.case import Case
from townreturn.month.verifying.manifests import check_manifest
from townreturn.month.verifying.outbox import check_delivered
from townreturn.publishing.naming import MANIFEST
from townreturn.store.inputs import find_basis
from townreturn.store.inspection import list_contents, list_decisions
from townreturn.store.issues import list_issues, stored_content
from townreturn.store.published_files import PublishedFile, find_files
from townreturn.store.returns import Publication


def check_contents(case: Case) -> Iterator[str]:
    """Every compilation's text against its hash, every decision against the compilation it names."""
    for compilation_id, content_hash, content in list_contents(case.tx, case.town, case.period):
        found = hashlib.sha256(content.encode()).hexdigest()
        if found != content_hash:
            yield case.tell("VERIFY_CONTENT_ALTERED", id=compilation_id, expected=content_hash[:12], found=found[:12])
    for decision in list_decisions(case.tx, case.town, case.period):
        if decision.content_hash != decision.hash_of_compilation:
            yield case.tell("VERIFY_DECISION_OF_OTHER", id=decision.id, account=decision.account)


def check_issues(case: Case) -> Iterator[str]:
    """Every published issue."""
    for publication in list_issues(case.tx, case.town, case.period):
        recorded = find_files(case.tx, case.town, case.period, publication.issue)
        if not recorded:
            case.remarks.append(case.tell("VERIFY_ISSUE_WITHOUT_FILES", issue=publication.issue))
            continue
        yield from _check_kept(case, recorded)
        manifest = next(one for one in recorded if one.kind is FileKind.OUTPUT and one.name == MANIFEST)
        yield from check_manifest(case, publication, read_kept(case.office, manifest))
        yield from check_delivered(case, publication, recorded)
        yield from _check_rebuilt(case, publication)


def _check_kept(case: Case, recorded: tuple[PublishedFile, ...]) -> Iterator[str]:
    for one in recorded:
        case.counts["VERIFY_KEPT"] += 1
        try:
            read_kept(case.office, one)
        except Broken as fault:
            yield case.tell(fault.code, **fault.values)


def _check_rebuilt(case: Case, publication: Publication) -> Iterator[str]:
    damaged = _damaged_basis(case, publication)
    if damaged:
        case.remarks.append(case.tell("VERIFY_BASIS_DAMAGED", issue=publication.issue, basis=damaged))
        return
    rebuilt = rebuild_issue(case.tx, case.office, publication)
    if rebuilt.obstacle:
        yield case.tell("VERIFY_CANNOT_REBUILD", issue=publication.issue, detail=rebuilt.obstacle)
    elif not rebuilt.is_exact:
        yield _tell_different(case, rebuilt)
    elif not rebuilt.is_by_same_version:
        case.remarks.append(
            case.tell("VERIFY_OTHER_VERSION", issue=publication.issue, version=publication.software_version)
        )


def _tell_different(case: Case, rebuilt: Rebuilt) -> str:
    """Only another content by the same program accuses the record: all of it has been compared before."""
    publication = rebuilt.publication
    named = {"period": publication.period, "issue": publication.issue}
    if rebuilt.content is Outcome.SAME:
        return case.tell("VERIFY_BYTES_DIFFER", name=_first_different(rebuilt), **named)
    if not rebuilt.is_by_same_version:
        return case.tell("VERIFY_CONTENT_OF_OTHER_VERSION", version=publication.software_version, **named)
    return case.tell("VERIFY_REBUILT_DIFFERS", **named)


def _first_different(rebuilt: Rebuilt) -> str:
    """The manifest last: it names the hashes of all others, and differs with any of them."""
    different = (one.name for one in rebuilt.files if one.outcome is not Outcome.SAME)
    return min(different, key=lambda name: name == MANIFEST)


def _damaged_basis(case: Case, publication: Publication) -> str:
    """An issue of another period that this one counts on and that is no longer whole: that one is told there."""
    for period, issue in find_basis(case.tx, publication.compilation_id).issues:
        for other in list_issues(case.tx, case.town, period):
            content = stored_content(case.tx, other.compilation_id)
            if other.issue == issue and hashlib.sha256(content.content.encode()).hexdigest() != content.content_hash:
                return f"{period}#{issue}"
    return ""
