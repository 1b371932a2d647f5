"""CPU time and memory of a piece of work and of the processes it starts."""

import resource
import statistics
from collections.abc import Callable

RUNS = 3


def cpu_seconds(work: Callable[[], object]) -> float:
    """User and system time of this process and of its children that ended in the work."""
    before = _cpu()
    work()
    return _cpu() - before


def median_cpu_seconds(work: Callable[[], object]) -> float:
    """The median of three runs."""
    return statistics.median(cpu_seconds(work) for _ in range(RUNS))


def peak_megabytes() -> float:
    """The largest resident memory of this process so far, or of one of its children if that was larger."""
    usages = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(usages) / 1024


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def row(name: str, value: float, unit: str, note: str) -> dict[str, object]:
    """One line of the table."""
    return {"name": name, "value": round(value, 2), "unit": unit, "note": note}
