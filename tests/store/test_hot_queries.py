"""What the intake, a compilation and the board ask of PostgreSQL reads no large table from its beginning to its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text

from asked_board import asking
from many_towns import add_towns
from posted_letters import Clock, ScriptedChannel
from stored_reports import store_all, store_report
from ten_years import FIRST, publish_periods, write_ten_years_plan
from townreturn import month
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading, writing

IN_HAND = Period("2018-12")
NOW = datetime.fromisoformat("2018-12-29T12:00:00+08:00")
LARGE = 4000
"""Rows from which a table counts as large; of smaller ones PostgreSQL rightly reads all."""

Asked = list[tuple[str, Any]]


@pytest.fixture(scope="module")
def old_office(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """On a PostgreSQL with ten years of many towns, of which the last month is in hand."""
    folder, name = tmp_path_factory.mktemp("many-towns"), f"towns_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
    plan = write_ten_years_plan(folder)
    office = open_office(
        Settings.from_environment({
            "TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": str(plan),
            "TOWNRETURN_DATABASE_URL": postgres.get_uri(database=name),
        })
    )  # fmt: skip
    publish_periods(office, periods_between(Period(FIRST), Period("2018-11")))
    with writing(office.engine, is_limited=False) as tx:
        add_towns(tx)
    month.open_period(office, IN_HAND, NOW - timedelta(days=3), "run", backfilled=False)
    store_all(office, IN_HAND.key, without=("building",))
    with office.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    yield office
    office.engine.dispose()


@contextmanager
def listening(engine: Engine) -> Iterator[Asked]:
    """Every SELECT that is put meanwhile, with its values."""
    asked: Asked = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if (
            statement.startswith("SELECT")
            and " FROM " in statement.replace("\n", " ")
            and "pg_catalog" not in statement
        ):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


def whole_reads(engine: Engine, asked: Asked) -> set[str]:
    """「table: query」 of each large table that PostgreSQL would read whole."""
    found = set()
    with reading(engine) as tx:
        large = set(tx.scalars(text(f"SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= {LARGE}")))
        assert {"reports", "facts", "findings", "events", "sent_back", "intake_runs", "alerts", "messages"} <= large
        for statement, values in {statement: (statement, values) for statement, values in asked}.values():
            (plan,) = tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
            for table in read_whole(plan["Plan"]) & large:
                found.add(f"{table}: {' '.join(statement.split())}")
    return found


def read_whole(node: dict[str, Any]) -> set[str]:
    """The tables that a plan reads from their beginning to their end."""
    below = set[str]().union(*(read_whole(one) for one in node.get("Plans", ())))
    return below | ({node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set())


PAGES = (
    "/", "/?period=2018-11", "/preview", "/preview?period=2018-11", "/figures/2018-11/total/cases_filed/ytd?issue=0",
    "/quality", "/rules", "/history", "/history/2018-11", "/verification/2018-11", "/submissions/{file}",
    "/submissions/{file}/exclusion", "/obligations/2018-12/building", "/reminder/2018-12", "/messages",
    "/decision/2018-12", "/correction/2018-11", "/backfill", "/intake", "/upload", "/unfiled",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_board(old_office: Office, path: str) -> None:
    with reading(old_office.engine) as tx:
        file = tx.scalar(text("SELECT max(id) FROM arrivals WHERE town = 'qingxi'"))
    account = "approver" if "decision" in path else "operator"
    with listening(old_office.engine) as asked:
        assert asking(old_office, NOW)(path.format(file=file), account).status_code == 200
    assert asked or path in ("/rules", "/backfill", "/intake", "/upload")
    assert whole_reads(old_office.engine, asked) == set()


def take_in(office: Office, send: Callable[..., Path]) -> None:
    send(office, "zhujian", IN_HAND.key, received_at=NOW - timedelta(hours=1))
    assert len(month.take_in(office, NOW).taken) == 1


def compile_return(office: Office, send: Callable[..., Path]) -> None:
    store_report(office, "building", IN_HAND.key, number=7)
    month.compile_return(office, IN_HAND, NOW)


def wait_for_reports(office: Office, send: Callable[..., Path]) -> None:
    month.readiness(office, IN_HAND, NOW)


def look_for_corrections(office: Office, send: Callable[..., Path]) -> None:
    month.corrections_due(office, NOW)


@pytest.mark.parametrize("act", [take_in, compile_return, wait_for_reports, look_for_corrections])
def test_a_step(old_office: Office, send: Callable[..., Path], act: Callable[..., None]) -> None:
    with listening(old_office.engine) as asked:
        act(old_office, send)
    assert len(asked) > 3
    assert whole_reads(old_office.engine, asked) == set()


def test_sending_reads_no_more_than_the_town(old_office: Office) -> None:
    """Which letters are unfinished no index can say, for nothing of a letter is ever changed: its town's are read."""
    with listening(old_office.engine) as asked:
        month.send_posted(old_office, [ScriptedChannel()], Clock(NOW))
        month.health_of(old_office, NOW)
    assert any("dispatches" in statement for statement, _ in asked)
    assert {one.split(":")[0] for one in whole_reads(old_office.engine, asked)} <= {"dispatches", "dispatch_results"}


def test_files_of_nobody_are_found_without_all_the_others(old_office: Office) -> None:
    """There are few, so that the newest of them are not among the newest files."""
    with listening(old_office.engine) as asked:
        assert asking(old_office, NOW)("/unfiled", "operator").status_code == 200
    (statement, values) = next(one for one in asked if "arrivals" in one[0])
    with reading(old_office.engine) as tx:
        plan = "\n".join(tx.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    assert "arrivals_unfiled" in plan, plan
