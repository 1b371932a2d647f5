"""The trigger that watches the inbox, so that intake runs at once when a file is dropped."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent
from upath import UPath

Trace = tuple[str, int, float]
"""A file as the folder shows it: name, size in bytes, time of last change."""


class InboxTrigger(BaseEventTrigger):
    """Fires for files that lay unchanged over two polls and were not announced before.

    What was announced is remembered only while the trigger lives: after a restart a file that is
    still there is announced again, which is harmless because intake is idempotent.
    """

    def __init__(self, inbox: str, poll_seconds: float = 2.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.inbox = inbox
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "inbox_trigger.InboxTrigger", {"inbox": self.inbox, "poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event a poll, naming all files that have newly come to rest."""
        announced: frozenset[Trace] = frozenset()
        before: frozenset[Trace] = frozenset()
        while True:
            now = await asyncio.to_thread(list_files, self.inbox)
            arrived = (now & before) - announced
            # Only files still there are remembered, or the ledger would grow for ever.
            announced, before = (announced & now) | arrived, now
            if arrived:
                yield TriggerEvent({"files": sorted(name for name, _, _ in arrived)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.poll_seconds)


def list_files(inbox: str) -> frozenset[Trace]:
    """The files in the inbox now; none while the folder does not exist."""
    folder = UPath(inbox)
    paths = list(folder.rglob("*")) if folder.is_dir() else []
    return frozenset(trace for trace in map(_look_at, paths) if trace is not None)


def _look_at(path: UPath) -> Trace | None:
    try:
        state = path.stat()
        return (path.name, int(state.st_size), float(state.st_mtime)) if path.is_file() else None
    except FileNotFoundError:
        # Intake took it between listing and looking.
        return None
