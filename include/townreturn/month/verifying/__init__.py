"""Verifying: whether everything that the office has recorded still is what it was."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from townreturn.domain.period import Period
from townreturn.month.rebuilding import TAMPERED, tell_fault
from townreturn.month.verifying.archive import check_archive, list_unnamed
from townreturn.month.verifying.case import Case, StrayManifest
from townreturn.month.verifying.deliveries import check_deliveries
from townreturn.month.verifying.events import check_events
from townreturn.month.verifying.figures import check_figures, check_received
from townreturn.month.verifying.issues import check_contents, check_issues
from townreturn.month.verifying.manifests import check_stray, find_stray
from townreturn.month.verifying.outbox import check_outbox, list_delivered
from townreturn.month.verifying.standing import check_latest
from townreturn.month.verifying.trail import check_trail
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.inspection import list_known_periods
from townreturn.wording import Tell, say

Check = Callable[[Case], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    check_archive,
    check_trail,
    check_figures,
    check_contents,
    check_events,
    check_received,
    check_issues,
    check_deliveries,
    check_outbox,
    check_stray,
    check_latest,
)
"""In the order in which a difference is best told: what was altered before what follows from it."""


@dataclass(frozen=True)
class Verified:
    """What came of one period, as the one line that people read; ``period`` is empty for what belongs to none."""

    period: str
    is_whole: bool
    text: str


def verify(office: Office, periods: Sequence[Period] = (), tell: Tell = say) -> Iterator[Verified]:
    """Each of the periods, or all that are stored, or were ever published; of a period the first difference is told.

    Nothing is written, and nothing that is found raises. Running intakes do not disturb it.
    """
    unnamed = list_unnamed(office)
    stray = find_stray(unnamed, office)
    keys = [one.key for one in periods] or _list_all(office, stray)
    for key in keys:
        delivered = list_delivered(office.outbox).get(key, ())
        with reading(office.engine) as tx:
            yield _verify(Case(tx, office, key, delivered, [one for one in stray if one.period == key], tell))
    if unnamed and keys and not periods:
        yield Verified("", is_whole=True, text=tell("VERIFY_ARCHIVE_UNNAMED", count=len(unnamed)))


def _list_all(office: Office, stray: Sequence[StrayManifest]) -> list[str]:
    with reading(office.engine) as tx:
        known = list_known_periods(tx, office.plans.town_code)
    return sorted({*known, *list_delivered(office.outbox), *(one.period for one in stray)}) if known else []


def _verify(case: Case) -> Verified:
    name = case.period or case.tell("VERIFY_WITHOUT_PERIOD")
    for check in CHECKS:
        difference = _first_difference(check, case)
        if difference:
            told = case.tell("VERIFY_DIFFERS", period=name, difference=difference)
            return Verified(case.period, is_whole=False, text=told)
    return Verified(case.period, is_whole=True, text=_tell_whole(case, name))


def _first_difference(check: Check, case: Case) -> str:
    """Empty when all is well; what cannot even be read is a difference."""
    try:
        return next(check(case), "")
    except (*TAMPERED, AttributeError, OSError) as fault:
        return tell_fault(fault, case.tell)


def _tell_whole(case: Case, name: str) -> str:
    if not case.counts:
        return case.tell("VERIFY_NOTHING", period=name)
    counted = case.tell("LIST_SEPARATOR").join(case.tell(code, count=count) for code, count in case.counts.items())
    remarks = "".join(case.tell("BOARD_IN_BRACKETS", text=one) for one in case.remarks)
    return case.tell("VERIFY_WHOLE", period=name, counted=counted, remarks=remarks)
