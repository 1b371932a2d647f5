"""What corrections need to know of published issues: what they state, rest on and have changed."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection, select

from townreturn.domain.canonical import read_canonical
from townreturn.domain.town_return import TownReturn
from townreturn.store.inputs import Basis, inputs_by_slot
from townreturn.store.published_contents import published_figures
from townreturn.store.report_contents import figures_of
from townreturn.store.returns import Publication, newest_issues
from townreturn.store.schema import compilation_inputs, compilations, latest, publications, reports


def published_amounts(tx: Connection, newest: Publication) -> dict[str, dict[tuple[str, str], Decimal]]:
    """Subordinate → (category, indicator) → the figure that a period's newest issue took from its report; that
    of lead units under the empty text.
    """
    found: dict[str, dict[tuple[str, str], Decimal]] = {}
    for one in figures_of(tx, inputs_by_slot(tx, newest.compilation_id, newest.period).values()):
        found.setdefault(one.subordinate, {})[one.category, one.indicator] = one.value
    return found


def published_periods(tx: Connection, town: str) -> list[str]:
    """Every period with a published issue, ascending."""
    query = select(publications.c.period).where(publications.c.town == town).distinct()
    return sorted(tx.scalars(query))


def changed_periods(tx: Connection, town: str) -> list[str]:
    """The published periods of which other reports are accepted now than the newest issue rests on, ascending."""
    newest = dict(newest_issues(tx, town, published_periods(tx, town)))
    used: dict[str, set[int]] = {period: set() for period in newest}
    accepted: dict[str, set[int]] = {period: set() for period in newest}
    query = (
        select(publications.c.period, publications.c.issue, reports.c.id)
        .join(compilation_inputs, compilation_inputs.c.compilation_id == publications.c.compilation_id)
        .join(reports, (reports.c.id == compilation_inputs.c.report_id) & (reports.c.period == publications.c.period))
        .where(publications.c.town == town)
    )
    for period, issue, report_id in tx.execute(query):
        if newest[period] == issue:
            used[period].add(report_id)
    standing = select(latest.c.period, latest.c.accepted_report_id).where(
        latest.c.town == town, latest.c.accepted_report_id.is_not(None)
    )
    for period, report_id in tx.execute(standing):
        if period in accepted:
            accepted[period].add(report_id)
    return [period for period in sorted(newest) if used[period] != accepted[period]]


def corrections_by_town(tx: Connection, towns: Collection[str], period: str) -> dict[str, list[TownReturn]]:
    """The corrections (第N次更正) published after a period's original issue, in the order of publication; of each
    of the towns, though there is none."""
    original = publications.alias()
    of_original = (original.c.town == publications.c.town) & (original.c.period == period) & (original.c.issue == 0)
    query = (
        select(publications.c.town, compilations.c.content)
        .join(publications, publications.c.compilation_id == compilations.c.id)
        .join(original, of_original)
        .where(publications.c.town.in_(list(towns)), publications.c.issue > 0)
        .where(publications.c.published_at > original.c.published_at)
        .order_by(publications.c.published_at, publications.c.period, publications.c.issue)
    )
    found: dict[str, list[TownReturn]] = {town: [] for town in towns}
    for town, content in tx.execute(query):
        found[town].append(read_canonical(content))
    return found


def restated_issues(tx: Connection, town: str, before: Basis, now: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those of the issues ``now`` that state other current figures than the ones a compilation rests on."""
    rested_on = dict(before.issues)
    newer = [(period, issue) for period, issue in now if rested_on.get(period, issue) != issue]
    return [
        (period, issue)
        for period, issue in newer
        if _stated(tx, town, (period, issue)) != _stated(tx, town, (period, rested_on[period]))
    ]


def _stated(tx: Connection, town: str, issue: tuple[str, int]) -> Mapping[tuple[str, str], Decimal]:
    return {(one.category, one.indicator): one.value for one in published_figures(tx, town, [issue])}
