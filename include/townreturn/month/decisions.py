"""The approver's decision: what there is to decide and by whom, and the notice to every unit whose figures go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn import approving
from townreturn.approving.sending_back import corrected_slots
from townreturn.domain.approval import ApprovalStanding, conflicts_of
from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Approver, Plan, Unit
from townreturn.files import write_whole
from townreturn.foreign_text import one_line, storable
from townreturn.month.gating import check_return
from townreturn.month.rejections import sent_back_already, why_too_late
from townreturn.month.returns import is_unchanged, summarise
from townreturn.month.telling import Notice, post_notices
from townreturn.office import Office
from townreturn.store.decisions import Decision, makers_of, standing_of_approval
from townreturn.store.engine import reading, writing
from townreturn.store.inputs import inputs_by_slot
from townreturn.store.returns import Compilation, find_compilation, is_sent_back, newest_compilation
from townreturn.wording import Tell, say


@dataclass(frozen=True)
class ApprovalQuestion:
    """What approvers are asked about one compilation; ``returnable`` are the keys of slots that can be sent back."""

    standing: ApprovalStanding
    issue: int
    summary: str
    returnable: tuple[str, ...]


def record_decision(
    office: Office, compilation_id: int, *, account: str, approved: bool, comment: str,
    sent_back: tuple[str, ...], run_id: str, now: datetime,
) -> Decision:  # fmt: skip
    """Record the decision, then tell the units whose reports go back; see ``approving.record_answer`` for its errors.

    Raises Refused as well, after recording that, for an answer to what has changed since it was compiled
    or was sent back by somebody else, and Broken for an approval of what does not pass the second gate.
    """
    answer = approving.Answer(account, approved, storable(comment), sent_back, run_id)
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
    town_return = compilation.town_return
    plan = office.plans.in_force(Period(town_return.period))
    fault = _fault_at_the_gate(office, compilation_id) if approved else None
    with writing(office.engine, f"{plan.town_code}/{town_return.period}") as tx:
        unchanged = not approved or is_unchanged(tx, office, town_return, now)
        if fault and unchanged:  # a changed one is refused and recorded below: its run goes on
            raise fault
        decision = approving.record_answer(tx, plan, compilation, answer, now, is_unchanged=unchanged)
        too_late = why_too_late(tx, plan, compilation)
        if decision is not None and decision.went_back:
            _tell_units(tx, office, plan, compilation, decision)
    if decision is None:
        raise too_late
    return decision


def _fault_at_the_gate(office: Office, compilation_id: int) -> Broken | None:
    """Why a compilation must not be approved; its run has checked it, the command line may not have."""
    try:
        check_return(office, compilation_id)
    except Broken as fault:
        return fault
    return None


def ask_approval(office: Office, compilation_id: int) -> ApprovalQuestion:
    """What there is to decide. Raises Refused when figures of it have been sent back already."""
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        town_return = compilation.town_return
        period = Period(town_return.period)
        plan = office.plans.in_force(period)
        if is_sent_back(tx, compilation_id):
            raise sent_back_already(tx, plan, compilation)
        standing = standing_of_approval(tx, plan, compilation)
        concerned = (
            corrected_slots(tx, plan, compilation) if town_return.issue
            else set(inputs_by_slot(tx, compilation_id, period.key))
        )  # fmt: skip
    returnable = tuple(one.key for one in plan.slots if one in concerned)
    lines = (summarise(office, compilation_id), describe_approval(office, compilation_id))
    return ApprovalQuestion(standing, town_return.issue, "\n\n".join(lines), returnable)


def most_helpful_approver(office: Office, period: Period) -> str:
    """The account whose approval of what was compiled last leaves the least open.

    Raises Refused when nothing was compiled, or nobody can approve it further.
    """
    with reading(office.engine) as tx:
        plan = office.plans.in_force(period)
        compilation = newest_compilation(tx, plan.town_code, period.key)
        if compilation is None:
            raise Refused("NOT_COMPILED", period=period)
        standing, makers = standing_of_approval(tx, plan, compilation), makers_of(tx, compilation)
    if not standing.helpful:
        raise Refused("NOBODY_LEFT_TO_APPROVE")
    return min(standing.helpful, key=lambda one: len(conflicts_of(plan, makers, one))).account


def describe_approval(office: Office, compilation_id: int, tell: Tell = say) -> str:
    """Who has approved a compilation, who still has to and why, who must not be the only one – a line each."""
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        plan = office.plans.in_force(Period(compilation.town_return.period))
        standing, makers = standing_of_approval(tx, plan, compilation), makers_of(tx, compilation)
    if standing.is_sufficient:
        return tell("APPROVAL_IS_SUFFICIENT", names=_names(standing.given, tell))
    lines = [*_progress(plan, standing, tell), *_lacking(plan, standing, tell)]
    for approver in standing.helpful:
        conflicts = conflicts_of(plan, makers, approver)
        if set(conflicts) & set(standing.uncovered):
            lines.append(tell("APPROVER_NOT_ALONE", name=approver.shown, categories=_headings(plan, conflicts, tell)))
    if not standing.helpful:
        lines.append(tell("NOBODY_LEFT_TO_APPROVE"))
    return "\n".join(f"- {line}" for line in lines)


def _progress(plan: Plan, standing: ApprovalStanding, tell: Tell) -> list[str]:
    """Who has approved, and where it takes more than one: by the plan, or because a maker is not named."""
    given = len(standing.given)
    lines = [tell("APPROVAL_GIVEN", names=_names(standing.given, tell))] if standing.given else []
    if plan.approvals_required > 1:
        lines.append(tell("APPROVAL_COUNT", given=given, required=standing.required))
    elif standing.unnamed:
        lines.append(tell("APPROVAL_UNNAMED", categories=_headings(plan, standing.unnamed, tell), given=given))
    return lines


def _lacking(plan: Plan, standing: ApprovalStanding, tell: Tell) -> list[str]:
    """What the approvals given leave open; before there is one, everything does."""
    if not standing.given:
        return []
    lines = []
    if standing.uncovered:
        lines.append(tell("APPROVAL_UNCOVERED", categories=_headings(plan, standing.uncovered, tell)))
    if standing.helpful:
        named = [one.shown + tell("BOARD_IN_BRACKETS", text=one.account) for one in standing.helpful]
        lines.append(tell("APPROVAL_CAN_HELP", accounts=tell("LIST_SEPARATOR").join(named)))
    return lines


def _names(approvers: tuple[Approver, ...], tell: Tell) -> str:
    return tell("LIST_SEPARATOR").join(one.shown for one in approvers)


def _headings(plan: Plan, categories: tuple[str, ...], tell: Tell) -> str:
    return tell("LIST_SEPARATOR").join(plan.category_by_code[one].heading for one in categories)


def _tell_units(
    tx: Connection, office: Office, plan: Plan, compilation: Compilation, decision: Decision
) -> None:  # fmt: skip
    """A notice of each slot beside the unit's receipts, and one message a unit with all of its categories."""
    period = Period(compilation.town_return.period)
    moment = f"{decision.decided_at.astimezone(plan.calendar.zone):%Y%m%dT%H%M%S}"
    by_unit: dict[str, list[str]] = {}
    for slot in (one for one in plan.slots if one.key in decision.went_back):
        unit = plan.unit_of(slot)
        by_unit.setdefault(unit.code, []).append(slot.category)
        text = _notice(plan, compilation, unit, [slot.category], decision.comment)
        name = f"{unit.name}_{moment}_{slot.category}.txt"
        write_whole(office.receipts / period.key / name, text.encode("utf-8-sig"))
    key, mark = f"sent-back/{compilation.content_hash[:16]}", say("NOTICE_MARK_SENT_BACK")
    notices = [
        Notice(key, unit, mark, _notice(plan, compilation, plan.unit_by_code[unit], own, decision.comment))
        for unit, own in by_unit.items()
    ]
    post_notices(tx, office, plan, period, notices, decision.decided_at)


def _notice(plan: Plan, compilation: Compilation, unit: Unit, categories: Sequence[str], comment: str) -> str:
    """To the unit that reports the categories."""
    period, issue = compilation.town_return.period, compilation.town_return.issue
    code = "NOTICE_CORRECTION_SENT_BACK" if issue else "NOTICE_SENT_BACK"
    headings = [plan.category_by_code[one].heading for one in categories]
    lines = (
        say("RECEIPT_TITLE", town=plan.town),
        say("RECEIPT_UNIT", unit=unit.name),
        *(say(code, category=heading, period=period, issue=issue) for heading in headings),
        say("NOTICE_REASON", comment=one_line(comment)),
        say("NOTICE_NEXT"),
    )
    return "\n".join(lines) + "\n"
