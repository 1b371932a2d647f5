"""What was compiled and still has to be decided about: on each engine, for originals and corrections."""

from datetime import datetime, timedelta

from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.period import Period
from townreturn.office import Office

JANUARY = Period("2018-01")


def compile_january(office: Office) -> tuple[int, datetime]:
    now = overdue(office.plans.in_force(JANUARY), JANUARY.key)
    month.open_period(office, JANUARY, now - timedelta(days=3), "", backfilled=False)
    store_all(office, JANUARY.key)
    empty_the_inbox(office, now)
    return month.compile_return(office, JANUARY, now), now


def decide(office: Office, compilation: int, now: datetime, *, sent_back: tuple[str, ...] = ()) -> None:
    month.record_decision(
        office, compilation, account="director", approved=not sent_back, comment="请核实", sent_back=sent_back,
        run_id="", now=now,
    )  # fmt: skip


def test_nothing_is_pending_before_anything_was_compiled(office: Office) -> None:
    assert month.pending_return(office, JANUARY, datetime.fromisoformat("2018-02-01T00:00:00+08:00")) is None


def test_a_compiled_return_is_pending_until_it_is_published(office: Office) -> None:
    compilation, now = compile_january(office)
    pending = month.pending_return(office, JANUARY, now)
    assert pending is not None
    assert (pending.issue, pending.compiled_at, pending.is_current) == (0, now, True)
    assert [one.account for one in pending.standing.helpful] == ["approver", "director"]
    for account in ("approver", "director"):
        if not month.ask_approval(office, compilation).standing.is_sufficient:
            month.record_decision(
                office, compilation, account=account, approved=True, comment="", sent_back=(), run_id="", now=now
            )
    approved = month.pending_return(office, JANUARY, now)
    assert approved is not None
    assert approved.standing.is_sufficient
    month.publish(office, compilation, now)
    assert month.pending_return(office, JANUARY, now) is None


def test_what_was_sent_back_is_not_pending(office: Office) -> None:
    compilation, now = compile_january(office)
    decide(office, compilation, now, sent_back=("tobacco",))
    assert month.pending_return(office, JANUARY, now) is None


def test_what_is_accepted_otherwise_by_now_cannot_be_decided(office: Office) -> None:
    _, now = compile_january(office)
    store_report(office, "tobacco", JANUARY.key, {"cases_filed": 5}, number=1)
    pending = month.pending_return(office, JANUARY, now)
    assert pending is not None
    assert not pending.is_current


def test_a_correction_is_pending_beside_its_published_original(office: Office) -> None:
    compilation, now = compile_january(office)
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)
    store_report(office, "tobacco", JANUARY.key, {"cases_filed": 5}, number=1, received_at=now)
    assert month.pending_return(office, JANUARY, now) is None
    month.compile_correction(office, JANUARY, now)
    pending = month.pending_return(office, JANUARY, now)
    assert pending is not None
    assert (pending.issue, pending.is_current) == (1, True)
