"""A correction that an approver rejected: it stays rejected until something changes, and what can is told."""

from sqlalchemy import Connection

from townreturn.domain.approval import changed_meanwhile
from townreturn.domain.categories import name_slot
from townreturn.domain.errors import Refused
from townreturn.domain.plan import Approver, Plan
from townreturn.domain.slot import Slot, read_slot
from townreturn.foreign_text import one_line
from townreturn.month.drafts import CorrectionDraft, approved_content
from townreturn.store.decisions import Decision, last_decision, list_decisions
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import Compilation, find_compilation, is_sent_back
from townreturn.wording import Tell

_SHORT_HASH = 8


def last_rejection(tx: Connection, plan: Plan, period: str, issue: int) -> Decision | None:
    """The rejection of an issue, where that is the last that was decided about the period."""
    last = last_decision(tx, plan.town_code, period)
    return last if last is not None and last.sent_back and last.issue == issue else None


def find_rejection(tx: Connection, plan: Plan, draft: CorrectionDraft) -> Decision | None:
    """The rejection of exactly what would be corrected now; None where something has changed since.

    An exclusion made anew is a change, though the figures be the same.
    """
    rejection = last_rejection(tx, plan, draft.town_return.period, draft.town_return.issue)
    if rejection is None or draft.choice.is_decided_after(rejection.decided_at):
        return None
    rejected = find_compilation(tx, rejection.compilation_id).town_return
    return rejection if approved_content(rejected) == approved_content(draft.town_return) else None


def tell_rejected(plan: Plan, draft: CorrectionDraft, rejection: Decision, tell: Tell) -> str:
    """Who rejected a correction, and for each category what can be done about it."""
    steps = [step for one in rejection.sent_back for step in _steps(plan, draft, read_slot(one), tell)]
    return tell("CORRECTION_REJECTED", steps=tell("CLAUSE_SEPARATOR_STRONG").join(steps), **_named(rejection))


def tell_waiting(tx: Connection, plan: Plan, draft: CorrectionDraft, tell: Tell) -> str:
    """That there is nothing to correct because what was sent back has not come again; empty when that is not so."""
    period = draft.town_return.period
    rejection = last_rejection(tx, plan, period, draft.town_return.issue)
    accepted = accepted_ids(tx, plan.town_code, [period])
    went_back = map(read_slot, rejection.went_back) if rejection else ()
    out = [one for one in went_back if (period, one) not in accepted]
    if not rejection or not out:
        return ""
    headings = tell("LIST_SEPARATOR").join(name_slot(plan, one) for one in out)
    return tell("CORRECTION_WAITS", categories=headings, **_named(rejection))


def why_too_late(tx: Connection, plan: Plan, compilation: Compilation) -> Refused:
    """Why an answer to a compilation does not count any more: it was sent back, or else has changed."""
    if is_sent_back(tx, compilation.id):
        return sent_back_already(tx, plan, compilation)
    return changed_meanwhile(compilation.town_return.period, compilation.town_return.issue)


def sent_back_already(tx: Connection, plan: Plan, compilation: Compilation) -> Refused:
    """Why a compilation that was rejected cannot be approved any more, and what to do."""
    period = compilation.town_return.period
    decided = list_decisions(tx, plan.town_code, period)
    rejection = next(one for one in decided if one.sent_back and one.compilation_id == compilation.id)
    if not rejection.issue:
        return Refused("CONTENT_SENT_BACK", period=period)
    return Refused("CORRECTION_SENT_BACK", period=period, **_named(rejection))


def _named(rejection: Decision) -> dict[str, object]:
    name = Approver(rejection.account, rejection.name, rejection.role).shown
    return {"issue": rejection.issue, "name": name, "comment": one_line(rejection.comment)}


def _steps(plan: Plan, draft: CorrectionDraft, slot: Slot, tell: Tell) -> list[str]:
    heading, choice = name_slot(plan, slot), draft.choice
    decided = (("REJECTED_EXCLUSION", choice.exclusions), ("REJECTED_READMISSION", choice.readmissions))
    told = [
        tell(code, category=heading, period=draft.town_return.period, file=files[slot].file_hash[:_SHORT_HASH])
        for code, files in decided
        if slot in files
    ]
    return told or [tell("REJECTED_MOVED", category=heading)]
