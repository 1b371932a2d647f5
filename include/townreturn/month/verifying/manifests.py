"""The manifest of an issue, which left the house: what it says of the record must still be so."""

import json
from collections.abc import Iterator

from townreturn.domain.kept_file import KeptFile
from townreturn.month.verifying.case import Case
from townreturn.store.inspection import read_links
from townreturn.store.issues import stored_content
from townreturn.store.returns import Publication
from townreturn.wording import say


def check_manifest(case: Case, publication: Publication, manifest: KeptFile) -> Iterator[str]:
    """Its content is the one stored, and the head of the audit trail that it names still stands there."""
    told = json.loads(manifest.content)
    stored = stored_content(case.tx, publication.compilation_id)
    if told["content_hash"] != stored.content_hash:
        yield say("VERIFY_MANIFEST_OF_OTHER", issue=publication.issue)
    head = told["audit_trail"]
    links = read_links(case.tx, case.town, case.period)
    if head is not None and not any((one.number, one.hash) == (head["number"], head["sha256"]) for one in links):
        yield say("VERIFY_TRAIL_REWRITTEN", issue=publication.issue, number=head["number"])
