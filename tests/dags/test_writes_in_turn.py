"""Of requests that write, Airflow's API server on SQLite works on one at a time; reading and the board go on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from writes_in_turn import WritesInTurn, _middlewares

Message = dict[str, Any]


class Served:
    """An app that is inside every request until it is let out, and keeps what it was sent."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.bodies: list[bytes] = []
        self.out = asyncio.Event()

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], _send: object) -> None:
        self.inside.append(f"{scope['method']} {scope['path']}")
        message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            self.bodies.append(message.get("body", b""))
        await self.out.wait()


def ask(app: WritesInTurn, method: str, path: str, *pieces: bytes, last: bool = True) -> "asyncio.Task[None]":
    """A request whose body comes in pieces; without the last one it stays open."""
    messages: asyncio.Queue[Message] = asyncio.Queue()
    for number, piece in enumerate(pieces or (b"",), start=1):
        more = number < len(pieces) or not last
        messages.put_nowait({"type": "http.request", "body": piece, "more_body": more})

    async def send(_message: Message) -> None: ...

    scope = {"type": "http", "method": method, "path": path}
    return asyncio.ensure_future(app(scope, messages.get, send))  # type: ignore[arg-type]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def run(story: Callable[[WritesInTurn, Served], Awaitable[None]]) -> None:
    async def told() -> None:
        served = Served()
        await story(WritesInTurn(served), served)  # type: ignore[arg-type]

    asyncio.run(told())


def test_of_two_writes_the_second_begins_when_the_first_is_over() -> None:
    async def story(app: WritesInTurn, served: Served) -> None:
        asked = [ask(app, "POST", "/api/v2/assets/events"), ask(app, "PATCH", "/execution/task-instances/1/run")]
        await settle()
        assert served.inside == ["POST /api/v2/assets/events"]
        served.out.set()
        await asyncio.gather(*asked)
        assert served.inside == ["POST /api/v2/assets/events", "PATCH /execution/task-instances/1/run"]

    run(story)


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v2/dags"), ("HEAD", "/"), ("POST", "/board/upload")])
def test_reading_and_the_board_wait_for_no_turn(method: str, path: str) -> None:
    async def story(app: WritesInTurn, served: Served) -> None:
        asked = [ask(app, "POST", "/auth/token"), ask(app, method, path)]
        await settle()
        assert served.inside == ["POST /auth/token", f"{method} {path}"]
        served.out.set()
        await asyncio.gather(*asked)

    run(story)


def test_whoever_sends_slowly_holds_nobody_up() -> None:
    async def story(app: WritesInTurn, served: Served) -> None:
        slow = ask(app, "POST", "/auth/token", b"half", last=False)
        quick = ask(app, "POST", "/api/v2/backfills", b"a", b"b")
        await settle()
        assert served.inside == ["POST /api/v2/backfills"]
        served.out.set()
        await quick
        slow.cancel()

    run(story)


def test_a_body_arrives_as_it_was_sent() -> None:
    async def story(app: WritesInTurn, served: Served) -> None:
        served.out.set()
        await ask(app, "POST", "/api/v2/backfills", b"one ", b"two ", b"three")
        assert served.bodies == [b"one ", b"two ", b"three"]

    run(story)


def test_a_failure_gives_the_turn_on() -> None:
    class Failing:
        async def __call__(self, *_given: object) -> None:
            raise ValueError("the app failed")

    async def story() -> None:
        app = WritesInTurn(Failing())  # type: ignore[arg-type]
        for _ in range(2):
            with pytest.raises(ValueError, match="the app failed"):
                await ask(app, "POST", "/auth/token")

    asyncio.run(asyncio.wait_for(story(), 5))


@pytest.mark.parametrize(
    ("url", "count"), [("sqlite:////srv/airflow.db?timeout=30", 1), ("postgresql://airflow@postgres/airflow", 0)]
)
def test_only_sqlite_needs_it(monkeypatch: pytest.MonkeyPatch, url: str, count: int) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", url)
    assert len(_middlewares()) == count


def test_whoever_reads_slowly_holds_nobody_up() -> None:
    async def answer_at_once(_scope: Message, _receive: object, send: Callable[[Message], Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    async def story() -> None:
        app = WritesInTurn(answer_at_once)  # type: ignore[arg-type]
        scope, sent = {"type": "http", "method": "POST", "path": "/auth/token"}, []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def never(_message: Message) -> None:
            await asyncio.Event().wait()

        async def send(message: Message) -> None:
            sent.append(message["type"])

        slow = asyncio.ensure_future(app(scope, receive, never))
        await settle()
        await app(scope, receive, send)
        assert sent == ["http.response.start", "http.response.body"]
        slow.cancel()

    asyncio.run(asyncio.wait_for(story(), 5))
