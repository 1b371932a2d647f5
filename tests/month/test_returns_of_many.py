"""Many towns' returns compiled and checked together: each is stored as it would be alone, and faults stay their own."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from published_months import tamper
from several_towns import LIUHE, NEIGHBOUR, write_neighbours
from stored_reports import overdue, store_all, store_report
from stored_rows import rows_of
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.month import compiling, gating
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.returns import Publication, record_publication
from townreturn.store.schema import decisions
from written_plans import write_plan

Opened = Callable[..., tuple[Office, ...]]
NOW = datetime(2018, 4, 1, tzinfo=UTC)
FEBRUARY, MARCH = Period("2018-02"), Period("2018-03")


@pytest.fixture
def plans(tmp_path: Path) -> str:
    """Two towns of one form and one of another, all from February on."""
    from_february = ("first: 2018-01", "first: 2018-02")
    folder = tmp_path / "plans"
    folder.mkdir()
    write_plan(folder, from_february, name="qingxi.yaml")
    write_plan(folder, from_february, *NEIGHBOUR, name="tangxia.yaml")
    return f"{folder},{LIUHE}"


def publish(office: Office, period: Period, key: int) -> None:
    """Approved and entered as published, without the files, which name their place."""
    plan = office.plans.in_force(period)
    now = overdue(plan, period.key)
    account = plan.approvers[-1].account
    month.record_decision(office, key, account=account, approved=True, comment="", sent_back=(), run_id="", now=now)
    with writing(office.engine) as tx:
        decision_id = tx.execute(select(decisions.c.id).where(decisions.c.compilation_id == key)).scalar_one()
        record_publication(tx, plan.town_code, decision_id, Publication(period.key, 0, key, now, "issue-0", ""))


def report(offices: Sequence[Office], period: Period) -> None:
    """Everything of each town but one category, and a report that came twice."""
    for place, office in enumerate(offices):
        codes = [one.code for one in office.plans.in_force(period).categories]
        store_all(office, period.key, without=(codes[place],))
        store_report(office, codes[-1], period.key, zero_return=True, number=1)


def compile_alone(offices: Sequence[Office], period: Period) -> None:
    for office in offices:
        key = month.compile_return(office, period, overdue(offices[0].plans.in_force(period), period.key))
        month.check_return(office, key)
        if period == FEBRUARY:
            publish(office, period, key)


def compiled(offices: Sequence[Office], period: Period) -> list[int]:
    outcomes = month.compile_returns(offices, period, overdue(offices[0].plans.in_force(period), period.key))
    keys = [one for one in outcomes if isinstance(one, int)]
    assert keys == outcomes
    return keys


def compile_together(offices: Sequence[Office], period: Period) -> None:
    keys = compiled(offices, period)
    assert month.check_returns(offices, keys) == [None] * len(offices)
    if period == FEBRUARY:
        for office, key in zip(offices, keys, strict=True):
            publish(office, period, key)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_row_is_what_it_would_be_alone(opened: Opened, plans: str, engine: str) -> None:
    places = [opened(plans, engine) for _ in range(2)]
    for offices, work in zip(places, (compile_alone, compile_together), strict=True):
        for period in (FEBRUARY, MARCH):
            report(offices, period)
            work(offices, period)
    for alone, together in zip(*places, strict=True):
        town = alone.plans.town_code
        one_way, other = (rows_of(office.engine, town) for office in (alone, together))
        assert {"compilations", "compilation_inputs", "compilation_basis", "passed_gates", "events"} <= set(one_way)
        assert one_way == other
        told = [sorted(one.lineage.iterdir()) for one in (alone, together)]
        assert [one.read_bytes() for one in told[0]] == [one.read_bytes() for one in told[1]]
        assert told[0]


def test_a_batch_asks_once_however_many_towns(opened: Opened, plans: str) -> None:
    offices = opened(plans)
    report(offices, FEBRUARY)
    asked: list[str] = []
    event.listen(offices[0].engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    counts = []
    for towns in (offices[:1], offices):
        asked.clear()
        keys = compiled(towns, FEBRUARY)
        counts.append(len([one for one in asked if one.startswith("SELECT")]))
        asked.clear()
        assert month.check_returns(towns, keys) == [None] * len(towns)
        counts.append(len(asked))
    assert counts[2] <= counts[0] + 1, "what was compiled before is looked at, too"
    assert counts[3] <= counts[1] + 1


def test_what_one_town_lacks_keeps_no_other_from_its_return(opened: Opened, tmp_path: Path) -> None:
    """柳河镇 has no plan for January, and its neighbours' January is not settled; what is published is not compiled."""
    offices = opened(f"{write_neighbours(tmp_path / 'plans')},{LIUHE}")
    report(offices, FEBRUARY)
    january = month.compile_returns(offices, FEBRUARY.previous, NOW)
    assert [type(one) for one in january] == [Misuse, int, int]
    before = {office.plans.town_code: rows_of(office.engine, office.plans.town_code) for office in offices}
    liuhe, qingxi, tangxia = month.compile_returns(offices, FEBRUARY, NOW)
    assert isinstance(liuhe, int)
    assert [str(one) for one in (qingxi, tangxia)] == ["上期 2018-01 还没有发布"] * 2
    assert rows_of(offices[1].engine, "qingxi") == before["qingxi"]
    publish(offices[0], FEBRUARY, liuhe)
    assert month.compile_returns(offices[:1], FEBRUARY, NOW) == [liuhe]
    store_report(offices[0], "food", FEBRUARY.key, number=9)
    (refused,) = month.compile_returns(offices[:1], FEBRUARY, NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "PUBLISHED_TO_BE_CORRECTED"


def test_a_fault_of_the_database_is_the_town_s_that_it_comes_of(
    opened: Opened, plans: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = opened(plans)
    report(offices, FEBRUARY)
    own = compiling.draft_from

    def fail(tx: Any, book: Any, period: Period, material: Any) -> Any:
        if book.town_code == "tangxia":
            tx.exec_driver_sql("SELECT nothing FROM nowhere")
        return own(tx, book, period, material)

    monkeypatch.setattr(compiling, "draft_from", fail)
    liuhe, qingxi, tangxia = month.compile_returns(offices, FEBRUARY, NOW)
    assert [type(liuhe), type(qingxi)] == [int, int]
    assert isinstance(tangxia, DBAPIError)


def test_the_gate_tells_each_return_its_own(opened: Opened, plans: str) -> None:
    offices = opened(plans)
    report(offices, FEBRUARY)
    keys = compiled(offices, FEBRUARY)
    contrary = """replace(content, '"reported","value"', '"missing","value"')"""
    for key, content in ((keys[1], "'{'"), (keys[2], contrary)):
        tamper(offices[0], "compilations", f"UPDATE compilations SET content = {content} WHERE id = {key}")
    faults = month.check_returns(offices, keys)
    assert [getattr(one, "code", None) for one in faults] == [None, "CANONICAL_UNREADABLE", "GATE_NOT_PASSED"]
    assert len(rows_of(offices[0].engine, "liuhe")["passed_gates"]) == 1
    assert "passed_gates" not in rows_of(offices[0].engine, "tangxia")


def test_batches_give_what_one_gives(opened: Opened, plans: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offices = opened(plans)
    report(offices, FEBRUARY)
    keys = compiled(offices, FEBRUARY)
    monkeypatch.setattr(compiling, "BATCH", 2)
    monkeypatch.setattr(gating, "BATCH", 2)
    assert compiled(offices, FEBRUARY) == keys, "what is the same as what was compiled last keeps its id"
    assert month.check_returns(offices, keys) == [None] * 3
