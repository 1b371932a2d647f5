"""What of a period waits for somebody: a decision, messages that have not gone out, the runs that work it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn import month
from townreturn.board.letter_view import LetterState, judge_ways
from townreturn.domain.obligation import Opening
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.operating.levels import corrections_dag, monthly_dag
from townreturn.store.dispatches import ways_of
from townreturn.store.messages import list_messages
from townreturn.store.proposals import Outcome, newest_proposal


@dataclass(frozen=True)
class Person:
    """Somebody who may approve, by sign-in name and as people name them."""

    account: str
    shown: str


@dataclass(frozen=True)
class Decision:
    """A compiled issue that is not published. ``is_current``: it may be decided; else it is compiled anew first.

    ``uncovered`` are headings of categories that nobody free of conflict has approved.
    """

    issue: int
    content_hash: str
    compiled_at: datetime
    is_current: bool
    is_sufficient: bool
    required_count: int
    given: tuple[Person, ...]
    helpful: tuple[Person, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True)
class Undelivered:
    """Messages of the period that have not gone out: still to be tried, and those that never will by themselves."""

    waiting_count: int
    failed_count: int


@dataclass(frozen=True)
class RunLink:
    """A DAG run that works the period."""

    dag_id: str
    run_id: str


def tell_decision(office: Office, plan: Plan, period: Period, now: datetime) -> Decision | None:
    """What was compiled and is not published, if anything."""
    pending = month.pending_return(office, period, now)
    return tell_pending(plan, pending) if pending else None


def tell_pending(plan: Plan, pending: month.PendingReturn) -> Decision:
    """The same, of what has been looked up."""
    standing = pending.standing
    return Decision(
        issue=pending.issue,
        content_hash=pending.content_hash,
        compiled_at=pending.compiled_at.astimezone(plan.calendar.zone),
        is_current=pending.is_current,
        is_sufficient=standing.is_sufficient,
        required_count=standing.required,
        given=tuple(Person(one.account, one.shown) for one in standing.given),
        helpful=tuple(Person(one.account, one.shown) for one in standing.helpful),
        uncovered=tuple(plan.category_by_code[one].heading for one in standing.uncovered),
    )


def count_undelivered(tx: Connection, plan: Plan, period: Period) -> Undelivered:
    """A message counts once, as failed where one of its ways is."""
    written = [one.id for one in list_messages(tx, plan.town_code, period.key)]
    ways = ways_of(tx, written)
    states = Counter(judge_ways(ways.get(key, {}).values()) for key in written)
    return Undelivered(states[LetterState.WAITING], states[LetterState.FAILED])


def list_runs(tx: Connection, plan: Plan, period: Period, opening: Opening | None) -> tuple[RunLink, ...]:
    """The run that opened the period, and the one that proposed its newest correction."""
    proposal = newest_proposal(tx, plan.town_code, period.key)
    found = [RunLink(monthly_dag(plan.level), opening.run_id)] if opening and opening.run_id else []
    if proposal and proposal.run_id and proposal.outcome is Outcome.PROPOSED:
        found.append(RunLink(corrections_dag(plan.level), proposal.run_id))
    return tuple(found)
