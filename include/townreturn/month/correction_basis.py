"""What a correction rests on: the reports accepted now, as far as they came within the window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.chain import Link, Withdrawal, chain_of, what_stands
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.contents import earlier_periods
from townreturn.store.chains import StoredChain, read_chains
from townreturn.store.inputs import Basis, inputs_by_category
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import Compilation, newest_issues


@dataclass(frozen=True)
class CorrectionBasis:
    """``reports``: category → the report that the correction takes, the published one where nothing changed.

    ``too_late`` are the categories that changed after the window closed; ``exclusions``: category →
    why its published report was excluded.
    """

    basis: Basis
    published: Mapping[str, int]
    reports: Mapping[str, int]
    too_late: tuple[str, ...]
    exclusions: Mapping[str, Withdrawal]

    @property
    def changed(self) -> frozenset[str]:
        """The categories that rest on another report than the published issue, or on none any more."""
        both = {*self.published, *self.reports}
        return frozenset(one for one in both if self.published.get(one) != self.reports.get(one))


def choose_correction_basis(tx: Connection, plan: Plan, published: Compilation) -> CorrectionBasis:
    """The basis of the issue after ``published``; other periods as they are published now.

    What an approver sent back leaves the published report standing, unless that one was excluded.
    A change after the window closed, by coming in or by being excluded, is left out and named.
    """
    period = Period(published.town_return.period)
    town, earlier = plan.town_code, sorted(earlier_periods(period))
    used = inputs_by_category(tx, published.id, period.key)
    chains = read_chains(tx, town, [period.key])
    closes_at = window_closes_at(plan, period)
    found = {
        one.code: _choose(chains.get((period.key, one.code), StoredChain()), used.get(one.code), closes_at)
        for one in plan.categories
    }
    issues = newest_issues(tx, town, earlier)
    unpublished = sorted({*earlier} - {key for key, _ in issues})
    reports = {category: one.report_id for category, one in found.items() if one.report_id is not None}
    ids = (*reports.values(), *accepted_ids(tx, town, unpublished).values())
    return CorrectionBasis(
        basis=Basis(tuple(sorted(ids)), issues),
        published=used,
        reports=reports,
        too_late=tuple(category for category, one in found.items() if one.is_too_late),
        exclusions={category: one.exclusion for category, one in found.items() if one.exclusion},
    )


def window_closes_at(plan: Plan, period: Period) -> datetime:
    """The instant up to which a change leads to a correction: ``window_months`` after the period was due."""
    later = Period.of(period.year, period.month + plan.corrections.window_months)
    return plan.calendar.due_at(later)


@dataclass(frozen=True)
class _Choice:
    report_id: int | None
    is_too_late: bool = False
    exclusion: Withdrawal | None = field(default=None)


def _choose(chain: StoredChain, published: int | None, closes_at: datetime) -> _Choice:
    accepted = what_stands(chain_of(chain.links.values())).accepted
    exclusion = _exclusion_of(chain, published)
    if exclusion is not None and exclusion.at >= closes_at:
        return _Choice(published, is_too_late=True)
    if accepted is None:
        return _Choice(None if exclusion else published, exclusion=exclusion)
    report_id = chain.report_id(accepted)
    if report_id != published and accepted.received_at >= closes_at:
        return _Choice(None if exclusion else published, is_too_late=True, exclusion=exclusion)
    return _Choice(report_id, exclusion=exclusion if report_id != published else None)


def _exclusion_of(chain: StoredChain, report_id: int | None) -> Withdrawal | None:
    link = next((one for one in chain.links.values() if report_id in _reports_of(chain, one)), None)
    return link.exclusion if link else None


def _reports_of(chain: StoredChain, link: Link) -> list[int | None]:
    return [chain.reports[one.entry_number].id for one in link.judged]
