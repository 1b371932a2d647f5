"""What a correction rests on: the reports accepted now, as far as they came within the window."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from townreturn.domain.chain import Link, Withdrawal, WithdrawalKind, chain_of, what_stands
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.month.contents import earlier_periods
from townreturn.store.chains import StoredChain, read_chains
from townreturn.store.inputs import Basis, inputs_by_slot
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import Compilation, first_published_at, newest_issues
from townreturn.wording import say


@dataclass(frozen=True)
class DecidedFile:
    """A file that was excluded, or that counts again, and the decision."""

    file_hash: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class CorrectionBasis:
    """``reports``: slot → the report that the correction takes, the published one where nothing changed.

    ``too_late`` are the slots that changed after the window closed; ``exclusions``: slot →
    why its published report was excluded; ``readmissions``: why one that had been excluded counts again.
    """

    basis: Basis
    published: Mapping[Slot, int]
    reports: Mapping[Slot, int]
    too_late: tuple[Slot, ...]
    exclusions: Mapping[Slot, DecidedFile]
    readmissions: Mapping[Slot, DecidedFile]

    def is_decided_after(self, instant: datetime) -> bool:
        """Whether a file was excluded, or counts again, by a decision made after an instant."""
        return any(one.at > instant for one in (*self.exclusions.values(), *self.readmissions.values()))

    @cached_property
    def changed(self) -> frozenset[Slot]:
        """The slots that rest on another report than the published issue, or on none any more."""
        both = {*self.published, *self.reports}
        return frozenset(one for one in both if self.published.get(one) != self.reports.get(one))


def choose_correction_basis(tx: Connection, plan: Plan, published: Compilation) -> CorrectionBasis:
    """The basis of the issue after ``published``; other periods as they are published now.

    What an approver sent back leaves the published report standing, unless that one was excluded.
    A change after the window closed, by coming in or by being excluded, is left out and named.
    """
    period = Period(published.town_return.period)
    town, earlier = plan.town_code, sorted(earlier_periods(period))
    used = inputs_by_slot(tx, published.id, period.key)
    chains = read_chains(tx, town, [period.key])
    closes_at = window_closes_at(plan, period, first_published_at(tx, town, period.key))
    found = {
        slot: _choose(chains.get((period.key, slot), StoredChain()), used.get(slot), closes_at) for slot in plan.slots
    }
    issues = newest_issues(tx, town, earlier)
    unpublished = sorted({*earlier} - {key for key, _ in issues})
    reports = {slot: one.report_id for slot, one in found.items() if one.report_id is not None}
    ids = (*reports.values(), *accepted_ids(tx, town, unpublished).values())
    return CorrectionBasis(
        basis=Basis(tuple(sorted(ids)), issues),
        published=used,
        reports=reports,
        too_late=tuple(slot for slot, one in found.items() if one.is_too_late),
        exclusions={slot: one.exclusion for slot, one in found.items() if one.exclusion},
        readmissions={slot: one.readmission for slot, one in found.items() if one.readmission},
    )


def window_closes_at(plan: Plan, period: Period, published_at: datetime) -> datetime:
    """The instant up to which a change leads to a correction: ``window_months`` after the period was due,
    or after its first issue was published where that was later, as a backfilled period's is."""
    since = max(plan.calendar.due_at(period), published_at).astimezone(plan.calendar.zone)
    closing = Period.of(since.year, since.month + plan.corrections.window_months)
    last_day = monthrange(closing.year, closing.month)[1]
    return since.replace(year=closing.year, month=closing.month, day=min(since.day, last_day))


def tell_too_late(plan: Plan, period: Period, slot: Slot) -> str:
    """The alert on a change that came after the window closed; the same words, whoever finds it first."""
    category = plan.category_by_code[slot.category]
    named = say("OBLIGATION_OUT", unit=plan.unit_of(slot).name, category=category.name)
    return say("ALERT_OUTSIDE_WINDOW", period=period, months=plan.corrections.window_months, obligation=named)


@dataclass(frozen=True)
class _Choice:
    report_id: int | None
    is_too_late: bool = False
    exclusion: DecidedFile | None = None
    readmission: DecidedFile | None = None


def _choose(chain: StoredChain, published: int | None, closes_at: datetime) -> _Choice:
    """What stood when the window closed; too late is whatever would make it another by now."""
    links = list(chain.links.values())
    in_time = _take(chain, [one for link in links if (one := _in_time(link, closes_at))], published)
    return replace(in_time, is_too_late=_take(chain, links, published).report_id != in_time.report_id)


def _in_time(link: Link, closes_at: datetime) -> Link | None:
    """A link without what came or was excluded later; what an approver sent back stays so, whenever."""
    if link.received_at >= closes_at:
        return None
    judged = (link.judged[0], *(one for one in link.judged[1:] if one.received_at < closes_at))
    kept = tuple(one for one in link.withdrawals if one.kind is WithdrawalKind.SENT_BACK or one.at < closes_at)
    return replace(link, judged=judged, withdrawals=kept)


def _take(chain: StoredChain, links: Sequence[Link], published: int | None) -> _Choice:
    accepted = what_stands(chain_of(links)).accepted
    exclusion = _exclusion_of(chain, links, published)
    if accepted is None:
        return _Choice(None if exclusion else published, exclusion=exclusion)
    report_id = chain.report_id(accepted)
    if report_id == published:
        return _Choice(report_id)
    return _Choice(report_id, exclusion=exclusion, readmission=_decided(accepted, accepted.readmission))


def _exclusion_of(chain: StoredChain, links: Sequence[Link], report_id: int | None) -> DecidedFile | None:
    link = next((one for one in links if report_id in _reports_of(chain, one)), None)
    return _decided(link, link.exclusion) if link else None


def _decided(link: Link, withdrawal: Withdrawal | None) -> DecidedFile | None:
    return DecidedFile(link.file_hash, withdrawal.at, withdrawal.reason) if withdrawal else None


def _reports_of(chain: StoredChain, link: Link) -> list[int | None]:
    return [chain.reports[one.entry_number].id for one in link.judged]
