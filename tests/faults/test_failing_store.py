"""Inbox and outbox on an object store that refuses, breaks off, or takes its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from conserved import lying, require_conserved
from fsspec import AbstractFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from remote_month import Fill, approved_january, later, put_into_inbox

from published_months import AFTER_DUE
from townreturn import month
from townreturn.domain.errors import StoreRefused
from townreturn.office import Office, open_office
from townreturn.settings import Settings

pytestmark = pytest.mark.faults
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

    def rm_file(self, path: str) -> None:
        self.meet(path)
        super()._rm(path)

    def pipe_file(self, path: str, *args: Any, **kwargs: Any) -> Any:
        self.meet(path)
        return super().pipe_file(path, *args, **kwargs)


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


def test_an_inbox_refuses_at_every_call(filled: Fill, tmp_path: Path) -> None:
    """Wherever the store refuses once, the run fails, or says that it has left something, so that no period is compiled
    without it; the next one ends as if nothing had been."""
    for refused in count(1):
        assert refused < MOST_CALLS
        office = remote_office(tmp_path / f"home-{refused}")
        sent = put_into_inbox(office, filled, tmp_path / "workbooks")
        with failing(refused):
            with suppress(StoreRefused, Refused503):  # the last of them, what the test itself asks
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
            with suppress(StoreRefused):
                month.publish(office, compilation, AFTER_DUE)
            has_fired = FailingStore.calls >= refused
        month.publish(office, compilation, AFTER_DUE)
        require_conserved(office, sent)
        office.engine.dispose()
        if not has_fired:
            assert refused > 10, "the calls were really there"
            return


def test_a_slow_store(filled: Fill, tmp_path: Path) -> None:
    office = remote_office(tmp_path / "home")
    sent = put_into_inbox(office, filled, tmp_path / "workbooks")
    with failing(seconds=0.1):
        compilation = approved_january(office)
        month.publish(office, compilation, AFTER_DUE)
        assert FailingStore.calls > 20
    require_conserved(office, sent)
    office.engine.dispose()
