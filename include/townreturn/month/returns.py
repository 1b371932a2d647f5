"""A compiled return before the approver: whether it still holds, and in short what it says."""

from datetime import datetime

from sqlalchemy import Connection

from townreturn.compiling.summary import summarise_return
from townreturn.domain.approval import changed_meanwhile
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.month.drafts import approved_content, draft_correction, draft_original
from townreturn.office import Office
from townreturn.store.decisions import standing_of_approval
from townreturn.store.engine import reading
from townreturn.store.issues import list_issues
from townreturn.store.reports import findings_of_period
from townreturn.store.returns import (
    Compilation,
    find_compilation,
    find_issue,
)


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
