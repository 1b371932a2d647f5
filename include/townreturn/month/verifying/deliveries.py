"""What was sent to whom of the published issues: nothing but published files, and in the letters what is recorded."""

import hashlib
from collections.abc import Iterator

from townreturn.domain.kept_file import FileKind
from townreturn.messaging import attachments_of
from townreturn.month.verifying.case import Case
from townreturn.store.deliveries import Delivery, list_deliveries
from townreturn.store.published_files import find_files


def check_deliveries(case: Case) -> Iterator[str]:
    """Every letter that delivers something; its own bytes were looked at with the archive's."""
    for one in list_deliveries(case.tx, case.town, case.period):
        case.counts["VERIFY_DELIVERIES"] += 1
        yield from _check_published(case, one)
        yield from _check_attached(case, one)


def _check_published(case: Case, delivery: Delivery) -> Iterator[str]:
    """Each file is one of the issue's outputs, byte for byte; one that nobody published never left the house."""
    issue = -1 if delivery.issue is None else delivery.issue
    recorded = find_files(case.tx, case.town, case.period, issue)
    published = {(one.name, one.file_hash) for one in recorded if one.kind is FileKind.OUTPUT}
    for name, file_hash in delivery.files:
        if (name, file_hash) not in published:
            yield case.tell("VERIFY_DELIVERED_UNPUBLISHED", issue=issue, name=name, **_named(delivery))


def _check_attached(case: Case, delivery: Delivery) -> Iterator[str]:
    """The letter has exactly the files that are recorded."""
    content = case.office.archive.read(delivery.message.file_hash)
    attached = {(name, hashlib.sha256(file).hexdigest()) for name, file in attachments_of(content)}
    for name, _ in sorted(attached ^ set(delivery.files)):
        yield case.tell("VERIFY_DELIVERED_OTHERWISE", name=name, **_named(delivery))


def _named(delivery: Delivery) -> dict[str, object]:
    return {"id": delivery.message.id, "addressee": delivery.message.addressee}
