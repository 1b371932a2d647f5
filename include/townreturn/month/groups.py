"""What came to offices for a period, and its judging: reports of all towns on one form in one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from townreturn.checks.judging import judge
from townreturn.domain.breaks import find_breaks
from townreturn.domain.history import Histories, History
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Judgement, Submission
from townreturn.office import Office
from townreturn.store.corrections import published_amounts
from townreturn.store.reports import histories_by_town
from townreturn.store.returns import Publication, publications_by_town

Sent = tuple[Office, Submission]
"""A submission and the office that it came to."""


@dataclass(frozen=True)
class Group:
    """What came to an office for one period, None for files that name none, in the order in which it came; by the
    plan that it is judged by."""

    office: Office
    plan: Plan
    period: Period | None
    submissions: list[Submission]


def by_period(sent: Sequence[Sent]) -> list[list[Group]]:
    """By period, ascending, those without one first, and of a period by town; of a town as they came."""
    by_key: dict[str, dict[str, list[Sent]]] = {}
    for one in sorted(sent, key=lambda one: one[1].arrival.received_at):
        office, submission = one
        key = submission.period.key if submission.period else ""
        by_key.setdefault(key, {}).setdefault(office.plans.town_code, []).append(one)
    return [[_group(key, of_town) for _, of_town in sorted(by_key[key].items())] for key in sorted(by_key)]


def _group(key: str, sent: Sequence[Sent]) -> Group:
    office, period = sent[0][0], Period(key) if key else None
    plan = (office.plans.find(period) if period else None) or office.plans.plans[-1]
    return Group(office, plan, period, [submission for _, submission in sent])


def find_issues(tx: Connection, groups: Sequence[Group]) -> dict[str, Publication]:
    """The period's newest issue of each town that has published it."""
    period = groups[0].period
    if period is None:
        return {}
    found = publications_by_town(tx, [one.plan.town_code for one in groups], [period.key])
    return {town: of_periods[period.key] for town, of_periods in found.items() if of_periods}


def judge_groups(
    tx: Connection, groups: Sequence[Group], issues: Mapping[str, Publication]
) -> list[list[list[Judgement]]]:  # fmt: skip
    """Of each of a period's groups the judgements of its submissions: reports on one form are judged in one batch,
    whatever town they are of, because a batch costs as much as hundreds of reports."""
    judged: dict[int, list[list[Judgement]]] = {}
    for alike in _by_form([one for one in groups if one.period and one.submissions]):
        histories = _histories(tx, alike, issues)
        sent = [(each, histories[one.plan.town_code].of(each.unit)) for one in alike for each in one.submissions]
        found = iter(_judge_alike(alike[0], *zip(*sent, strict=True)))
        judged |= {id(one): [next(found) for _ in one.submissions] for one in alike}
    return [judged.get(id(one), [[] for _ in one.submissions]) for one in groups]


def _by_form(groups: Sequence[Group]) -> list[list[Group]]:
    """An edition's name says little: a town may have a form of its own under it."""
    alike: list[list[Group]] = []
    for group in groups:
        same = next((one for one in alike if one[0].plan.form == group.plan.form), None)
        if same is None:
            alike.append([group])
        else:
            same.append(group)
    return alike


def _judge_alike(one: Group, submissions: Sequence[Submission], histories: Sequence[History]) -> list[list[Judgement]]:
    form = one.plan.form
    assert one.period is not None  # noqa: S101 - of those that name none, nothing is judged
    return judge(submissions, histories, form, one.period, one.office.rules(form.edition))


def _histories(
    tx: Connection, groups: Sequence[Group], issues: Mapping[str, Publication]
) -> dict[str, Histories]:  # fmt: skip
    """By town, of groups of one period."""
    period = groups[0].period
    assert period is not None  # noqa: S101 - of those that name none, nothing is judged
    accepted = histories_by_town(tx, [one.plan for one in groups], period)
    return {
        one.plan.town_code: _seen_now(tx, one, period, accepted[one.plan.town_code], issues.get(one.plan.town_code))
        for one in groups
    }


def _seen_now(
    tx: Connection, group: Group, period: Period, accepted: Histories, issue: Publication | None
) -> Histories:  # fmt: skip
    """What a town's reports of a period can be held against: nothing from beyond a break, and what is published."""
    balances = [one.code for one in group.plan.form.by_code.values() if one.is_stock]
    breaks, published = find_breaks(group.office.plans.plans), published_amounts(tx, issue) if issue else {}
    shared = published.get("", {})

    def seen_now(subordinate: str, past: History) -> History:
        within = past.within(breaks, period, balances)
        return replace(within, published={**shared, **published.get(subordinate, {})})

    return accepted.map(seen_now)
