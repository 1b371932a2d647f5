"""One decision on exactly one content; what is rejected comes back, what is approved is published once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.publishing import publication
from townreturn.publishing.manifest import Issue
from townreturn.store.decisions import last_decision
from townreturn.store.engine import reading
from townreturn.store.returns import find_publications
from townreturn.store.schema import decisions, publications

JANUARY = Period("2018-01")
Decide = Callable[..., None]


@pytest.fixture
def now(office: Office) -> datetime:
    """A week after January was due, the period open and all categories in."""
    instant = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, instant, "run-1", backfilled=True)
    store_all(office, "2018-01", figures={"cases_filed": 1})
    empty_the_inbox(office, instant)
    return instant


@pytest.fixture
def decide(office: Office, now: datetime) -> Decide:
    def record(compilation_id: int, **given: object) -> None:
        usual = {"account": "approver", "approved": True, "sent_back": (), "run_id": "run-1", "now": now}
        reason = "" if given.get("approved", True) else "数字与台账不符"
        month.record_decision(office, compilation_id, **(usual | {"comment": reason} | given))  # type: ignore[arg-type]

    return record


@pytest.fixture
def issues(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands in for the writing of files: the content hashes for which an issue was written."""
    written: list[str] = []

    def write(issue: Issue) -> tuple[KeptFile, ...]:
        written.append(issue.content_hash)
        return (KeptFile(FileKind.OUTPUT, "manifest.json", issue.content_hash.encode()),)

    monkeypatch.setattr(publication, "render_issue", write)
    return written


def count(office: Office, table: object) -> int:
    with reading(office.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def state_of(office: Office, category: str, now: datetime) -> ObligationState:
    with reading(office.engine) as tx:
        standings = month.standings_of(tx, office.plans.plans[0], JANUARY, now)
    return next(one.state for one in standings if one.category == category)


def test_who_is_no_approver_is_refused(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    with pytest.raises(Refused, match="账号 clerk 不是《清溪镇2018年打假工作方案》指定的审批人"):
        decide(key, account="clerk")
    assert count(office, decisions) == 0


def test_an_unknown_category_cannot_be_sent_back(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    with pytest.raises(Misuse, match="没有类别“wine”"):
        decide(key, approved=False, sent_back=("wine",), comment="不符")
    with pytest.raises(Misuse, match="批准时不能同时退回"):
        decide(key, sent_back=("tobacco",))
    assert count(office, decisions) == 0


def test_content_that_changed_meanwhile_is_refused(office: Office, now: datetime, decide: Decide) -> None:
    seen = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    newer = month.compile_return(office, JANUARY, now)
    with pytest.raises(Refused, match="2018-01 的汇总在审批期间有变动"):
        decide(seen)
    decide(newer)
    with reading(office.engine) as tx:
        decision = last_decision(tx, "qingxi", "2018-01")
    assert decision is not None
    assert (decision.compilation_id, decision.account, decision.approved) == (newer, "approver", True)


def test_the_same_decision_again_changes_nothing(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key)
    decide(key, now=now + timedelta(minutes=1))
    assert count(office, decisions) == 1


def test_what_is_sent_back_comes_in_again_and_the_run_goes_on(
    office: Office, now: datetime, decide: Decide, issues: list[str]
) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key, approved=False, comment="核对烟草\n数据", sent_back=("tobacco", "children"))
    assert state_of(office, "tobacco", now) is ObligationState.RETURNED
    assert state_of(office, "building", now) is ObligationState.ACCEPTED
    assert month.runs_to_resume(office) == ()

    store_report(office, "tobacco", "2018-01", {"cases_filed": 2}, number=1)
    assert month.runs_to_resume(office) == ()  # 儿童用品 is still out
    store_report(office, "children", "2018-01", {"cases_filed": 3}, number=1)
    assert month.runs_to_resume(office) == ((JANUARY, "run-1"),)
    assert state_of(office, "tobacco", now) is ObligationState.ACCEPTED

    again = month.compile_return(office, JANUARY, now)
    assert again != key
    decide(again)
    assert month.runs_to_resume(office) == ()
    month.publish(office, again, now)
    assert len(issues) == 1


def test_the_units_sent_back_get_a_notice(office: Office, now: datetime, decide: Decide) -> None:
    decide(month.compile_return(office, JANUARY, now), approved=False, comment="核对\x1b数据", sent_back=("tobacco",))
    (notice,) = Path(office.receipts / "2018-01").glob("*.txt")
    text = notice.read_text(encoding="utf-8-sig")
    assert "报送单位：市烟草专卖局第五分局" in text
    assert "退回原因：核对 数据" in text
    assert "3.烟草制品" in text


def test_a_retried_rejection_tells_the_unit_once(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    for minutes in (0, 5):
        decide(key, approved=False, sent_back=("tobacco",), now=now + timedelta(minutes=minutes))
    assert len(list(Path(office.receipts / "2018-01").glob("*.txt"))) == 1
    assert count(office, decisions) == 1


def test_what_was_sent_back_cannot_be_approved_as_it_stood(office: Office, now: datetime, decide: Decide) -> None:
    """The compilation still holds the figures that the rejection took out of the accepted ones."""
    key = month.compile_return(office, JANUARY, now)
    decide(key, approved=False, sent_back=("tobacco",))
    with pytest.raises(Refused, match="2018-01 的这份汇总已被驳回"):
        decide(key, approved=True, run_id="")
    without = month.compile_return(office, JANUARY, now)
    assert without != key
    decide(without)


def test_a_rejection_names_what_goes_back_and_why(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    with pytest.raises(Misuse, match="至少要退回一类"):
        decide(key, approved=False)
    with pytest.raises(Misuse, match="要写明原因"):
        decide(key, approved=False, sent_back=("tobacco",), comment=" \n")
    assert count(office, decisions) == 0
    assert state_of(office, "tobacco", now) is ObligationState.ACCEPTED


def test_what_was_never_reported_cannot_go_back(office: Office, now: datetime, decide: Decide) -> None:
    decide(month.compile_return(office, JANUARY, now), approved=False, sent_back=("tobacco",))
    without = month.compile_return(office, JANUARY, now)
    with pytest.raises(Refused, match=r"“3\.烟草制品”没有已通过的数据"):
        decide(without, approved=False, sent_back=("tobacco",), comment="再看")


def test_a_rejection_sends_back_only_what_was_seen(office: Office, now: datetime, decide: Decide) -> None:
    """Another category that changed meanwhile does not matter; another report of this one does."""
    key = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(Refused, match="2018-01 的汇总在审批期间有变动"):
        decide(key, approved=False, sent_back=("tobacco",))
    assert state_of(office, "tobacco", now) is ObligationState.ACCEPTED
    decide(key, approved=False, sent_back=("building",))
    assert state_of(office, "building", now) is ObligationState.RETURNED


def test_nothing_unapproved_is_published(office: Office, now: datetime, decide: Decide, issues: list[str]) -> None:
    key = month.compile_return(office, JANUARY, now)
    with pytest.raises(Refused, match="2018-01 的这份汇总未经批准"):
        month.publish(office, key, now)
    decide(key, approved=False, sent_back=("tobacco",))
    with pytest.raises(Refused, match="未经批准"):
        month.publish(office, key, now)
    assert issues == []
    assert count(office, publications) == 0


def test_an_approval_of_other_figures_is_none(office: Office, now: datetime, decide: Decide, issues: list[str]) -> None:
    approved = month.compile_return(office, JANUARY, now)
    decide(approved)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    newer = month.compile_return(office, JANUARY, now)
    with pytest.raises(Refused, match="未经批准"):
        month.publish(office, newer, now)
    assert issues == []


def test_publishing_twice_changes_nothing(office: Office, now: datetime, decide: Decide, issues: list[str]) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key)
    folder = month.publish(office, key, now)
    assert month.publish(office, key, now + timedelta(days=1)) == folder
    assert len(issues) == 1
    with reading(office.engine) as tx:
        published = find_publications(tx, "qingxi", ["2018-01"])["2018-01"]
    assert (published.published_at, published.compilation_id, published.issue) == (now, key, 0)


def test_two_compilations_cannot_both_be_published(
    office: Office, now: datetime, decide: Decide, issues: list[str]
) -> None:
    first = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    second = month.compile_return(office, JANUARY, now)
    decide(second)
    start = Barrier(2)

    def publish(key: int) -> str:
        start.wait()
        return month.publish(office, key, now)

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(publish, key) for key in (first, second)]
    assert isinstance(runs[0].exception(), Refused)
    assert runs[1].exception() is None
    with pytest.raises(Refused, match="已经发布"):
        month.publish(office, first, now)
    assert count(office, publications) == 1


def test_one_compilation_published_by_two_at_once_is_written_once(
    office: Office, now: datetime, decide: Decide, issues: list[str]
) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key)
    start = Barrier(2)

    def publish() -> str:
        start.wait()
        return month.publish(office, key, now)

    with ThreadPoolExecutor(2) as pool:
        folders = {run.result(timeout=60) for run in [pool.submit(publish) for _ in range(2)]}
    assert len(folders) == 1
    assert len(issues) == 1


def test_after_publication_other_figures_and_other_runs_are_refused(
    office: Office, now: datetime, decide: Decide, issues: list[str]
) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key)
    month.publish(office, key, now)
    assert month.compile_return(office, JANUARY, now) == key
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(Refused, match="已经发布"):
        month.compile_return(office, JANUARY, now)
    with pytest.raises(Refused, match="已经发布"):
        decide(key, approved=False, sent_back=("tobacco",))
    with pytest.raises(Refused):
        month.open_period(office, JANUARY, now, "run-2", backfilled=True)
    february = Period("2018-02")
    store_all(office, "2018-02")
    assert month.compile_return(office, february, overdue(office.plans.plans[0], "2018-02")) > key


def test_a_failure_while_writing_publishes_nothing(
    office: Office, now: datetime, decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key)

    def fail(*_: object) -> str:
        raise OSError

    monkeypatch.setattr(publication, "render_issue", fail)
    with pytest.raises(OSError):  # noqa: PT011 - any
        month.publish(office, key, now)
    assert count(office, publications) == 0


def test_a_run_need_not_ask_what_is_decided_elsewhere(office: Office, now: datetime, decide: Decide) -> None:
    """The director's approval settles the first question; the countersignature asks on."""
    assert not month.is_answered(office, JANUARY, by_all=False), "nothing is compiled"
    key = month.compile_return(office, JANUARY, now)
    assert not month.is_answered(office, JANUARY, by_all=False)
    decide(key, account="director", run_id="")
    told = [month.is_answered(office, JANUARY, by_all=by_all) for by_all in (False, True)]
    assert told == [True, False]
    decide(key, approved=False, sent_back=("building",), run_id="")
    assert month.is_answered(office, JANUARY, by_all=True), "what is sent back is not asked about"
