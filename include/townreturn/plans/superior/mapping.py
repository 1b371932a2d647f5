"""The shape of a mapping file: what of the return goes into which cell of a superior's template."""

from dataclasses import dataclass

from townreturn.domain.superior import Percent, WhereNoNumber


@dataclass(frozen=True)
class Version:
    """A cell of the template with the text that has to stand in it."""

    cell: str
    text: str


@dataclass(frozen=True)
class MappedText:
    """A text with placeholders, and the cell that it goes into ("汇总表!A2", or a defined name)."""

    cell: str
    text: str


@dataclass(frozen=True)
class MappedFigure:
    """A single figure, and the cell that it goes into."""

    cell: str
    category: str
    indicator: str
    measure: str


@dataclass(frozen=True)
class Grid:
    """A table of the template: rows by indicator, columns by category and measure; or with the two changed about.

    Rows are numbers, columns letters, both as Excel shows them. ``skip`` are cells or ranges of the
    sheet that the office leaves alone.
    """

    sheet: str
    rows: dict[str, int]
    columns: dict[str, dict[str, str]]
    skip: tuple[str, ...] = ()


@dataclass(frozen=True)
class MappingFile:
    """The whole file. ``required`` are ranges in which every cell that can be filled has to be mapped."""

    template: str
    file_name: str
    version: Version | None = None
    sha256: str = ""
    texts: tuple[MappedText, ...] = ()
    grids: tuple[Grid, ...] = ()
    cells: tuple[MappedFigure, ...] = ()
    required: tuple[str, ...] = ()
    missing: WhereNoNumber = WhereNoNumber.WORD
    incomparable: WhereNoNumber = WhereNoNumber.WORD
    percent: Percent = Percent.NUMBER
