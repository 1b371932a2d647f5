"""Airflow's own database is lost, or an older one restored, in the middle of months; our own store goes on with them.

The tests of each story share one Airflow and run in their order.
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from conserved import require_conserved, require_whole
from three_months import FEBRUARY, JANUARY, MARCH, Approvers, drop_samples, published

from mail_servers import Postbox, connection, mail_server
from plan_of_now import plan_of_now
from site_on_airflow import Site, run_site, wait_for
from townreturn.domain.period import Period
from townreturn.operating.airflow_process import stop_airflow
from townreturn.operating.environment import INBOX
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening, recent_alerts

pytestmark = pytest.mark.faults
UNITS = ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang")
QUIET_SECONDS = 30


@dataclass(frozen=True)
class Running:
    site: Site
    sent: dict[str, bytes]
    older: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("lost-airflow-database")
    for site in run_site(folder / "home"):
        yield Running(site, drop_samples(site, folder / "samples"), folder / "older.db")


def database_of(site: Site) -> Path:
    return site.installation.folder / "airflow.db"


def lose_database(site: Site, older: Path | None = None) -> None:
    """Airflow stops, its database is gone or an older one is in its place, and Airflow starts."""
    stop_airflow(site.installation)
    for path in site.installation.folder.glob("airflow.db*"):
        path.unlink()
    if older is not None:
        database_of(site).write_bytes(older.read_bytes())
    site.up()


def copy_database(site: Site, to: Path) -> None:
    with closing(sqlite3.connect(database_of(site))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def await_publication(site: Site, period: Period) -> None:
    approvers = Approvers(site)

    def look() -> bool | None:
        approvers.answer()
        return True if period.key in published(site) else None

    wait_for(f"the publication of {period}", look, seconds=400)


def alerts(site: Site) -> list[str]:
    with reading(site.office.engine) as tx:
        return [one.text for one in recent_alerts(tx, site.office.plans.town_code, 1000)]


def holder_of(site: Site, period: str) -> str:
    with reading(site.office.engine) as tx:
        opening = find_opening(tx, site.office.plans.town_code, period)
    assert opening is not None
    return opening.run_id


def test_the_database_is_lost_while_one_month_is_asked_about_and_another_waits(running: Running) -> None:
    """The first is started by hand, the second by a backfill."""
    site = running.site
    site.backfill(JANUARY.key, MARCH.key)
    await_publication(site, JANUARY)
    site.question_of(FEBRUARY.key)
    copy_database(site, running.older)
    lost = {key: site.run_of(key).run_id for key in (FEBRUARY.key, MARCH.key)}
    lose_database(site)
    with site.client() as client:
        assert {client.find_run(run_id) for run_id in lost.values()} == {None}, "nothing is known of them"
        client.trigger(FEBRUARY.key)
    site.backfill(MARCH.key, MARCH.key)
    await_publication(site, FEBRUARY)
    assert site.wait_until_over(site.run_of(FEBRUARY.key).run_id) == "success"
    site.question_of(MARCH.key)
    for period, run_id in lost.items():
        assert holder_of(site, period) == site.run_of(period).run_id != run_id
        assert [text for text in alerts(site) if run_id in text and "释放" in text], "and operators are told"


def test_an_older_database_is_restored(running: Running) -> None:
    """It still asks about February, which is out by now, and still waits with March."""
    site = running.site
    lose_database(site, running.older)
    old = site.run_of(FEBRUARY.key)
    assert old.is_going_on
    await_publication(site, MARCH)
    assert site.wait_until_over(site.run_of(MARCH.key).run_id) == "success"
    with site.client() as client:
        client.announce(INBOX)  # or in ten minutes
    assert site.wait_until_over(old.run_id) == "success", "there is nothing left for it to do"


def test_nothing_is_lost_and_nothing_published_twice(running: Running) -> None:
    site = running.site
    folders = sorted(path.name for path in (site.office.home / "outbox").glob("*/issue-*"))
    assert folders == ["issue-0"] * 3
    require_conserved(site.office, running.sent)


@dataclass(frozen=True)
class Written:
    site: Site
    postbox: Postbox


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """A month that has begun, and whose workbooks every unit was sent."""
    folder = tmp_path_factory.mktemp("letters-before-the-loss")
    with mail_server() as postbox:
        mail = json.dumps(connection(postbox.port))
        settings = {"TOWNRETURN_PLAN": str(plan_of_now(folder)), "AIRFLOW_CONN_TOWNRETURN_SMTP": mail}
        for site in run_site(folder / "home", **settings):
            wait_for("a letter to every unit", lambda: True if len(postbox.envelopes) >= len(UNITS) else None)
            yield Written(site, postbox)


def test_the_database_is_lost_after_the_months_letters(written: Written) -> None:
    """The month begins anew in Airflow by itself, and goes on where it was; nobody is written to again."""
    site = written.site
    with site.client() as client:
        [(period, lost)] = client.newest_runs().items()
    lose_database(site)
    anew = site.run_of(period)
    assert anew.run_id != lost.run_id
    wait_for("the wait", lambda: True if site.states(anew.run_id)["await_submissions"] == "deferred" else None)
    time.sleep(QUIET_SECONDS)
    assert holder_of(site, period) == anew.run_id
    addressees = Counter(address for one in written.postbox.envelopes for address in one.rcpt_tos)
    assert addressees == {f"{unit}@qingxi.example": 1 for unit in UNITS}
    require_whole(site.office)
