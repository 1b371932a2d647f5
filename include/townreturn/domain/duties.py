"""What a plan lays down about reminding, work plans and who is written to."""

from dataclasses import dataclass
from enum import StrEnum


class Addressee(StrEnum):
    """Whom of a unit a reminder goes to: its 信息报送员, or its head (单位负责人)."""

    REPORTER = "reporter"
    HEAD = "head"


@dataclass(frozen=True)
class ReminderStage:
    """One stage of reminding, ``working_days`` after the last working day on which one is in time.

    Negative before it, 0 on that day. Overdue stages count from the first day that is late.
    """

    code: str
    working_days: int
    to: tuple[Addressee, ...] = (Addressee.REPORTER,)


@dataclass(frozen=True)
class ReminderPolicy:
    """The stages in ascending order, and the hour (0-23, in the plan's zone) at which they go out."""

    stages: tuple[ReminderStage, ...] = ()
    hour: int = 9


@dataclass(frozen=True)
class WorkPlanDuty:
    """Work plans are due within ``working_days`` of the day on which the plan was issued [plan 二（二）].

    ``issued_on`` is an ISO date; without it the plan does not say, and nothing is owed.
    """

    issued_on: str = ""
    working_days: int = 5


@dataclass(frozen=True)
class Contacts:
    """The bureau's own addresses: of the operators, who get summaries, and of the mailbox that units answer to."""

    operators: tuple[str, ...] = ()
    mailbox: str = ""
