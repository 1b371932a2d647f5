"""A load of an office above is what it says it is: read as its subordinates' by the intake, and added up."""

from decimal import Decimal
from pathlib import Path

import pytest
from bench.above_month import STAGES, AboveMonth
from bench.drawn_figures import Fault
from bench.subordinates import LoadAbove
from sqlalchemy import select

from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.store.engine import reading
from townreturn.store.returns import newest_compilation
from townreturn.store.schema import arrivals, findings

JANUARY = Period("2018-01")
COUNT = 40
"""Enough for both faults, late files and quiet categories."""
_MEANT = {Fault.MANDATORY: "PENDING_DOES_NOT_BALANCE", Fault.VERIFYING: "INSPECTIONS_WITHOUT_OFFICERS"}


@pytest.fixture
def month(sqlite_url: str, tmp_path: Path) -> AboveMonth:
    """Taken in and compiled."""
    begun = AboveMonth(LoadAbove(COUNT, JANUARY), tmp_path / "month", sqlite_url)
    for stage in ("load plan", "write", "open", "take_in", "compile"):
        STAGES[stage](begun)
    return begun


def test_every_file_is_its_subordinates_and_only_faulty_ones_go_back(month: AboveMonth) -> None:
    faults = [Fault(int(one)) for one in month.load.drawn.faults[:, 0]]
    assert {*faults} == {*Fault}
    found = select(arrivals.c.unit, arrivals.c.disposition, findings.c.code).join(findings, isouter=True)
    with reading(month.office.engine) as tx:
        answered = {tuple(row) for row in tx.execute(found)}
    assert answered == {
        (code, Verdict.RETURNED if fault else Verdict.ACCEPTED, _MEANT.get(fault))
        for (code, _), fault in zip(month.load.subordinates, faults, strict=True)
    }


def test_the_compiled_amounts_are_sums_of_what_the_subordinates_wrote(month: AboveMonth) -> None:
    with reading(month.office.engine) as tx:
        compilation = newest_compilation(tx, month.office.plans.town_code, JANUARY.key)
    assert compilation is not None
    drawn, columns = month.load.drawn, month.load.drawn.columns
    for column, (category, indicator) in enumerate(columns.cells):
        is_in = drawn.accepted[:, columns.categories.index(category)].tolist()
        written = drawn.written[:, column].tolist()
        total = sum(one for one, counted in zip(written, is_in, strict=True) if counted)
        cell = compilation.town_return.cell(category, indicator.code)
        assert cell is not None
        assert cell.current.value == Decimal(total).scaleb(-indicator.decimals), (category, indicator.code)
        assert (cell.current.reported, cell.current.expected) == (sum(is_in), COUNT)


def test_quiet_categories_are_zero_returns_and_late_files_late(month: AboveMonth) -> None:
    with reading(month.office.engine) as tx:
        compilation = newest_compilation(tx, month.office.plans.town_code, JANUARY.key)
    assert compilation is not None
    drawn = month.load.drawn
    places = {code: place for place, (code, _) in enumerate(month.load.subordinates)}
    assert drawn.quiet.any()
    assert drawn.late.any()
    for one in compilation.town_return.standings:
        town, category = places[one.unit], drawn.columns.categories.index(one.category)
        assert one.is_in == drawn.accepted[town, category]
        if one.is_in:
            assert (one.zero_return, one.late_seconds > 0) == (drawn.quiet[town, category], drawn.late[town, 0])


def test_a_month_goes_to_its_end_and_is_compared_with_the_load(sqlite_url: str, tmp_path: Path) -> None:
    begun = AboveMonth(LoadAbove(3, JANUARY), tmp_path / "month", sqlite_url)
    for stage, work in STAGES.items():
        if stage != "PDF":
            work(begun)
    begun.compare_with_load()
    assert begun.sizes["period"] > 3_000
    begun.load.drawn.written[1, 0] += 1
    with pytest.raises(AssertionError):
        begun.compare_with_load()
