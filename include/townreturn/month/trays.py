"""A tray of files whose bytes are in the archive: read, judged, stored and answered in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from upath import UPath

from townreturn.checks.batch import load_engine
from townreturn.domain.submission import Arrival, Submission
from townreturn.files import settle
from townreturn.month.answering import Written, write_answers
from townreturn.month.entering import enter_submissions, read_submissions
from townreturn.month.lineage import tell_taken_in
from townreturn.month.mailed import reply_to_of
from townreturn.month.mandates import Mandate, alerts_of, check_mandate
from townreturn.month.telling import post_receipts
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.periods import record_alert


@dataclass(frozen=True)
class Received:
    """A file as it came in, its bytes in the archive, and what its sender may report for; None for anything.

    ``place``: where in the inbox it lay; None of one that came another way.
    """

    arrival: Arrival
    mandate: Mandate | None
    place: UPath | None = None


def enter_tray(office: Office, received: Sequence[Received], now: datetime) -> list[Written]:
    """The answers, without those of arrivals that were entered before.

    What is stored has been answered, and archive and answers are on disk before the transaction ends.
    """
    if not received:
        return []
    read = read_submissions(office, [one.arrival for one in received])
    submissions = [check_mandate(office, said, one.mandate) for said, one in zip(read, received, strict=True)]
    if any(one.reports for one in submissions):
        load_engine()
    with writing(office.engine, *_scopes(office, submissions)) as tx:
        answers = enter_submissions(tx, office, submissions, now)
        for alert in alerts_of(answers, now):
            record_alert(tx, office.plans.town_code, alert)
        replies = reply_to_of(tx, office, [one.arrival for one in received])
        written = write_answers(office, answers)
        post_receipts(tx, office, written, now, replies)
        settle()
    places = {one.arrival: one.place for one in received}
    tell_taken_in(office, now, [(one.answer, places[one.arrival]) for one in written])
    return written


def _scopes(office: Office, submissions: Sequence[Submission]) -> set[str]:
    """Intake judges by neighbouring periods too, so that no two trays may be entered at once; what
    else is written to a period of the tray waits as well."""
    town = office.plans.town_code
    periods = {one.period.key if one.period else "" for one in submissions}
    return {f"{town}/intake", *(f"{town}/{key}" for key in periods)}
