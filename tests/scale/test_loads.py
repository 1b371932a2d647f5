"""A load of many towns is what it says it is: read back by the intake, figure by figure."""

import shutil
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from bench.drawn_figures import Drawn, Fault
from bench.loads import Load, write_submissions
from bench.town_offices import inbox_of, open_town
from sqlalchemy import select

from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import connect, reading
from townreturn.store.report_contents import figures_of
from townreturn.store.reports import accepted_ids
from townreturn.store.schema import facts, reports

TOWNS, PERIODS = 40, (Period("2018-01"), Period("2018-02"))
NOW = datetime(2018, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def load() -> Load:
    return Load(TOWNS, PERIODS)


@pytest.fixture(scope="module")
def spoilt(load: Load) -> list[int]:
    """A town with each fault, one with a quiet category, one with a late file, each in the second period."""
    drawn = load.drawn[1]
    wanted = [*((drawn.faults == fault).any(axis=1) for fault in (Fault.MANDATORY, Fault.VERIFYING))]
    return sorted({int(np.argmax(one)) for one in (*wanted, drawn.quiet.any(axis=1), drawn.late.any(axis=1))})


@pytest.fixture
def offices(load: Load, spoilt: list[int], sqlite_url: str, tmp_path: Path) -> dict[int, Office]:
    """Those towns, both periods taken in one after the other."""
    engine = connect(sqlite_url)
    opened = {town: open_town(load, town, tmp_path, engine) for town in spoilt}
    for drawn in load.drawn:
        write_submissions(load.submissions(drawn, spoilt), [inbox_of(tmp_path, town) for town in range(TOWNS)])
        for town, office in opened.items():
            _take_in(load, drawn, town, office)
    return opened


def _take_in(load: Load, drawn: Drawn, town: int, office: Office) -> None:
    """Every file is read as the unit's, and returned where it is meant to be."""
    taken = month.take_in(office, NOW).taken
    returned = {one.unit for one in taken if one.disposition is Verdict.RETURNED}
    faulty = {unit for unit, fault in zip(drawn.columns.units, drawn.faults[town], strict=True) if fault}
    assert {one.unit for one in taken} == {one.code for one in load.plan.reporting_units}
    assert returned == faulty


def test_what_is_accepted_is_what_the_load_says(load: Load, offices: dict[int, Office]) -> None:
    for drawn in load.drawn:
        for town, office in offices.items():
            with reading(office.engine) as tx:
                ids = accepted_ids(tx, office.plans.town_code, [drawn.period.key])
                stored = {(one.category, one.indicator): one for one in figures_of(tx, ids.values())}
            accepted = drawn.accepted[town]
            assert {slot.category for _, slot in ids} == {
                one for one, is_in in zip(drawn.columns.categories, accepted, strict=True) if is_in
            }
            expected = {
                (category, indicator.code): Decimal(int(value)).scaleb(-indicator.decimals)
                for (category, indicator), value, place in zip(
                    drawn.columns.cells, drawn.written[town], drawn.columns.category_of, strict=True
                )
                if accepted[place]
            }
            assert {place: one.value for place, one in stored.items()} == expected


def test_every_file_is_read_figure_by_figure_also_where_it_is_returned(
    load: Load, offices: dict[int, Office]
) -> None:  # fmt: skip
    for town, office in offices.items():
        query = select(reports.c.period, reports.c.category, facts.c.indicator, facts.c.scaled, facts.c.decimals)
        with reading(office.engine) as tx:
            joined = query.join(facts, facts.c.report_id == reports.c.id).where(
                reports.c.town == office.plans.town_code
            )
            read = {tuple(row[:3]): (row.scaled, row.decimals) for row in tx.execute(joined)}
        assert read == {
            (drawn.period.key, category, one.code): (int(value), one.decimals)
            for drawn in load.drawn
            for (category, one), value in zip(drawn.columns.cells, drawn.written[town], strict=True)
        }


def test_towns_differ_and_the_first_are_the_same_however_many_there_are(load: Load) -> None:
    more = Load(2 * TOWNS, PERIODS)
    for few, many in zip(load.drawn, more.drawn, strict=True):
        assert (few.written == many.written[:TOWNS]).all()
    contents = [one.content for one in load.submissions(load.drawn[0], range(TOWNS))]
    assert contents == [one.content for one in more.submissions(more.drawn[0], range(TOWNS))]
    assert len(set(contents)) == 6 * TOWNS
    assert len({tuple(row) for row in load.drawn[0].written.tolist()}) == TOWNS


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)
def test_libreoffice_opens_a_workbook_of_the_load(load: Load, tmp_path: Path) -> None:
    drawn = load.drawn[0]
    written = next(one for one in load.submissions(drawn, [3]) if one.unit == "zhujian")
    book = tmp_path / "月报.xlsx"
    book.write_bytes(written.content)
    sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", sheet, "--outdir", str(tmp_path), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    rows = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8")
    assert "第0004镇" in rows
    value = int(drawn.written[3, drawn.columns.place["building", "premises_inspected"]])
    assert f"检查经营主体,家次,{value}," in rows
