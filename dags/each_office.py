"""Work for every office of the place: what fails for one keeps no other from its turn."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from airflow.sdk.exceptions import AirflowException

from task_log import log_line
from townreturn.wording import say

if TYPE_CHECKING:
    from townreturn.office import Office

T = TypeVar("T")
Fault = tuple["Office", Exception]


class TownsFailed(AirflowException):
    """Ends a task that has done its work for other towns; ``faults`` are codes with reasons, for ``OperatorAlert``."""

    def __init__(self, faults: "Sequence[Fault]") -> None:
        super().__init__(say("OFFICES_FAILED", towns="、".join(office.plans.town for office, _ in faults)))
        self.faults = [(office.called, str(fault)) for office, fault in faults]


def over_offices(offices: "Sequence[Office]", work: "Callable[[Office], T]") -> "tuple[list[T], list[Fault]]":
    """The results, and the faults of those offices that have none. Of one office alone a fault is just raised."""
    if len(offices) == 1:
        return [work(offices[0])], []
    results: list[T] = []
    faults: list[Fault] = []
    for office in offices:
        try:
            results.append(work(office))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others have their turn
            faults.append((office, fault))
            log_line(say("OFFICE_FAILED", town=office.plans.town, reason=fault), town=office.plans.town_code)
    return results, faults


def fail_for(faults: "Sequence[Fault]") -> None:
    """End the task as failed for these towns; nothing without faults."""
    if faults:
        raise TownsFailed(faults)
