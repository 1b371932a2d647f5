"""Compiling a period and preparing it for the approver."""

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from townreturn.chasing import is_settled
from townreturn.checks import gate
from townreturn.compiling.summary import summarise_return
from townreturn.domain.approval import changed_meanwhile
from townreturn.domain.errors import Refused
from townreturn.domain.form import Form
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.month.drafts import approved_content, draft_correction, draft_original
from townreturn.month.lineage import tell_compiled
from townreturn.office import Office
from townreturn.publishing.archiving import GATE_SUITE
from townreturn.software import software_version
from townreturn.store.decisions import standing_of_approval
from townreturn.store.engine import reading, writing
from townreturn.store.gates import has_passed, record_passed
from townreturn.store.inputs import inputs_by_slot
from townreturn.store.issues import list_issues
from townreturn.store.published_contents import published_figures
from townreturn.store.reports import StoredFigure, accepted_ids, figures_of, findings_of_period
from townreturn.store.returns import (
    Compilation,
    Publication,
    find_compilation,
    find_issue,
    find_publications,
    newest_issues,
    record_compilation,
)


def compile_return(office: Office, period: Period, now: datetime) -> int:
    """Compile the period's return from what is accepted now and store it; returns its id.

    Compiling unchanged figures again gives the same id, that of the published issue once there is
    one. Raises Misuse without a plan, Refused when the previous period is not settled or other
    reports of this one are published: those are corrected by ``corrections.compile_correction``.
    """
    plan = office.plans.in_force(period)
    town = plan.town_code
    if office.plans.find(period.previous) is not None and not is_settled(office, period.previous):
        raise Refused("PREVIOUS_NOT_SETTLED", period=period.previous)
    with writing(office.engine, f"{town}/{period.key}") as tx:
        published = find_publications(tx, town, [period.key]).get(period.key)
        if published is not None:
            return _unchanged_since(tx, town, published)
        draft = draft_original(tx, office.plans, period, now)
        compilation_id = record_compilation(tx, draft.town_return, draft.basis, now)
    tell_compiled(office, now, compilation_id)
    return compilation_id


def _unchanged_since(tx: Connection, town: str, published: Publication) -> int:
    """The compilation that is published, if the reports it rests on are those that are accepted now."""
    used = inputs_by_slot(tx, published.compilation_id, published.period)
    accepted = accepted_ids(tx, town, [published.period])
    if used != {slot: report_id for (_, slot), report_id in accepted.items()}:
        raise Refused("PUBLISHED_TO_BE_CORRECTED", period=published.period)
    return published.compilation_id


def is_unchanged(tx: Connection, office: Office, town_return: TownReturn, now: datetime) -> bool:
    """Whether what is accepted now gives the same figures, texts and sources."""
    return approved_content(_as_of_now(tx, office, town_return, now)) == approved_content(town_return)


def _as_of_now(tx: Connection, office: Office, town_return: TownReturn, now: datetime) -> TownReturn:
    """The same issue, compiled from what is accepted and published now."""
    period = Period(town_return.period)
    if not town_return.issue:
        return draft_original(tx, office.plans, period, now).town_return
    published = find_issue(tx, town_return.town_code, period.key, town_return.issue - 1)
    if published is None:
        raise changed_meanwhile(period.key, town_return.issue)
    return draft_correction(tx, office.plans, published, now).town_return


def check_return(office: Office, compilation_id: int) -> None:
    """The second gate; Broken names every cell that does not hold.

    What has passed it by the same rules is not checked again: the first check of a process takes ten seconds.
    """
    suite = office.rules(GATE_SUITE)
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
        period = Period(town_return.period)
        form = office.plans.in_force(period).form
        rules_hash = _hash_of_rules(suite, form)
        if has_passed(tx, compilation_id, rules_hash):
            return
        earlier = _earlier_in_the_year(tx, town_return.town_code, period)
    gate.check_return(town_return, earlier, form, suite)
    with writing(office.engine, f"{town_return.town_code}/{period.key}") as tx:
        record_passed(tx, compilation_id, rules_hash)


def _hash_of_rules(suite: Path, form: Form) -> str:
    """SHA-256 of all that decides at the gate: its rules, the form, this program."""
    parts = suite.read_bytes(), form.file.content if form.file else b"", software_version().encode()
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _earlier_in_the_year(tx: Connection, town: str, period: Period) -> list[StoredFigure]:
    """The figures of the year's earlier periods: as their newest issues state them, else as accepted."""
    earlier = [one.key for one in period.year_to_date if one.key < period.key]
    issues = newest_issues(tx, town, earlier)
    never_published = sorted(set(earlier) - {key for key, _ in issues})
    reports = accepted_ids(tx, town, never_published).values()
    return [*published_figures(tx, town, issues), *figures_of(tx, reports)]


def summarise(office: Office, compilation_id: int) -> str:
    """What the approver reads before deciding, in Markdown."""
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        period = Period(compilation.town_return.period)
        plan = office.plans.in_force(period)
        findings = findings_of_period(tx, plan.town_code, period.key)
        state = _state_of(tx, plan, compilation)
    found = [finding for _, finding in findings]
    return summarise_return(compilation.town_return, plan, found, compilation.content_hash, state)


def _state_of(tx: Connection, plan: Plan, compilation: Compilation) -> str:
    """How far a compilation has come, as a wording code."""
    issues = list_issues(tx, plan.town_code, compilation.town_return.period)
    if compilation.id in [one.compilation_id for one in issues]:
        return "SUMMARY_PUBLISHED"
    return "SUMMARY_APPROVED" if standing_of_approval(tx, plan, compilation).is_sufficient else "SUMMARY_PENDING"
