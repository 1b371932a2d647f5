"""The approval step: Airflow asks the question, our own table keeps the answer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowFailException

from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, PlanBook
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from townreturn.office import Office


class ReturnApproval(ApprovalOperator):
    """Asks the plan's approvers about a compiled return, and records the decision before it takes effect.

    An answer that cannot be taken (a form filled wrongly) fails the try, so that the retry asks
    again. A rejection ends the run here, naming the obligations sent back; so does an approval of
    figures that have changed meanwhile, which have to be compiled anew.
    """

    template_fields = (*ApprovalOperator.template_fields, "period", "compilation_id")

    def __init__(self, *, plans: PlanBook, period: Any, compilation_id: Any, **kwargs: Any) -> None:
        users = [{"id": one.account, "name": one.name} for one in plans.approvers]
        # Airflow has merged the DAG's own form into the arguments; an approval asks only ours.
        kwargs["params"] = _form(plans)
        super().__init__(subject="-", assigned_users=users, **kwargs)
        self.period = period
        self.compilation_id = compilation_id

    def execute(self, context: "Context") -> Any:
        from townreturn.month import summarise

        office = _open_office()
        plan = office.plans.in_force(Period(self.period))
        self.subject = say("APPROVAL_SUBJECT", town=plan.town, period=self.period)
        self.body = summarise(office, int(self.compilation_id))
        return super().execute(context)

    def execute_complete(self, context: "Context", event: dict[str, Any]) -> Any:
        office, answer = _open_office(), read_answer(event)
        try:
            self._record(office, answer, str(context["run_id"]))
        except Refused as refusal:
            if refusal.code == "CONTENT_CHANGED_MEANWHILE":  # asking again would show the old figures again
                raise AirflowFailException(str(refusal)) from refusal
            raise
        if not answer.approved:
            obligations = _name(office.plans.in_force(Period(self.period)), answer.sent_back)
            raise AirflowFailException(say("RETURN_REJECTED", period=self.period, obligations=obligations))
        return super().execute_complete(context, event)

    def _record(self, office: "Office", answer: "Answer", run_id: str) -> None:
        from townreturn.month import record_decision

        record_decision(
            office,
            int(self.compilation_id),
            account=answer.account,
            approved=answer.approved,
            comment=answer.comment,
            sent_back=answer.sent_back,
            run_id=run_id,
            now=datetime.now(UTC),
        )


@dataclass(frozen=True)
class Answer:
    """What an approver answered; ``sent_back`` are category codes."""

    account: str
    approved: bool
    comment: str
    sent_back: tuple[str, ...]


def read_answer(event: Mapping[str, Any]) -> Answer:
    """The answer that resumed the task; Airflow does not check the form, so we do.

    Raises Refused for fields of another kind and for a rejection that sends nothing back, which
    could never be resumed. Whether account and categories are the plan's, the decision checks.
    """
    form = event["params_input"] or {}
    comment, codes = form.get("comment") or "", form.get("sent_back") or []
    if not isinstance(comment, str) or not isinstance(codes, list):
        raise Refused("APPROVAL_FORM_WRONG")
    approved = event["chosen_options"] == [ApprovalOperator.APPROVE]
    if not approved and not codes:
        raise Refused("REJECTION_NAMES_NOTHING")
    # The sign-in name: an id would be a row's number under FAB, which no plan can name.
    account = str((event["responded_by_user"] or {}).get("name", ""))
    return Answer(account, approved, comment.strip(), tuple(dict.fromkeys(map(str, codes))))


def _name(plan: Plan, codes: tuple[str, ...]) -> str:
    return "、".join(f"{plan.lead_of(code).name}（{plan.category_by_code[code].name}）" for code in codes)


def _form(plans: PlanBook) -> dict[str, Param]:
    headings = {one.code: one.heading for plan in plans.plans for one in plan.categories}
    return {
        "comment": Param("", type=["string", "null"], format="multiline", title=say("APPROVAL_COMMENT"), source="task"),
        "sent_back": Param(
            [],
            type=["array", "null"],
            title=say("APPROVAL_SENT_BACK"),
            description=say("APPROVAL_SENT_BACK_HINT"),
            examples=list(headings),
            values_display=headings,
            source="task",
        ),
    }


def _open_office() -> "Office":
    from townreturn.office import open_office
    from townreturn.settings import Settings

    return open_office(Settings.from_environment(os.environ))
