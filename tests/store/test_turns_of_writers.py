"""Who waits for whom: writers of one scope, and those without one for all."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine

from townreturn.office import Office
from townreturn.store.engine import writing

PATIENCE = 0.3
"""Seconds in which a writer that need not wait has long begun."""


def hold(engine: Engine, scopes: tuple[str, ...], begun: Event, end: Event) -> None:
    with writing(engine, *scopes):
        begun.set()
        end.wait(timeout=30)


def begins_beside(engine: Engine, first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether the second writer begins before the first has ended."""
    events = [Event() for _ in range(4)]
    with ThreadPoolExecutor(2) as pool:
        start: Callable[..., Future[Any]] = pool.submit
        running = [start(hold, engine, first, events[0], events[1])]
        assert events[0].wait(timeout=30)
        running.append(start(hold, engine, second, events[2], events[3]))
        began = events[2].wait(timeout=PATIENCE)
        events[1].set()
        assert events[2].wait(timeout=30), "it begins at the latest when the first has ended"
        events[3].set()
        for one in running:
            one.result(timeout=30)
    return began


@pytest.mark.parametrize(
    ("first", "second", "beside"),
    [
        (("town/2018-01",), ("town/2018-02",), True),
        (("town/2018-01", "town/intake"), ("town/2018-02",), True),
        (("town/2018-01",), ("town/2018-01",), False),
        (("town/2018-01", "town/intake"), ("town/2018-02", "town/intake"), False),
        ((), ("town/2018-01",), False),
        (("town/2018-01",), (), False),
        ((), (), False),
    ],
)
def test_only_writers_of_one_scope_wait(
    office: Office, first: tuple[str, ...], second: tuple[str, ...], beside: bool
) -> None:
    """SQLite has one writer at a time whatever the scopes."""
    assert begins_beside(office.engine, first, second) is (beside and office.engine.dialect.name == "postgresql")


def test_scopes_in_whatever_order_never_wait_for_each_other_for_ever(office: Office) -> None:
    scopes = [f"town/{number}" for number in range(6)]

    def write(number: int) -> None:
        for _ in range(10):
            with writing(office.engine, *(scopes if number % 2 else scopes[::-1])):
                pass

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(write, number) for number in range(4)]:
            one.result(timeout=60)
