"""Files as they came in, looks into the inbox and openings, read back from each engine."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filled_workbook import FilledWorkbook
from stored_reports import empty_the_inbox, store_report
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import Opening
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.arrivals import IntakeRun, count_unfiled, find_arrivals, find_file, last_intake_run, list_files
from townreturn.store.engine import reading
from townreturn.store.periods import list_openings

NOON = datetime(2018, 3, 29, 4, tzinfo=UTC)


def test_files_of_a_period_in_the_order_of_taking_in(office: Office) -> None:
    store_report(office, "tobacco", "2018-03", number=2, received_at=NOON)
    store_report(office, "building", "2018-03", verdict=Verdict.RETURNED, received_at=NOON - timedelta(hours=1))
    store_report(office, "tobacco", "2018-02")
    with reading(office.engine) as tx:
        first, second = list_files(tx, "qingxi", "2018-03")
        assert find_file(tx, "qingxi", second.id) == second
        assert find_file(tx, "qingxi", 2**62) is None
        assert find_file(tx, "elsewhere", first.id) is None
        numbers = {first.file_hash: first.id, second.file_hash: second.id}
        assert find_arrivals(tx, "qingxi", [first.file_hash, second.file_hash, "0" * 64]) == numbers
        assert find_arrivals(tx, "elsewhere", numbers) == {}
    assert (first.file_name, first.unit, first.period) == ("tobacco-2018-03-2.xlsx", "yancao", "2018-03")
    assert (first.plan, first.received_at, first.is_duplicate) == ("qingxi-2018", NOON, False)
    assert (second.file_name, second.disposition) == ("building-2018-03-0.xlsx", Verdict.RETURNED)


def name_another_unit(book: FilledWorkbook) -> None:
    book.beside("单位代码").value = "zhujian"


def test_files_that_belong_to_nobody_are_counted_by_the_time_they_came(
    office: Office, send: Callable[..., Path]
) -> None:
    """One that names two units and comes three days earlier, one that says nothing, and one that is in order."""
    send(office, "yancao", "2018-03", name_another_unit, received_at=NOON - timedelta(days=3))
    send(office, "gongshang", "2018-03", received_at=NOON)
    strayed = Path(office.inbox.path) / "乱.xlsx"
    strayed.write_bytes(b"PK")
    os.utime(strayed, (NOON.timestamp(), NOON.timestamp()))
    month.take_in(office, NOON + timedelta(hours=1))
    second, day = timedelta(seconds=1), timedelta(days=1)
    with reading(office.engine) as tx:
        counts = [
            count_unfiled(tx, "qingxi", since, until)
            for since, until in (
                (NOON, NOON + second), (NOON - second, NOON), (NOON + second, NOON + day), (NOON - day * 4, NOON + day),
            )
        ]  # fmt: skip
        assert count_unfiled(tx, "elsewhere", NOON, NOON + second) == 0
    assert counts == [1, 0, 0, 2]


def test_the_last_look_into_the_inbox_is_the_one_that_began_last(office: Office) -> None:
    with reading(office.engine) as tx:
        assert last_intake_run(tx, "qingxi") is None
    for hours, left in ((0, 1), (2, 3), (1, 2)):
        empty_the_inbox(office, NOON + timedelta(hours=hours), left=left)
    latest = NOON + timedelta(hours=2)
    with reading(office.engine) as tx:
        assert last_intake_run(tx, "qingxi") == IntakeRun(latest, latest, 0, 3)
        assert last_intake_run(tx, "elsewhere") is None


def test_openings_by_period(office: Office) -> None:
    month.open_period(office, Period("2018-02"), NOON, "run-2", backfilled=True)
    month.open_period(office, Period("2018-01"), NOON, "", backfilled=False)
    with reading(office.engine) as tx:
        assert list(list_openings(tx, "qingxi").items()) == [
            ("2018-01", Opening(NOON, False, "")), ("2018-02", Opening(NOON, True, "run-2")),
        ]  # fmt: skip
