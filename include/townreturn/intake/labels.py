"""Sheets with their labels found: a label is known again when full-width, spaced out or closed by a colon."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from townreturn.domain.findings import CellRef
from townreturn.spreadsheets.workbook import RawSheet, cell_name, plain_text

ZERO_WIDTH = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms to ASCII and nothing else: NFKC would also read 3² as 32."""
_LONGEST_LABEL = 60
"""Longer texts are prose and label nothing; this also bounds what the cache of labels holds."""


@dataclass(frozen=True)
class LabelledSheet:
    """A sheet and where its labels stand: plain label → 0-based (row, column), in reading order."""

    raw: RawSheet
    places: Mapping[str, Sequence[tuple[int, int]]]

    @property
    def name(self) -> str:
        return self.raw.name

    def text(self, row: int, column: int) -> str:
        """The cell's text without surrounding white space; empty for a blank cell."""
        return plain_text(self.raw.value(row, column)).strip()

    def at(self, row: int, column: int) -> CellRef:
        return cell_ref(self.raw.name, row, column)

    def rows_with(self, labels: Sequence[str]) -> list[int]:
        """Rows that hold every plain label, one entry for each time the first label stands there."""
        rows = [row for row, _ in self.places.get(labels[0], ())]
        return [row for row in rows if all(self._column(row, label) is not None for label in labels[1:])]

    def column_in(self, row: int, label: str) -> int | None:
        """The first column of a row that holds the label."""
        return self._column(row, plain_label(label))

    def _column(self, row: int, plain: str) -> int | None:
        places = self.places.get(plain, ())
        found = bisect_left(places, (row,))  # they are in reading order, and a hostile sheet has thousands
        return places[found][1] if found < len(places) and places[found][0] == row else None


def label_sheet(raw: RawSheet, known: frozenset[str]) -> LabelledSheet:
    """Index those of the sheet's texts that are known labels, once for all searches."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row, values in enumerate(raw.rows):
        for column, value in enumerate(values):
            if isinstance(value, str) and len(value) <= _LONGEST_LABEL:
                label = plain_label(value)
                if label in known:
                    places.setdefault(label, []).append((row, column))
    return LabelledSheet(raw, places)


def plain_labels(*labels: str) -> tuple[str, ...]:
    """Several labels as they are compared."""
    return tuple(map(plain_label, labels))


@lru_cache(maxsize=8)
def plain_set(labels: frozenset[str]) -> frozenset[str]:
    """A form's labels as they are compared; kept, because it is asked for with every file."""
    return frozenset(map(plain_label, labels))


@lru_cache(maxsize=4096)
def plain_label(text: str) -> str:
    """A label as it is compared: half-width, without any white space, without a colon at its end."""
    return "".join(text.split()).translate(FULL_WIDTH).translate(ZERO_WIDTH).rstrip(":")


@lru_cache(maxsize=16384)
def cell_ref(sheet: str, row: int, column: int) -> CellRef:
    """The reference of a 0-based cell; kept, because every file of an edition has the same cells."""
    return CellRef(sheet, cell_name(row, column))
