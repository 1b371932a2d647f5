"""What operators do and are told in a running Airflow: an extension by the form, a return that is not out in time."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from site_on_airflow import Site, run_site, wait_for

from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period, periods_between
from townreturn.plans import PACKAGED
from townreturn.store.adjustments import list_adjustments
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.periods import recent_alerts

pytestmark = pytest.mark.e2e


def plan_of_now(folder: Path) -> Path:
    """The packaged plan as it would be for these months: due in a year, so that nothing is late by itself."""
    data = yaml.safe_load((PACKAGED / "qingxi-2018.yaml").read_text("utf-8"))
    now = datetime.now(UTC)
    this = Period.of(now.year, now.month)
    data["validity"] = {
        "first": Period.of(this.year, this.month - 2).key,
        "last": Period.of(this.year, this.month + 2).key,
    }
    data["calendar"]["due"]["month_offset"] = 12
    data["contacts"] = {"operators": ["clerk@qingxi.example"]}
    path = folder / "qingxi-now.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("obligations")
    yield from run_site(folder / "home", TOWNRETURN_PLAN=str(plan_of_now(folder)))


def newest_closed(site: Site) -> Period:
    return site.office.plans.calendar.last_closed(datetime.now(UTC))


def test_an_operator_extends_an_obligation_by_the_form(site: Site) -> None:
    period = newest_closed(site)
    regular = site.office.plans.calendar.due_at(period)
    until = (regular + timedelta(days=2)).date()
    form = {"category": "building", "decision": "extended", "until": str(until), "reason": "系统停电"}
    with site.client() as client:
        run_id = client.trigger(period.key, dag_id="adjust_obligation", **form)
    assert site.wait_until_over(run_id, "adjust_obligation") == "success"
    with reading(site.office.engine) as tx:
        [(obligation, adjustment)] = list_adjustments(tx, "qingxi", period.key)
    assert (obligation[1:], adjustment.kind) == (("zhujian", "building"), AdjustmentKind.EXTENDED)
    assert (adjustment.account, adjustment.reason) == ("operator", "系统停电")
    assert adjustment.due_at == regular + timedelta(days=3), "to the end of that day"


def test_a_form_that_makes_no_sense_ends_the_run_and_leaves_nothing(site: Site) -> None:
    period = newest_closed(site).previous
    with site.client() as client:
        run_id = client.trigger(
            period.key, dag_id="adjust_obligation", category="building", decision="restored", reason="改回"
        )
    assert site.wait_until_over(run_id, "adjust_obligation") == "failed"
    with reading(site.office.engine) as tx:
        assert list(list_adjustments(tx, "qingxi", period.key)) == []


def test_operators_are_alerted_when_a_return_is_not_out_in_time(site: Site) -> None:
    """Airflow has the deadline of the run by our calendar; the test moves it into the past."""
    period = newest_closed(site)
    site.run_of(period.key)
    database = sqlite3.connect(site.installation.folder / "airflow.db", timeout=60)
    with database:
        [(watched,)] = database.execute("SELECT deadline_time FROM deadline").fetchall()
        calendar = site.office.plans.calendar
        assert datetime.fromisoformat(watched).replace(tzinfo=UTC) > calendar.due_at(period)
        database.execute("UPDATE deadline SET deadline_time = '2018-01-01 00:00:00.000000'")
    database.close()

    def told() -> str | None:
        with reading(site.office.engine) as tx:
            return next((one.text for one in recent_alerts(tx, "qingxi") if "还没有发布" in one.text), None)

    assert wait_for("the alert", told).startswith(f"{period} 的月报到 ")
    with reading(site.office.engine) as tx:
        [message] = [one for one in list_messages(tx, "qingxi") if one.kind == "alert"]
    assert (message.to, message.period) == (("clerk@qingxi.example",), period.key)


def test_a_backfill_has_no_deadline(site: Site) -> None:
    first = Period(site.office.plans.plans[0].validity.first)
    assert periods_between(first, newest_closed(site))[0] == first
    site.backfill(first.key)
    run_id = site.run_of(first.key).run_id
    database = sqlite3.connect(site.installation.folder / "airflow.db", timeout=60)
    query = "SELECT count(*) FROM deadline JOIN dag_run ON dag_run.id = deadline.dagrun_id WHERE run_id = ?"
    assert database.execute(query, [run_id]).fetchone() == (0,)
    database.close()
