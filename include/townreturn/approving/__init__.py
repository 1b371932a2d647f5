"""The approver's decision on exactly one content, recorded before it takes effect."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Approver, Plan
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import (
    Decision,
    decided_periods,
    find_compilation,
    find_publications,
    last_decision,
    newest_compilation,
)
from townreturn.store.returns import record_decision as store_decision


def record_decision(
    office: Office, compilation_id: int, *, account: str, approved: bool, comment: str,
    sent_back: tuple[str, ...], run_id: str, now: datetime,
) -> datetime:  # fmt: skip
    """Record who decided what on which content, and return when; ``sent_back`` are category codes.

    Raises Refused when the account may not approve, the content is no longer the newest, figures of
    it have been sent back or the period is published, Misuse for a category the plan does not have.
    The same decision recorded again by the same run changes nothing and keeps its first time.
    """
    with writing(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        period = Period(compilation.town_return.period)
        plan = office.plans.in_force(period)
        approver = _require_approver(plan, account)
        _require_known_categories(plan, approved, sent_back)
        sent_back = tuple(dict.fromkeys(sent_back))
        decision = Decision(
            compilation_id=compilation_id, content_hash=compilation.content_hash, approved=approved,
            account=account, name=approver.name, comment=comment, decided_at=now, run_id=run_id,
            issue=compilation.town_return.issue, role=approver.title, sent_back=sent_back,
        )  # fmt: skip
        last = last_decision(tx, plan.town_code, period.key)
        if last is not None and _is_repeated(last, decision):
            return last.decided_at
        published = find_publications(tx, plan.town_code, [period.key]).get(period.key)
        if published is not None and published.issue >= compilation.town_return.issue:
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        newest = newest_compilation(tx, plan.town_code, period.key)
        if newest is None or newest.id != compilation_id or _was_sent_back(last, compilation_id):
            raise Refused("CONTENT_CHANGED_MEANWHILE", period=period)
        _require_something_to_send_back(tx, plan, period, sent_back)
        store_decision(tx, plan.town_code, period.key, decision)
    return now


def runs_to_resume(office: Office) -> tuple[tuple[Period, str], ...]:
    """(period, run id) of rejected runs whose obligations sent back are all accepted again."""
    town = office.plans.town_code
    resumable: list[tuple[Period, str]] = []
    with reading(office.engine) as tx:
        for key in decided_periods(tx, town):
            decision = last_decision(tx, town, key)
            if decision is None or decision.approved or not decision.sent_back or not decision.run_id:
                continue
            accepted = accepted_ids(tx, town, [key])
            if all((key, category) in accepted for category in decision.sent_back):
                resumable.append((Period(key), decision.run_id))
    return tuple(resumable)


def _require_approver(plan: Plan, account: str) -> Approver:
    for approver in plan.approvers:
        if approver.account == account:
            return approver
    raise Refused("NOT_AN_APPROVER", account=account, plan=plan.title)


def _require_known_categories(plan: Plan, approved: bool, sent_back: tuple[str, ...]) -> None:
    if approved and sent_back:
        raise Misuse("APPROVED_YET_SENT_BACK")
    for category in sent_back:
        if category not in plan.category_by_code:
            raise Misuse("CATEGORY_UNKNOWN", value=category)


def _require_something_to_send_back(tx: Connection, plan: Plan, period: Period, sent_back: tuple[str, ...]) -> None:
    """What was never accepted cannot go back: its unit is chased, not rejected."""
    accepted = accepted_ids(tx, plan.town_code, [period.key])
    for category in sent_back:
        if (period.key, category) not in accepted:
            raise Refused("NOTHING_TO_SEND_BACK", category=plan.category_by_code[category].heading, period=period)


def _was_sent_back(last: Decision | None, compilation_id: int) -> bool:
    """A rejection took figures of this content back: it has to be compiled anew without them."""
    return last is not None and last.compilation_id == compilation_id and bool(last.sent_back)


def _is_repeated(last: Decision, decision: Decision) -> bool:
    """The same answer again, as a task that was killed after recording it gives it."""
    return replace(last, id=0, decided_at=decision.decided_at) == replace(
        decision, sent_back=tuple(sorted(decision.sent_back))
    )
