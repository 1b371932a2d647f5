"""What there is to approve of a period, as the one who looks at it can decide."""

from dataclasses import dataclass
from datetime import datetime

from townreturn import month
from townreturn.board.open_matters import Decision, tell_pending
from townreturn.board.summary_blocks import Block, read_blocks
from townreturn.domain.categories import name_slot
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import read_slot
from townreturn.office import Office


@dataclass(frozen=True)
class Returnable:
    """A slot that can be sent back, by its key."""

    slot: str
    heading: str


@dataclass(frozen=True)
class Matter:
    """A compiled return that waits; ``told`` is what approvers read of it, as Airflow asks them.

    ``can_approve``: whether the asker's approval would go further. ``is_open``: whether there still is
    something to decide, be it to reject.
    """

    compilation_id: int
    decision: Decision
    told: tuple[Block, ...]
    returnable: tuple[Returnable, ...]
    can_approve: bool

    @property
    def is_open(self) -> bool:
        return not self.decision.is_sufficient


@dataclass(frozen=True)
class DecisionView:
    """A period and what waits of it, if anything; times in the town's zone, ``time_zone``."""

    period: str
    town: str
    time_zone: str
    matter: Matter | None


def view_decision(office: Office, period: Period, now: datetime, account: str) -> DecisionView:
    """As the account sees it. Raises Misuse when no plan is in force."""
    plan = office.plans.in_force(period)
    return DecisionView(period.key, plan.town, plan.calendar.time_zone, _matter(office, plan, period, now, account))


def _matter(office: Office, plan: Plan, period: Period, now: datetime, account: str) -> Matter | None:
    pending = month.pending_return(office, period, now)
    if pending is None:
        return None
    try:
        question = month.ask_approval(office, pending.compilation_id)
    except Refused:  # sent back between the two looks
        return None
    return Matter(
        pending.compilation_id, tell_pending(plan, pending), read_blocks(question.summary),
        tuple(Returnable(one, name_slot(plan, read_slot(one))) for one in question.returnable),
        account in [one.account for one in question.standing.helpful],
    )  # fmt: skip
