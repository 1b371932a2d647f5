"""On PostgreSQL nobody waits for ever: who waited too long is told so, and nothing half done is kept."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import OperationalError

from asked_board import asking
from published_months import AFTER_DUE, publish_months
from townreturn import month
from townreturn.domain.errors import Unavailable
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import connect, reading, writing
from townreturn.store.migrations import migrate, migrating
from townreturn.store.periods import Alert, recent_alerts, record_alert
from townreturn.store.schema import arrivals

NAMES = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "application_name")
NOW = datetime(2018, 3, 1, tzinfo=UTC)


def with_options(url: str, **limits: str) -> str:
    """The URL as an operator would write it."""
    options = "%20".join(f"-c%20{name}%3D{value}" for name, value in limits.items())
    return f"{url}{'&' if '?' in url else '?'}options={options}"


def shown(tx: Connection) -> list[str]:
    return [str(tx.scalar(text(f"SHOW {name}"))) for name in NAMES]


@pytest.fixture
def engine_with(postgres_url: str) -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def open_with(**limits: str) -> Engine:
        engines.append(connect(with_options(postgres_url, **limits) if limits else postgres_url))
        return engines[-1]

    yield open_with
    for one in engines:
        one.dispose()


@contextmanager
def held(engine: Engine, *scopes: str) -> Iterator[None]:
    """Another writer of these scopes, for as long as this lasts."""
    begun, end = Event(), Event()

    def hold() -> None:
        with writing(engine, *scopes):
            begun.set()
            end.wait(timeout=60)

    holder = Thread(target=hold)
    holder.start()
    assert begun.wait(timeout=30)
    try:
        yield
    finally:
        end.set()
        holder.join()


@pytest.mark.parametrize("transaction", [reading, writing])
def test_every_transaction_has_limits_and_a_name(engine_with: Callable[..., Engine], transaction: Any) -> None:
    with transaction(engine_with()) as tx:
        assert shown(tx) == ["2min", "3min", "10min", "townreturn"]


def test_the_url_goes_before_them(engine_with: Callable[..., Engine], postgres_url: str) -> None:
    with reading(engine_with(statement_timeout="77s", work_mem="9MB")) as tx:
        assert shown(tx) == ["2min", "77s", "10min", "townreturn"]
        assert tx.scalar(text("SHOW work_mem")) == "9MB"
    engine = connect(f"{postgres_url}&connect_timeout=7&application_name=drill")
    with reading(engine) as tx:
        assert shown(tx)[3] == "drill"
        told = tx.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    engine.dispose()
    assert told["connect_timeout"] == "7"


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = connect(f"postgresql://a:b@127.0.0.1:{silent.getsockname()[1]}/c?connect_timeout=2")
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="timeout"), reading(engine):
            pass
        assert time.monotonic() - begun < 10


def test_a_writer_waits_for_another_no_longer_than_the_limit(engine_with: Callable[..., Engine]) -> None:
    holder, waiter = engine_with(), engine_with(lock_timeout="300ms")
    with (
        held(holder, "town/2018-01"),
        pytest.raises(Unavailable, match="一直在等别的操作做完"),
        writing(waiter, "town/2018-01"),
    ):
        pytest.fail("it was not its turn")
    with writing(waiter, "town/2018-01"):  # afterwards it is, on the same connection
        pass


@pytest.fixture
def hurried_office(postgres_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office that waits for a lock for a moment only."""
    url = with_options(postgres_url, lock_timeout="300ms")
    settings = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_DATABASE_URL": url}
    office = open_office(Settings.from_environment(settings))
    yield office
    office.engine.dispose()


def test_an_intake_that_waits_in_vain_leaves_nothing_half_done(
    hurried_office: Office, send: Callable[..., Path]
) -> None:
    send(hurried_office, "zhujian", "2018-01")
    town = hurried_office.plans.town_code
    with held(hurried_office.engine, f"{town}/intake"), pytest.raises(Unavailable, match="没有做成"):
        month.take_in(hurried_office, AFTER_DUE)
    with reading(hurried_office.engine) as tx:
        assert tx.execute(select(arrivals)).all() == []
    assert list(hurried_office.receipts.rglob("*.*")) == []
    assert [one.name for one in Path(hurried_office.inbox.path).iterdir()] == ["zhujian-2018-01.xlsx"]
    assert len(month.take_in(hurried_office, AFTER_DUE).taken) == 1


def test_a_statement_beyond_the_limit_undoes_its_transaction(engine_with: Callable[..., Engine]) -> None:
    engine = engine_with(statement_timeout="200ms")
    with pytest.raises(Unavailable, match="用时太长"), writing(engine) as tx:  # noqa: PT012
        record_alert(tx, "qingxi", Alert(NOW, "", "提醒"))
        tx.execute(text("SELECT pg_sleep(20)"))
    with reading(engine) as tx:
        assert recent_alerts(tx, "qingxi") == []


def test_whoever_falls_silent_loses_its_turn(engine_with: Callable[..., Engine]) -> None:
    engine = engine_with(idle_in_transaction_session_timeout="200ms")
    with pytest.raises(Unavailable, match="停顿太久"), writing(engine, "town/2018-01") as tx:  # noqa: PT012
        record_alert(tx, "qingxi", Alert(NOW, "", "提醒"))
        time.sleep(1)
        with writing(engine_with(lock_timeout="1s"), "town/2018-01"):
            pass
        record_alert(tx, "qingxi", Alert(NOW, "", "提醒"))
    with reading(engine) as tx:
        assert recent_alerts(tx, "qingxi") == []


def test_a_migration_takes_as_long_as_it_takes(postgres: Any) -> None:
    """Its statements, and its waiting for another's; the limits hold again after it."""
    name = f"slow_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name}")
    limits = {"lock_timeout": "100ms", "statement_timeout": "150ms", "idle_in_transaction_session_timeout": "200ms"}
    engine = connect(with_options(postgres.get_uri(database=name), **limits))
    with migrating(engine) as tx:
        assert shown(tx)[:3] == ["0", "0", "0"]
    with reading(engine) as tx:
        assert shown(tx)[:3] == ["100ms", "150ms", "200ms"]
    holder = connect(postgres.get_uri(database=name))
    with held(holder):
        waiting = Thread(target=migrate, args=(engine,))
        waiting.start()
        time.sleep(1)
        assert waiting.is_alive(), "it waits longer than lock_timeout"
    waiting.join(timeout=60)
    with reading(engine) as tx:
        assert recent_alerts(tx, "qingxi") == []
    engine.dispose()
    holder.dispose()


def test_the_board_says_so(hurried_office: Office) -> None:
    ask = asking(hurried_office)
    with hurried_office.engine.begin() as tx:
        tx.execute(text("LOCK TABLE openings IN ACCESS EXCLUSIVE MODE"))
        answer, in_english = ask("/"), ask("/", accept_language="en")
    assert (answer.status_code, in_english.status_code) == (503, 503)
    assert "一直在等别的操作做完" in answer.text
    assert "The database is busy" in in_english.text
    assert ask("/").status_code == 200


def test_a_step_holds_one_connection_at_a_time(office: Office) -> None:
    """What docs/compose.md counts with."""
    publish_months(office)
    assert office.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
