"""The wait for a period's reports: it ends when the period is ready, and says what it waits for once."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from stored_reports import empty_the_inbox, overdue, store_all
from townreturn import month
from townreturn.domain.errors import Broken
from townreturn.domain.period import Period
from townreturn.office import Office

JANUARY = Period("2018-01")


@pytest.fixture
def office(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """January opened long after its due instant, nothing in, the inbox not looked into."""
    now = overdue(small_office.plans.plans[0], "2018-01")
    month.open_period(small_office, JANUARY, now, "r1", backfilled=True)
    serve({"qingxi": small_office}, monkeypatch)
    return small_office


def serve(offices: dict[str, Office], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a triggerer that has just started on these offices."""
    import lookout

    monkeypatch.setattr(lookout, "served_now", lambda: offices)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would reach Airflow by its REST API."""
    import awaited_submissions

    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(awaited_submissions, "show_note", lambda *note: told.append(note))
    monkeypatch.setattr(awaited_submissions, "poke_inbox", lambda: told.append(("poke",)))
    return told


def trigger(period: str = "2018-01") -> Any:
    from awaited_submissions import SubmissionsTrigger

    made = SubmissionsTrigger(period, look_seconds=0.01)
    made.task_instance = SimpleNamespace(dag_id="monthly_return", run_id="r1", task_id="await_submissions")  # type: ignore[assignment]
    return made


async def events_within(seconds: float, made: Any) -> list[str]:
    """What the trigger fires before it ends or the time is over."""
    events = []

    async def collect() -> None:
        async for fired in made.run():
            events.append(type(fired).__name__)  # noqa: PERF401 - events come one by one

    try:
        await asyncio.wait_for(collect(), seconds)
    except TimeoutError:
        return events
    return events


def test_it_ends_well_once_the_inbox_is_read_and_all_are_in(office: Office, told: list[tuple[str, ...]]) -> None:
    assert asyncio.run(events_within(0.3, trigger())) == []
    store_all(office, "2018-01")
    assert asyncio.run(events_within(0.3, trigger())) == [], "the inbox has not been looked into"
    empty_the_inbox(office, overdue(office.plans.plans[0], "2018-01") + timedelta(minutes=1))
    assert asyncio.run(events_within(20, trigger())) == ["TaskSuccessEvent"]


def test_what_it_waits_for_is_noted_beside_the_run_once(office: Office, told: list[tuple[str, ...]]) -> None:
    asyncio.run(events_within(0.3, trigger()))
    [(note, dag_id, run_id)] = told
    assert (dag_id, run_id) == ("monthly_return", "r1")
    assert note.startswith("清溪镇2018年1月：已报 0/7 类")
    assert "收件箱还没有全部收完" in note


def test_intake_is_asked_for_again_only_after_a_while(
    office: Office, told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import awaited_submissions

    monkeypatch.setattr(awaited_submissions, "INTAKE_SECONDS", 0.1)
    asyncio.run(events_within(0.5, trigger()))
    assert 1 <= told.count(("poke",)) <= 5
    told.clear()
    monkeypatch.setattr(awaited_submissions, "INTAKE_SECONDS", 60.0)
    asyncio.run(events_within(0.3, trigger()))
    assert ("poke",) not in told


def test_an_airflow_that_is_out_of_reach_holds_nothing_up_and_is_told_later(
    office: Office, told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The triggerer may be up before the API server."""
    import awaited_submissions

    def refuse(*note: str) -> None:
        told.append(note)
        if len(told) < 3:
            raise Broken("RUNS_STALLED", seconds=1)

    monkeypatch.setattr(awaited_submissions, "show_note", refuse)
    asyncio.run(events_within(0.5, trigger()))
    assert len(told) == 3, "told again until it is heard, and not after that"
    store_all(office, "2018-01")
    empty_the_inbox(office, overdue(office.plans.plans[0], "2018-01") + timedelta(minutes=1))
    told.clear()
    assert asyncio.run(events_within(20, trigger())) == ["TaskSuccessEvent"]


def test_a_database_that_is_away_for_a_while_ends_no_wait(
    office: Office, told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import awaited_submissions
    import lookout

    looks = iter([OSError("gone"), OSError("gone")])

    def open_again() -> dict[str, Office]:
        for trouble in looks:
            raise trouble
        return {"qingxi": office}

    monkeypatch.setattr(lookout, "served_now", open_again)
    monkeypatch.setattr(awaited_submissions, "TROUBLE_SECONDS", 0.01)
    store_all(office, "2018-01")
    empty_the_inbox(office, overdue(office.plans.plans[0], "2018-01") + timedelta(minutes=1))
    assert asyncio.run(events_within(20, trigger())) == ["TaskSuccessEvent"]


def test_what_stays_broken_fails_the_task_in_the_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import awaited_submissions
    import lookout

    def fail() -> dict[str, Office]:
        raise OSError("gone")

    monkeypatch.setattr(lookout, "served_now", fail)
    monkeypatch.setattr(awaited_submissions, "TROUBLE_SECONDS", 0.0)
    with pytest.raises(OSError, match="gone"):
        asyncio.run(events_within(20, trigger()))


def test_a_period_behind_an_unsettled_one_asks_only_for_that(office: Office, told: list[tuple[str, ...]]) -> None:
    february = Period("2018-02")
    month.open_period(office, february, overdue(office.plans.plans[0], "2018-02"), "r2", backfilled=True)
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    asyncio.run(events_within(0.5, trigger("2018-02")))
    of_whole_looks = [one for one in asked if "FROM openings" in one]
    assert 1 <= len(of_whole_looks) <= 3
    assert len([one for one in asked if "FROM publications" in one]) > 5
    assert "上期 2018-01 还没有发布" in told[0][0]


def test_a_period_typed_with_blanks_is_the_same_period(office: Office, told: list[tuple[str, ...]]) -> None:
    store_all(office, "2018-01")
    empty_the_inbox(office, overdue(office.plans.plans[0], "2018-01") + timedelta(minutes=1))
    assert asyncio.run(events_within(20, trigger(" 2018-01 "))) == ["TaskSuccessEvent"]


def test_a_triggerer_can_make_it_anew_from_what_it_is_stored_as() -> None:
    from airflow.sdk.module_loading import import_string

    path, kwargs = trigger().serialize()
    assert import_string(path)(**kwargs).serialize() == (path, kwargs)
