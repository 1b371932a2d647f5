"""The disk is really full, or can only be read: at intake, at an upload, at publication and at a backup."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conserved import lying, read_sent, require_conserved, require_whole

from asked_board import asking, file_in_inbox
from published_months import AFTER_DUE, JANUARY, publish_months
from townreturn import month
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts

pytestmark = pytest.mark.faults
Send = Callable[..., Path]
NOW = datetime(2018, 1, 28, 4, tzinfo=UTC)


@pytest.fixture
def office(small_disk: Path, tmp_path: Path) -> Iterator[Office]:
    """An office whose folders lie on the small disk; its database and inbox do not."""
    yield from _opened({"TOWNRETURN_HOME": str(small_disk / "home"),
                        "TOWNRETURN_DATABASE_URL": f"sqlite:///{tmp_path / 'townreturn.db'}",
                        "TOWNRETURN_INBOX_URL": str(tmp_path / "inbox")})  # fmt: skip


@pytest.fixture
def whole_office(small_disk: Path) -> Iterator[Office]:
    """An office that lies on the small disk with everything it has, its database and inbox as well."""
    yield from _opened({"TOWNRETURN_HOME": str(small_disk / "home")})


def _opened(environment: dict[str, str]) -> Iterator[Office]:
    office = open_office(Settings.from_environment(environment))
    yield office
    office.engine.dispose()


@contextmanager
def full(disk: Path, left: int = 0) -> Iterator[None]:
    """The disk holds ``left`` bytes more and no others: the next write beyond them is refused by the kernel."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left") as fault:  # noqa: PT012
        while True:
            file.write(bytes(4096))
    assert fault.value.errno == errno.ENOSPC
    os.truncate(ballast, max(ballast.stat().st_size - left, 0))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """As after an error of the file system: everything can be read, nothing written."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(OSError, match="Read-only") as fault:
        (disk / "probe").touch()
    assert fault.value.errno == errno.EROFS
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def fill_inbox(office: Office, send: Send) -> dict[str, bytes]:
    """Accepted, returned and nobody's."""
    send(office, "shiyaojian", "2018-01")
    send(office, "zhujian", "2018-01", lambda book: book.put("premises_inspected", -1))
    send(office, "yancao", "2018-01")
    file_in_inbox(office, "note.txt", "本月无".encode(), NOW - timedelta(hours=1))
    return read_sent(Path(office.inbox.path))


def alerts(office: Office) -> str:
    with reading(office.engine) as tx:
        return "\n".join(one.text for one in recent_alerts(tx, "qingxi"))


@pytest.mark.parametrize("left", [0, 20_000, 60_000, 100_000, 130_000, 160_000])
def test_the_disk_is_full_at_intake(office: Office, small_disk: Path, send: Send, left: int) -> None:
    """Wherever it fills up, nothing is taken out of the inbox that has not been kept and answered."""
    sent = fill_inbox(office, send)
    with full(small_disk, left):
        with pytest.raises(OSError, match="No space left"):
            month.take_in(office, NOW)
        assert lying(office) == sorted(sent)
        assert alerts(office) == "", "no file is blamed for it"
    month.take_in(office, NOW)
    require_conserved(office, sent)


@pytest.mark.parametrize("left", [0, 40_000, 200_000])
def test_the_disk_is_full_and_the_database_lies_on_it(
    whole_office: Office, small_disk: Path, send: Send, left: int
) -> None:
    sent = fill_inbox(whole_office, send)
    with full(small_disk, left), pytest.raises(Exception, match=r"No space|full|disk I/O"):
        month.take_in(whole_office, NOW)
    month.take_in(whole_office, NOW)
    require_conserved(whole_office, sent)


def test_the_archive_can_only_be_read(office: Office, small_disk: Path, send: Send) -> None:
    sent = fill_inbox(office, send)
    with read_only(small_disk):
        with pytest.raises(OSError, match="Read-only"):
            month.take_in(office, NOW)
        assert lying(office) == sorted(sent)
        assert alerts(office) == "", "no file is blamed for it"
    month.take_in(office, NOW)
    require_conserved(office, sent)


def test_the_disk_is_full_at_an_upload(office: Office, small_disk: Path, send: Send) -> None:
    """Whoever uploads is told that nothing was kept, and sends the file again later."""
    [content] = read_sent(send(office, "yancao", "2018-01").parent).values()
    shutil.rmtree(office.inbox.path)
    Path(office.inbox.path).mkdir()
    ask = asking(office, NOW)
    form = {"data": {"unit": "yancao"}, "files": {"file": ("report.xlsx", content)}}
    with full(small_disk):
        refused = ask("/upload", "operator", "POST", **form)
    assert refused.status_code == 507
    assert "磁盘满了" in refused.text
    assert ask("/upload", "operator", "POST", **form).status_code == 200
    require_conserved(office, {"report.xlsx": content})


@pytest.mark.parametrize("left", [0, 100_000, 300_000, 600_000])
def test_the_disk_is_full_at_publication(office: Office, small_disk: Path, left: int) -> None:
    """No half of an issue is to be seen, the period is not published, and it is when there is room again."""
    from golden_month import drop_into

    drop_into(Path(office.inbox.path), "2018-01")
    sent = read_sent(Path(office.inbox.path))
    month.open_period(office, JANUARY, AFTER_DUE, "", backfilled=False)
    month.take_in(office, AFTER_DUE)
    compilation = month.compile_return(office, JANUARY, AFTER_DUE)
    month.record_decision(office, compilation, account="approver", approved=True, comment="", sent_back=(),
                          run_id="", now=AFTER_DUE)  # fmt: skip
    with full(small_disk, left):
        with pytest.raises(OSError, match="No space left"):
            month.publish(office, compilation, AFTER_DUE)
        assert [path for path in Path(office.outbox.path).rglob("*") if not path.name.startswith(".")] == []
    folder = Path(month.publish(office, compilation, AFTER_DUE))
    assert (folder / "manifest.json").is_file()
    require_conserved(office, sent)


@pytest.mark.parametrize("left", [0, 200_000, 900_000])
def test_the_disk_is_full_at_a_backup(small_office: Office, small_disk: Path, left: int) -> None:
    """No file bears the backup's name; the same command succeeds when there is room."""
    publish_months(small_office)
    target = small_disk / "backup.tar"
    with full(small_disk, left):
        with pytest.raises(OSError, match="No space left"):
            month.back_up(small_office, target, AFTER_DUE)
        assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    taken = month.back_up(small_office, target, AFTER_DUE)
    assert taken.file_count > 0
    require_whole(small_office)
