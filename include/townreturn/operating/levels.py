"""What Airflow knows the levels by: a monthly DAG, one of corrections and a pool each."""

from collections.abc import Sequence

from townreturn.domain.level import Level
from townreturn.domain.plan_book import PlanBook

MONTHLY = "monthly_return"
CORRECTIONS = "corrections"
INTAKE = "submission_intake"
PAST = "past__"
"""How the id begins of a run of a past period that is none of Airflow's own backfills."""
INTAKE_POOL = "townreturn_intake"
"""Of the tasks that look after all towns at once, where there are several."""


def levels_of(books: Sequence[PlanBook]) -> tuple[Level, ...]:
    """Those present, the lowest first."""
    present = {one.level for one in books}
    return tuple(level for level in Level if level in present)


def monthly_dag(level: Level) -> str:
    """The DAG whose runs are the periods of a level's towns."""
    return _of_level(MONTHLY, level)


def corrections_dag(level: Level) -> str:
    """The DAG that corrects what they have published."""
    return _of_level(CORRECTIONS, level)


def pool_of(level: Level) -> str:
    """The pool of both, where several towns are served."""
    return f"townreturn_{level}"


def _of_level(base: str, level: Level) -> str:
    return base if level is Level.TOWN else f"{base}_{level}"


DECIDING = tuple(name(level) for level in Level for name in (monthly_dag, corrections_dag))
"""The DAGs whose runs ask an approver."""
