"""How a period stands, now or as it was known at an instant, and every revision behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from townreturn.chasing.describing import describe_standings
from townreturn.chasing.standing_now import standings_of
from townreturn.domain.chain import Link, chain_of, links_known, revision_of, what_stands
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.office import Office
from townreturn.publishing.delivery import shown_folder
from townreturn.store.chains import StoredChain, read_chains
from townreturn.store.engine import reading
from townreturn.store.issues import list_issues
from townreturn.store.periods import Alert, recent_alerts
from townreturn.store.reports import latest_reports
from townreturn.store.returns import Publication


@dataclass(frozen=True)
class PeriodStatus:
    """``taken_in_later`` names slots whose report had come by the instant, but was not seen before.

    ``issues``: everything published by then, the original first; ``alerts``: the newest first.
    """

    line: str
    standings: tuple[Standing, ...]
    taken_in_later: frozenset[Slot]
    issues: tuple[Publication, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True)
class Revision:
    """A link of an obligation's chain; ``number`` is None for one that is excluded.

    ``report_id`` is the report that it stands by.
    """

    slot: Slot
    unit: str
    number: int | None
    link: Link
    stands: bool
    report_id: int


def status_of(office: Office, period: Period, now: datetime, as_of: datetime | None = None) -> PeriodStatus:
    """How a period stands now, or as it was known at ``as_of``; Misuse when no plan is in force."""
    plan = office.plans.in_force(period)
    town = plan.town_code
    with reading(office.engine) as tx:
        standings = standings_of(tx, plan, period, now, as_of)
        shown = latest_reports(tx, town, period.key, as_of)
        known = list_issues(tx, town, period.key, as_of)
        alerts = [one for one in recent_alerts(tx, town, as_of=as_of) if one.period in ("", period.key)]
    later = {one.slot for one in shown.values() if as_of is not None and one.taken_in_at > as_of}
    issues = tuple(replace(one, folder=shown_folder(office.outbox, one)) for one in known)
    return PeriodStatus(describe_standings(plan, period, standings), standings, frozenset(later), issues, tuple(alerts))


def revisions_of(office: Office, period: Period, as_of: datetime | None = None) -> tuple[Revision, ...]:
    """Every revision of the period by slot in plan order, excluded ones at their place."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        chains = read_chains(tx, plan.town_code, [period.key])
    stored = {slot: chain for (_, slot), chain in chains.items()}
    return tuple(_by_plan(plan, stored, as_of))


def _by_plan(plan: Plan, stored: dict[Slot, StoredChain], as_of: datetime | None) -> Iterator[Revision]:
    for slot in plan.slots:
        if chain := stored.get(slot):
            yield from _revisions(slot, chain, as_of)


def _revisions(slot: Slot, stored: StoredChain, as_of: datetime | None) -> Iterator[Revision]:
    links = links_known(stored.links.values(), as_of)
    chain = chain_of(links)
    accepted = what_stands(chain).accepted
    for link in links:
        report = stored.reports[link.entry_number]
        number, report_id = _number(chain, link), report.id or 0  # what is read has been written
        yield Revision(slot, report.unit, number, link, stands=link == accepted, report_id=report_id)


def _number(chain: Sequence[Link], link: Link) -> int | None:
    return None if link.exclusion else revision_of(chain, link)
