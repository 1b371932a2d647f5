"""The trigger that watches the inbox, so that intake runs at once when a file is dropped."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent
from upath import UPath

from townreturn.domain.errors import StoreRefused
from townreturn.places import asking, is_local, open_place

Trace = tuple[str, int, str]
"""A file as the folder shows it: name, size in bytes, time of last change in the store's own words."""


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
        is_away = False
        while True:
            try:
                now = await asyncio.to_thread(list_files, self.inbox)
            except StoreRefused as fault:  # the intake, which runs every ten minutes anyway, tells the operator
                if not is_away:
                    self.log.warning("%s", fault)
                is_away = True
                await asyncio.sleep(self.poll_seconds)
                continue
            is_away = False
            arrived = (now & before) - announced
            # Only files still there are remembered, or the ledger would grow for ever.
            announced, before = (announced & now) | arrived, now
            if arrived:
                yield TriggerEvent({"files": sorted(name for name, _, _ in arrived)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.poll_seconds)


def list_files(inbox: str) -> frozenset[Trace]:
    """The files in the inbox now; none while the folder does not exist."""
    folder = open_place(inbox)
    if not is_local(folder):
        return _list_remote(folder)
    paths = list(folder.rglob("*")) if folder.is_dir() else []
    return frozenset(trace for trace in map(_look_at, paths) if trace is not None)


def _list_remote(folder: UPath) -> frozenset[Trace]:
    """By one listing for all of it, for this is asked every few seconds."""
    with asking(folder):
        found = folder.fs.find(folder.path, detail=True).values()
    changed = ("LastModified", "mtime", "created")
    return frozenset(
        (str(one["name"]).rpartition("/")[2], int(one["size"] or 0), str([one.get(name) for name in changed]))
        for one in found
        if not str(one["name"]).endswith("/")  # some programs mark an empty folder so
    )


def _look_at(path: UPath) -> Trace | None:
    try:
        state = path.stat()
        return (path.name, int(state.st_size), str(state.st_mtime)) if path.is_file() else None
    except FileNotFoundError:
        # Intake took it between listing and looking.
        return None
