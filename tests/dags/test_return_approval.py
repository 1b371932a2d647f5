"""Answers to an approval: read strictly, recorded before they take effect."""

from typing import Any

import pytest

from townreturn.domain.errors import Refused
from townreturn.domain.plan import PlanBook
from townreturn.office import Office

USER = {"id": "7", "name": "approver"}  # under FAB the id is the number of a row


def event(option: str, **form: Any) -> dict[str, Any]:
    return {"chosen_options": [option], "params_input": form, "responded_by_user": USER, "responded_at": None}


def test_an_approval_is_read() -> None:
    from return_approval import Answer, read_answer

    assert read_answer(event("Approve", comment=" 同意 ", sent_back=[])) == Answer("approver", True, "同意", ())


def test_a_rejection_names_each_category_once() -> None:
    from return_approval import read_answer

    answer = read_answer(event("Reject", comment=None, sent_back=["building", "tobacco", "building"]))
    assert (answer.approved, answer.comment, answer.sent_back) == (False, "", ("building", "tobacco"))


@pytest.mark.parametrize(
    "form",
    [{}, {"sent_back": []}, {"sent_back": None}, {"sent_back": "building"}, {"comment": 7, "sent_back": ["building"]}],
)
def test_a_rejection_that_cannot_be_acted_on_is_refused(form: dict[str, Any]) -> None:
    from return_approval import read_answer

    with pytest.raises(Refused):
        read_answer(event("Reject", **form))


def approval(plans: PlanBook) -> Any:
    from return_approval import ReturnApproval

    return ReturnApproval(task_id="approve", plans=plans, period="2018-03", compilation_id=7)


def test_a_rejection_is_recorded_and_ends_the_run(
    plans: PlanBook, small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    import return_approval

    recorded: list[tuple[int, dict[str, Any]]] = []
    monkeypatch.setattr(return_approval, "_open_office", lambda: small_office)
    monkeypatch.setattr("townreturn.month.record_decision", lambda _, key, **rest: recorded.append((key, rest)))
    with pytest.raises(AirflowFailException, match="镇住建局（建材）"):
        approval(plans).execute_complete({"run_id": "r1"}, event("Reject", comment="不符", sent_back=["building"]))
    assert [(key, one["sent_back"], one["account"], one["run_id"]) for key, one in recorded] == [
        (7, ("building",), "approver", "r1")
    ]


def test_nothing_goes_on_that_is_not_recorded(
    plans: PlanBook, small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import return_approval

    def refuse(*_: Any, **__: Any) -> None:
        raise Refused("APPROVAL_FORM_WRONG")

    monkeypatch.setattr(return_approval, "_open_office", lambda: small_office)
    monkeypatch.setattr("townreturn.month.record_decision", refuse)
    with pytest.raises(Refused):
        approval(plans).execute_complete({"run_id": "r1"}, event("Approve", comment="", sent_back=[]))
