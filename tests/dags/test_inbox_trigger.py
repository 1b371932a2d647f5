"""The inbox trigger: fires once for what has come to rest, and for nothing else."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem


def fired(trigger: Any, *steps: Any) -> list[list[str]]:
    """What the trigger announces while steps change the inbox, one step every few polls."""

    async def watch() -> list[list[str]]:
        announced: list[list[str]] = []

        async def collect() -> None:
            async for event in trigger.run():
                announced.append(event.payload["files"])  # noqa: PERF401 - events come one by one

        watcher = asyncio.create_task(collect())
        for step in steps:
            await asyncio.sleep(0.1)
            step()
        await asyncio.sleep(0.15)
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
        return announced

    return asyncio.run(watch())


def trigger(inbox: Path) -> Any:
    from inbox_trigger import InboxTrigger

    return InboxTrigger(str(inbox), poll_seconds=0.02)


def test_a_file_is_announced_once(tmp_path: Path) -> None:
    assert fired(trigger(tmp_path), lambda: (tmp_path / "a.xlsx").write_text("1")) == [["a.xlsx"]]


def test_a_changed_file_is_announced_again(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    assert fired(trigger(tmp_path), lambda: file.write_text("1"), lambda: file.write_text("12")) == [
        ["a.xlsx"],
        ["a.xlsx"],
    ]


def test_the_same_name_and_bytes_after_intake_are_announced_again(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"

    def drop() -> None:
        file.write_text("1")
        os.utime(file, (1_520_000_000, 1_520_000_000))

    assert fired(trigger(tmp_path), drop, file.unlink, drop) == [["a.xlsx"], ["a.xlsx"]]


def test_a_file_that_still_grows_is_not_announced(tmp_path: Path) -> None:
    from inbox_trigger import InboxTrigger, list_files

    file = tmp_path / "a.xlsx"
    seen = []

    def grow() -> None:
        file.write_text("x" * (len(seen) + 1))
        seen.append(list_files(str(tmp_path)))

    assert fired(InboxTrigger(str(tmp_path), poll_seconds=0.15), *[grow] * 4) == []


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A store in memory whose looks are kept as “shown” or “refused”; a file grows before each that is shown."""
    looks: list[str] = []
    shows = MemoryFileSystem.find

    def find(memory: MemoryFileSystem, path: str, **options: Any) -> Any:
        looks.append("refused" if is_refused(looks) else "shown")
        if looks[-1] == "refused":
            raise OSError("away")
        memory.pipe_file("/inbox/a.xlsx", b"x" * len(looks))
        return shows(memory, path, **options)

    monkeypatch.setattr(MemoryFileSystem, "find", find)
    yield looks
    MemoryFileSystem.store.clear()


def is_refused(looks: list[str]) -> bool:
    """Three after every one that is shown."""
    return bool(looks) and "shown" in looks[-3:]


def remote_trigger() -> Any:
    from inbox_trigger import InboxTrigger

    return InboxTrigger("memory://inbox", poll_seconds=0.02)


def test_a_failed_look_is_no_second_look(store: list[str]) -> None:
    assert fired(remote_trigger()) == []
    assert store[:5] == ["shown", "refused", "refused", "refused", "shown"]


def test_an_outage_is_logged_once(store: list[str], caplog: pytest.LogCaptureFixture) -> None:
    watching = remote_trigger()
    watching._log = logging.getLogger("inbox")  # Airflow's own goes past what pytest sees
    fired(watching)
    outages = "".join(one[0] for one in store).replace("s", " ").split()
    assert len(outages) < store.count("refused")
    told = [one for one in caplog.records if "memory://" in one.getMessage()]
    assert 0 < len(told) <= len(outages)


def test_a_missing_inbox_is_an_empty_one(tmp_path: Path) -> None:
    assert fired(trigger(tmp_path / "none")) == []


def test_airflow_can_store_and_restore_it(tmp_path: Path) -> None:
    path, arguments = trigger(tmp_path).serialize()
    module, name = path.rsplit(".", 1)
    restored = getattr(__import__(module), name)(**arguments)
    assert restored.serialize() == (path, arguments)
