"""Loaded by every Python process of a test's Airflow: holds a process at a point that the test has armed.

A point is ``step.before``, ``step.commit`` (in the step's first writing transaction, at its end) or ``step.after``
(kept, but nobody has heard of it yet). ``FAULT_POINTS`` names the folder; see ``points.py`` for the test's side.
"""

import functools
import importlib.util
import os
import sys
import threading
import time
from pathlib import Path

STEPS = (
    "open_period", "hand_out_workbooks", "send_posted", "take_in", "compile_return", "record_decision", "publish",
)  # fmt: skip
PATIENCE_SECONDS = 120
FOLDER = Path(os.environ.get("FAULT_POINTS") or "/nowhere")
current = threading.local()


def cross(point: str) -> None:
    """Of several processes that come by, the one that can rename the armed point is held at it."""
    reached = FOLDER / "reached" / f"{point}.{os.getpid()}"
    try:
        (FOLDER / "armed" / point).rename(reached)
    except FileNotFoundError:
        return
    for _ in range(PATIENCE_SECONDS * 20):
        if not reached.exists():
            return
        time.sleep(0.05)


def around(name: str, step):  # type: ignore[no-untyped-def]
    @functools.wraps(step)
    def watched(*args, **kwargs):  # type: ignore[no-untyped-def]
        cross(f"{name}.before")
        current.step = name
        try:
            result = step(*args, **kwargs)
        finally:
            current.step = ""
        cross(f"{name}.after")
        return result

    return watched


def cross_commit(connection) -> None:  # type: ignore[no-untyped-def]
    if (name := getattr(current, "step", "")) and connection.get_execution_options().get("writes"):
        cross(f"{name}.commit")


def watch(module) -> None:  # type: ignore[no-untyped-def]
    from sqlalchemy import Engine, event

    for name in STEPS:
        setattr(module, name, around(name, getattr(module, name)))
    event.listen(Engine, "commit", cross_commit)


class _Finder:
    """Wraps the steps when ``townreturn.month`` is imported, which tasks do when they begin."""

    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if name != "townreturn.month":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def load_and_watch(module):  # type: ignore[no-untyped-def]
            load(module)
            watch(module)

        spec.loader.exec_module = load_and_watch
        return spec


if "FAULT_POINTS" in os.environ:
    sys.meta_path.insert(0, _Finder())
