"""From a published figure back to its files: exactly what the issue was compiled from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from townreturn.compiling.ledger import build_ledger
from townreturn.compiling.notes import compile_notes
from townreturn.domain.breaks import tell_breaks
from townreturn.domain.canonical import content_hash
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, FigureChange, Measure, Source, TownReturn
from townreturn.month.kept import plan_kept_with
from townreturn.month.previewing import draft_next
from townreturn.office import Office
from townreturn.store.decisions import approvals_of
from townreturn.store.engine import reading
from townreturn.store.inputs import Basis, find_basis, inputs_by_slot
from townreturn.store.issues import list_issues
from townreturn.store.published_files import find_published
from townreturn.store.report_contents import figures_of, findings_of, sources_of
from townreturn.store.reports import StoredFigure
from townreturn.store.returns import (
    Compilation,
    Publication,
    find_compilation,
    find_issue,
    newest_compilation,
    newest_issues,
)
from townreturn.tracing.places import find_place
from townreturn.tracing.report import Approved, Traced
from townreturn.tracing.tree import Ground, Node, Part, Place, grow_tree, periods_needed
from townreturn.wording import say

Below = Callable[[str], Office | None]
"""Town code → the office, if this deployment serves it."""


@dataclass(frozen=True)
class _Content:
    """A return with what it rests on; ``compiled_at`` is None of a draft, ``published_at`` before publication."""

    town_return: TownReturn
    basis: Basis
    content_hash: str
    compiled_at: datetime | None = None
    published_at: datetime | None = None
    approvals: tuple[Approved, ...] = ()


def trace(
    office: Office, period: Period, category: str, indicator: str, measure: Measure, issue: int | None = None,
    as_of: datetime | None = None, below: Below | None = None,
) -> Traced:  # fmt: skip
    """A figure of an issue, by default the newest; of a period never published, of what was compiled last.

    As it was published or compiled by ``as_of``. With ``below`` it goes on into the returns of offices below that
    were reported to this one, down to the cells of their units. By the plan that the issue was kept with, where
    there is one. Raises Misuse for a category, indicator or issue that there is not, Refused when
    nothing was compiled.
    """
    with reading(office.engine) as tx:
        publication = _find_publication(tx, office.plans.town_code, period, issue, as_of)
        kept = plan_kept_with(tx, office, period.key, publication.issue) if publication else None
        plan = kept or office.plans.in_force(period)
        place = find_place(plan, category, indicator, measure)
        compilation = _find_compilation(tx, plan.town_code, period, publication, as_of)
        traced = _trace(tx, office, plan, _content_of(tx, compilation, publication), place, as_of)
    return replace(traced, tree=_go_below(office, traced.tree, indicator, below)) if below else traced


def _go_below(office: Office, node: Node, indicator: str, below: Below) -> Node:
    """The tree, with what was read from an office's return standing on that return's own tree."""
    if node.source is None:
        return replace(node, children=tuple(_go_below(office, one, indicator, below) for one in node.children))
    with reading(office.engine) as tx:
        found = find_published(tx, node.source.file_hash)
    reporting = below(found[0]) if found else None
    if reporting is None or found is None:
        return node
    traced = trace(reporting, Period(found[1]), node.category, indicator, Measure.CURRENT, found[2], below=below)
    return replace(node, children=(replace(traced.tree, town=traced.plan.town),))


def trace_next(
    office: Office, period: Period, category: str, indicator: str, measure: Measure, now: datetime
) -> Traced:  # fmt: skip
    """A figure of what would be published next, as it would be compiled now; without that, of the newest issue.

    Raises Misuse for a category or indicator that there is not, or without a plan.
    """
    with reading(office.engine) as tx:
        draft, _ = draft_next(tx, office, period, now)
        if draft is not None:
            plan = office.plans.in_force(period)
            content = _Content(draft.town_return, draft.basis, content_hash(draft.town_return))
            return _trace(tx, office, plan, content, find_place(plan, category, indicator, measure), None)
    return trace(office, period, category, indicator, measure)


def _content_of(tx: Connection, compilation: Compilation, publication: Publication | None) -> _Content:
    approvals = approvals_of(tx, compilation) if publication else []
    return _Content(
        town_return=compilation.town_return,
        basis=find_basis(tx, compilation.id),
        content_hash=compilation.content_hash,
        compiled_at=compilation.compiled_at,
        published_at=publication.published_at if publication else None,
        approvals=tuple(Approved(one.name, one.role, one.decided_at) for one in approvals),
    )


def _trace(
    tx: Connection, office: Office, plan: Plan, content: _Content, place: Place, as_of: datetime | None
) -> Traced:  # fmt: skip
    town_return, period = content.town_return, Period(content.town_return.period)
    grounds = {one.key: _lay_ground(tx, plan, content, one) for one in sorted(periods_needed(period, place))}
    used = {key: -1 if one.issue is None else one.issue for key, one in grounds.items()}
    used[period.key] = town_return.issue
    newest = newest_issues(tx, plan.town_code, list(grounds), as_of)
    return Traced(
        period=period.key,
        issue=town_return.issue,
        content_hash=content.content_hash,
        compiled_at=content.compiled_at,
        published_at=content.published_at,
        as_of=as_of,
        approvals=content.approvals,
        changes=_changes_of(town_return, place),
        corrected_since=tuple((key, issue) for key, issue in newest if issue > used[key]),
        breaks=_breaks_of(plan, town_return, place),
        plans=_plans_of_then(tx, office, {period.key: plan}, grounds.values()),
        place=place,
        tree=grow_tree(town_return, place, [one.code for one in plan.categories], grounds),
    )


def _plans_of_then(tx: Connection, office: Office, known: dict[str, Plan], grounds: Iterable[Ground]) -> PlanBook:
    """For each period of the tree the plan that its issue was kept with, else the one in force; for it alone."""
    found: dict[str, Plan | None] = {**known}
    for one in grounds:
        if one.period not in found:
            kept = None if one.issue is None else plan_kept_with(tx, office, one.period, one.issue)
            found[one.period] = kept or office.plans.find(Period(one.period))
    planned = sorted((key, plan) for key, plan in found.items() if plan is not None)
    return PlanBook(tuple(replace(plan, validity=Validity(key, key)) for key, plan in planned))


def _find_publication(
    tx: Connection, town: str, period: Period, issue: int | None, as_of: datetime | None
) -> Publication | None:  # fmt: skip
    published = list_issues(tx, town, period.key, as_of)
    if issue is None:
        return published[-1] if published else None
    found = next((one for one in published if one.issue == issue), None)
    if found is None:
        issues = say("LIST_SEPARATOR").join(str(one.issue) for one in published) or say("TRACE_NO_ISSUES")
        raise Misuse("TRACE_NO_SUCH_ISSUE", period=period, issue=issue, issues=issues)
    return found


def _find_compilation(
    tx: Connection, town: str, period: Period, publication: Publication | None, as_of: datetime | None
) -> Compilation:
    if publication is not None:
        return find_compilation(tx, publication.compilation_id)
    newest = newest_compilation(tx, town, period.key, as_of)
    if newest is None:
        raise Refused("NOT_COMPILED", period=period)
    return newest


def _changes_of(town_return: TownReturn, place: Place) -> tuple[FigureChange, ...]:
    """What is said about the figure itself in the list of changes."""
    wanted = (town_return.period, place.category, place.indicator.code, place.measure)
    return tuple(one for one in town_return.changes if (one.period, one.category, one.indicator, one.measure) == wanted)


def _breaks_of(plan: Plan, town_return: TownReturn, place: Place) -> tuple[str, ...]:
    """What is said of the breaks around a comparison or a year to date; a total contains every category."""
    if place.measure is Measure.CURRENT:
        return ()
    own = [one for one in town_return.breaks if place.category == TOTAL or one.category in ("", place.category)]
    return tuple(tell_breaks(plan, own))


def _lay_ground(tx: Connection, plan: Plan, content: _Content, period: Period) -> Ground:
    """A period's figures as the return took them: its own, those of an issue, or those of reports."""
    if period.key == content.town_return.period:
        issue = content.town_return.issue if content.published_at is not None else None
        return _ground_of(tx, plan, content.town_return, issue, content.basis.report_ids)
    issue = dict(content.basis.issues).get(period.key)
    published = None if issue is None else find_issue(tx, plan.town_code, period.key, issue)
    if published is None:
        return _ground_of_reports(tx, plan, content.basis, period)
    used = inputs_by_slot(tx, published.id, period.key).values()
    return _ground_of(tx, plan, published.town_return, issue, used)


def _ground_of(
    tx: Connection, plan: Plan, town_return: TownReturn, issue: int | None, report_ids: Iterable[int]
) -> Ground:  # fmt: skip
    """``report_ids`` are asked only where a figure is the sum of several reports."""
    amounts = {(one.category, one.indicator): one.current for one in town_return.cells if one.category != TOTAL}
    are_parts = any(one.subordinate for one in town_return.sources)
    figures = figures_of(tx, report_ids) if are_parts else ()
    values = {_place_of(one): one.value for one in figures if one.period == town_return.period}
    parts = _parts(plan, town_return.sources, lambda one: values.get(_place_of(one), _value(amounts, one)))
    return Ground(town_return.period, issue, amounts, parts, town_return.notes)


def _ground_of_reports(tx: Connection, plan: Plan, basis: Basis, period: Period) -> Ground:
    figures = [one for one in figures_of(tx, basis.report_ids) if one.period == period.key]
    ledger = build_ledger(plan, figures)
    amounts = {(category, indicator): amount for (_, category, indicator), amount in ledger.amounts.items()}
    values = {_place_of(one): one.value for one in figures}
    parts = _parts(plan, sources_of(tx, basis.report_ids, period.key), lambda one: values[_place_of(one)])
    notes = compile_notes(plan, findings_of(tx, basis.report_ids, period.key))
    return Ground(period.key, None, amounts, parts, notes)


def _place_of(one: Source | StoredFigure) -> tuple[str, str, str]:
    return one.category, one.subordinate, one.indicator


def _value(amounts: Mapping[tuple[str, str], Amount], source: Source) -> Decimal:
    amount = amounts.get((source.category, source.indicator))
    return Decimal(0) if amount is None or amount.value is None else amount.value


def _parts(
    plan: Plan, sources: Iterable[Source], value_of: Callable[[Source], Decimal]
) -> dict[tuple[str, str], list[Part]]:  # fmt: skip
    """In the order of the sources, which is the plan's."""
    found: dict[tuple[str, str], list[Part]] = {}
    for one in sources:
        unit = plan.unit_by_code.get(one.subordinate)
        part = Part(value_of(one), one, one.subordinate, unit.name if unit else one.subordinate)
        found.setdefault((one.category, one.indicator), []).append(part)
    return found
