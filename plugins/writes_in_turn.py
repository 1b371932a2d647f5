"""Airflow's API server on SQLite: requests that write are worked on one after the other.

Airflow notes every write in its log from the one thread that also ends transactions: of two at once the second waits
there for the first, which that very thread would have to end. Until SQLite gives up, five seconds later, nobody is
answered; the second fails, and so does whatever else was about to write: the triggerer dies of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_ONLY_READING = frozenset(("GET", "HEAD", "OPTIONS"))
_BOARD = "/board/"
"""Writes to the office's own database, and asks Airflow in its turn: it must not hold the turn meanwhile."""


class WritesInTurn:
    """ASGI middleware around all that Airflow serves."""

    def __init__(self, app: App) -> None:
        self._app, self._turn = app, asyncio.Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _ONLY_READING or scope["path"].startswith(_BOARD):
            await self._app(scope, receive, send)
            return
        arrived = await _receive_whole(receive)  # whoever sends slowly holds nobody up
        answer: list[Message] = []
        async with self._turn:
            await self._app(scope, _replay(arrived, receive), _collect(answer))
        for message in answer:  # whoever reads slowly neither
            await send(message)


async def _receive_whole(receive: Receive) -> list[Message]:
    """A request's messages up to the last of its body, or to its end when the sender has gone."""
    arrived = [await receive()]
    while arrived[-1].get("more_body"):
        arrived.append(await receive())
    return arrived


def _collect(answer: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        answer.append(message)

    return keep


def _replay(arrived: list[Message], receive: Receive) -> Receive:
    waiting = iter(arrived)

    async def next_message() -> Message:
        return next(waiting, None) or await receive()

    return next_message


def _middlewares() -> list[dict[str, Any]]:
    """Only where Airflow's own database is SQLite: on PostgreSQL a writer waits without holding the server."""
    on_sqlite = conf.get("database", "sql_alchemy_conn").startswith("sqlite")
    return [{"name": "writes in turn", "middleware": WritesInTurn, "args": [], "kwargs": {}}] if on_sqlite else []


class WritesInTurnPlugin(AirflowPlugin):
    """Puts the middleware around the whole API server."""

    name = "townreturn_writes_in_turn"
    fastapi_root_middlewares = _middlewares()
