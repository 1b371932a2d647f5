"""A return's content from exactly what it rests on: chosen once, compiled as often as anyone asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from townreturn.compiling import compile_cells
from townreturn.compiling.areas import compile_areas
from townreturn.compiling.notes import compile_notes, leave_out_answers
from townreturn.compiling.past_standings import compile_past_standings
from townreturn.compiling.trend import compile_trend
from townreturn.domain import areas
from townreturn.domain.breaks import Break
from townreturn.domain.findings import Finding
from townreturn.domain.obligation import Standing
from townreturn.domain.past_standings import recent_periods
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import League, league_of
from townreturn.domain.town_return import ReturnEntry, Source, TownReturn
from townreturn.domain.trend import trend_periods
from townreturn.store.chains import Obligation
from townreturn.store.inputs import Basis, Issues
from townreturn.store.published_contents import PublishedContent, published_contents
from townreturn.store.report_contents import (
    entries_by_town,
    figures_by_town,
    findings_by_town,
    section_by_town,
    sources_by_town,
)
from townreturn.store.reports import StoredFigure, accepted_by_town, accepted_ids
from townreturn.store.returns import newest_by_town, newest_issues


def choose_basis(tx: Connection, plan: Plan, period: Period, as_of: datetime | None = None) -> Basis:
    """This period's accepted reports; earlier periods as they are published now, where they are.

    What comes in for a published period waits for its correction: until then 本年累计 is what was
    published before plus this period. A report of a category or a subordinate that the plan has no more does not count.
    """
    town, earlier = plan.town_code, sorted(earlier_periods(period))
    issues = newest_issues(tx, town, earlier, as_of)
    return _basis_of(plan, period, accepted_ids(tx, town, _unpublished(period, issues), as_of), issues)


def choose_bases(tx: Connection, plans: Sequence[Plan], period: Period) -> dict[str, Basis]:
    """The same of many towns, each by its plan, as known now; those that have published the same periods together."""
    issues = newest_by_town(tx, [one.town_code for one in plans], sorted(earlier_periods(period)))
    alike: dict[tuple[str, ...], list[Plan]] = {}
    for plan in plans:
        alike.setdefault(tuple(_unpublished(period, issues[plan.town_code])), []).append(plan)
    found: dict[str, Basis] = {}
    for unpublished, group in alike.items():
        accepted = accepted_by_town(tx, [one.town_code for one in group], unpublished)
        found |= {
            plan.town_code: _basis_of(plan, period, accepted[plan.town_code], issues[plan.town_code]) for plan in group
        }
    return found


def _unpublished(period: Period, issues: Issues) -> list[str]:
    return sorted({period.key, *earlier_periods(period)} - {key for key, _ in issues})


def _basis_of(plan: Plan, period: Period, accepted: Mapping[Obligation, int], issues: Issues) -> Basis:
    slots = set(plan.slots)
    counted = [one for (key, slot), one in accepted.items() if key != period.key or slot in slots]
    return Basis(tuple(sorted(counted)), issues)


def earlier_periods(period: Period) -> set[str]:
    """Every other period that the return tells anything of."""
    return compared_periods(period) | {one.key for one in trend_periods(period)}


def compared_periods(period: Period) -> set[str]:
    """Every other period that a figure of the return counts or is compared with."""
    return {one.key for one in (*period.year_to_date, *period.year_ago.year_to_date, period.previous)} - {period.key}


@dataclass(frozen=True)
class Reported:
    """What the reports of a basis say: figures of every period, everything else of the period in hand; ``areas``
    are (period, row) of key areas."""

    figures: list[StoredFigure]
    sources: list[Source]
    entries: list[ReturnEntry]
    findings: list[tuple[str, Finding]]
    areas: list[tuple[str, ReturnEntry]]


def read_reported(tx: Connection, bases: Mapping[str, Basis], period: Period) -> dict[str, Reported]:
    """By town, for many towns at once."""
    ids = [one for basis in bases.values() for one in basis.report_ids]
    figures, sources = figures_by_town(tx, ids), sources_by_town(tx, ids, period.key)
    entries, findings = entries_by_town(tx, ids, period.key), findings_by_town(tx, ids, period.key)
    told = section_by_town(tx, ids, areas.SECTION)
    return {town: Reported(figures[town], sources[town], entries[town], findings[town], told[town]) for town in bases}


def compile_from(
    tx: Connection, plan: Plan, period: Period, basis: Basis, standings: tuple[Standing, ...],
    breaks: tuple[Break, ...], issue: int = 0,
) -> TownReturn:  # fmt: skip
    """The content that follows from a basis; equal bases give equal contents."""
    reported = read_reported(tx, {plan.town_code: basis}, period)[plan.town_code]
    published = published_contents(tx, plan.town_code, basis.issues)
    return compile_content(plan, period, reported, published, standings, breaks, issue)


def compile_content(
    plan: Plan, period: Period, reported: Reported, published: Sequence[PublishedContent],
    standings: tuple[Standing, ...], breaks: tuple[Break, ...], issue: int = 0,
) -> TownReturn:  # fmt: skip
    """The same from what a basis says: its reports and its issues of earlier periods."""
    notes = compile_notes(plan, _found(plan, reported))
    entries = sorted(_told(plan, reported), key=_by_plan(plan))
    figures = [*reported.figures, *(figure for one in published for figure in one.figures)]
    earlier = _earlier_standings(period, published)
    return TownReturn(
        town=plan.town,
        town_code=plan.town_code,
        period=period.key,
        plan=plan.code,
        edition=plan.form.edition,
        issue=issue,
        cells=compile_cells(plan, period, figures, breaks),
        standings=standings,
        entries=leave_out_answers(plan, entries, notes),
        sources=tuple(sorted(reported.sources, key=_by_form(plan))),
        notes=notes,
        breaks=breaks,
        league=_league(plan, period, earlier, standings),
        trend=compile_trend(plan, period, figures),
        areas=compile_areas(plan, _past_areas(period, reported, published)),
        past_standings=compile_past_standings(plan, earlier),
    )


def _found(plan: Plan, reported: Reported) -> Iterator[tuple[str, Finding]]:
    for unit, one in reported.findings:
        yield plan.answering_for(one.category, unit).code if one.category else unit, one


def _told(plan: Plan, reported: Reported) -> Iterator[ReturnEntry]:
    for one in reported.entries:
        yield replace(one, unit=plan.answering_for(one.category, one.unit).code)


def _past_areas(
    period: Period, reported: Reported, published: Sequence[PublishedContent]
) -> Iterator[tuple[str, ReturnEntry]]:
    """What earlier periods' issues, and reports never published, tell of key areas."""
    yield from ((one.period, each) for one in published for each in one.entries if each.section == areas.SECTION)
    yield from ((key, one) for key, one in reported.areas if key != period.key)


def _earlier_standings(period: Period, published: Sequence[PublishedContent]) -> dict[str, tuple[Standing, ...]]:
    """Of the periods that with this one make a year, by the issues that the return rests on; by period key."""
    recent = {one.key for one in recent_periods(period)}
    return {one.period: one.standings for one in published if one.period in recent}


def _league(
    plan: Plan, period: Period, earlier: Mapping[str, tuple[Standing, ...]], standings: tuple[Standing, ...]
) -> League:  # fmt: skip
    """Of the year to date: earlier periods as they were published, this one as it stands here."""
    year = {one.key for one in period.year_to_date} - {period.key}
    published = {key: found for key, found in earlier.items() if key in year}
    return league_of(plan.units, {**published, period.key: standings})


def _by_plan(plan: Plan) -> Callable[[ReturnEntry], tuple[int, int]]:
    order = {category.code: category.number for category in plan.categories}
    units = {code: place for place, code in enumerate(plan.unit_by_code)}
    return lambda entry: (order.get(entry.category, len(order)), units.get(entry.unit, 0))


def _by_form(plan: Plan) -> Callable[[Source], tuple[int, int, int]]:
    categories = {category.code: category.number for category in plan.categories}
    units = {code: place for place, code in enumerate(plan.unit_by_code)}
    indicators = {code: row for row, code in enumerate(plan.form.by_code)}
    return lambda source: (
        categories.get(source.category, 0), units.get(source.subordinate, 0), indicators.get(source.indicator, 0),
    )  # fmt: skip
