"""The machine-readable twin: every figure as one CSV row, and the whole return as canonical JSON."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from townreturn.domain.canonical import canonical_json
from townreturn.domain.form import Indicator
from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Measure, ReturnCell, TownReturn
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.standing_words import is_exempted
from townreturn.publishing.texts import clean_text
from townreturn.publishing.told_changes import ToldChange, tell_changes
from townreturn.wording import say

COLUMNS = (
    "town",
    "period",
    "category",
    "indicator",
    "measure",
    "value",
    "unit",
    "status",
    "note",
    "category_name",
    "indicator_name",
)
NOTE_COLUMNS = (
    "town",
    "period",
    "number",
    "category",
    "indicator",
    "rule",
    "unit",
    "question",
    "explanation",
    "category_name",
    "indicator_name",
    "unit_name",
)
CHANGE_COLUMNS = (
    "town",
    "period",
    "changed_period",
    "category",
    "indicator",
    "measure",
    "old",
    "new",
    "difference",
    "unit",
    "reason",
    "file_name",
    "file_hash",
    "sheet",
    "cell",
    "category_name",
    "indicator_name",
)
STANDING_COLUMNS = (
    "town",
    "period",
    "category",
    "unit",
    "state",
    "timeliness",
    "due_at",
    "received_at",
    "late_seconds",
    "revision",
    "returned_count",
    "zero_return",
    "note",
    "category_name",
    "unit_name",
)
_FORMULA_STARTS = ("=", "+", "-", "@")


def write_json(town_return: TownReturn, path: Path) -> None:
    """The canonical text itself: the file's SHA-256 is the content hash."""
    path.write_bytes(canonical_json(town_return).encode())


def write_csv(town_return: TownReturn, plan: Plan, path: Path) -> None:
    """UTF-8 with a byte order mark, for spreadsheets; one row per category, indicator and measure."""
    _write_rows(path, COLUMNS, list_rows(town_return, plan))


def write_notes_csv(town_return: TownReturn, plan: Plan, path: Path) -> None:
    """The same for 数据说明: one row a note; ``number`` is what marks its figure, empty for a remark."""
    _write_rows(path, NOTE_COLUMNS, (_note_row(town_return, plan, note) for note in tell_notes(town_return, plan)))


def write_changes_csv(town_return: TownReturn, plan: Plan, path: Path) -> None:
    """The same for 数据更正: one row a change; old, new and difference are empty where there is no number."""
    rows = (_change_row(town_return, one) for one in tell_changes(town_return, plan))
    _write_rows(path, CHANGE_COLUMNS, rows)


def write_standings_csv(town_return: TownReturn, plan: Plan, path: Path) -> None:
    """The same for 报送情况: one row an obligation; ``due_at`` as extended, times in the plan's zone."""
    _write_rows(path, STANDING_COLUMNS, (_standing_row(town_return, plan, one) for one in town_return.standings))


def _standing_row(town_return: TownReturn, plan: Plan, one: Standing) -> list[str]:
    due_at = one.due_at or plan.calendar.due_at(Period(town_return.period))
    times = [at.astimezone(plan.calendar.zone).isoformat() if at else "" for at in (due_at, one.received_at)]
    counts = [str(number) for number in (one.late_seconds, one.revision, one.returned_count, int(one.zero_return))]
    about = [town_return.town, town_return.period, one.category, one.unit, one.state.value, one.timeliness.value]
    names = [plan.category_by_code[one.category].name, plan.unit_by_code[one.unit].name]
    return [neutralise(text) for text in (*about, *times, *counts, one.note, *names)]


def _change_row(town_return: TownReturn, told: ToldChange) -> list[str]:
    change, source = told.change, told.source
    unit = told.unit if told.is_amount or told.is_text else "%"
    about = [town_return.town, town_return.period, change.period, change.category, change.indicator or ""]
    values = ["" if one is None else f"{one:.{told.decimals}f}" for one in (change.old, change.new, change.difference)]
    place = [source.file_name, source.file_hash, source.sheet, source.cell] if source else [""] * 4
    after = [unit, change.reason, *place, told.category, told.label]
    measure = change.measure.value if change.measure else ""
    return [*map(neutralise, [*about, measure]), *values, *map(neutralise, after)]


def _write_rows(path: Path, columns: Sequence[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _note_row(town_return: TownReturn, plan: Plan, note: ToldNote) -> list[str]:
    about = [town_return.town, town_return.period, str(note.number or ""), note.category, note.indicator, note.rule]
    names = [plan.category_by_code[note.category].name, note.subject, plan.unit_by_code[note.unit].name]
    return [neutralise(text) for text in (*about, note.unit, note.question, note.explanation, *names)]


def list_rows(town_return: TownReturn, plan: Plan) -> Iterator[list[str]]:
    """The rows under COLUMNS. ``value`` is empty where there is none; ``note`` says "6/7" parts in.

    ``status`` is that of the figure; "exempted" where one is not there because nothing was owed.
    """
    for cell in town_return.cells:
        indicator = plan.form.by_code[cell.indicator]
        for measure in Measure:
            yield _row(town_return, plan, cell, indicator, measure)


def _row(town_return: TownReturn, plan: Plan, cell: ReturnCell, indicator: Indicator, measure: Measure) -> list[str]:
    name = say("TOTAL_COLUMN") if cell.category == TOTAL else plan.category_by_code[cell.category].name
    value, unit, status, note = _measured(cell, indicator, measure)
    if status == AmountStatus.MISSING and is_exempted(town_return, cell.category, measure):
        status = ObligationState.EXEMPTED.value
    before = [town_return.town, town_return.period, cell.category, cell.indicator, measure.value]
    after = [unit, status, note, name, indicator.label]
    return [*map(neutralise, before), value, *map(neutralise, after)]


def _measured(cell: ReturnCell, indicator: Indicator, measure: Measure) -> tuple[str, str, str, str]:
    """Value, unit, status and note of one measure."""
    figure = getattr(cell, measure.value)
    if isinstance(figure, Amount):
        value = "" if figure.value is None else f"{figure.value:.{indicator.decimals}f}"
        return value, indicator.unit, figure.status.value, f"{figure.reported}/{figure.expected}"
    return ("" if figure.pct is None else f"{figure.pct:.1f}"), "%", figure.status.value, ""


def neutralise(text: str) -> str:
    """Text that a spreadsheet will not take for a formula; a leading apostrophe marks it."""
    cleaned = clean_text(text)
    return f"'{cleaned}" if cleaned.lstrip().startswith(_FORMULA_STARTS) else cleaned
