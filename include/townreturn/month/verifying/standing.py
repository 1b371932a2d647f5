"""``latest``, which is kept for speed: whether it still is what the rest derives to."""

from collections.abc import Iterator

from townreturn.month.verifying.case import Case
from townreturn.store.chains import derive_latest
from townreturn.store.inspection import read_latest


def check_latest(case: Case) -> Iterator[str]:
    """Slot by slot."""
    if not case.period:
        return
    derived = {slot: both for (_, slot), both in derive_latest(case.tx, case.town, [case.period]).items()}
    kept = read_latest(case.tx, case.town, case.period)
    for slot in sorted(derived.keys() | kept.keys()):
        expected, found = derived.get(slot), kept.get(slot)
        if expected != found:
            yield case.tell("VERIFY_LATEST_DIFFERS", category=slot.key, expected=expected, found=found)
