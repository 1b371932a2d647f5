"""One schema on both engines: migrations, times, money, turns of writers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select
from sqlalchemy.exc import InternalError, StatementError

from stored_reports import accepted_figures, make_report, record_report, store_report
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.slot import Slot
from townreturn.office import Office
from townreturn.store.engine import connect, reading, writing
from townreturn.store.migrations import migrate
from townreturn.store.periods import Alert, recent_alerts, record_alert
from townreturn.store.reports import latest_reports
from townreturn.store.schema import arrivals, facts, metadata, reports

CHINA = timezone(timedelta(hours=8))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    url, name = f"sqlite:///{tmp_path / 'empty.db'}", f"empty_{uuid4().hex}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.psql(f"CREATE DATABASE {name}")
        url = server.get_uri(database=name)
    engine = connect(url)
    yield engine
    engine.dispose()


def test_migrating_from_empty_gives_exactly_the_schema(empty_engine: Engine) -> None:
    migrate(empty_engine)
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_several_processes_may_migrate_at_once(empty_engine: Engine) -> None:
    start = Barrier(3)

    def migrate_together() -> None:
        start.wait()
        migrate(empty_engine)

    with ThreadPoolExecutor(3) as pool:
        for run in [pool.submit(migrate_together) for _ in range(3)]:
            run.result(timeout=60)
    migrate(empty_engine)
    with reading(empty_engine) as tx:
        assert tx.execute(select(arrivals)).all() == []


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2018, 3, 31, 23, 59, 59, 500000, tzinfo=CHINA),
        datetime(2018, 4, 1, tzinfo=CHINA),
        datetime(2018, 2, 28, 16, 0, 0, 1, tzinfo=UTC),
        datetime(1, 1, 2, tzinfo=UTC),
    ],
)
def test_times_come_back_as_the_same_aware_instant(office: Office, instant: datetime) -> None:
    with writing(office.engine) as tx:
        record_alert(tx, "qingxi", Alert(instant, "2018-03", "提醒"))
    with reading(office.engine) as tx:
        (stored,) = recent_alerts(tx, "qingxi")
    assert stored.raised_at == instant
    assert stored.raised_at.tzinfo is not None


def test_stored_times_sort_as_they_pass(office: Office) -> None:
    instants = [datetime(2018, 3, 31, 16, tzinfo=UTC), datetime(2018, 3, 31, 23, 59, tzinfo=CHINA)]
    with writing(office.engine) as tx:
        for number, instant in enumerate(instants):
            record_report(tx, office.plans.plans[0], make_report(office.plans.plans[0], "building", {}), "2018-03",
                          number=number, received_at=instant)  # fmt: skip
    with reading(office.engine) as tx:
        ordered = list(tx.scalars(select(arrivals.c.received_at).order_by(arrivals.c.received_at)))
    assert ordered == sorted(instants)


def test_a_naive_time_is_refused(office: Office) -> None:
    with pytest.raises(StatementError, match="naive"), writing(office.engine) as tx:
        record_alert(tx, "qingxi", Alert(datetime(2018, 3, 1), "2018-03", "提醒"))  # noqa: DTZ001
    with reading(office.engine) as tx:
        assert recent_alerts(tx, "qingxi") == []


def test_money_is_exact(office: Office) -> None:
    values = {"food_drug": "0.1", "building": "0.2", "tobacco": "0.29", "agricultural": "9999999999.99"}
    for category, value in values.items():
        store_report(office, category, "2018-01", {"goods_value": value})
    with reading(office.engine) as tx:
        stored = {one.category: one.value for one in accepted_figures(tx, "qingxi", ["2018-01"])
                  if one.indicator == "goods_value"}  # fmt: skip
        scaled = set(tx.scalars(select(facts.c.scaled).where(facts.c.indicator == "goods_value")))
    # 0.10 + 0.20 + 0.29 + 9999999999.99 = 10000000000.58
    assert str(sum(stored.values())) == "10000000000.58"
    assert scaled == {10, 20, 29, 999999999999}


def test_two_writers_of_one_obligation_take_turns(office: Office) -> None:
    start = Barrier(4)

    def write(number: int) -> None:
        start.wait()
        store_report(office, "building", "2018-01", {"cases_filed": number}, number=number)

    with ThreadPoolExecutor(4) as pool:
        for run in [pool.submit(write, number) for number in range(4)]:
            run.result(timeout=60)
    with reading(office.engine) as tx:
        assert sorted(tx.scalars(select(reports.c.entry_number))) == [1, 2, 3, 4]
        assert latest_reports(tx, "qingxi", "2018-01")[Slot("building")].revision == 4


def test_a_failed_transaction_leaves_nothing(office: Office, plans: PlanBook) -> None:
    plan = plans.plans[0]

    def fail_half_way() -> None:
        with writing(office.engine) as tx:
            record_report(tx, plan, make_report(plan, "building", {}), "2018-01")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with reading(office.engine) as tx:
        assert tx.execute(select(arrivals)).all() == []
        assert latest_reports(tx, "qingxi", "2018-01") == {}


def test_a_reading_sees_one_state_and_writes_nothing(office: Office) -> None:
    with reading(office.engine) as tx:
        before = tx.execute(select(reports)).all()
        store_report(office, "building", "2018-01")
        assert tx.execute(select(reports)).all() == before == []
    with reading(office.engine) as tx:
        assert len(tx.execute(select(reports)).all()) == 1
    if office.engine.dialect.name == "postgresql":
        with pytest.raises(InternalError, match="read-only"), reading(office.engine) as tx:
            record_alert(tx, "qingxi", Alert(datetime(2018, 3, 1, tzinfo=UTC), "", "提醒"))


def test_towns_do_not_see_each_other(office: Office, plans: PlanBook) -> None:
    plan = plans.plans[0]
    with writing(office.engine) as tx:
        record_report(tx, plan, make_report(plan, "building", {"cases_filed": 3}), "2018-01", town="liuhe")
    with reading(office.engine) as tx:
        assert accepted_figures(tx, "qingxi", ["2018-01"]) == []
        assert len(accepted_figures(tx, "liuhe", ["2018-01"])) == 30


@pytest.mark.parametrize("url", ["no url", "oracle://x/y", "mysql+nothing://x"])
def test_a_wrong_database_url_is_one_sentence(url: str) -> None:
    with pytest.raises(ConfigurationFault, match="TOWNRETURN_DATABASE_URL 不是可用的数据库地址"):
        connect(url)
