"""补办 and 立即收文 by the board: what Airflow is asked for, and what it is not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from airflow_edge import AirflowEdge
from asked_board import Ask, asking
from townreturn.domain.audit import EventKind
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.trail import read_chain

IN_APRIL = datetime.fromisoformat("2018-04-10T09:00:00+08:00")
GIVEN = {"first": "2018-02", "last": "2018-03", "reason": "补录春节期间数据", "confirmed": "true"}


@pytest.fixture
def airflow() -> AirflowEdge:
    return AirflowEdge()


@pytest.fixture
def ask(small_office: Office, airflow: AirflowEdge) -> Ask:
    return asking(small_office, IN_APRIL, airflow.open)


def ordered(office: Office, period: str) -> list[tuple[object, object]]:
    with reading(office.engine) as tx:
        chain = [one.event for one in read_chain(tx, "qingxi-2018", period)]
    return [(one.details["account"], one.details["reason"]) for one in chain if one.kind is EventKind.BACKFILL_ORDERED]


def test_a_range_is_asked_for_and_recorded_in_the_chain_of_each_period(
    small_office: Office, ask: Ask, airflow: AirflowEdge
) -> None:
    answer = ask("/backfill", "operator", "POST", GIVEN)
    assert answer.status_code == 200
    assert "已发起补办：2018-02 至 2018-03" in answer.text
    assert "/board/../dags/monthly_return/backfills" in answer.text
    [(method, path, body)] = airflow.told
    assert (method, path) == ("POST", "/backfills")
    # The periods end with the 25th, in the town's wall clock.
    assert (body["from_date"][:16], body["to_date"][:16]) == ("2018-02-26T00:00", "2018-03-26T00:00")
    said = [("operator", "补录春节期间数据")]
    assert [ordered(small_office, key) for key in ("2018-01", "2018-02", "2018-03")] == [[], said, said]


def test_the_page_offers_what_is_over_and_no_more(ask: Ask) -> None:
    page = ask("/backfill", "operator").text
    assert page.count("<option>2018-03</option>") == 2
    assert "2018-04" not in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"first": "2018-03", "last": "2018-02"}, "起止期颠倒"),
        ({"last": "2018-04"}, "2018-04 还没有结束"),
        ({"first": "2017-12"}, "没有现行工作方案"),
        ({"first": "x"}, "报告期“x”不对"),
        ({"first": ""}, "请选择起止报告期"),
        ({"reason": " "}, "请写明原因"),
        ({"confirmed": "false"}, "请先核对"),
    ],
)
def test_what_is_wrongly_filled_in_is_told(
    small_office: Office, ask: Ask, airflow: AirflowEdge, given: dict[str, Any], sentence: str
) -> None:
    answer = ask("/backfill", "operator", "POST", GIVEN | given)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert (airflow.told, ordered(small_office, "2018-02")) == ([], [])


def test_one_backfill_at_a_time(small_office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    airflow.has_open_backfill = True
    answer = ask("/backfill", "operator", "POST", GIVEN)
    assert answer.status_code == 409
    assert "上一次补办尚未办完" in answer.text
    assert "<option selected>2018-03</option>" in answer.text, "as it was filled in"
    assert (airflow.told, ordered(small_office, "2018-02")) == ([], [])


def test_what_was_ordered_this_minute_is_not_ordered_again(small_office: Office, airflow: AirflowEdge) -> None:
    """Of whatever periods: Airflow takes one backfill at a time, and may not show yet that it has."""
    clock = iter([IN_APRIL, IN_APRIL + timedelta(seconds=59), IN_APRIL + timedelta(seconds=60)])
    ask = asking(small_office, lambda: next(clock), airflow.open)
    assert ask("/backfill", "operator", "POST", GIVEN).status_code == 200
    other = GIVEN | {"first": "2018-01", "last": "2018-01"}
    again = ask("/backfill", "operator", "POST", other)
    assert again.status_code == 409
    assert "operator 刚刚已经要求补办往期（到 2018-03）" in again.text
    assert (len(airflow.told), ordered(small_office, "2018-01")) == (1, [])
    assert ask("/backfill", "operator", "POST", other).status_code == 200
    assert len(airflow.told) == 2


@pytest.mark.parametrize(
    ("status", "chinese", "english"),
    [
        (403, "账号 operator 在 Airflow 中没有这项权限", "Airflow does not allow this to the account operator"),
        (422, "Airflow 没有办成", "Airflow did not do it"),
        (500, "Airflow 没有办成", "Airflow did not do it"),
    ],
)
def test_what_airflow_does_not_do_is_told_without_its_details(
    ask: Ask, airflow: AirflowEdge, caplog: pytest.LogCaptureFixture, status: int, chinese: str, english: str
) -> None:
    """Those are for whoever reads the log."""
    airflow.status = status
    for language, sentence in (("zh", chinese), ("en", english)):
        caplog.clear()
        answer = ask(f"/intake?lang={language}", "operator", "POST", {"confirmed": "true"})
        assert answer.status_code == 409
        assert sentence in answer.text
        assert "/api/" not in answer.text
        assert f"POST /api/v2/assets/events：{status}" in caplog.text


def test_an_airflow_that_is_away_is_told_to_be_so(
    ask: Ask, airflow: AirflowEdge, caplog: pytest.LogCaptureFixture
) -> None:
    airflow.is_away = True
    answer = ask("/backfill", "operator", "POST", GIVEN)
    assert answer.status_code == 409
    assert "现在连不上 Airflow" in answer.text
    assert "no route to host" not in answer.text
    assert "no route to host" in caplog.text


def test_the_inbox_is_announced_at_once(ask: Ask, airflow: AirflowEdge) -> None:
    assert ask("/intake", "operator", "POST", {}).status_code == 400
    assert airflow.told == []
    assert "已通知 Airflow 收文" in ask("/intake", "operator", "POST", {"confirmed": "true"}).text
    assert airflow.told == [("POST", "/assets/events", {"asset_id": 7, "extra": {}})]


def test_only_an_operator_is_shown_the_ways(ask: Ask) -> None:
    for page, way in (("/history", "/backfill"), ("/?period=2018-03", "/intake")):
        assert f'href="/board{way}"' in ask(page, "operator").text
        assert f'href="/board{way}"' not in ask(page, "viewer").text
