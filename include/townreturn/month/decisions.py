"""The approver's decision, and the notice to every unit whose figures go back."""

from datetime import datetime

from townreturn import approving
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.files import write_whole
from townreturn.foreign_text import one_line
from townreturn.month.returns import require_unchanged
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation
from townreturn.wording import say


def record_decision(
    office: Office, compilation_id: int, *, account: str, approved: bool, comment: str,
    sent_back: tuple[str, ...], run_id: str, now: datetime,
) -> None:  # fmt: skip
    """Record the decision, then tell the units sent back; see ``approving.record_decision``.

    Raises Refused as well for an approval of figures that have changed since they were compiled.
    """
    if approved:
        require_unchanged(office, compilation_id, now)
    decided_at = approving.record_decision(
        office, compilation_id, account=account, approved=approved, comment=comment,
        sent_back=sent_back, run_id=run_id, now=now,
    )  # fmt: skip
    with reading(office.engine) as tx:
        period = Period(find_compilation(tx, compilation_id).town_return.period)
    plan = office.plans.in_force(period)
    for category in sent_back:
        unit = plan.lead_of(category)
        name = f"{unit.name}_{decided_at.astimezone(plan.calendar.zone):%Y%m%dT%H%M%S}_{category}.txt"
        text = _notice(plan, period, category, comment)
        write_whole(office.receipts / period.key / name, text.encode("utf-8-sig"))


def _notice(plan: Plan, period: Period, category: str, comment: str) -> str:
    lines = (
        say("RECEIPT_TITLE", town=plan.town),
        say("RECEIPT_UNIT", unit=plan.lead_of(category).name),
        say("NOTICE_SENT_BACK", category=plan.category_by_code[category].heading, period=period),
        say("NOTICE_REASON", comment=one_line(comment) or say("NOTICE_NO_REASON")),
        say("NOTICE_NEXT"),
    )
    return "\n".join(lines) + "\n"
