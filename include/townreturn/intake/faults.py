"""Findings with their sentence: faults return the obligation or the file, notices only inform."""

from collections import Counter
from collections.abc import Sequence

from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.wording import say

_LONGEST_QUOTE = 40
MOST_NAMED = 8
MOST_OF_A_KIND = 100


def fault(
    code: str, at: CellRef | None = None, value: str = "", *,
    category: str | None = None, indicator: str | None = None, **values: object,
) -> Finding:  # fmt: skip
    """A mandatory finding; without a category it concerns the whole file."""
    message = say(code, value=quoted(value), **values)
    return Finding(code, Severity.MANDATORY, message, category, at, value, indicator)


def notice(
    code: str, at: CellRef | None = None, value: str = "", *,
    category: str | None = None, indicator: str | None = None, **values: object,
) -> Finding:  # fmt: skip
    """A finding that only informs."""
    message = say(code, value=quoted(value), **values)
    return Finding(code, Severity.INFO, message, category, at, value, indicator)


def bounded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, or the first of each kind and how many more there are: nobody reads ten thousand."""
    if len(findings) <= MOST_OF_A_KIND:
        return tuple(findings)
    counts = Counter[str]()
    shown = []
    for one in findings:
        counts[one.code] += 1
        if counts[one.code] <= MOST_OF_A_KIND:
            shown.append(one)
    left = [(one, counts[one.code] - MOST_OF_A_KIND) for one in shown if counts[one.code] > MOST_OF_A_KIND]
    more = {one.code: notice("MORE_OF_THE_SAME", one.at, category=one.category, count=rest) for one, rest in left}
    return (*shown, *more.values())


def quoted(text: str) -> str:
    """A sender's text as a sentence quotes it: a cell may hold 32 767 characters."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def listed(names: Sequence[str], count: int = 0) -> str:
    """The names, or the first of them and how many there are (``count``, when fewer are given)."""
    shown, count = "、".join(names[:MOST_NAMED]), max(count, len(names))
    return shown if count <= MOST_NAMED else say("LISTED_SOME", names=shown, count=count)
