"""Corrections (第N次更正): what changed of a published period, what that leads to, and the next issue."""

from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing import raise_alert
from townreturn.compiling.changes import is_material
from townreturn.domain.correction_policy import LaterPeriods
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import read_slot
from townreturn.domain.town_return import Measure
from townreturn.month.contents import compared_periods
from townreturn.month.correction_basis import choose_correction_basis, tell_too_late
from townreturn.month.drafts import CorrectionDraft, draft_correction
from townreturn.month.lineage import tell_compiled
from townreturn.month.rejections import find_rejection, last_rejection, tell_rejected, tell_waiting
from townreturn.office import Office
from townreturn.store.corrections import changed_periods, published_periods, restated_issues
from townreturn.store.decisions import Decision, last_decision
from townreturn.store.engine import reading, writing
from townreturn.store.inputs import Basis, basis_hash, find_basis, inputs_by_slot
from townreturn.store.proposals import Outcome, Proposal, newest_proposal, record_proposal
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import (
    Compilation,
    Publication,
    find_compilation,
    find_issue,
    find_publications,
    newest_issues,
    record_compilations,
    write_compilation,
)
from townreturn.wording import Tell, say

_WHY_NOT = {
    Outcome.OUTSIDE_WINDOW: "CORRECTION_OUTSIDE_WINDOW",
    Outcome.IMMATERIAL: "CORRECTION_IMMATERIAL",
    Outcome.NOTHING: "CORRECTION_NOTHING",
}
"""A rejected one is told by who rejected it, and one without any change perhaps by what it waits for."""


def corrections_due(office: Office, now: datetime) -> tuple[Period, ...]:
    """The published periods whose reports stand otherwise than when a correction was last thought of, ascending.

    A correction that was rejected waits for the reports sent back, and goes on in its own run.
    Periods whose plan is missing are left out, and the operator is alerted.
    """
    _alert_without_plan(office, now)
    with reading(office.engine) as tx:
        changed = set(changed_periods(tx, office.plans.town_code))
        published = map(Period, published_periods(tx, office.plans.town_code))
        planned = ((period, office.plans.find(period)) for period in published)
        return tuple(period for period, plan in planned if plan and _is_due(tx, plan, period, period.key in changed))


def _alert_without_plan(office: Office, now: datetime) -> None:
    """One alert that names all of them: somebody has taken their plan out of the settings."""
    with reading(office.engine) as tx:
        published = published_periods(tx, office.plans.town_code)
    out = [key for key in published if office.plans.find(Period(key)) is None]
    if out:
        raise_alert(office, say("ALERT_WITHOUT_PLAN", periods="、".join(out)), "", now)


def propose_correction(office: Office, period: Period, run_id: str, now: datetime) -> Proposal:
    """Decide what the changes of a published period lead to, and record it.

    Raises Refused when the period is not published. Proposing the same again changes nothing.
    """
    with writing(office.engine) as tx:
        plan = office.plans.in_force(period)
        draft = _draft(tx, office, period, now)
        outcome = _outcome(tx, plan, draft)
        proposal = Proposal(period.key, _state(tx, plan, period, draft.restated), outcome, run_id, now)
        record_proposal(tx, plan.town_code, proposal)
    _alert_without_plan(office, now)
    for slot in draft.choice.too_late:
        raise_alert(office, tell_too_late(plan, period, slot), period.key, now)
    return proposal


def compile_correction(office: Office, period: Period, now: datetime, run_id: str = "") -> int:
    """Compile the next issue of a published period and store it; returns its id.

    Raises Refused when there is nothing to correct, it was rejected and nothing has changed since, or
    another run has taken the correction over.
    """
    with writing(office.engine) as tx:
        plan = office.plans.in_force(period)
        newest = newest_proposal(tx, plan.town_code, period.key)
        if newest is not None and newest.run_id not in ("", run_id) and run_id:
            raise Refused("CORRECTION_TAKEN_OVER", period=period, run_id=newest.run_id)
        draft, why_not = next_correction(tx, office, period, now)
        if draft is None:
            raise Refused("NO_CORRECTION", period=period, reason=why_not)
        written = write_compilation(draft.town_return, draft.basis)
        (compilation_id,) = record_compilations(tx, [written], now)
    tell_compiled([(office, written)], now)
    return compilation_id


def next_correction(
    tx: Connection, office: Office, period: Period, now: datetime, tell: Tell = say
) -> tuple[CorrectionDraft | None, str]:
    """The issue that would be published next, or None and in a sentence why there is none.

    Raises Refused when the period is not published.
    """
    plan, draft = office.plans.in_force(period), _draft(tx, office, period, now)
    outcome = _outcome(tx, plan, draft)
    return (draft, "") if outcome is Outcome.PROPOSED else (None, _why_not(tx, plan, draft, outcome, tell))


def correction_in_hand(office: Office, period: Period) -> str:
    """The run that proposed a correction of what stands now; empty when there is none."""
    with reading(office.engine) as tx:
        plan = office.plans.in_force(period)
        newest = newest_proposal(tx, plan.town_code, period.key)
        publication = find_publications(tx, plan.town_code, [period.key]).get(period.key)
        if newest is None or publication is None or newest.outcome is not Outcome.PROPOSED:
            return ""
        return newest.run_id if newest.basis_hash == _state(tx, plan, period, _restated(tx, plan, publication)) else ""


def leads_to_correction(proposal: Proposal) -> bool:
    """Whether there is a next issue to compile."""
    return proposal.outcome is Outcome.PROPOSED


def describe_proposal(office: Office, proposal: Proposal, now: datetime) -> str:
    """One line for people: what the changes of a period led to."""
    if proposal.outcome is Outcome.PROPOSED:
        return say("CORRECTION_PROPOSED", period=proposal.period)
    period = Period(proposal.period)
    with reading(office.engine) as tx:
        reason = _why_not(tx, office.plans.in_force(period), _draft(tx, office, period, now), proposal.outcome, say)
    return say("NO_CORRECTION", period=proposal.period, reason=reason)


def _why_not(tx: Connection, plan: Plan, draft: CorrectionDraft, outcome: Outcome, tell: Tell) -> str:
    rejection = find_rejection(tx, plan, draft) if outcome is Outcome.REJECTED else None
    if rejection is not None:
        return tell_rejected(plan, draft, rejection, tell)
    waiting = tell_waiting(tx, plan, draft, tell) if outcome is Outcome.NOTHING else ""
    return waiting or tell(_WHY_NOT[outcome])


def _draft(tx: Connection, office: Office, period: Period, now: datetime) -> CorrectionDraft:
    return draft_correction(tx, office.plans, newest_published(tx, office, period), now)


def newest_published(tx: Connection, office: Office, period: Period) -> Compilation:
    """What the newest issue of a period states. Raises Refused when there is none."""
    town = office.plans.town_code
    publication = find_publications(tx, town, [period.key]).get(period.key)
    published = publication and find_issue(tx, town, period.key, publication.issue)
    if not published:
        raise Refused("NOT_PUBLISHED_YET", period=period)
    return published


def _outcome(tx: Connection, plan: Plan, draft: CorrectionDraft) -> Outcome:
    """What was rejected as it is now is not proposed again."""
    outcome = _by_policy(plan, draft)
    is_rejected = outcome is Outcome.PROPOSED and find_rejection(tx, plan, draft) is not None
    return Outcome.REJECTED if is_rejected else outcome


def _by_policy(plan: Plan, draft: CorrectionDraft) -> Outcome:
    """Own figures or texts lead to a correction, what merely moves with others only where the plan reissues."""
    own = tuple(one for one in draft.town_return.changes if one.period == draft.town_return.period)
    changed = tuple(one for one in own if one.measure in (None, Measure.CURRENT))
    if not changed and own and plan.corrections.later_periods is LaterPeriods.REISSUE:
        return Outcome.PROPOSED
    if not changed:
        return Outcome.OUTSIDE_WINDOW if draft.choice.too_late else Outcome.NOTHING
    return Outcome.PROPOSED if is_material(changed, plan.corrections.materiality_pct) else Outcome.IMMATERIAL


def _is_due(tx: Connection, plan: Plan, period: Period, is_changed: bool) -> bool:
    """``is_changed``: whether other reports are accepted now than the newest issue rests on."""
    newest = newest_proposal(tx, plan.town_code, period.key)
    publication = find_publications(tx, plan.town_code, [period.key])[period.key]
    restated = _restated(tx, plan, publication)
    differs = is_changed or bool(restated)
    if newest is None or (newest.outcome is Outcome.PROPOSED and not newest.run_id):
        return differs  # what was drafted on the command line, and perhaps only looked at, nobody has in hand
    if newest.basis_hash == _state(tx, plan, period, restated):
        return differs and _is_decided_anew(tx, plan, publication, newest)
    if not differs:  # what was proposed has been taken back, unless it is what was published
        return newest.outcome is Outcome.PROPOSED and publication.published_at < newest.proposed_at
    return not _waits_for_reports(tx, plan, newest)


def _is_decided_anew(tx: Connection, plan: Plan, publication: Publication, newest: Proposal) -> bool:
    """Whether a file of a rejected correction was excluded anew since: the same reports, and a new decision."""
    rejection = last_rejection(tx, plan, newest.period, publication.issue + 1)
    published = find_issue(tx, plan.town_code, newest.period, publication.issue)
    if rejection is None or published is None:
        return False
    since = max(rejection.decided_at, newest.proposed_at)
    return choose_correction_basis(tx, plan, published).is_decided_after(since)


def _waits_for_reports(tx: Connection, plan: Plan, newest: Proposal) -> bool:
    """Whether the newest correction was rejected in a run, which goes on when the reports are in again.

    It waits for nothing else: another category's change is a correction of its own.
    """
    decision = last_decision(tx, plan.town_code, newest.period)
    if newest.outcome is not Outcome.PROPOSED or decision is None or not decision.went_back:
        return False
    return decision.run_id == newest.run_id != "" and not _others_changed(tx, plan, decision)


def _others_changed(tx: Connection, plan: Plan, rejection: Decision) -> bool:
    """Whether a slot whose report did not go back rests on another one than the rejected content did."""
    rejected = find_compilation(tx, rejection.compilation_id)
    period = rejected.town_return.period
    newest = find_publications(tx, plan.town_code, [period])[period]
    published = find_issue(tx, plan.town_code, period, newest.issue)
    now = choose_correction_basis(tx, plan, published).reports if published else {}
    before = inputs_by_slot(tx, rejected.id, period)
    return any(now.get(one) != before.get(one) for one in {*now, *before} - {*map(read_slot, rejection.went_back)})


def _state(tx: Connection, plan: Plan, period: Period, restated: tuple[tuple[str, int], ...]) -> str:
    """What a correction would start from, as one hash: the reports accepted now, and the issues to follow."""
    accepted = accepted_ids(tx, plan.town_code, [period.key]).values()
    follows = restated if plan.corrections.later_periods is LaterPeriods.REISSUE else ()
    return basis_hash(tx, Basis(tuple(sorted(accepted)), follows))


def _restated(tx: Connection, plan: Plan, publication: Publication) -> tuple[tuple[str, int], ...]:
    """The corrections of other periods that a reissue would follow; none where later returns only note them."""
    if plan.corrections.later_periods is not LaterPeriods.REISSUE:
        return ()
    basis = find_basis(tx, publication.compilation_id)
    compared = compared_periods(Period(publication.period))
    now = newest_issues(tx, plan.town_code, [key for key, _ in basis.issues if key in compared])
    return tuple(restated_issues(tx, plan.town_code, basis, now))
