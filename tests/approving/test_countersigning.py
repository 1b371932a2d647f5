"""Approvals that need another, answers that come too late, and the record of all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from filled_workbook import FilledWorkbook
from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.audit import EventKind, SealedEvent
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Approver
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.decisions import list_decisions, list_refusals, standing_of_approval
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation
from townreturn.store.trail import read_chain

JANUARY = Period("2018-01")
Decide = Callable[..., None]


@pytest.fixture
def now(office: Office) -> datetime:
    instant = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, instant, "run-1", backfilled=True)
    store_all(office, "2018-01", figures={"cases_filed": 1})
    empty_the_inbox(office, instant)
    return instant


@pytest.fixture
def decide(office: Office, now: datetime) -> Decide:
    return decider(office, now)


def decider(office: Office, now: datetime) -> Decide:
    def record(compilation_id: int, account: str, **given: Any) -> None:
        usual = {"approved": True, "comment": "", "sent_back": (), "run_id": "run-1", "now": now}
        month.record_decision(office, compilation_id, account=account, **(usual | given))

    return record


def trail(office: Office, kind: EventKind) -> list[SealedEvent]:
    with reading(office.engine) as tx:
        return [one for one in read_chain(tx, "qingxi-2018", "2018-01") if one.event.kind is kind]


def is_approved(office: Office, compilation_id: int) -> bool:
    with reading(office.engine) as tx:
        return standing_of_approval(tx, office.plans.plans[0], find_compilation(tx, compilation_id)).is_sufficient


def test_the_bureaus_own_director_cannot_release_its_figures_alone(
    office: Office, now: datetime, decide: Decide
) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key, "director")
    assert not is_approved(office, key)
    with pytest.raises(Refused, match="2018-01 的这份汇总未经批准，或还缺会签"):
        month.publish(office, key, now)
    decide(key, "approver", now=now + timedelta(minutes=1))
    assert is_approved(office, key)
    assert month.publish(office, key, now)


def test_a_return_without_the_bureaus_figures_is_the_directors_to_release(office: Office) -> None:
    now = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run-1", backfilled=True)
    store_all(office, "2018-01", without=("children", "appliances"))
    empty_the_inbox(office, now)
    key = month.compile_return(office, JANUARY, now)
    decider(office, now)(key, "director")
    assert is_approved(office, key)


def test_the_same_account_again_and_needless_approvals_are_refused(
    office: Office, now: datetime, decide: Decide
) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key, "director")
    with pytest.raises(Refused, match="经科信局局长已批准过这份汇总"):
        decide(key, "director", comment="再批一次")
    decide(key, "approver")
    with pytest.raises(Refused, match="分管副镇长已批准过"):
        decide(key, "approver", comment="再批一次")
    with reading(office.engine) as tx:
        assert [one.account for one in list_decisions(tx, "qingxi", "2018-01")] == ["director", "approver"]


def test_an_approval_after_a_sufficient_one_is_not_asked_for(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key, "approver")
    with pytest.raises(Refused, match="已经批准，不需要再会签"):
        decide(key, "director")


def test_a_colleague_of_the_director_does_not_help(office: Office, now: datetime) -> None:
    plan = office.plans.plans[0]
    deputy = Approver("deputy", "周五", "副局长", "jingkexin")
    theirs = replace(office, plans=PlanBook((replace(plan, approvers=(*plan.approvers, deputy)),)))
    key = month.compile_return(theirs, JANUARY, now)
    decider(theirs, now)(key, "director")
    with pytest.raises(Refused, match=r"5.儿童用品、6.家用电器.*由副局长周五所在单位牵头"):
        decider(theirs, now)(key, "deputy")


def test_a_plan_that_wants_two_gets_two(office: Office, now: datetime) -> None:
    two = replace(office, plans=PlanBook((replace(office.plans.plans[0], approvals_required=2),)))
    key = month.compile_return(two, JANUARY, now)
    decider(two, now)(key, "approver")
    assert "本方案要求 2 位审批人批准，现有 1 位" in month.describe_approval(two, key)
    with pytest.raises(Refused, match="未经批准"):
        month.publish(two, key, now)
    decider(two, now)(key, "director")
    assert month.publish(two, key, now)


def sign(name: str) -> Callable[[FilledWorkbook], None]:
    """Put a name where the cover asks who filled it in."""

    def edit(book: FilledWorkbook) -> None:
        form = book.plan.form
        book.beside(form.anchors.filled_by, form.sheets.cover).value = name

    return edit


def test_who_filled_in_a_report_cannot_be_its_only_approver(
    office: Office, send: Callable[..., Any], bring_in: Callable[..., datetime]
) -> None:
    """Told from the cover of the file that the return was compiled from, spaces aside."""
    plan = office.plans.plans[0]
    approvers = (Approver("mayor", "赵一", "副镇长"), Approver("chief", "钱二", "主任"))
    town = replace(office, plans=PlanBook((replace(plan, approvers=approvers),)))
    send(town, "yancao", "2018-01", sign("赵 一"))
    taken_in_at = bring_in(town, "2018-01", without=("yancao",))
    later = taken_in_at + timedelta(days=1)
    month.open_period(town, JANUARY, later, "run-1", backfilled=True)
    key = month.compile_return(town, JANUARY, later)
    assert "副镇长赵一不能单独审批3.烟草制品" in month.describe_approval(town, key)
    decider(town, later)(key, "mayor")
    assert "还须与填报无关的审批人会签：3.烟草制品" in month.describe_approval(town, key)
    with pytest.raises(Refused, match="未经批准"):
        month.publish(town, key, later)
    decider(town, later)(key, "chief")
    assert "审批已完成：副镇长赵一、主任钱二" in month.describe_approval(town, key)


def test_figures_that_nobody_signed_are_not_released_by_one_person(
    office: Office, send: Callable[..., Any], bring_in: Callable[..., datetime]
) -> None:
    """He might have filled them in himself."""
    send(office, "yancao", "2018-01", sign(""))
    send(office, "zhujian", "2018-01", sign("／"))
    later = bring_in(office, "2018-01", without=("yancao", "zhujian")) + timedelta(days=1)
    month.open_period(office, JANUARY, later, "run-1", backfilled=True)
    key = month.compile_return(office, JANUARY, later)
    told = "- 2.建材、3.烟草制品：填报人未写明，无法核对填报人是不是审批人，须有两位审批人批准，现有 {given} 位"
    assert told.format(given=0) in month.ask_approval(office, key).summary.splitlines()
    decider(office, later)(key, "approver")
    assert month.describe_approval(office, key).splitlines() == [
        "- 已批准：分管副镇长", told.format(given=1), "- 可以会签的审批人：经科信局局长（director）",
    ]  # fmt: skip
    with pytest.raises(Refused, match="未经批准"):
        month.publish(office, key, later)
    decider(office, later)(key, "director")
    assert month.describe_approval(office, key) == "审批已完成：分管副镇长、经科信局局长"
    assert month.publish(office, key, later)


def test_where_nobody_else_can_approve_the_way_out_is_told(
    office: Office, send: Callable[..., Any], bring_in: Callable[..., datetime]
) -> None:
    plan = office.plans.plans[0]
    alone = replace(office, plans=PlanBook((replace(plan, approvers=plan.approvers[:1]),)))
    send(alone, "yancao", "2018-01", sign(""))
    later = bring_in(alone, "2018-01", without=("yancao",)) + timedelta(days=1)
    month.open_period(alone, JANUARY, later, "run-1", backfilled=True)
    key = month.compile_return(alone, JANUARY, later)
    decider(alone, later)(key, "approver")
    assert month.describe_approval(alone, key).splitlines()[-1] == (
        "- 方案中没有可以会签的审批人了：请在工作方案（approvers）中增加一位与填报无关的审批人，或驳回；"
        "填报人未写明的，也可请单位补填后重新报送"
    )
    send(alone, "yancao", "2018-01", name="signed.xlsx", received_at=later)
    month.take_in(alone, later + timedelta(minutes=5))
    signed = month.compile_return(alone, JANUARY, later + timedelta(minutes=5))
    decider(alone, later + timedelta(minutes=6))(signed, "approver")
    assert is_approved(alone, signed)


def test_an_approval_of_what_changed_is_kept_as_refused_and_the_run_goes_on(
    office: Office, now: datetime, decide: Decide
) -> None:
    seen = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(Refused, match="这次审批意见没有生效（已记录在案）"):
        decide(seen, "approver", comment="同意")
    with reading(office.engine) as tx:
        (refusal,) = list_refusals(tx, "qingxi", "2018-01")
        assert list_decisions(tx, "qingxi", "2018-01") == []
    assert (refusal.account, refusal.comment, refusal.run_id, refusal.issue) == ("approver", "同意", "run-1", 0)
    assert month.runs_to_resume(office) == ((JANUARY, "run-1"),)

    again = month.compile_return(office, JANUARY, now)
    decide(again, "approver", now=now + timedelta(minutes=1))
    assert month.runs_to_resume(office) == ()
    assert is_approved(office, again)


def test_a_countersignature_of_what_changed_is_refused_too(office: Office, now: datetime, decide: Decide) -> None:
    seen = month.compile_return(office, JANUARY, now)
    decide(seen, "director")
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(Refused, match="有变动"):
        decide(seen, "approver", now=now + timedelta(minutes=1))
    assert month.runs_to_resume(office) == ((JANUARY, "run-1"),)
    again = month.compile_return(office, JANUARY, now)
    assert not is_approved(office, again), "the first approval was of other figures"


def test_the_same_figures_in_another_file_are_another_content(office: Office, now: datetime, decide: Decide) -> None:
    """Someone else may have filled them in; the sources of the return name the file."""
    seen = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 1}, number=1)
    with pytest.raises(Refused, match="有变动"):
        decide(seen, "approver")


def test_a_refused_answer_on_the_command_line_resumes_no_run(office: Office, now: datetime, decide: Decide) -> None:
    seen = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(Refused):
        decide(seen, "approver", run_id="")
    assert month.runs_to_resume(office) == ()


def test_a_published_period_resumes_no_run(office: Office, now: datetime, decide: Decide) -> None:
    seen = month.compile_return(office, JANUARY, now)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(Refused):
        decide(seen, "approver")
    again = month.compile_return(office, JANUARY, now)
    decide(again, "approver", run_id="")  # by hand, before the intake let the run go on
    month.publish(office, again, now)
    assert month.runs_to_resume(office) == ()


def test_a_rejection_at_the_countersignature_ends_it(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    decide(key, "director")
    decide(key, "approver", approved=False, comment="请核对", sent_back=("tobacco",))
    assert not is_approved(office, key)
    with pytest.raises(Refused, match="已被驳回"):
        month.ask_approval(office, key)
    store_report(office, "tobacco", "2018-01", {"cases_filed": 2}, number=1)
    assert month.runs_to_resume(office) == ((JANUARY, "run-1"),)


def test_every_answer_stands_in_the_audit_trail(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    with reading(office.engine) as tx:
        content_hash = find_compilation(tx, key).content_hash
    decide(key, "director", comment="同意")
    decide(key, "approver", approved=False, comment="请核对", sent_back=("tobacco", "building"))
    with pytest.raises(Refused):
        decide(key, "approver", comment="同意")
    (approved,), (rejected,), (refused,) = (
        trail(office, kind) for kind in (EventKind.APPROVED, EventKind.REJECTED, EventKind.REFUSED)
    )
    told = approved.event.details
    assert (told["account"], told["name"], told["role"]) == ("director", "经科信局局长", "经科信局局长")
    assert (told["issue"], told["content_hash"], told["comment"]) == (0, content_hash, "同意")
    assert rejected.event.details["sent_back"] == ["building", "tobacco"]
    assert (refused.event.details["account"], refused.event.details["content_hash"]) == ("approver", content_hash)
    assert all(one.is_whole for one in (approved, rejected, refused))
    assert approved.event.at == now


def test_what_approvers_are_asked(office: Office, now: datetime, decide: Decide) -> None:
    key = month.compile_return(office, JANUARY, now)
    question = month.ask_approval(office, key)
    assert [one.account for one in question.standing.helpful] == ["approver", "director"]
    assert question.returnable == tuple(one.code for one in office.plans.plans[0].categories)
    told = "- 经科信局局长不能单独审批5.儿童用品、6.家用电器（含小家电）（本单位牵头或本人填报），须由其他审批人会签"
    assert question.summary.endswith(told)
    assert month.most_helpful_approver(office, JANUARY) == "approver"
    decide(key, "director")
    asked = month.ask_approval(office, key)
    assert [one.account for one in asked.standing.helpful] == ["approver"]
    assert asked.summary.endswith(
        "- 已批准：经科信局局长\n"
        "- 还须与填报无关的审批人会签：5.儿童用品、6.家用电器（含小家电）\n"
        "- 可以会签的审批人：分管副镇长（approver）"
    )


def test_two_answers_at_once_are_both_in_the_record(office: Office, now: datetime, decide: Decide) -> None:
    """Whichever comes first, the director's approval is recorded before or refused as needless after."""
    from concurrent.futures import ThreadPoolExecutor

    key = month.compile_return(office, JANUARY, now)
    with ThreadPoolExecutor(2) as pool:
        runs = {account: pool.submit(decide, key, account) for account in ("approver", "director")}
    assert runs["approver"].exception() is None
    assert is_approved(office, key)
    with reading(office.engine) as tx:
        recorded = {one.account for one in list_decisions(tx, "qingxi", "2018-01")}
    assert recorded == {"approver"} | ({"director"} if runs["director"].exception() is None else set())


@pytest.mark.parametrize("then", [{}, {"approved": False, "comment": "请核对", "sent_back": ("tobacco",)}])
def test_what_was_approved_before_other_figures_were_decided_is_not_published(
    office: Office, now: datetime, decide: Decide, then: dict[str, Any]
) -> None:
    first = month.compile_return(office, JANUARY, now)
    decide(first, "approver")
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    decide(month.compile_return(office, JANUARY, now), "approver", **then)
    with pytest.raises(Refused, match="未经批准"):
        month.publish(office, first, now)


def test_an_account_given_to_somebody_else_brings_no_approval_along(
    office: Office, now: datetime, decide: Decide
) -> None:
    """Whoever filled in a report approves, and then the plan gives the account another name."""
    key = month.compile_return(office, JANUARY, now)
    decide(key, "approver")
    [plan] = office.plans.plans
    successor = replace(plan.approvers[0], name="李四")
    with reading(office.engine) as tx:
        renamed = replace(plan, approvers=(successor, *plan.approvers[1:]))
        standing = standing_of_approval(tx, renamed, find_compilation(tx, key))
    assert (standing.is_sufficient, standing.given) == (False, ())
    assert successor in standing.helpful
