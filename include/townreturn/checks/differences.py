"""What a report states otherwise than the published return, in words that its unit is asked about."""

from collections.abc import Iterator
from decimal import Decimal

from townreturn.domain.findings import CellRef
from townreturn.domain.form import Form
from townreturn.domain.history import History
from townreturn.domain.submission import CategoryReport, Figure
from townreturn.wording import say

PUBLISHED_DIFFERENCES = "published_differences"
"""The column of the reports suite that tells them."""
MOST_TOLD = 5
"""As many figures as a question names; the unit knows its own report [design]."""


def tell_differences(report: CategoryReport, history: History, form: Form) -> str | None:
    """How many published figures the report changes, and the first of them; None when it changes none.

    None as well for a category that the published issue lacks: what is missing cannot differ.
    """
    differing = [
        say("PUBLISHED_DIFFERENCE", label=form.by_code[one.indicator].label, old=_plain(old), new=_plain(new))
        for one, old, new in _differing(report, history)
    ]
    if not differing:
        return None
    told = "；".join(differing[:MOST_TOLD]) + ("…" if len(differing) > MOST_TOLD else "")
    return say("PUBLISHED_DIFFERENCES", count=len(differing), told=told)


def first_difference(report: CategoryReport, history: History) -> CellRef | None:
    """The cell of the first figure that the report changes: what stands as it was published is not to be marked."""
    return next((one.at for one, _, _ in _differing(report, history)), None)


def _differing(report: CategoryReport, history: History) -> Iterator[tuple[Figure, Decimal, Decimal]]:
    """The figures that the report changes, with what is published and what it states."""
    for one in report.figures:
        old = history.published.get((report.category, one.indicator))
        if old is not None and one.value is not None and one.value != old:
            yield one, old, one.value


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
