"""A machine whose clock is set while programs run: libfaketime under each of them, by a file that says how far."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

TOWNRETURN = str(Path(sys.executable).with_name("townreturn"))
SET_EVERY_SECONDS = 0.2


@dataclass
class SetClock:
    """``base`` is what the clock would show if nobody set it, at the beginning of the test; ``jumps`` is how far it is
    set off, one after another; ``steps`` are the commands that it was set under, and how often.
    """

    base: datetime
    jumps: Sequence[timedelta]
    folder: Path
    steps: dict[str, int] = field(default_factory=dict)

    def run(self, environment: dict[str, str], *arguments: str) -> str:
        """One command of ours to its end, while the clock is set again and again; what it prints. Of an intake that
        returns a file the status is 1.
        """
        with self._set_meanwhile(" ".join(arguments)):
            done = self._start(environment, [TOWNRETURN, *arguments])
        assert not done.stderr, (arguments, done.stdout, done.stderr)
        assert done.returncode == int(arguments[0] == "intake" and "退回" in done.stdout), (arguments, done.stdout)
        return done.stdout

    def show(self) -> list[float]:
        """What a program reads, ten times a second for a while: that the clock really is set under it."""
        # Not time.sleep, which the library gives a wrong instant to wake at.
        code = "import select, time\nfor _ in range(20): print(time.time()); select.select([], [], [], 0.1)"
        with self._set_meanwhile("show"):
            done = self._start({}, [sys.executable, "-c", code])
        return [float(line) for line in done.stdout.split()]

    def _start(self, environment: dict[str, str], command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        faked = {
            "LD_PRELOAD": find_faketime(),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            # As on a machine: only the time of day is set, and files keep the times they have.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        return subprocess.run(command, env={**os.environ, **environment, **faked}, capture_output=True, text=True)

    @property
    def _offset(self) -> Path:
        return self.folder / "offset"

    @contextmanager
    def _set_meanwhile(self, name: str) -> Iterator[None]:
        done, jumps = threading.Event(), cycle(self.jumps)
        self._set(next(jumps))

        def go_on() -> None:
            while not done.wait(SET_EVERY_SECONDS):
                self._set(next(jumps))
                self.steps[name] = self.steps.get(name, 0) + 1

        setter = threading.Thread(target=go_on)
        setter.start()
        try:
            yield
        finally:
            done.set()
            setter.join()

    def _set(self, jump: timedelta) -> None:
        """In one move, so that nobody reads half of it."""
        seconds = self.base.timestamp() - time.time() + jump.total_seconds()
        aside = self._offset.with_suffix(".part")
        aside.write_text(f"{seconds:+.0f}\n", "utf-8")
        aside.replace(self._offset)


def find_faketime() -> str:
    """The library; the test is skipped where the program is not installed."""
    if shutil.which("faketime") is None:
        pytest.skip("faketime is not installed: no clock can be set under a program")
    [library, *_] = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return str(library)
