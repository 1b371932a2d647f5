"""剔除 and 恢复: a wrong upload is taken out of its chains, or put back."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import Given, act
from townreturn.board.form_reading import Ticked, filled_in
from townreturn.board.rendering import render, tell_of
from townreturn.board.revisions import CategoryView
from townreturn.board.submission_view import SubmissionView, view_submission
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.month.exclusions import published_sentences, stands_sentence
from townreturn.wording import Tell

router = APIRouter(include_in_schema=False)
ArrivalId = Annotated[int, Path(ge=1, lt=2**63)]


class Exclusion(Given):
    """The categories ticked, by code."""

    categories: Ticked = ()


Filled = Annotated[Exclusion, filled_in(Exclusion, acting_visit)]


@router.get("/submissions/{arrival_id}/exclusion")
def ask_exclusion(request: Request, visit: Acting, arrival_id: ArrivalId) -> HTMLResponse:
    """The form of 剔除."""
    return _form(request, visit, arrival_id, Exclusion(), lift=False)


@router.get("/submissions/{arrival_id}/readmission")
def ask_readmission(request: Request, visit: Acting, arrival_id: ArrivalId) -> HTMLResponse:
    """The form of 恢复."""
    return _form(request, visit, arrival_id, Exclusion(), lift=True)


@router.post("/submissions/{arrival_id}/exclusion")
def exclude(request: Request, visit: Acting, arrival_id: ArrivalId, given: Filled) -> HTMLResponse:
    """Exclude the file's reports of the categories ticked."""
    return _withdraw(request, visit, arrival_id, given, lift=False)


@router.post("/submissions/{arrival_id}/readmission")
def readmit(request: Request, visit: Acting, arrival_id: ArrivalId, given: Filled) -> HTMLResponse:
    """Readmit them."""
    return _withdraw(request, visit, arrival_id, given, lift=True)


def _withdraw(request: Request, visit: Visit, arrival_id: int, given: Exclusion, *, lift: bool) -> HTMLResponse:
    view = view_submission(visit.office, arrival_id)
    return act(
        request, visit, given,
        lambda: _do(visit, view, given, tell_of(request), lift=lift),
        lambda status, refusal: _form(request, visit, arrival_id, given, lift=lift, status=status, refusal=refusal),
        back=f"/submissions/{arrival_id}",
    )  # fmt: skip


def _do(visit: Visit, view: SubmissionView, given: Exclusion, tell: Tell, *, lift: bool) -> list[str]:
    if not given.categories:
        raise Misuse("BOARD_NO_CATEGORY_TICKED")
    period = Period(view.period)
    plan = visit.office.plans.in_force(period)
    done = month.exclude_file(
        visit.office, period, view.file.file_hash, account=visit.asker.account, reason=given.reason,
        categories=given.categories, lift=lift, now=visit.now,
    )  # fmt: skip
    return [*(stands_sentence(plan, one, tell) for one in done), *published_sentences(plan, period, done, tell)]


def _form(
    request: Request, visit: Visit, arrival_id: int, given: Exclusion, *, lift: bool, status: int = 200,
    refusal: str = "",
) -> HTMLResponse:  # fmt: skip
    view = view_submission(visit.office, arrival_id)
    return render(
        request, "exclusion.html", status=status, view=view, choices=_choices(view, lift=lift), lift=lift, given=given,
        refusal=refusal, page="", visit=visit,
    )  # fmt: skip


def _choices(view: SubmissionView, *, lift: bool) -> list[CategoryView]:
    """The categories in which this file stands in the chain, or is excluded from it."""
    return [one for one in view.categories if one.this and (one.this.number is None) is lift]
