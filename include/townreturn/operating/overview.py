"""The table that people see at the end: periods × categories, and what was published where."""

from collections.abc import Sequence
from datetime import datetime

from townreturn import month
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.publishing.delivery import shown_folder
from townreturn.store.engine import reading
from townreturn.store.returns import Publication, find_publications
from townreturn.text_table import aligned
from townreturn.wording import say


def published_of(office: Office, periods: Sequence[Period]) -> dict[str, Publication]:
    """Period key → its newest publication, for those periods that have one."""
    with reading(office.engine) as tx:
        return find_publications(tx, office.plans.town_code, [period.key for period in periods])


def describe_periods(office: Office, periods: Sequence[Period], now: datetime) -> str:
    """One line a period with the state of every category, then the folders of what is published."""
    published = published_of(office, periods)
    plan = office.plans.in_force(periods[-1])
    headings = [say("TABLE_PERIOD"), *(str(one.number) for one in plan.categories), say("TABLE_RETURN")]
    rows = [headings, *(_row(office, period, published, now) for period in periods)]
    legend = "　".join(one.heading for one in plan.categories)
    folders = [
        say("TABLE_FOLDER", period=key, folder=shown_folder(office.outbox, one))
        for key, one in sorted(published.items())
    ]
    return "\n".join([*aligned(rows), legend, *folders])


def _row(office: Office, period: Period, published: dict[str, Publication], now: datetime) -> list[str]:
    plan: Plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        standings = month.standings_of(tx, plan, period, now)
    return [
        period.key,
        *(_state_of(one.code, standings) for one in plan.categories),
        say("TABLE_PUBLISHED" if period.key in published else "TABLE_OPEN"),
    ]


def _state_of(category: str, standings: Sequence[Standing]) -> str:
    """Of a category that several subordinates report, how many of them are in."""
    owed = [one for one in standings if one.category == category]
    if len(owed) == 1:
        return _state(owed[0])
    return say("REPORTED_OF", reported=sum(one.is_in for one in owed), expected=len(owed))


def _state(standing: Standing) -> str:
    if standing.is_in and standing.zero_return:
        return say("TABLE_ZERO_RETURN")
    return say(f"STATE_{standing.state}")
