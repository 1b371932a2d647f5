"""Approval and countersignature: Airflow asks the question, our own table keeps the answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import AirflowFailException, DownstreamTasksSkipped

from run_work import open_work
from townreturn.domain.approval import CHANGED_MEANWHILE, ApprovalStanding
from townreturn.domain.categories import name_slot
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Approver, Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.slot import read_slot
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context
    from airflow.sdk.execution_time.hitl import HITLUser

    from townreturn.month import ApprovalQuestion
    from townreturn.office import Office
    from townreturn.store.decisions import Decision


class ReturnApproval(ApprovalOperator):
    """Asks the plan's approvers about a compiled return, and records the decision before it takes effect.

    What has been approved already is not asked again. An answer that cannot be taken (a form filled
    wrongly) fails the try, so that the retry asks again. A rejection ends the run here, naming the
    obligations sent back; so does an answer to figures that have changed meanwhile, which have to
    be compiled anew: then the intake lets the run go on from there. ``period`` is the run's key.
    """

    template_fields = (*ApprovalOperator.template_fields, "period", "compilation_id")
    subjects = ("APPROVAL_SUBJECT", "APPROVAL_SUBJECT_CORRECTION")

    def __init__(self, *, books: Sequence[PlanBook], period: Any, compilation_id: Any, **kwargs: Any) -> None:
        # Airflow has merged the DAG's own form into the arguments; an approval asks only ours. When it is put, it is
        # put to the approvers of its own town.
        plans = [plan for book in books for plan in book.plans]
        kwargs["params"] = _form({one.code: one.heading for plan in plans for one in plan.categories})
        approvers = {one.account: one for book in books for one in book.approvers}
        super().__init__(subject="-", assigned_users=_users([*approvers.values()]), **kwargs)
        self.period = period
        self.compilation_id = compilation_id

    def execute(self, context: "Context") -> Any:
        from townreturn.month import ask_approval

        office, period = open_work(self.period)
        try:
            question = ask_approval(office, int(self.compilation_id))
        except Refused as refusal:
            raise AirflowFailException(str(refusal)) from refusal
        if self.is_answered(question.standing):
            self.log.info(
                "%s", say("APPROVAL_NOT_ASKED", names="、".join(one.shown for one in question.standing.given))
            )
            return self.end(office)
        if not question.standing.helpful:
            raise AirflowFailException(say("NOBODY_LEFT_TO_APPROVE"))
        self._put(office.plans.in_force(period), period, question)
        return super().execute(context)

    def is_answered(self, standing: ApprovalStanding) -> bool:
        """Whether there is nothing to ask here."""
        return bool(standing.given)

    def _put(self, plan: Plan, period: Period, question: "ApprovalQuestion") -> None:
        """To those whose approval helps, about what this return holds."""
        subject = self.subjects[bool(question.issue)]
        self.subject = say(subject, town=plan.town, period=period, issue=question.issue)
        self.body = question.summary
        self.assigned_users = _users(question.standing.helpful)
        self.params = ParamsDict(_form({one: name_slot(plan, read_slot(one)) for one in question.returnable}))

    def execute_complete(self, context: "Context", event: dict[str, Any]) -> Any:
        (office, period), answer = open_work(self.period), read_answer(event)
        try:
            decision = self._record(office, answer, str(context["run_id"]))
        except Refused as refusal:
            if refusal.code in CHANGED_MEANWHILE:  # asking again would show the old figures again
                raise AirflowFailException(say("APPROVAL_ASKED_ANEW", reason=refusal)) from refusal
            if refusal.code in ("CONTENT_SENT_BACK", "CORRECTION_SENT_BACK"):
                raise AirflowFailException(str(refusal)) from refusal
            raise
        if decision.sent_back:
            code = "RETURN_REJECTED" if decision.went_back else "CORRECTION_REJECTED_ALONE"
            plan = office.plans.in_force(period)
            obligations = _name(plan, decision.went_back or decision.sent_back)
            raise AirflowFailException(say(code, period=period, obligations=obligations))
        super().execute_complete(context, event)
        self.end(office)

    def end(self, office: "Office") -> None:
        """The first approval is recorded; where it is enough, nobody is asked to countersign."""
        if self._standing(office).is_sufficient:
            raise DownstreamTasksSkipped(tasks=["countersign"])  # type: ignore[no-untyped-call]

    def _standing(self, office: "Office") -> ApprovalStanding:
        from townreturn.month import ask_approval

        return ask_approval(office, int(self.compilation_id)).standing

    def _record(self, office: "Office", answer: "Answer", run_id: str) -> "Decision":
        from townreturn.month import record_decision

        return record_decision(
            office,
            int(self.compilation_id),
            account=answer.account,
            approved=answer.approved,
            comment=answer.comment,
            sent_back=answer.sent_back,
            run_id=run_id,
            now=datetime.now(UTC),
        )


class Countersignature(ReturnApproval):
    """Asks the other approvers for as long as the approvals given are not enough (会签)."""

    subjects = ("COUNTERSIGN_SUBJECT", "COUNTERSIGN_SUBJECT_CORRECTION")

    def is_answered(self, standing: ApprovalStanding) -> bool:
        return standing.is_sufficient

    def end(self, office: "Office") -> None:
        standing = self._standing(office)
        if not standing.is_sufficient:
            raise Refused("COUNTERSIGN_MORE", names="、".join(one.shown for one in standing.given))


@dataclass(frozen=True)
class Answer:
    """What an approver answered; ``sent_back`` are keys of slots."""

    account: str
    approved: bool
    comment: str
    sent_back: tuple[str, ...]


def read_answer(event: Mapping[str, Any]) -> Answer:
    """The answer that resumed the task; Airflow does not check the form, so we do.

    Raises Refused for fields of another kind. Whether it makes sense, the decision checks.
    """
    form = event["params_input"] or {}
    comment, codes = form.get("comment") or "", form.get("sent_back") or []
    if not isinstance(comment, str) or not isinstance(codes, list):
        raise Refused("APPROVAL_FORM_WRONG")
    approved = event["chosen_options"] == [ApprovalOperator.APPROVE]
    # The sign-in name: an id would be a row's number under FAB, which no plan can name.
    account = str((event["responded_by_user"] or {}).get("name", ""))
    return Answer(account, approved, comment.strip(), tuple(dict.fromkeys(map(str, codes))))


def _name(plan: Plan, keys: Iterable[str]) -> str:
    named = (
        say("OBLIGATION_OUT", unit=plan.unit_of(one).name, category=plan.category_by_code[one.category].name)
        for one in map(read_slot, keys)
    )
    return "、".join(named)


def _users(approvers: Sequence[Approver]) -> list["HITLUser"]:
    return [{"id": one.account, "name": one.name} for one in approvers]


def _form(headings: Mapping[str, str]) -> dict[str, Param]:
    """The fields of an answer; ``headings`` of what can be sent back, by key."""
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
