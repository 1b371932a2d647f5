"""数据更正: every figure that is stated otherwise than it was published, on a sheet of its own."""

from collections.abc import Iterator, Sequence

from townreturn.domain.town_return import Amount
from townreturn.publishing.list_sheets import Column, NumberCell, Row, fit_columns, write_list
from townreturn.publishing.number_formats import amount_format, difference_format, percent_format, plain_format
from townreturn.publishing.sheet_frame import ReturnBook
from townreturn.publishing.told_changes import ToldChange, tell_changes
from townreturn.wording import say

_COLUMNS = (
    ("RETURN_HEAD_CHANGED_PERIOD", 10, "centred"),
    ("RETURN_HEAD_CATEGORY", 22, "label"),
    ("RETURN_HEAD_INDICATOR", 24, "label"),
    ("RETURN_HEAD_MEASURE", 10, "centred"),
    ("RETURN_HEAD_OLD", 14, "word"),
    ("RETURN_HEAD_NEW", 14, "word"),
    ("RETURN_HEAD_DIFFERENCE", 19, "word"),
    ("RETURN_HEAD_REASON", 32, "label"),
    ("RETURN_HEAD_FILE", 24, "label"),
    ("RETURN_HEAD_SHEET", 10, "label"),
    ("RETURN_HEAD_CELL", 8, "centred"),
)
_NOTES = ("CHANGES_NOTE_NO_RATIO", "CHANGES_NOTE_NO_SOURCE")


def write_changes_sheet(book: ReturnBook) -> None:
    """First this return's own figures, then those of other returns under a line that says which they are."""
    columns = fit_columns([Column(say(code), width, look) for code, width, look in _COLUMNS])
    rows = list(_list_rows(tell_changes(book.town_return, book.plan), book.town_return.period))
    write_list(book, say("RETURN_SHEET_CHANGES"), columns, rows, [say(code) for code in _NOTES])


def _list_rows(changes: Sequence[ToldChange], period: str) -> Iterator[Row]:
    yield from (_row(one) for one in changes if one.is_own)
    for code, found in (
        ("CHANGES_OF_OTHERS_LATER", [one for one in changes if one.change.period > period]),
        ("CHANGES_OF_OTHERS_EARLIER", [one for one in changes if one.change.period < period]),
    ):
        if found:
            yield [say(code)]
            yield from map(_row, found)


def _row(told: ToldChange) -> Row:
    place = (
        (told.source.file_name, told.source.sheet, told.source.cell) if told.source else [say("CHANGE_ZERO_BASE")] * 3
    )
    sides = (_old(told), _new(told), _difference(told))
    return [told.change.period, told.category, told.subject, told.measure, *sides, told.change.reason, *place]


def _old(told: ToldChange) -> str | NumberCell:
    value = told.change.old
    return told.old if value is None else NumberCell(float(value), _format(told))


def _new(told: ToldChange) -> str | NumberCell:
    value, figure = told.change.new, told.figure
    if value is None:
        return told.new
    marked = amount_format(told.indicator, figure) if told.indicator and isinstance(figure, Amount) else _format(told)
    return NumberCell(float(value), marked)


def _difference(told: ToldChange) -> str | NumberCell:
    value = told.change.difference
    unit = "" if told.is_amount else say("PERCENTAGE_POINTS", number="")
    return told.difference if value is None else NumberCell(float(value), difference_format(told.decimals, unit))


def _format(told: ToldChange) -> str:
    return plain_format(told.decimals) if told.is_amount else percent_format()
