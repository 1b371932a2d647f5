"""What the order of taking in moves, and what not, with the real reading and the real checks.

Within a period nothing: its files are judged by themselves. Across periods a file is judged by what
stands when it is taken in: an opening balance by the closing balance accepted so far.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from filled_workbook import FilledWorkbook
from townreturn import month
from townreturn.domain.slot import Slot
from townreturn.month import submissions
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.chains import derive_latest
from townreturn.store.engine import reading
from townreturn.store.reports import accepted_ids, latest_reports
from townreturn.store.schema import arrivals, latest, reports

FIRST = datetime(2018, 1, 26, 2, tzinfo=UTC)
NOW = FIRST + timedelta(days=2)
PERIOD = "2018-01"
Send = Callable[..., Path]


def put(indicator: str, value: object, category: str | None = None) -> Callable[[FilledWorkbook], object]:
    return lambda book: book.put(indicator, value, category)


@pytest.fixture
def sent(small_office: Office, send: Send, tmp_path: Path) -> list[Path]:
    """Revisions, right and wrong, of two units, and copies of them received before and after; an hour apart."""
    edits = {
        "yancao": ([], [put("premises_inspected", None)], [put("premises_inspected", 21)]),
        "jingkexin": ([put("premises_inspected", None, "children")], [put("premises_inspected", 21, "appliances")]),
    }
    made = [
        send(small_office, unit, PERIOD, *spoils, name=f"{unit}{number}.xlsx")
        for unit, revisions in edits.items()
        for number, spoils in enumerate(revisions)
    ]
    copies = [(made[0], "第一份又来一次.xlsx"), (made[2], "早就收到的.xlsx"), (made[4], "另一个名字.xlsx")]
    files = [made[0], *(shutil.copy2(path, path.with_name(name)) for path, name in copies[1:2]), *made[1:]]
    files += [shutil.copy2(path, path.with_name(name)) for path, name in (copies[0], copies[2])]
    aside = tmp_path / "sent"
    aside.mkdir()
    kept = [Path(shutil.move(path, aside / Path(path).name)) for path in files]
    for hour, path in enumerate(kept):
        touch(path, FIRST + timedelta(hours=hour))
    return kept


def touch(path: Path, received_at: datetime) -> None:
    os.utime(path, (received_at.timestamp(), received_at.timestamp()))


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Callable[[], Office]]:
    opened: list[Office] = []

    def open_another() -> Office:
        home = str(tmp_path / f"office {len(opened)}")
        opened.append(open_office(Settings.from_environment({"TOWNRETURN_HOME": home})))
        return opened[-1]

    yield open_another
    for one in opened:
        one.engine.dispose()


def take_in(office: Office, files: Sequence[Path]) -> None:
    for path in files:
        shutil.copy2(path, Path(office.inbox.path) / path.name)
    assert len(month.take_in(office, NOW).taken) == len(files)


def told(office: Office) -> list[object]:
    """What stands now and as known at every hour, by file hash: nothing that the store numbers itself."""
    said: list[object] = []
    with reading(office.engine) as tx:
        of_report = select(reports.c.id, arrivals.c.file_hash).join(arrivals, arrivals.c.id == reports.c.arrival_id)
        hashes = {row.id: row.file_hash for row in tx.execute(of_report)}
        rows = [
            (Slot(row.category, row.subordinate), row.last_report_id, row.accepted_report_id)
            for row in tx.execute(select(latest))
        ]
        assert sorted(rows) == sorted((key, *both) for (_, key), both in derive_latest(tx, "qingxi", [PERIOD]).items())
        said.append(sorted((key, hashes[last], hashes.get(accepted)) for key, last, accepted in rows))
        for as_of in (None, *(FIRST + timedelta(hours=hour, minutes=1) for hour in range(8))):
            stands = latest_reports(tx, "qingxi", PERIOD, as_of)
            said.append({key: (one.file_hash, one.revision, one.received_at, one.is_accepted) for key, one in
                         stands.items()})  # fmt: skip
            accepted = accepted_ids(tx, "qingxi", [PERIOD], as_of)
            said.append({key: hashes[report_id] for (_, key), report_id in accepted.items()})
    return said


def test_within_a_period_neither_order_nor_copies_nor_trays_move_anything(
    sent: list[Path], offices: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(at_once := offices(), sent)
    expected = told(at_once)
    stands = expected[1]
    assert isinstance(stands, dict)
    revisions = {key.category: revision for key, (_, revision, _, _) in stands.items()}
    assert revisions == {"tobacco": 2, "children": 2, "appliances": 2}, "what came in twice stands where it came first"
    for seed in range(3):
        shuffled = Random(seed).sample(sent, len(sent))
        one_by_one = offices()
        for path in shuffled:
            take_in(one_by_one, [path])
        assert told(one_by_one) == expected, [path.name for path in shuffled]
    for tray in (1, 3):
        monkeypatch.setattr(submissions, "TRAY", tray)
        take_in(in_trays := offices(), Random(tray).sample(sent, len(sent)))
        assert told(in_trays) == expected, tray


def test_across_periods_a_file_is_judged_by_what_stands_when_it_comes(
    small_office: Office, send: Send, offices: Callable[[], Office], tmp_path: Path
) -> None:
    """January closes with 4; a February that opens with 5 is returned only where that is known already."""
    january = send(small_office, "yancao", "2018-01")
    february = send(small_office, "yancao", "2018-02", put("cases_open_at_start", 5), put("cases_pending", 7))
    for path in (january, february):
        touch(path, FIRST + timedelta(days=31))
    verdicts = []
    for files in ([january, february], [february, january]):
        office = offices()
        for path in files:
            shutil.copy2(path, Path(office.inbox.path) / path.name)
            month.take_in(office, NOW + timedelta(days=31))
        with reading(office.engine) as tx:
            verdicts.append(("2018-02", Slot("tobacco")) in accepted_ids(tx, "qingxi", ["2018-02"]))
    assert verdicts == [False, True]
    both = offices()
    for path in (january, february):
        shutil.copy2(path, Path(both.inbox.path) / path.name)
    month.take_in(both, NOW + timedelta(days=31))
    with reading(both.engine) as tx:
        assert accepted_ids(tx, "qingxi", ["2018-02"]) == {}, "in a tray the earlier period is judged first"
