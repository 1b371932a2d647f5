"""How a figure stands in a spreadsheet cell: a number with a marking format, or a word."""

from townreturn.domain.form import Indicator
from townreturn.domain.town_return import Amount, AmountStatus, Change, ChangeStatus
from townreturn.wording import say

_MARKS = {AmountStatus.INCOMPLETE: "*", AmountStatus.CHANGED_SCOPE: "△"}
"""As the notes under a table explain them."""


def amount_format(indicator: Indicator, amount: Amount, note_mark: str = "") -> str:
    """The number format of an amount: the form's decimals, and a mark for what is special about it."""
    plain = plain_format(indicator.decimals)
    mark = _MARKS.get(amount.status, "")
    if amount.status is AmountStatus.ZERO:
        plain, mark = "0", say("ZERO_RETURN_MARK")
    mark += note_mark
    return f'{plain}"{mark}"' if mark else plain


def plain_format(decimals: int) -> str:
    """The number format of an amount without any mark."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def difference_format(decimals: int, unit: str = "") -> str:
    """The number format of a difference; the sign is always shown."""
    mark = f'"{unit}"' if unit else ""
    return ";".join(f"{sign}{mark}" for sign in (f"+{plain_format(decimals)}", f"-{plain_format(decimals)}", "0"))


def percent_format(note_mark: str = "") -> str:
    """The number format of a change, whose value is in per cent already; the sign is always shown."""
    return f'+#,##0.0"%{note_mark}";-#,##0.0"%{note_mark}";0.0"%{note_mark}"'


def word_for(figure: Amount | Change | None, absent: str) -> str:
    """What stands in place of a number: ``absent`` (未报 or 免报), 不可比, — over a zero base, ／ for a memo total
    (no figure).
    """
    if figure is None:
        return say("TOTAL_NOT_ADDED")
    if isinstance(figure, Amount):
        return absent
    return say("CHANGE_INCOMPARABLE" if figure.status is ChangeStatus.INCOMPARABLE else "CHANGE_ZERO_BASE")


def printed_figure(indicator: Indicator, figure: Amount | Change | None, absent: str, note_mark: str = "") -> str:
    """A figure as the workbook's cell shows it: as ``figure_text``, and a confirmed zero says so."""
    if isinstance(figure, Amount) and figure.status is AmountStatus.ZERO:
        return f"0{say('ZERO_RETURN_MARK')}{note_mark}"
    return figure_text(indicator, figure, absent, note_mark)


def figure_text(indicator: Indicator, figure: Amount | Change | None, absent: str, note_mark: str = "") -> str:
    """A figure as printed: the number with its marks, or the word that stands for none."""
    if isinstance(figure, Amount) and figure.value is not None:
        mark = _MARKS.get(figure.status, "")
        return f"{figure.value:,.{indicator.decimals}f}{mark}{note_mark}"
    if isinstance(figure, Change) and figure.pct is not None:
        return (f"{figure.pct:+,.1f}%" if figure.pct else "0.0%") + note_mark
    return word_for(figure, absent) + note_mark
