"""Inbox and outbox on an object store that refuses, breaks off, or takes its time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from conserved import lying, require_conserved
from fsspec import AbstractFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from filled_workbook import FilledWorkbook
from published_months import AFTER_DUE, JANUARY
from townreturn import month
from townreturn.office import Office, open_office
from townreturn.settings import Settings

pytestmark = pytest.mark.faults
Fill = Callable[..., FilledWorkbook]
MOST_CALLS = 300


class Refused503(OSError):
    """What the store's client raises."""


class FailingStore(MemoryFileSystem):
    """A store in memory whose ``refused``-th call fails, and each of which takes ``seconds``.

    What is there it asks as remote stores do: fsspec takes any failure of that for “no”.
    """

    protocol = "memory"
    cachable = False
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    calls: ClassVar[int] = 0
    refused: ClassVar[int] = 0
    seconds: ClassVar[float] = 0.0

    @classmethod
    def meet(cls, path: str) -> None:
        cls.calls += 1
        time.sleep(cls.seconds)
        if cls.calls == cls.refused:
            raise Refused503(f"503 Slow Down: {path}")

    isfile = AbstractFileSystem.isfile
    isdir = AbstractFileSystem.isdir
    exists = AbstractFileSystem.exists

    def ls(self, path: str, *args: Any, **kwargs: Any) -> Any:
        self.meet(path)
        return super().ls(path, *args, **kwargs)

    def info(self, path: str, **kwargs: Any) -> Any:
        self.meet(path)
        return super().info(path, **kwargs)

    def _open(self, path: str, *args: Any, **kwargs: Any) -> Any:
        self.meet(path)
        return super()._open(path, *args, **kwargs)

    def rm(self, path: Any, *args: Any, **kwargs: Any) -> Any:
        self.meet(str(path))
        return super().rm(path, *args, **kwargs)


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """In the place of fsspec's own store in memory, whose paths the program knows."""
    fsspec.register_implementation("memory", FailingStore, clobber=True)
    yield
    fsspec.register_implementation("memory", MemoryFileSystem, clobber=True)


@contextmanager
def failing(refused: int = 0, seconds: float = 0.0) -> Iterator[None]:
    FailingStore.calls, FailingStore.refused, FailingStore.seconds = 0, refused, seconds
    yield
    FailingStore.refused, FailingStore.seconds = 0, 0.0


def remote_office(folder: Path) -> Office:
    FailingStore.store.clear()
    FailingStore.pseudo_dirs[:] = [""]
    return open_office(Settings.from_environment({
        "TOWNRETURN_HOME": str(folder), "TOWNRETURN_INBOX_URL": "memory://town/inbox",
        "TOWNRETURN_OUTBOX_URL": "memory://town/outbox",
    }))  # fmt: skip


def put_into_inbox(office: Office, filled: Fill, folder: Path) -> dict[str, bytes]:
    """Accepted, returned and nobody's."""
    received = AFTER_DUE - timedelta(days=30)
    folder.mkdir(exist_ok=True)
    accepted = filled("shiyaojian", "2018-01").save(folder / "accepted.xlsx", received)
    returned = filled("zhujian", "2018-01", lambda book: book.put("premises_inspected", -1)).save(
        folder / "returned.xlsx", received
    )
    sent = {path.name: path.read_bytes() for path in (accepted, returned)} | {"note.txt": "本月无".encode()}
    for name, content in sent.items():
        (office.inbox / name).write_bytes(content)
    return sent


def later() -> datetime:
    """An instant after whatever lies in the store was put there."""
    return datetime.now(UTC) + timedelta(minutes=1)


def test_an_inbox_refuses_at_every_call(filled: Fill, tmp_path: Path) -> None:
    """Wherever the store refuses once, the run fails, or says that it has left something, so that no period is compiled
    without it; the next one ends as if nothing had been."""
    for refused in count(1):
        assert refused < MOST_CALLS
        office = remote_office(tmp_path / f"home-{refused}")
        sent = put_into_inbox(office, filled, tmp_path / "workbooks")
        with failing(refused):
            with suppress(Refused503):
                report = month.take_in(office, later())
                taken = {one.file_name for one in report.taken}
                assert report.left_count or taken >= set(lying(office)), f"call {refused}"
            has_fired = FailingStore.calls >= refused
        month.take_in(office, later())
        require_conserved(office, sent)
        office.engine.dispose()
        if not has_fired:
            assert refused > 3 * len(sent), "the calls were really there"
            return


def test_an_outbox_refuses_at_every_call(filled: Fill, tmp_path: Path) -> None:
    """Wherever the store refuses, the period is not published with half an issue; the next try publishes it."""
    for refused in count(1):
        assert refused < MOST_CALLS
        office = remote_office(tmp_path / f"home-{refused}")
        sent = put_into_inbox(office, filled, tmp_path / "workbooks")
        compilation = approved_january(office)
        with failing(refused):
            with suppress(OSError):
                month.publish(office, compilation, AFTER_DUE)
            has_fired = FailingStore.calls >= refused
        month.publish(office, compilation, AFTER_DUE)
        require_conserved(office, sent)
        office.engine.dispose()
        if not has_fired:
            assert refused > 10, "the calls were really there"
            return


def approved_january(office: Office) -> int:
    month.open_period(office, JANUARY, AFTER_DUE, "", backfilled=True)
    month.take_in(office, later())
    compilation = month.compile_return(office, JANUARY, later())
    month.record_decision(office, compilation, account="approver", approved=True, comment="", sent_back=(),
                          run_id="", now=AFTER_DUE)  # fmt: skip
    return compilation


def test_a_slow_store(filled: Fill, tmp_path: Path) -> None:
    office = remote_office(tmp_path / "home")
    sent = put_into_inbox(office, filled, tmp_path / "workbooks")
    with failing(seconds=0.1):
        compilation = approved_january(office)
        month.publish(office, compilation, AFTER_DUE)
        assert FailingStore.calls > 20
    require_conserved(office, sent)
    office.engine.dispose()
