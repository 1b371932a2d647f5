"""The return as it would be published now, or as an issue states it, to be looked at: nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from townreturn.compiling.changes import Reasons, list_changes
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import FigureChange, TownReturn
from townreturn.month.corrections import next_correction
from townreturn.month.drafts import Draft, draft_original
from townreturn.month.kept import plan_kept_with
from townreturn.month.rebuilding import find_issue_of
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.issues import list_issues
from townreturn.store.returns import find_compilation
from townreturn.wording import Tell, say


@dataclass(frozen=True)
class Preview:
    """A return and the plan that tells it; ``published_at`` is None of what would be published next.

    ``issues`` are the numbers of all that is published of the period. ``why_not``: why nothing
    would be published next, where that was asked for. ``against``: the issue it was compared with,
    and the ``differences`` to that.
    """

    town_return: TownReturn
    plan: Plan
    published_at: datetime | None
    issues: tuple[int, ...]
    why_not: str = ""
    against: TownReturn | None = None
    differences: tuple[FigureChange, ...] = ()


def preview_return(
    office: Office, period: Period, now: datetime, issue: int | None = None, against: int | None = None, *,
    tell: Tell = say,
) -> Preview:  # fmt: skip
    """An issue by its number; without one what would be published next, and where that is nothing the newest.

    An issue is told by the plan that it was kept with, where there is one. Raises Misuse for an issue
    that was not published, or without a plan.
    """
    with reading(office.engine) as tx:
        draft, why_not = (None, "") if issue is not None else draft_next(tx, office, period, now, tell)
        issues = tuple(one.issue for one in list_issues(tx, office.plans.town_code, period.key))
        if draft is not None:
            shown = Preview(draft.town_return, office.plans.in_force(period), None, issues)
        else:
            shown = _read_issue(tx, office, period, issue, issues, why_not)
        return shown if against is None else _compare(tx, office, shown, against)


def draft_next(
    tx: Connection, office: Office, period: Period, now: datetime, tell: Tell = say
) -> tuple[Draft | None, str]:
    """What would be published next, as it would be compiled now: the original, or a correction if one follows.

    None where nothing would, and in a sentence why; without a plan for a published period nothing can.
    """
    if not list_issues(tx, office.plans.town_code, period.key):
        return draft_original(tx, office.plans, period, now), ""
    if office.plans.find(period) is None:
        return None, ""
    return next_correction(tx, office, period, now, tell)


def _read_issue(
    tx: Connection, office: Office, period: Period, number: int | None, issues: tuple[int, ...], why_not: str
) -> Preview:
    publication = find_issue_of(tx, office, period, number)
    kept = plan_kept_with(tx, office, period.key, publication.issue)
    town_return = find_compilation(tx, publication.compilation_id).town_return
    return Preview(town_return, kept or office.plans.in_force(period), publication.published_at, issues, why_not)


def _compare(tx: Connection, office: Office, shown: Preview, against: int) -> Preview:
    """With every figure that the other issue states otherwise, and the categories whose texts differ."""
    period, plan = Period(shown.town_return.period), shown.plan
    other = find_compilation(tx, find_issue_of(tx, office, period, against).compilation_id).town_return
    unexplained = Reasons({}, {one.code: one.name for one in plan.categories})
    differences = list_changes(other, shown.town_return, plan.form, unexplained)
    return replace(shown, against=other, differences=differences)
