"""发起更正 by the board: what would change, the order in the record, the run in Airflow; else why there is none."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from starlette.requests import Request

from airflow_edge import AirflowEdge, run_row
from asked_board import Ask, asking
from filled_workbook import FilledWorkbook
from published_months import publish_newest
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.airflow_client import AirflowClient, Run
from townreturn.store.engine import reading
from townreturn.store.trail import read_chain
from townreturn.wording import say

JANUARY = Period("2018-01")
IN_MAY = datetime.fromisoformat("2018-05-10T09:30:00+08:00")
LATER = IN_MAY + timedelta(minutes=5)
GIVEN = {"reason": "住建局来电更正", "confirmed": "true"}


@pytest.fixture
def office(small_office: Office, bring_in: Callable[[Office, str], datetime]) -> Office:
    """January, published."""
    month.open_period(small_office, JANUARY, datetime.fromisoformat("2018-01-26T00:00:00+08:00"), "", backfilled=False)
    now = bring_in(small_office, JANUARY.key)
    publish_newest(small_office, month.compile_return(small_office, JANUARY, now))
    return small_office


@pytest.fixture
def changed(office: Office, send: Callable[..., Path]) -> None:
    """建材 has filed four cases, not three."""
    send(office, "zhujian", JANUARY.key, one_more_case, name="corrected.xlsx", received_at=IN_MAY)
    month.take_in(office, LATER)


def one_more_case(book: FilledWorkbook) -> None:
    book.put("cases_filed", 4)
    book.put("cases_pending", 5)
    book.add_entry("explanations", {"indicator": "", "finding": "与已发布的数字不同", "reason": "台账漏统计一宗"})


@pytest.fixture
def airflow() -> AirflowEdge:
    return AirflowEdge()


@pytest.fixture
def ask(office: Office, airflow: AirflowEdge) -> Ask:
    return asking(office, LATER, airflow.open)


def ordered(office: Office) -> list[tuple[str, object, object]]:
    with reading(office.engine) as tx:
        chain = read_chain(tx, "qingxi-2018", JANUARY.key)
    return [
        (one.event.kind.value, one.event.details["account"], one.event.details["reason"])
        for one in chain
        if one.event.kind in (EventKind.CORRECTION_ORDERED, EventKind.BACKFILL_ORDERED)
    ]


@pytest.mark.usefixtures("changed")
def test_what_would_change_is_shown_and_a_run_started(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    page = ask("/correction/2018-01", "operator").text
    assert "拟第1次更正" in page
    assert "台账漏统计一宗" in page
    answer = ask("/correction/2018-01", "operator", "POST", GIVEN)
    assert answer.status_code == 200
    assert "已发起：拟 2018-01 第1次更正" in answer.text
    assert "/board/../dags/corrections/runs/manual__1" in answer.text
    assert airflow.told == [
        (
            "POST",
            "/dags/corrections/dagRuns",
            {"logical_date": None, "conf": {"period": "2018-01"}, "partition_key": None},
        )
    ]
    assert ordered(office) == [("correction_ordered", "operator", "住建局来电更正")]


def test_where_nothing_has_changed_it_is_said_and_nothing_started(
    office: Office, ask: Ask, airflow: AirflowEdge
) -> None:
    assert "2018-01 不作更正：已发布的数字和文字没有变化" in ask("/correction/2018-01", "operator").text
    answer = ask("/correction/2018-01", "operator", "POST", GIVEN)
    assert answer.status_code == 409
    assert (ordered(office), airflow.told) == ([], [])


def test_what_is_not_published_is_not_corrected(ask: Ask) -> None:
    assert "2018-02 还没有发布" in ask("/correction/2018-02", "operator").text
    assert ask("/correction/2018-02", "operator", "POST", GIVEN).status_code == 409


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("run_id", ["event__1", "manual__1"])
@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_a_run_has_in_hand_is_not_started_twice(
    office: Office, ask: Ask, airflow: AirflowEdge, run_id: str, state: str
) -> None:
    """Be it one that has proposed it already, or one that has only been started."""
    month.propose_correction(office, JANUARY, "event__1", LATER)
    airflow.runs = [run_row(run_id, JANUARY.key, state, dag_id="corrections")]
    assert "/dags/corrections/runs/event__1" in ask("/correction/2018-01", "operator").text
    answer = ask("/correction/2018-01", "operator", "POST", GIVEN)
    assert answer.status_code == 409
    assert "已有运行在办理" in answer.text
    assert (ordered(office), airflow.told) == ([], [])
    airflow.runs = [run_row(run_id, JANUARY.key, "failed", dag_id="corrections")]
    assert ask("/correction/2018-01", "operator", "POST", GIVEN).status_code == 200


@pytest.mark.usefixtures("changed")
def test_another_periods_run_is_in_nobodys_way(ask: Ask, airflow: AirflowEdge) -> None:
    airflow.runs = [run_row("event__1", "2018-02", dag_id="corrections")]
    assert ask("/correction/2018-01", "operator", "POST", GIVEN).status_code == 200


@pytest.mark.usefixtures("changed")
def test_what_was_ordered_this_minute_is_not_ordered_again(office: Office, airflow: AirflowEdge) -> None:
    """Airflow may not show the run yet; once it must have, it is Airflow that tells whether there is one."""
    clock = iter([LATER, LATER + timedelta(seconds=59), LATER + timedelta(seconds=60)])
    ask = asking(office, lambda: next(clock), airflow.open)
    assert ask("/correction/2018-01", "operator", "POST", GIVEN).status_code == 200
    again = ask("/correction/2018-01", "operator", "POST", GIVEN)
    assert again.status_code == 409
    assert "operator 刚刚已经要求更正 2018-01" in again.text
    assert (len(ordered(office)), len(airflow.told)) == (1, 1)
    assert ask("/correction/2018-01", "operator", "POST", GIVEN).status_code == 200
    assert (len(ordered(office)), len(airflow.told)) == (2, 2)


@pytest.mark.usefixtures("changed")
def test_of_two_orders_at_once_one_is_taken(office: Office, airflow: AirflowEdge) -> None:
    """Both have seen that no run is going on before either of them is recorded."""
    both_have_looked = Barrier(2)

    @contextmanager
    def open_airflow(request: Request) -> Iterator[AirflowClient]:
        with airflow.open(request) as client:
            yield Looking(client, both_have_looked)

    ask = asking(office, LATER, open_airflow)
    with ThreadPoolExecutor(2) as pool:
        orders = [pool.submit(ask, "/correction/2018-01", "operator", "POST", GIVEN) for _ in range(2)]
        assert sorted(one.result().status_code for one in orders) == [200, 409]
    assert (len(ordered(office)), len(airflow.told)) == (1, 1)


class Looking:
    """Airflow's client, whose look at the runs waits until another has looked as well."""

    def __init__(self, client: AirflowClient, both_have_looked: Barrier) -> None:
        self._client, self._both = client, both_have_looked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def runs_of(self, period: Period, *of: str) -> tuple[Run, ...]:
        found = self._client.runs_of(period, *of)
        self._both.wait(30)
        return found


@pytest.mark.usefixtures("changed")
def test_a_reason_is_asked_for_and_an_airflow_that_is_away_told(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    assert ask("/correction/2018-01", "operator", "POST", {"confirmed": "true"}).status_code == 400
    assert ordered(office) == []
    airflow.is_away = True
    answer = ask("/correction/2018-01", "operator", "POST", GIVEN)
    assert answer.status_code == 409
    assert "现在连不上 Airflow" in answer.text


@pytest.mark.usefixtures("changed")
def test_the_trail_says_of_an_order_what_is_true_whatever_airflow_does(
    office: Office, ask: Ask, airflow: AirflowEdge
) -> None:
    """That it was asked for: what came of it, the run tells by what it records."""
    airflow.status = 422
    assert ask("/correction/2018-01", "operator", "POST", GIVEN).status_code == 409
    assert ordered(office) == [("correction_ordered", "operator", "住建局来电更正")]
    assert (say("EVENT_correction_ordered"), say("EVENT_backfill_ordered")) == ("要求更正", "要求补办")


@pytest.mark.usefixtures("changed")
def test_a_board_by_itself_says_that_there_is_no_airflow(office: Office) -> None:
    answer = asking(office, LATER)("/correction/2018-01", "operator", "POST", GIVEN)
    assert answer.status_code == 409
    assert "没有设置连接 townreturn_api" in answer.text
    assert ordered(office) == []


@pytest.mark.usefixtures("changed")
def test_only_an_operator_is_shown_the_way(ask: Ask) -> None:
    for page in ("/history/2018-01", "/preview?period=2018-01"):
        assert "/correction/2018-01" in ask(page, "operator").text
        assert "/correction/2018-01" not in ask(page, "viewer").text
