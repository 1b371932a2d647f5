"""What a report states otherwise than the published return, in words that its unit is asked about."""

from decimal import Decimal

from townreturn.domain.form import Form
from townreturn.domain.history import History
from townreturn.domain.submission import CategoryReport
from townreturn.wording import say

MOST_TOLD = 5
"""As many figures as a question names; the unit knows its own report [design]."""


def tell_differences(report: CategoryReport, history: History, form: Form) -> str | None:
    """How many published figures the report changes, and the first of them; None when it changes none.

    None as well for a category that the published issue lacks: what is missing cannot differ.
    """
    differing = [
        say("PUBLISHED_DIFFERENCE", label=form.by_code[one.indicator].label, old=_plain(old), new=_plain(one.value))
        for one in report.figures
        if (old := history.published.get((report.category, one.indicator))) is not None
        and one.value is not None
        and one.value != old
    ]
    if not differing:
        return None
    told = "；".join(differing[:MOST_TOLD]) + ("…" if len(differing) > MOST_TOLD else "")
    return say("PUBLISHED_DIFFERENCES", count=len(differing), told=told)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
