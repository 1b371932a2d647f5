"""The cover: unit, period and edition, found by their labels; the statistics sheet's head repeats them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from townreturn.domain.approval import names_somebody
from townreturn.domain.findings import CellRef, Finding
from townreturn.domain.form import Anchors, Form
from townreturn.intake.faults import fault, notice
from townreturn.intake.labels import LabelledSheet, plain_label, plain_labels
from townreturn.intake.sheets import LabelledWorkbook, statistics_heading


@dataclass(frozen=True)
class Stated:
    """What stands right of a label, empty when nothing does; ``place`` is its 0-based row and column."""

    label: str
    text: str = ""
    at: CellRef | None = None
    place: tuple[int, int] | None = None


@dataclass(frozen=True)
class Cover:
    """What the cover, or the head of the statistics sheet, says."""

    sheet: LabelledSheet
    unit: Stated
    unit_code: Stated
    period: Stated
    edition: Stated
    categories: Stated
    span: Stated
    filled_by: Stated

    @property
    def at_unit(self) -> CellRef | None:
        return self.unit_code.at if self.unit_code.text else self.unit.at or self.unit_code.at

    @property
    def identity(self) -> tuple[str, ...]:
        return tuple(plain_label(one.text) for one in (self.unit, self.unit_code, self.period, self.edition))


def find_covers(book: LabelledWorkbook, form: Form) -> list[Cover]:
    """Every sheet with a cover's labels, the one of the cover's name first.

    The statistics sheet bears them too, but is the cover only of a csv file, which has no other sheet.
    """
    anchors = form.anchors
    labels = plain_labels(anchors.unit_code, anchors.period, anchors.edition)
    alike = [sheet for sheet in book.sheets if all(label in sheet.places for label in labels)]
    if not book.is_csv:
        heading = plain_labels(*statistics_heading(form))
        alike = [sheet for sheet in alike if not sheet.rows_with(heading)]
    name = plain_label(form.sheets.cover)
    return [read_head(one, anchors) for one in sorted(alike, key=lambda one: plain_label(one.name) != name)]


def read_head(sheet: LabelledSheet, anchors: Anchors) -> Cover:
    """What the sheet says right of the labels of a cover."""
    labels = (
        anchors.unit, anchors.unit_code, anchors.period, anchors.edition, anchors.categories, anchors.span,
        anchors.filled_by,
    )  # fmt: skip
    known = plain_labels(*labels)
    return Cover(sheet, *(_beside(sheet, label, known) for label in labels))


def _beside(sheet: LabelledSheet, label: str, known: Sequence[str]) -> Stated:
    """The first filled cell right of the label, unless another label comes first."""
    places = sheet.places.get(plain_label(label))
    if not places:
        return Stated(label)
    row, column = places[0]
    for place in range(column + 1, len(sheet.raw.rows[row])):
        text = sheet.text(row, place)
        if plain_label(text) in known:
            break
        if text:
            return Stated(label, text, sheet.at(row, place), (row, place))
    return Stated(label, "", sheet.at(row, column + 1), (row, column + 1))


def cover_faults(cover: Cover) -> list[Finding]:
    """Fields of the cover that cannot be read or that nobody sees."""
    raw = cover.sheet.raw
    if not (raw.unread or raw.hidden_rows or raw.hidden_columns or raw.is_hidden):
        return []
    fields = (cover.unit, cover.unit_code, cover.period, cover.edition)
    found = [fault("SHEET_HIDDEN", CellRef(raw.name, ""), raw.name)] if raw.is_hidden else []
    return [*found, *_unread(cover, fields), *_hidden(cover, fields)]


def unnamed_maker(cover: Cover, *, is_csv: bool) -> Iterator[Finding]:
    """A notice where 填报人 is no name; a csv file need not have the cell."""
    stated = cover.filled_by
    if names_somebody(stated.text) or (is_csv and stated.at is None):
        return
    at = stated.at or CellRef(cover.sheet.raw.name, "")
    yield notice("FILLED_BY_MISSING", at, stated.text, label=stated.label)


def _unread(cover: Cover, fields: Sequence[Stated]) -> Iterator[Finding]:
    for one in fields:
        if one.at is not None and not one.text and one.at.cell in cover.sheet.raw.unread:
            yield fault("COVER_CELL_UNREAD", one.at, label=one.label)


def _hidden(cover: Cover, fields: Sequence[Stated]) -> Iterator[Finding]:
    raw = cover.sheet.raw
    for one in fields:
        if one.place and one.text and (one.place[0] in raw.hidden_rows or one.place[1] in raw.hidden_columns):
            yield fault("COVER_CELL_HIDDEN", one.at, one.text, label=one.label)
