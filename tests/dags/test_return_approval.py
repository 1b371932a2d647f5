"""Questions and answers of an approval: asked of whom it needs, read strictly, recorded before they take effect."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.decisions import list_decisions
from townreturn.store.engine import reading

JANUARY = Period("2018-01")


def event(option: str, account: str = "approver", **form: Any) -> dict[str, Any]:
    user = {"id": "7", "name": account}  # under FAB the id is the number of a row
    return {
        "chosen_options": [option], "params_input": {"comment": "", "sent_back": [], **form},
        "responded_by_user": user, "responded_at": datetime(2018, 2, 1, tzinfo=UTC),
    }  # fmt: skip


def test_an_approval_is_read() -> None:
    from return_approval import Answer, read_answer

    assert read_answer(event("Approve", comment=" 同意 ", sent_back=[])) == Answer("approver", True, "同意", ())


def test_a_rejection_names_each_category_once() -> None:
    from return_approval import read_answer

    answer = read_answer(event("Reject", comment=None, sent_back=["building", "tobacco", "building"]))
    assert (answer.approved, answer.comment, answer.sent_back) == (False, "", ("building", "tobacco"))


@pytest.mark.parametrize("form", [{"sent_back": "building"}, {"comment": 7, "sent_back": ["building"]}])
def test_a_form_filled_wrongly_is_refused(form: dict[str, Any]) -> None:
    from return_approval import read_answer

    with pytest.raises(Refused, match="审批表填写不对"):
        read_answer(event("Reject", **form))


@pytest.fixture
def office(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """January with every category in, and the operator working with this office."""
    import return_approval

    now = overdue(small_office.plans.plans[0], "2018-01")
    month.open_period(small_office, JANUARY, now, "r1", backfilled=True)
    store_all(small_office, "2018-01")
    empty_the_inbox(small_office, now)
    monkeypatch.setattr(return_approval, "open_work", lambda key: (small_office, Period(str(key))))
    return small_office


@pytest.fixture
def compiled(office: Office) -> int:
    return month.compile_return(office, JANUARY, overdue(office.plans.plans[0], "2018-01"))


def approval(plans: PlanBook, compilation_id: int, role: str = "ReturnApproval") -> Any:
    import return_approval

    operator = getattr(return_approval, role)
    return operator(task_id="approve", books=(plans,), period="2018-01", compilation_id=compilation_id)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What Airflow is asked to show; it is not there to show it."""
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    shown: list[Any] = []
    monkeypatch.setattr(ApprovalOperator, "execute", lambda self, _: shown.append(self))
    return shown


def accounts(office: Office) -> list[tuple[str, bool]]:
    with reading(office.engine) as tx:
        return [(one.account, one.approved) for one in list_decisions(tx, "qingxi", "2018-01")]


def test_a_rejection_is_recorded_and_ends_the_run(plans: PlanBook, office: Office, compiled: int) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="镇住建局（建材）"):
        approval(plans, compiled).execute_complete(
            {"run_id": "r1"}, event("Reject", comment="不符", sent_back=["building"])
        )
    assert accounts(office) == [("approver", False)]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [({"sent_back": []}, "至少要退回一类"), ({"sent_back": ["building"]}, "要写明原因"),
     ({"sent_back": ["wine"], "comment": "不符"}, "没有类别“wine”")],
)  # fmt: skip
def test_a_rejection_that_cannot_be_acted_on_is_asked_again(
    plans: PlanBook, office: Office, compiled: int, form: dict[str, Any], sentence: str
) -> None:
    """An ordinary failure: the task is retried."""
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(Exception, match=sentence) as failure:
        approval(plans, compiled).execute_complete({"run_id": "r1"}, event("Reject", **form))
    assert not isinstance(failure.value, AirflowFailException)
    assert accounts(office) == []


def test_an_approval_of_what_changed_ends_the_try_for_good(plans: PlanBook, office: Office, compiled: int) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    with pytest.raises(AirflowFailException, match=r"有变动.*自动重新汇总"):
        approval(plans, compiled).execute_complete({"run_id": "r1"}, event("Approve"))
    assert month.runs_to_resume(office) == ((JANUARY, "r1"),)


def test_an_answer_to_what_somebody_else_rejected_ends_the_try_for_good(
    plans: PlanBook, office: Office, compiled: int
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    month.record_decision(
        office, compiled, account="approver", approved=False, comment="不符", sent_back=("tobacco",), run_id="",
        now=overdue(office.plans.plans[0], "2018-01"),
    )  # fmt: skip
    with pytest.raises(AirflowFailException, match="已被驳回"):
        approval(plans, compiled).execute_complete({"run_id": "r1"}, event("Approve", "director"))
    assert month.runs_to_resume(office) == ()
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    assert month.runs_to_resume(office) == ((JANUARY, "r1"),)


def test_one_approval_that_suffices_needs_no_countersignature(
    plans: PlanBook, office: Office, compiled: int, asked: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    from airflow.sdk.exceptions import DownstreamTasksSkipped

    approve, countersign = approval(plans, compiled), approval(plans, compiled, "Countersignature")
    approve.execute({})
    with pytest.raises(DownstreamTasksSkipped) as ended:
        approve.execute_complete({"run_id": "r1"}, event("Approve"))
    assert ended.value.tasks == ["countersign"]
    countersign.execute({})
    assert asked == [approve]
    assert "不需要再问：分管副镇长已批准" in capsys.readouterr().out


def test_the_others_are_asked_and_told_why(plans: PlanBook, office: Office, compiled: int, asked: list[Any]) -> None:
    approve, countersign = approval(plans, compiled), approval(plans, compiled, "Countersignature")
    approve.execute({})
    assert approve.subject == "审批：清溪镇2018-01打假统计月报"
    assert "经科信局局长不能单独审批5.儿童用品、6.家用电器（含小家电）" in approve.body
    approve.execute_complete({"run_id": "r1"}, event("Approve", "director"))
    countersign.execute({})
    assert asked == [approve, countersign]
    assert countersign.subject == "会签：清溪镇2018-01打假统计月报"
    assert [one["id"] for one in countersign.assigned_users] == ["approver"]
    assert "还须与填报无关的审批人会签：5.儿童用品、6.家用电器（含小家电）" in countersign.body
    countersign.execute_complete({"run_id": "r1"}, event("Approve"))
    assert accounts(office) == [("director", True), ("approver", True)]


def test_who_approved_already_cannot_countersign(plans: PlanBook, office: Office, compiled: int) -> None:
    approval(plans, compiled).execute_complete({"run_id": "r1"}, event("Approve", "director"))
    again = approval(plans, compiled, "Countersignature")
    with pytest.raises(Refused, match=r"经科信局局长.*(还不够|已批准过)"):
        again.execute_complete({"run_id": "r1"}, event("Approve", "director"))
    with pytest.raises(Refused, match="经科信局局长已批准过"):
        again.execute_complete({"run_id": "r1"}, event("Approve", "director", comment="再批"))
    assert accounts(office) == [("director", True)]


def test_what_is_approved_already_is_not_asked(
    plans: PlanBook, office: Office, compiled: int, asked: list[Any]
) -> None:
    """By a task killed after recording, or on the command line."""
    from airflow.sdk.exceptions import DownstreamTasksSkipped

    now = overdue(office.plans.plans[0], "2018-01") + timedelta(hours=1)
    month.record_decision(
        office, compiled, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    with pytest.raises(DownstreamTasksSkipped):
        approval(plans, compiled).execute({})
    approval(plans, compiled, "Countersignature").execute({})
    assert asked == []


def test_only_what_is_in_the_return_can_be_sent_back(
    plans: PlanBook, office: Office, compiled: int, asked: list[Any]
) -> None:
    month.record_decision(
        office, compiled, account="approver", approved=False, comment="不符", sent_back=("tobacco",), run_id="r1",
        now=overdue(office.plans.plans[0], "2018-01"),
    )  # fmt: skip
    without = month.compile_return(office, JANUARY, overdue(office.plans.plans[0], "2018-01"))
    approve = approval(plans, without)
    approve.execute({})
    offered = approve.serialized_params["sent_back"]["schema"]["examples"]
    assert offered == ["food_drug", "building", "agricultural", "children", "appliances", "ecommerce"]


def test_what_was_sent_back_is_not_asked_again(plans: PlanBook, office: Office, compiled: int) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    month.record_decision(
        office, compiled, account="approver", approved=False, comment="不符", sent_back=("tobacco",), run_id="",
        now=overdue(office.plans.plans[0], "2018-01"),
    )  # fmt: skip
    with pytest.raises(AirflowFailException, match="已被驳回"):
        approval(plans, compiled).execute({})
