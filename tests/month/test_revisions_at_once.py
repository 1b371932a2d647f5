"""Two revisions of one obligation taken in at once by two offices' processes: one chain, whichever commits first."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select
from upath import UPath

from filled_workbook import FilledWorkbook
from stored_reports import accepted_figures
from townreturn import month
from townreturn.domain.chain import chain_of
from townreturn.domain.slot import Slot
from townreturn.office import Office
from townreturn.store.chains import derive_latest, read_chains
from townreturn.store.engine import connect, reading
from townreturn.store.reports import latest_reports
from townreturn.store.schema import events, latest, reports
from townreturn.store.trail import read_chain

Send = Callable[..., Path]
RECEIVED = datetime(2018, 1, 28, 2, tzinfo=UTC)
NOW = datetime(2018, 1, 29, 2, tzinfo=UTC)


@pytest.fixture
def offices(office: Office, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """Two that share a database and the folders, each with an inbox and a connection of its own."""
    engine = connect(office.engine.url.render_as_string(hide_password=False))
    inbox = UPath(tmp_path / "other-inbox")
    inbox.mkdir()
    yield office, replace(office, engine=engine, inbox=inbox)
    engine.dispose()


def inspected(count: int) -> Callable[[FilledWorkbook], None]:
    return lambda book: book.put("premises_inspected", count)


def take_in_at_once(offices: Sequence[Office]) -> None:
    start = Barrier(len(offices))

    def take_in(office: Office) -> None:
        start.wait()
        month.take_in(office, NOW)

    with ThreadPoolExecutor(len(offices)) as pool:
        for run in [pool.submit(take_in, one) for one in offices]:
            run.result(timeout=120)


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=1)])
def test_two_revisions_at_once_end_in_one_chain(offices: tuple[Office, Office], send: Send, apart: timedelta) -> None:
    """Received at the same instant, the hash decides; the order of committing never does."""
    for number, one in enumerate(offices):
        send(one, "yancao", "2018-01", inspected(20 + number), name=f"{number}.xlsx",
             received_at=RECEIVED + number * apart)  # fmt: skip
    take_in_at_once(offices)
    with reading(offices[0].engine) as tx:
        assert sorted(tx.scalars(select(reports.c.entry_number))) == [1, 2]
        [stored] = read_chains(tx, "qingxi", ["2018-01"]).values()
        chain = chain_of(stored.links.values())
        assert [one.position for one in chain] == sorted(one.position for one in chain)
        assert len({one.received_at for one in chain}) == (2 if apart else 1)
        standing = latest_reports(tx, "qingxi", "2018-01")[Slot("tobacco")]
        assert (standing.file_hash, standing.revision) == (chain[-1].file_hash, 2)
        [row] = tx.execute(select(latest))
        assert {("2018-01", Slot("tobacco")): (row.last_report_id, row.accepted_report_id)} == derive_latest(
            tx, "qingxi", ["2018-01"]
        )
        if apart:
            figures = accepted_figures(tx, "qingxi", ["2018-01"])
            assert [int(one.value) for one in figures if one.indicator == "premises_inspected"] == [21]
        assert all(one.is_whole for one in read_chain(tx, "qingxi-2018", "2018-01"))
        assert tx.scalar(select(func.max(events.c.number))) == 4


def test_the_same_bytes_at_once_are_one_revision(offices: tuple[Office, Office], send: Send) -> None:
    file = send(offices[0], "yancao", "2018-01", name="0.xlsx", received_at=RECEIVED)
    copy, later = Path(offices[1].inbox.path, "1.xlsx"), (RECEIVED + timedelta(hours=1)).timestamp()
    copy.write_bytes(file.read_bytes())
    os.utime(copy, (later, later))
    take_in_at_once(offices)
    with reading(offices[0].engine) as tx:
        standing = latest_reports(tx, "qingxi", "2018-01")[Slot("tobacco")]
    assert (standing.revision, standing.received_at) == (1, RECEIVED)
