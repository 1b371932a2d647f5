"""The manifests of issues, which left the house: what they say of the record must still be so."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from townreturn.domain.errors import Misuse
from townreturn.domain.kept_file import KeptFile
from townreturn.domain.period import Period
from townreturn.month.verifying.case import Case, StrayManifest
from townreturn.office import Office
from townreturn.publishing.manifest import SOFTWARE
from townreturn.store.inspection import list_contents, read_links
from townreturn.store.issues import list_issues, stored_content
from townreturn.store.returns import Publication

_MOST_BYTES = 1 << 24
"""A province's manifest names some thousand files; what is larger is none."""


def find_stray(unnamed: Iterable[str], office: Office) -> list[StrayManifest]:
    """Those of the archived files, by hash, that are manifests of the town's issues."""
    read = ((office.archive.place(one), _read(office, one)) for one in unnamed)
    return [one for place, told in read if (one := _stray(place, told, office.plans.town_code)) is not None]


def check_stray(case: Case) -> Iterator[str]:
    """What was published once is published still; one left by a publication that was tried again is no more."""
    published = {one.issue for one in list_issues(case.tx, case.town, case.period)} if case.stray else set()
    known = {content_hash for _, content_hash, _ in list_contents(case.tx, case.town, case.period)}
    for one in case.stray:
        named = {"issue": one.issue, "place": one.place}
        if one.issue not in published:
            yield case.tell("VERIFY_MANIFEST_UNRECORDED", **named)
        elif one.content_hash not in known:
            yield case.tell("VERIFY_MANIFEST_OF_UNKNOWN", hash=one.content_hash[:12], **named)


def _read(office: Office, file_hash: str) -> Any:
    """The file as JSON; None for anything else, whatever it holds."""
    with office.archive.open(file_hash) as file:
        content = file.read(_MOST_BYTES + 1) if file.read(1) == b"{" else b""
    try:
        return json.loads(b"{" + content) if len(content) < _MOST_BYTES else None
    except (ValueError, RecursionError):
        return None


def _stray(place: str, told: Any, town: str) -> StrayManifest | None:
    try:
        is_ours = (told["software"]["name"], told["town_code"]) == (SOFTWARE, town)
        period, issue, content_hash = Period(told["period"]).key, told["issue"], str(told["content_hash"])
    except (TypeError, LookupError, Misuse):
        return None
    return StrayManifest(place, period, issue, content_hash) if is_ours and isinstance(issue, int) else None


def check_manifest(case: Case, publication: Publication, manifest: KeptFile) -> Iterator[str]:
    """Its content is the one stored, and the head of the audit trail that it names still stands there."""
    told = json.loads(manifest.content)
    stored = stored_content(case.tx, publication.compilation_id)
    if told["content_hash"] != stored.content_hash:
        yield case.tell("VERIFY_MANIFEST_OF_OTHER", issue=publication.issue)
    head = told["audit_trail"]
    links = read_links(case.tx, case.town, case.period)
    if head is not None and not any((one.number, one.hash) == (head["number"], head["sha256"]) for one in links):
        yield case.tell("VERIFY_TRAIL_REWRITTEN", issue=publication.issue, number=head["number"])
