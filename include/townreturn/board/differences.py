"""What a unit changed between two of its revisions of one category: figure by figure, text by text."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from townreturn.domain.findings import CellRef
from townreturn.domain.form import Form, Section
from townreturn.domain.submission import Figure, FigureState, TextEntry
from townreturn.foreign_text import one_line
from townreturn.spreadsheets.places import read_place


@dataclass(frozen=True)
class Side:
    """What one revision says there: a figure in a cell, or a text in a row (``cell`` is empty then)."""

    sheet: str
    cell: str
    row: int
    text: str


@dataclass(frozen=True)
class CellChange:
    """Something said otherwise: an indicator's figure, or the text under a label of a section's sheet.

    ``section`` is that sheet, empty for a figure; a side is None where it has no such figure or row.
    """

    section: str
    label: str
    unit_of_measure: str
    before: Side | None
    after: Side | None


@dataclass(frozen=True)
class Told:
    """What one revision says: figures by indicator, text rows in the unit's order."""

    figures: Mapping[str, Figure]
    texts: Sequence[TextEntry]


def compare_revisions(before: Told, after: Told, form: Form, category: str) -> Iterator[CellChange]:
    """Figures in the form's order, then texts section by section."""
    for indicator in form.indicators_of(category):
        pair = before.figures.get(indicator.code), after.figures.get(indicator.code)
        if _meaning(pair[0]) != _meaning(pair[1]):
            yield CellChange("", indicator.label, indicator.unit, _figure(pair[0]), _figure(pair[1]))
    for section in form.sections:
        rows = [[one for one in told.texts if one.section == section.code] for told in (before, after)]
        yield from _compare_rows(section, *_without_common(*rows))


def _meaning(figure: Figure | None) -> object:
    """A figure that is written otherwise is the same figure; what cannot be read is its text."""
    if figure is None:
        return None
    return figure.state, figure.value, figure.raw if figure.value is None else ""


def _figure(figure: Figure | None) -> Side | None:
    if figure is None:
        return None
    is_told = figure.value is not None and figure.state is not FigureState.UNREADABLE
    text = f"{figure.value:,}" if is_told else one_line(figure.raw)
    return Side(one_line(figure.at.sheet), figure.at.cell, _row_of(figure.at), text)


def _row_of(at: CellRef) -> int:
    place = read_place(at.cell)
    return place[0] + 1 if place else 0


def _without_common(before: list[TextEntry], after: list[TextEntry]) -> tuple[list[TextEntry], list[TextEntry]]:
    """What only one of the two has, wherever it stands: a row that moved has not changed."""
    common = Counter(map(_content, before)) & Counter(map(_content, after))
    return _less(before, Counter(common)), _less(after, Counter(common))


def _less(rows: list[TextEntry], common: Counter[object]) -> list[TextEntry]:
    left = []
    for row in rows:
        if common[_content(row)]:
            common[_content(row)] -= 1
        else:
            left.append(row)
    return left


def _content(row: TextEntry) -> object:
    return tuple(sorted(row.values.items()))


def _compare_rows(section: Section, before: list[TextEntry], after: list[TextEntry]) -> Iterator[CellChange]:
    """A row in the place of another is that one changed, field by field; else it is gone, or new."""
    was, now = ({str(one.at): one for one in rows} for rows in (before, after))
    for place in {**was, **now}:
        for field in section.fields:
            sides = _text(was.get(place), field.code), _text(now.get(place), field.code)
            if _text_of(sides[0]) != _text_of(sides[1]):
                yield CellChange(section.sheet, field.label, "", *sides)


def _text(row: TextEntry | None, field: str) -> Side | None:
    if row is None:
        return None
    return Side(one_line(row.at.sheet), "", _row_of(row.at), one_line(row.values.get(field, "")))


def _text_of(side: Side | None) -> str:
    return side.text if side else ""
