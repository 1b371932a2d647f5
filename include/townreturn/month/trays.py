"""A tray of files whose bytes are in the archive: read, judged, stored and answered in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from upath import UPath

from townreturn.checks.batch import load_engine
from townreturn.domain.submission import Arrival
from townreturn.files import settle
from townreturn.month.answering import Written, write_answers
from townreturn.month.entering import enter_submissions, read_submissions
from townreturn.month.groups import Sent
from townreturn.month.lineage import tell_taken_in
from townreturn.month.mailed import replies_by_town
from townreturn.month.mandates import Mandate, alerts_of, check_mandate
from townreturn.month.telling import find_past, post_receipts
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.periods import record_alert


@dataclass(frozen=True)
class Received:
    """A file as it came to an office, its bytes in the archive, and what its sender may report for; None for anything.

    ``place``: where in the inbox it lay; None of one that came another way.
    """

    office: Office
    arrival: Arrival
    mandate: Mandate | None
    place: UPath | None = None


def enter_tray(received: Sequence[Received], now: datetime) -> list[tuple[Office, Written]]:
    """The answers of each office, without those of arrivals that were entered before.

    The offices share database and archive. What is stored has been answered, and archive and answers are on disk
    before the transaction ends.
    """
    if not received:
        return []
    read = read_submissions([(one.office, one.arrival) for one in received])
    pairs = zip(read, received, strict=True)
    sent = [(one.office, check_mandate(one.office, said, one.mandate)) for said, one in pairs]
    if any(submission.reports for _, submission in sent):
        load_engine()
    with writing(received[0].office.engine, *_scopes(sent)) as tx:
        answers = enter_submissions(tx, sent, now)
        written = write_answers(answers)
        _tell(tx, written, now)
        settle()
    places = {(one.office.plans.town_code, one.arrival): one.place for one in received}
    for office, own in by_office(written):
        town = office.plans.town_code
        tell_taken_in(office, now, [(one.answer, places[town, one.arrival]) for one in own])
    return written


def by_office(written: Sequence[tuple[Office, Written]]) -> list[tuple[Office, list[Written]]]:
    """Each office with its own, in their order."""
    found: dict[int, tuple[Office, list[Written]]] = {}
    for office, one in written:
        found.setdefault(id(office), (office, []))[1].append(one)
    return list(found.values())


def _tell(tx: Connection, written: Sequence[tuple[Office, Written]], now: datetime) -> None:
    """The alerts and letters that the offices' files lead to."""
    offices = by_office(written)
    replies = replies_by_town(tx, {office.plans.town_code: {one.arrival for one in own} for office, own in offices})
    past = find_past(tx, written, now)
    for office, own in offices:
        town = office.plans.town_code
        for alert in alerts_of([one.answer for one in own], now):
            record_alert(tx, town, alert)
        post_receipts(tx, office, own, now, replies[town], past[town])


def _scopes(sent: Sequence[Sent]) -> set[str]:
    """Intake judges by neighbouring periods too, so that no two trays of a town may be entered at once; what
    else is written to a period of the tray waits as well."""
    places = {(office.plans.town_code, one.period.key if one.period else "") for office, one in sent}
    return {f"{town}/intake" for town, _ in places} | {f"{town}/{key}" for town, key in places}
