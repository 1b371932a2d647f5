"""Which runs that ended at an approval can go on, and which ask what is decided already."""

from sqlalchemy import Connection

from townreturn.domain.period import Period
from townreturn.domain.slot import read_slot
from townreturn.office import Office
from townreturn.store.decisions import (
    Decision,
    Refusal,
    answered_periods,
    last_decision,
    list_refusals,
    standing_of_approval,
)
from townreturn.store.engine import reading
from townreturn.store.proposals import newest_proposal
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import is_sent_back, newest_compilation, newest_issues


def runs_to_resume(office: Office) -> tuple[tuple[Period, str], ...]:
    """(period, run id) of runs that can go on from ``compile``.

    Their last answer was refused because figures had changed, or what was sent back is all accepted again.
    """
    town = office.plans.town_code
    with reading(office.engine) as tx:
        periods = answered_periods(tx, town)
        published = dict(newest_issues(tx, town, periods))
        answers = [(key, _ended_at(tx, town, key)) for key in periods]
        return tuple(
            (Period(key), answer.run_id)
            for key, answer in answers
            if answer is not None and answer.run_id and answer.issue > published.get(key, -1)
            if not answer.issue or not _is_taken_over(tx, town, key, answer.run_id)
        )


def is_answered(office: Office, period: Period, *, by_all: bool) -> bool:
    """Whether what was compiled last has been decided, on the board or the command line, where a run may still ask.

    ``by_all``: an approval counts only if it is enough, as for the countersignature.
    """
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        compilation = newest_compilation(tx, plan.town_code, period.key)
        if compilation is None:
            return False
        standing = standing_of_approval(tx, plan, compilation)
        return is_sent_back(tx, compilation.id) or (standing.is_sufficient if by_all else bool(standing.given))


def _ended_at(tx: Connection, town: str, period: str) -> Decision | Refusal | None:
    """The answer that ended the period's run and does not hold it back any more.

    Where nothing went back, nothing is waited for: what comes next is a correction of its own.
    """
    decision, refusals = last_decision(tx, town, period), list_refusals(tx, town, period)
    refusal = refusals[-1] if refusals and (not decision or refusals[-1].refused_at >= decision.decided_at) else None
    if refusal and not (decision and decision.sent_back and decision.compilation_id == refusal.compilation_id):
        return refusal
    if decision is None or not decision.went_back:
        return None
    accepted = accepted_ids(tx, town, [period])
    return (refusal or decision) if all((period, read_slot(one)) in accepted for one in decision.went_back) else None


def _is_taken_over(tx: Connection, town: str, period: str, run_id: str) -> bool:
    """Whether a later run is about the correction by now."""
    newest = newest_proposal(tx, town, period)
    return newest is not None and newest.run_id not in ("", run_id)
