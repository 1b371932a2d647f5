"""One approver's answer: taken, refused with a reason, or kept as refused because it came too late."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from townreturn.approving.sending_back import is_stale, require_returnable, that_go_back
from townreturn.domain.categories import unknown_category, unknown_subordinate
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.plan import Approver, Plan
from townreturn.domain.slot import read_slot
from townreturn.store.decisions import (
    Decision,
    approvals_of,
    last_decision,
    list_refusals,
    record_decision,
    record_refusal,
    standing_of_approval,
)
from townreturn.store.returns import Compilation, find_publications, is_sent_back, newest_compilation


@dataclass(frozen=True)
class Answer:
    """What an approver answered in which run (empty: on the command line); ``sent_back`` are keys of slots."""

    account: str
    approved: bool
    comment: str
    sent_back: tuple[str, ...]
    run_id: str


def record_answer(
    tx: Connection, plan: Plan, compilation: Compilation, answer: Answer, now: datetime, *, is_unchanged: bool
) -> Decision | None:
    """Record who decided what on which content; None when that has changed or was sent back meanwhile.

    What is refused for these reasons is recorded as refused, so the caller commits before it raises.
    ``is_unchanged``: the content would be compiled the same now. The same answer again by the same
    run changes nothing and keeps its first time, refused or not. Raises Misuse for a rejection without categories or
    reason, or of unknown ones; Refused when the account may not approve or its approval does not
    help, when nothing of a category can go back, or the issue is published.
    """
    approver = _require_approver(plan, answer.account)
    _require_sense(plan, answer)
    decision = _decision(compilation, approver, answer, now)
    earlier = _find_repeated(tx, plan, compilation, decision)
    if earlier is not None:
        return earlier
    _require_unpublished(tx, plan, compilation)
    is_too_late = is_sent_back(tx, compilation.id)
    if is_too_late or _has_changed(tx, plan, compilation, answer, is_unchanged=is_unchanged):
        if not _is_refused_already(tx, plan, compilation, answer):
            record_refusal(tx, plan, compilation, approver, answer.comment, answer.run_id, now)
        return None
    if answer.approved:
        _require_helpful(tx, plan, compilation, approver)
    else:
        require_returnable(tx, plan, compilation, answer.sent_back)
        decision = replace(decision, went_back=that_go_back(tx, plan, compilation, decision.sent_back))
    record_decision(tx, plan.town_code, compilation.town_return.period, decision, plan.code)
    return decision


def _require_approver(plan: Plan, account: str) -> Approver:
    for approver in plan.approvers:
        if approver.account == account:
            return approver
    raise Refused("NOT_AN_APPROVER", account=account, plan=plan.title)


def _require_sense(plan: Plan, answer: Answer) -> None:
    if answer.approved and answer.sent_back:
        raise Misuse("APPROVED_YET_SENT_BACK")
    if not answer.approved and not answer.sent_back:
        raise Misuse("REJECTION_NAMES_NOTHING")
    if not answer.approved and not answer.comment.strip():
        raise Misuse("REJECTION_WITHOUT_REASON")
    for key in answer.sent_back:
        if (slot := read_slot(key)).category not in plan.category_by_code:
            raise unknown_category(plan, key)
        if slot not in plan.slots:
            raise unknown_subordinate(plan, slot.category, slot.subordinate)


def _decision(compilation: Compilation, approver: Approver, answer: Answer, now: datetime) -> Decision:
    return Decision(
        compilation_id=compilation.id, content_hash=compilation.content_hash, approved=answer.approved,
        account=approver.account, name=approver.name, comment=answer.comment, decided_at=now,
        run_id=answer.run_id, issue=compilation.town_return.issue, role=approver.title,
        sent_back=tuple(sorted(set(answer.sent_back))),
    )  # fmt: skip


def _find_repeated(tx: Connection, plan: Plan, compilation: Compilation, decision: Decision) -> Decision | None:
    """The same answer, as a task that was killed after recording it gives it again."""
    last = last_decision(tx, plan.town_code, compilation.town_return.period)
    standing = [*approvals_of(tx, compilation), *([last] if last else [])]
    return next((one for one in standing if replace(one, id=0, decided_at=decision.decided_at) == decision), None)


def _is_refused_already(tx: Connection, plan: Plan, compilation: Compilation, answer: Answer) -> bool:
    """Whether a task gives again what its run has been answered on the board."""
    refusals = list_refusals(tx, plan.town_code, compilation.town_return.period)
    given = (compilation.id, answer.account, answer.comment, answer.run_id)
    return bool(answer.run_id) and given in [(r.compilation_id, r.account, r.comment, r.run_id) for r in refusals]


def _require_unpublished(tx: Connection, plan: Plan, compilation: Compilation) -> None:
    period, issue = compilation.town_return.period, compilation.town_return.issue
    published = find_publications(tx, plan.town_code, [period]).get(period)
    if published is not None and published.issue >= issue:
        raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)


def _has_changed(tx: Connection, plan: Plan, compilation: Compilation, answer: Answer, *, is_unchanged: bool) -> bool:
    """Whether the answer is about something else than what there is to decide now.

    An approval is about all of it, a rejection only about the reports that it sends back.
    """
    period = compilation.town_return.period
    newest = newest_compilation(tx, plan.town_code, period)
    if newest is None or newest.id != compilation.id:
        return True
    return not is_unchanged if answer.approved else is_stale(tx, plan, compilation, answer.sent_back)


def _require_helpful(tx: Connection, plan: Plan, compilation: Compilation, approver: Approver) -> None:
    standing = standing_of_approval(tx, plan, compilation)
    if approver in standing.given:
        raise Refused("APPROVED_ALREADY", name=approver.shown)
    if standing.is_sufficient:
        raise Refused("APPROVAL_COMPLETE", period=compilation.town_return.period)
    if approver not in standing.helpful:
        headings = "、".join(plan.category_by_code[one].heading for one in standing.uncovered)
        raise Refused("APPROVAL_DOES_NOT_HELP", name=approver.shown, categories=headings)
