"""Publishing what was approved, as long as it still follows from what stands."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from stored_reports import on_time, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.errors import Refused
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.publishing import publication
from townreturn.publishing.manifest import Issue
from townreturn.store.decisions import list_refusals
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation, newest_issues
from townreturn.store.trail import read_chain

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")


def decide(office: Office, compilation_id: int, now: datetime, *, account: str = "approver", run_id: str = "") -> None:
    month.record_decision(
        office, compilation_id, account=account, approved=True, comment="同意", sent_back=(), run_id=run_id, now=now
    )


def prepare(office: Office) -> tuple[int, int, datetime]:
    """January is published; its first correction and February's original are both approved, in runs c-1 and m-2."""
    plan = office.plans.plans[0]
    store_all(office, "2018-01", figures={"cases_filed": 4, "cases_pending": 4})
    original = month.compile_return(office, JANUARY, overdue(plan, "2018-01"))
    decide(office, original, overdue(plan, "2018-01"))
    month.publish(office, original, overdue(plan, "2018-01"))
    now = overdue(plan, "2018-02")
    store_all(office, "2018-02", figures={"cases_pending": 4})
    february = month.compile_return(office, FEBRUARY, now)
    decide(office, february, now, run_id="m-2")
    store_report(office, "tobacco", "2018-01", {"cases_filed": 5, "cases_pending": 5}, number=1)
    correction = correct(office, now)
    decide(office, correction, now, account="director", run_id="")
    decide(office, correction, now, run_id="c-1")
    return correction, february, now


def correct(office: Office, now: datetime) -> int:
    month.propose_correction(office, JANUARY, "c-1", now)
    return month.compile_correction(office, JANUARY, now, "c-1")


def published(office: Office) -> dict[str, int]:
    with reading(office.engine) as tx:
        return dict(newest_issues(tx, "qingxi", ["2018-01", "2018-02"]))


def refused(office: Office, period: Period) -> list[tuple[int, str, str, str, str]]:
    with reading(office.engine) as tx:
        found = list_refusals(tx, "qingxi", period.key)
    return [(one.compilation_id, one.account, one.name, one.role, one.run_id) for one in found]


def test_an_original_whose_year_to_date_no_longer_holds_is_not_published(office: Office) -> None:
    correction, february, now = prepare(office)
    month.publish(office, correction, now)
    with pytest.raises(Refused, match="2018-02 的汇总在审批期间有变动"):
        month.publish(office, february, now)
    assert published(office) == {"2018-01": 1}
    assert not (office.outbox / "2018-02").exists(), "nothing is delivered"
    assert refused(office, FEBRUARY) == [(february, "approver", "分管副镇长", "分管副镇长", "m-2")]
    with reading(office.engine) as tx:
        last = read_chain(tx, "qingxi-2018", "2018-02")[-1].event
    assert (last.kind, last.at, last.details["compilation"]) == (EventKind.REFUSED, now, february)
    assert "批准后" in str(last.details["comment"])
    assert month.runs_to_resume(office) == ((FEBRUARY, "m-2"),)
    now += timedelta(minutes=1)
    again = month.compile_return(office, FEBRUARY, now)
    decide(office, again, now, run_id="m-2")
    assert month.runs_to_resume(office) == ()
    assert month.publish(office, again, now)
    assert published(office) == {"2018-01": 1, "2018-02": 0}


def test_a_correction_whose_list_omits_a_return_published_since_is_not_published(small_office: Office) -> None:
    correction, february, now = prepare(small_office)
    month.publish(small_office, february, now)
    with pytest.raises(Refused, match="2018-01 的第1次更正在审批期间有变动"):
        month.publish(small_office, correction, now)
    assert published(small_office) == {"2018-01": 0, "2018-02": 0}
    assert refused(small_office, JANUARY) == [(correction, "approver", "分管副镇长", "分管副镇长", "c-1")]
    assert month.runs_to_resume(small_office) == ((JANUARY, "c-1"),)
    again = correct(small_office, now)
    with reading(small_office.engine) as tx:
        assert "2018-02" in {one.period for one in find_compilation(tx, again).town_return.changes}
    decide(small_office, again, now, run_id="c-1")
    month.publish(small_office, again, now)
    assert published(small_office) == {"2018-01": 1, "2018-02": 0}


def test_a_report_that_came_after_the_approval_is_not_passed_over(small_office: Office) -> None:
    now = overdue(small_office.plans.plans[0], "2018-01")
    store_all(small_office, "2018-01", figures={"cases_filed": 4, "cases_pending": 4})
    key = month.compile_return(small_office, JANUARY, now)
    decide(small_office, key, now, run_id="m-1")
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 5, "cases_pending": 5}, number=1)
    for _ in range(2):
        with pytest.raises(Refused, match="有变动"):
            month.publish(small_office, key, now)
    assert published(small_office) == {}
    assert len(refused(small_office, JANUARY)) == 1, "the same approval loses its effect once"


def test_the_mere_passing_of_time_takes_nothing_from_an_approval(small_office: Office) -> None:
    plan = small_office.plans.plans[0]
    store_all(small_office, "2018-01", without=("tobacco",))
    early, late = on_time(plan, "2018-01"), overdue(plan, "2018-01")
    with reading(small_office.engine) as tx:
        before, after = (month.standings_of(tx, plan, JANUARY, one) for one in (early, late))
    assert before != after
    key = month.compile_return(small_office, JANUARY, early)
    decide(small_office, key, early)
    folder = month.publish(small_office, key, late)
    assert folder
    store_report(small_office, "building", "2018-01", {"cases_filed": 5, "cases_pending": 5}, number=1)
    assert month.publish(small_office, key, late + timedelta(days=1)) == folder, "it is published already"
    assert refused(small_office, JANUARY) == []


def test_of_two_that_contradict_each_other_one_is_published(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    correction, february, now = prepare(office)

    def write(issue: Issue) -> tuple[KeptFile, ...]:
        time.sleep(0.5)  # long enough for the other to look, if nothing keeps it waiting
        return (KeptFile(FileKind.OUTPUT, "manifest.json", issue.content_hash.encode()),)

    monkeypatch.setattr(publication, "render_issue", write)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(month.publish, office, key, now) for key in (correction, february)]
    faults = [fault for run in runs if (fault := run.exception()) is not None]
    assert [type(one) for one in faults] == [Refused]
