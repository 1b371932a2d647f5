"""``latest``, which is kept for speed: whether it still is what the rest derives to."""

from collections.abc import Iterator

from townreturn.month.verifying.case import Case
from townreturn.store.chains import derive_latest
from townreturn.store.inspection import read_latest


def check_latest(case: Case) -> Iterator[str]:
    """Category by category."""
    if not case.period:
        return
    derived = {category: both for (_, category), both in derive_latest(case.tx, case.town, [case.period]).items()}
    kept = read_latest(case.tx, case.town, case.period)
    for category in sorted(derived.keys() | kept.keys()):
        if derived.get(category) != kept.get(category):
            expected, found = derived.get(category), kept.get(category)
            yield case.tell("VERIFY_LATEST_DIFFERS", category=category, expected=expected, found=found)
