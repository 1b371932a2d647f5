"""Approving a correction: the same rules, and only what it changes can go back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.decisions import list_decisions
from townreturn.store.engine import reading
from townreturn.store.returns import find_publications

JANUARY = Period("2018-01")
Decide = Callable[..., None]


@pytest.fixture
def later(office: Office) -> datetime:
    """January published, then another figure of 烟草 in; a day after it was due."""
    now = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run-1", backfilled=True)
    store_all(office, "2018-01", figures={"cases_filed": 4, "cases_pending": 4})
    empty_the_inbox(office, now)
    original = month.compile_return(office, JANUARY, now)
    decide(office, original, now, run_id="run-1")
    month.publish(office, original, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 5, "cases_pending": 5}, number=1)
    return now + timedelta(days=1)


def decide(office: Office, compilation_id: int, now: datetime, **given: Any) -> None:
    usual = {"account": "approver", "approved": True, "comment": "请核对", "sent_back": (), "run_id": "c-1"}
    month.record_decision(office, compilation_id, now=now, **(usual | given))


def correct(office: Office, now: datetime) -> int:
    month.propose_correction(office, JANUARY, "c-1", now)
    return month.compile_correction(office, JANUARY, now, "c-1")


def newest_issue(office: Office) -> int:
    with reading(office.engine) as tx:
        return find_publications(tx, "qingxi", ["2018-01"])["2018-01"].issue


def test_a_correction_is_approved_and_published_like_the_original(office: Office, later: datetime) -> None:
    key = correct(office, later)
    with pytest.raises(Refused, match="未经批准"):
        month.publish(office, key, later)
    decide(office, key, later, account="director")
    with pytest.raises(Refused, match="未经批准"):
        month.publish(office, key, later)
    decide(office, key, later)
    month.publish(office, key, later)
    assert newest_issue(office) == 1
    with reading(office.engine) as tx:
        issues = [(one.issue, one.account) for one in list_decisions(tx, "qingxi", "2018-01")]
    assert issues == [(0, "approver"), (1, "director"), (1, "approver")]


def test_only_what_a_correction_changes_can_go_back(office: Office, later: datetime) -> None:
    key = correct(office, later)
    assert month.ask_approval(office, key).returnable == ("tobacco",)
    with pytest.raises(Refused, match=r"2018-01 的这次更正没有改动“2\.建材”"):
        decide(office, key, later, approved=False, sent_back=("building",))
    decide(office, key, later, approved=False, sent_back=("tobacco",))
    [notice] = (office.receipts / "2018-01").glob("*.txt")
    told = notice.read_text("utf-8-sig")
    assert "贵单位报送的2018-01“3.烟草制品”更正数据（第1次更正），审批时被退回。" in told
    assert "更正重报并批准以前，已发布的数字不变。" in told
    assert newest_issue(office) == 0
    with pytest.raises(Refused):
        month.compile_correction(office, JANUARY, later, "c-1")


def test_a_rejected_correction_goes_on_when_the_report_comes_again(office: Office, later: datetime) -> None:
    decide(office, correct(office, later), later, approved=False, sent_back=("tobacco",))
    assert month.runs_to_resume(office) == ()
    store_report(office, "tobacco", "2018-01", {"cases_filed": 6, "cases_pending": 6}, number=2)
    assert month.runs_to_resume(office) == ((JANUARY, "c-1"),)


def test_who_has_to_compile_a_correction_anew_is_told_so(office: Office, later: datetime) -> None:
    key = correct(office, later)
    decide(office, key, later)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 6, "cases_pending": 6}, number=2)
    told = "2018-01 的第1次更正在审批期间有变动，这次审批意见没有生效（已记录在案），须重新拟更正再审批"
    for answer in (lambda: decide(office, key, later, account="director"), lambda: month.publish(office, key, later)):
        with pytest.raises(Refused) as refusal:
            answer()
        assert str(refusal.value) == told


def test_a_run_that_another_took_over_does_not_go_on(office: Office, later: datetime) -> None:
    key = correct(office, later)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 6, "cases_pending": 6}, number=2)
    with pytest.raises(Refused, match="有变动"):
        decide(office, key, later)
    assert month.runs_to_resume(office) == ((JANUARY, "c-1"),)
    month.propose_correction(office, JANUARY, "c-2", later)
    assert month.runs_to_resume(office) == ()
