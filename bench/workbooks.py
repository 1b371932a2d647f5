"""Workbooks for a deadline day: many distinct files of one period, a tenth of them faulty."""

import os
from decimal import Decimal
from pathlib import Path

from townreturn.domain.form import Form
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.samples import write_samples
from townreturn.spreadsheets.editing.workbook import EditedWorkbook

FIRST, PERIOD = Period("2018-01"), Period("2018-12")
"""The last period of a year, so that every comparison has something to compare with."""
FAULTY_ONE_IN = 10
_FAULTS = ("", "约12", Decimal(-1), Decimal("2.5"), "16/140")
_FAULTY_INDICATOR = "officers_deployed"


def write_year(office: Office, folder: Path) -> list[Path]:
    """The samples of a year, to the period of the deadline day."""
    write_samples(office.plans, office.rules, FIRST, PERIOD, 1, folder)
    return sorted(folder.rglob("*.xlsx"))


def write_deadline_day(form: Form, samples: list[Path], count: int, folder: Path) -> list[Path]:
    """``count`` files, each a unit's workbook signed by another person, so that no two have equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        sample = samples[number % len(samples)]
        path = folder / f"{number:05d}-{sample.name}"
        path.write_bytes(_variant(form, sample.read_bytes(), number))
        moment = sample.stat().st_mtime + number / 1000
        os.utime(path, (moment, moment))
        paths.append(path)
    return paths


def _variant(form: Form, content: bytes, number: int) -> bytes:
    workbook = EditedWorkbook(content)
    cover, statistics = workbook.sheet(form.sheets.cover), workbook.sheet(form.sheets.statistics)
    if cover is None or statistics is None:
        raise ValueError("a sample without its sheets")
    row, column = cover.cells.find(form.anchors.filled_by) or (0, 0)
    cover.cells.put(row, column + 1, f"填报人{number}")
    if number % FAULTY_ONE_IN == FAULTY_ONE_IN - 1:
        row, _ = statistics.cells.find(form.by_code[_FAULTY_INDICATOR].label) or (0, 0)
        _, unit_column = statistics.cells.find(form.anchors.unit_of_measure) or (0, 0)
        statistics.cells.put(row, unit_column + 1, _FAULTS[number // FAULTY_ONE_IN % len(_FAULTS)])
    return workbook.pack()
