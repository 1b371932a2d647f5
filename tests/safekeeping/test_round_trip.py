"""Backed up and restored: everything is there again, on either engine, and the month goes on."""

import gzip
import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Semaphore
from typing import BinaryIO

import pytest
from sqlalchemy import Connection, Table, func, select

from empty_place import NOW, Place
from filled_workbook import FilledWorkbook
from published_months import AFTER_DUE, publish_months, publish_newest
from stored_reports import on_time
from townreturn import month
from townreturn.domain.errors import Broken, Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.month import backing_up
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.returns import newest_compilation
from townreturn.store.schema import arrivals, entries, facts, findings, metadata, published_files, reports

MARCH = Period("2018-03")
Send = Callable[..., Path]


def rows_of(office: Office) -> dict[str, list[tuple[object, ...]]]:
    with reading(office.engine) as tx:
        return {
            table.name: [tuple(row) for row in tx.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def opened() -> Iterator[Callable[[Settings], Office]]:
    offices: list[Office] = []

    def open_and_remember(settings: Settings) -> Office:
        offices.append(open_office(settings))
        return offices[-1]

    yield open_and_remember
    for office in offices:
        office.engine.dispose()


def test_everything_comes_back_on_the_other_engine_and_the_month_goes_on(
    office: Office, place: Place, opened: Callable[[Settings], Office], bring_in: Callable[..., datetime],
    send: Send, tmp_path: Path,
) -> None:  # fmt: skip
    publish_months(office)
    send(office, "zhujian", "2018-03")
    (Path(office.inbox.path) / "谁的.xlsx").write_bytes(b"no workbook")
    month.open_period(office, MARCH, NOW, "run-7", backfilled=False)
    month.take_in(office, NOW + timedelta(days=30))
    taken = month.back_up(office, tmp_path / "a.tar", NOW)
    settings = place("postgresql" if office.engine.dialect.name == "sqlite" else "sqlite")
    restored = month.restore(settings, tmp_path / "a.tar")
    assert (restored.taken_at, restored.issue_count, restored.held) == (NOW, 2, ("2018-03",))
    assert (restored.row_count, restored.file_count) == (taken.row_count, taken.file_count)

    other = opened(settings)
    assert rows_of(other) == rows_of(office)
    assert files_below(other.archive.root) == files_below(office.archive.root)
    assert files_below(other.receipts) == files_below(office.receipts)
    assert files_below(other.quarantine) == files_below(office.quarantine) != {}
    assert files_below(Path(other.outbox.path)) == files_below(Path(office.outbox.path))
    assert [one.text for one in verify(other) if not one.is_whole] == []
    assert list(settings.home.glob(".*")) == []

    shutil.rmtree(office.outbox.path)  # as on another machine: people are told where it lies now
    there = f"{other.outbox}/2018-02/issue-0"
    assert [one.folder for one in month.status_of(other, Period("2018-02"), NOW).issues] == [there]
    with reading(other.engine) as tx:
        compiled = newest_compilation(tx, "qingxi", "2018-02")
    assert compiled is not None
    assert month.publish(other, compiled.id, NOW) == there

    month.release_period(other, MARCH, NOW)
    now = max(bring_in(other, "2018-03"), NOW + timedelta(days=31))
    folder = publish_newest(other, month.compile_return(other, MARCH, now))
    assert Path(folder).parent == Path(other.outbox.path) / "2018-03"
    assert [one.text for one in verify(other) if not one.is_whole] == []


def test_the_same_state_gives_the_same_bytes(office: Office, send: Send, tmp_path: Path) -> None:
    send(office, "zhujian", "2018-01")
    month.take_in(office, NOW)
    first, second = (month.back_up(office, tmp_path / name, NOW) for name in ("a.tar", "b.tar"))
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    assert first.sha256 == second.sha256 == hashlib.sha256((tmp_path / "a.tar").read_bytes()).hexdigest()
    assert (tmp_path / "a.tar").stat().st_mode & 0o777 == 0o600


def test_an_intake_in_the_middle_of_a_backup_is_not_half_in_it(
    office: Office, place: Place, opened: Callable[[Settings], Office], send: Send, plans: PlanBook,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    """The intakes come after the first tables have been read: after the snapshot was taken."""
    units = iter(plans.plans[0].reporting_units[:3])
    send(office, next(units).code, "2018-03")
    month.take_in(office, on_time(plans.plans[0], "2018-03"))
    before = rows_of(office)
    dump_rows, seen = backing_up.dump_rows, [0]

    def dump_then_take_in(tx: Connection, table: Table, file: BinaryIO) -> int:
        count = dump_rows(tx, table, file)
        unit = next(units, None)
        if unit is not None:
            send(office, unit.code, "2018-03")
            seen[0] += len(month.take_in(office, on_time(plans.plans[0], "2018-03")).taken)
        return count

    monkeypatch.setattr(backing_up, "dump_rows", dump_then_take_in)
    month.back_up(office, tmp_path / "a.tar", NOW)
    assert seen[0] == 2
    settings = place()
    month.restore(settings, tmp_path / "a.tar")
    other = opened(settings)
    assert rows_of(other) == before
    assert [one.text for one in verify(other) if not one.is_whole] == []


def test_backups_while_intake_runs(
    office: Office, place: Place, opened: Callable[[Settings], Office], send: Send, plans: PlanBook, tmp_path: Path
) -> None:
    publish_months(office)
    at, stop, done = on_time(plans.plans[0], "2018-03"), Event(), Semaphore(0)

    def take_in_again_and_again() -> int:
        count = 0
        while not stop.is_set():
            count += 1
            send(office, "zhujian", "2018-03", partial(put_premises, count), name=f"{count}.xlsx")
            month.take_in(office, at + timedelta(minutes=count))
            done.release()
        return count

    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(take_in_again_and_again)
        try:
            for number in range(3):
                assert done.acquire(timeout=60)  # the next intake begins when this backup does
                month.back_up(office, tmp_path / f"{number}.tar", NOW)
        finally:
            stop.set()
        assert run.result(timeout=120) >= 3
    source, counts = rows_of(office), []
    for number in range(3):
        settings = place()
        month.restore(settings, tmp_path / f"{number}.tar")
        other = opened(settings)
        assert [one.text for one in verify(other) if not one.is_whole] == []
        require_whole_arrivals(office, other)
        counts.append(len(rows_of(other)["arrivals"]))
        for table, rows in rows_of(other).items():
            if table != "latest":
                assert set(map(repr, rows)) <= set(map(repr, source[table])), table
    assert counts == sorted(set(counts)), "each backup has more than the one before"


def put_premises(count: int, book: FilledWorkbook) -> None:
    book.put("premises_inspected", count)


def require_whole_arrivals(office: Office, other: Office) -> None:
    """Of every file that is in the backup, everything is: its bytes, reports, figures, rows and findings."""
    with reading(other.engine) as tx:
        hashes = tx.execute(select(arrivals.c.file_hash).union(select(published_files.c.file_hash))).scalars().all()
        last = tx.scalar(select(func.max(arrivals.c.id)))
        there = belonging(tx, last)
    for one in hashes:
        assert hashlib.sha256(other.archive.path(one).read_bytes()).hexdigest() == one
    with reading(office.engine) as tx:
        assert belonging(tx, last) == there


def belonging(tx: Connection, last: int | None) -> list[int | None]:
    """How many reports, findings, facts and entries the arrivals up to this one have."""
    of_reports = select(reports.c.id).where(reports.c.arrival_id <= last)
    return [
        tx.scalar(select(func.count()).select_from(reports).where(reports.c.arrival_id <= last)),
        tx.scalar(select(func.count()).select_from(findings).where(findings.c.arrival_id <= last)),
        tx.scalar(select(func.count()).select_from(facts).where(facts.c.report_id.in_(of_reports))),
        tx.scalar(select(func.count()).select_from(entries).where(entries.c.report_id.in_(of_reports))),
    ]


def test_anyone_can_look_into_a_backup(backup: Path) -> None:
    """Without this program: a tar of gzipped JSON lines and of the files as they came in."""
    with tarfile.open(backup) as tar:
        names = tar.getnames()
        manifest = json.loads(tar.extractfile("manifest.json").read())
        lines = gzip.decompress(tar.extractfile("tables/arrivals.jsonl.gz").read()).decode().splitlines()
        first = json.loads(lines[0])
        kept = tar.extractfile(f"archive/{first['file_hash'][:2]}/{first['file_hash']}").read()
    assert names[-2:] == ["manifest.json", "manifest.sha256"]
    assert set(manifest["members"]) == set(names[:-2])
    assert (manifest["town"], manifest["taken_at"]) == ("qingxi", "2018-03-02T09:00:00+08:00")
    assert manifest["rows"]["arrivals"] == len(lines) == 2
    assert hashlib.sha256(kept).hexdigest() == first["file_hash"]
    assert set(manifest["rows"]) == set(metadata.tables)


def test_what_is_still_being_written_is_left_out(small_office: Office, tmp_path: Path) -> None:
    month.open_period(small_office, MARCH, NOW, "", backfilled=False)
    (small_office.receipts / "2018-01").mkdir()
    (small_office.receipts / "2018-01" / "whole.txt").write_text("x")
    (small_office.receipts / "2018-01" / ".aside.part").write_text("x")
    (small_office.quarantine / "link").symlink_to("/etc/hostname")
    assert month.back_up(small_office, tmp_path / "a.tar", NOW).file_count == 1


def test_nothing_is_overwritten(small_office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text("an older one")
    with pytest.raises(Misuse, match=r"a\.tar 已经存在"):
        month.back_up(small_office, tmp_path / "a.tar", NOW)
    assert (tmp_path / "a.tar").read_text() == "an older one"


@pytest.mark.parametrize("spoil", ["missing", "altered"])
def test_an_archive_that_is_not_whole_gives_no_backup(
    small_office: Office, send: Send, tmp_path: Path, spoil: str
) -> None:
    send(small_office, "zhujian", "2018-01")
    month.take_in(small_office, AFTER_DUE)
    [kept] = [path for path in small_office.archive.root.rglob("*") if path.is_file()]
    if spoil == "missing":
        kept.unlink()
    else:
        kept.write_bytes(b"other bytes")
    (tmp_path / "backups").mkdir()
    with pytest.raises(Broken, match=f"{kept}.*没有写成备份"):
        month.back_up(small_office, tmp_path / "backups" / "a.tar", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_office_without_any_record_is_not_backed_up(office: Office, tmp_path: Path) -> None:
    """It is nearly always another office than was meant; an intake that found nothing is no record."""
    month.take_in(office, NOW)
    with pytest.raises(Refused, match=r"^数据库 .*没有任何记录，没有写成备份；请看 TOWNRETURN_HOME") as error:
        month.back_up(office, tmp_path / "a.tar", NOW)
    assert str(office.engine.url.database) in str(error.value)
    assert list(tmp_path.glob("*.tar")) == list(tmp_path.glob(".*.part")) == []


def test_a_backup_disk_that_is_not_mounted(small_office: Office, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=f"没有目录 {tmp_path / 'disk' / 'x'}，没有写成备份"):
        month.back_up(small_office, tmp_path / "disk" / "x" / "a.tar", NOW)
    assert not (tmp_path / "disk").exists()


def test_a_drill_on_the_same_machine_verifies_its_own_outbox(
    small_office: Office, place: Place, opened: Callable[[Settings], Office], tmp_path: Path
) -> None:
    """The folder that publications record still is there: it is production's."""
    publish_months(small_office)
    month.back_up(small_office, tmp_path / "a.tar", NOW)
    settings = place()
    month.restore(settings, tmp_path / "a.tar")
    other = opened(settings)
    production, drill = (Path(one.outbox.path) / "2018-02" / "issue-0" for one in (small_office, other))
    (production / "manifest.json").write_text("{}")
    assert [one.text for one in verify(other) if not one.is_whole] == []
    assert [one.folder for one in month.status_of(other, Period("2018-02"), NOW).issues] == [str(drill)]
    (drill / "manifest.json").write_text("{ }")
    [told] = [one.text for one in verify(other) if not one.is_whole]
    assert f"发布文件与发布时不同：{drill / 'manifest.json'}" in told
    shutil.rmtree(drill)
    assert [one.folder for one in month.status_of(other, Period("2018-02"), NOW).issues] == [str(production)]
