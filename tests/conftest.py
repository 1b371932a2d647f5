"""What tests of every room share: the plans, an office on each engine, and files to put in its inbox."""

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings

from drawn_once import drawing_once
from filled_workbook import FilledWorkbook
from kept_office import keep_office
from own_postgres import run_postgres
from published_months import publish_months
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.month import take_in
from townreturn.office import Office, open_office
from townreturn.plans import load_plan_book
from townreturn.settings import Settings
from townreturn.store.engine import connect
from townreturn.store.migrations import migrate

# How long an example takes says nothing of the program on a machine that others use too.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

Edit = Callable[[FilledWorkbook], object]

gc.set_threshold(100_000, 20, 20)
"""Tests make much and keep little: Python's own 700 takes an eighth of their time, going through what stays."""


@pytest.fixture(autouse=True, scope="module")
def pictures_drawn_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each picture drawn once, but in tests/publishing, where they are the matter."""
    with nullcontext() if "publishing" in request.path.parts else drawing_once():
        yield


@pytest.fixture(scope="session")
def plans() -> PlanBook:
    return load_plan_book(["qingxi-2018"])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A real PostgreSQL of this test session's own, with one migrated database to copy from."""
    yield from run_postgres("townreturn-pg")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy from: bringing up a new one takes a twentieth of a second each time."""
    path = tmp_path_factory.mktemp("migrated") / "townreturn.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """An empty SQLite database, migrated."""
    return f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'townreturn.db')}"


@pytest.fixture
def postgres_url(postgres: Any) -> Iterator[str]:
    """The same on PostgreSQL."""
    name = f"test_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
    yield postgres.get_uri(database=name)
    postgres.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite_url", "postgres_url"], ids=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each engine in turn, migrated."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office on each engine in turn."""
    yield from _opened(tmp_path, database_url)


@pytest.fixture
def small_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite, for tests in which the engine plays no part."""
    yield from _opened(tmp_path, sqlite_url)


@pytest.fixture(scope="session")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an office that has published January and February of 2018; to be read and to be copied."""
    return keep_office(tmp_path_factory.mktemp("two-months") / "home", publish_months).home


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Any:
    """Where ``keep_office`` keeps a database, each engine in turn: nothing for SQLite, or PostgreSQL."""
    return request.getfixturevalue("postgres") if request.param == "postgresql" else None


def _opened(folder: Path, url: str) -> Iterator[Office]:
    home = folder / "home"
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home), "TOWNRETURN_DATABASE_URL": url}))
    yield office
    office.engine.dispose()


@pytest.fixture(scope="session")
def filled(plans: PlanBook) -> Callable[..., FilledWorkbook]:
    """``filled(unit, period)``: a filled workbook to spoil and save."""

    def fill(unit: str, period: str, *edits: Edit) -> FilledWorkbook:
        plan = plans.plans[0]
        book = FilledWorkbook(plan, plan.unit_by_code[unit], Period(period))
        for edit in edits:
            edit(book)
        return book

    return fill


@pytest.fixture
def send(filled: Callable[..., FilledWorkbook], plans: PlanBook) -> Callable[..., Path]:
    """``send(office, unit, period, *edits)``: a filled workbook in the inbox, dated the day after reporting opens.

    Each is dated a second after the one before: of files received at one instant, the hash decides.
    """
    seconds = count()

    def put(
        office: Office, unit: str, period: str, *edits: Edit, name: str = "", received_at: datetime | None = None
    ) -> Path:
        path = Path(office.inbox.path) / (name or f"{unit}-{period}.xlsx")
        by_default = a_day_after_opening(plans, period) + timedelta(seconds=next(seconds))
        return filled(unit, period, *edits).save(path, received_at or by_default)

    return put


@pytest.fixture
def bring_in(send: Callable[..., Path], plans: PlanBook) -> Callable[[Office, str], datetime]:
    """``bring_in(office, period)``: every lead unit's workbook taken in; the time at which it was."""

    def bring(office: Office, period: str, *, without: tuple[str, ...] = ()) -> datetime:
        for unit in plans.in_force(Period(period)).reporting_units:
            if unit.code not in without:
                send(office, unit.code, period)
        now = a_day_after_opening(plans, period) + timedelta(minutes=5)
        take_in(office, now)
        return now

    return bring


def a_day_after_opening(plans: PlanBook, period: str) -> datetime:
    return (plans.calendar.end(Period(period)) + timedelta(days=1, hours=10)).astimezone(UTC)
