"""What is owed under a plan as a whole: announced once when the plan is issued, and chased by its stages."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing import raise_alert
from townreturn.chasing.deliveries import Duty
from townreturn.chasing.duty_messages import Addressing, announce, announcement_key, remind, summarise
from townreturn.chasing.plan_duties import assumed_years, work_plans_due_at
from townreturn.chasing.reminders import ReachedStage, reached_stages
from townreturn.domain.message import Letter, Message
from townreturn.domain.plan import Plan
from townreturn.month.adjusting import shown_day
from townreturn.month.plan_duties import duties_in, scope_of
from townreturn.month.posting import post
from townreturn.month.reminding import DueReminders, is_inbox_read
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.messages import first_written, written_keys
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

_Wanted = tuple[Message, datetime]
"""A message, and since when the intake must have looked into the inbox before it is written."""


def remind_work_plans(office: Office, now: datetime) -> tuple[Letter, ...]:
    """Write what is to be announced or chased and was not written before, under each plan; gives what was written.

    A transaction a plan. What lies in the inbox is not asked for: the intake must have looked into
    it since the stage came. A plan that came into the book when everything was due already is
    neither announced nor chased: the operator is alerted instead.
    """
    letters: list[Letter] = []
    for plan in _plans_issued(office):
        with writing(office.engine, scope_of(plan.town_code)) as tx:
            wanted = [one for one, since in _wanted(tx, plan, now) if is_inbox_read(tx, plan, since, now)]
            letters += post(tx, office, plan, wanted, now)
            came_too_late = _came_too_late(tx, plan, now)
        _alert(office, plan, now, came_too_late=came_too_late)
    return tuple(letters)


def find_due_work_plans(office: Office, now: datetime) -> DueReminders:
    """What ``remind_work_plans`` would write; nothing is written yet."""
    count, is_read = 0, True
    with reading(office.engine) as tx:
        for plan in _plans_issued(office):
            wanted = {message.key: since for message, since in _wanted(tx, plan, now)}
            for key in wanted.keys() - written_keys(tx, plan.town_code, wanted):
                count += 1
                is_read = is_read and is_inbox_read(tx, plan, wanted[key], now)
    return DueReminders(count, is_read)


def _plans_issued(office: Office) -> Iterator[Plan]:
    return (plan for plan in office.plans.plans if plan.work_plans.issued_on)


def _wanted(tx: Connection, plan: Plan, now: datetime) -> list[_Wanted]:
    """Announcements first, then each stage that has come since: its units, and the operators."""
    duties = duties_in(tx, plan, now)
    outstanding = _by_unit(one for one in duties if one.standing.is_outstanding)
    addressing = Addressing(plan, reporters_of(tx, plan.town_code))
    announced_at = _announced_at(tx, plan)
    wanted: list[_Wanted] = []
    if now < work_plans_due_at(plan):
        announced_at = announced_at or now
        wanted += [
            (announce(addressing, unit, owed), owed[0].obligation.opens_at) for unit, owed in outstanding.items()
        ]
    for reached in _stages_since(plan, duties, announced_at, now):
        wanted += [(one, reached.at) for one in _messages(addressing, reached, outstanding, now)]
    return wanted


def _announced_at(tx: Connection, plan: Plan) -> datetime | None:
    return first_written(tx, plan.town_code, [announcement_key(plan, unit.code) for unit in plan.units])


def _stages_since(
    plan: Plan, duties: Sequence[Duty], announced_at: datetime | None, now: datetime
) -> Iterator[ReachedStage]:
    """Whoever has just been told is not reminded at once; nor, once it is due, that it will be."""
    days = plan.calendar.working_days.or_weekdays()
    owed, standings = [one.obligation for one in duties], [one.standing for one in duties]
    for reached in reached_stages(plan, days, owed, standings, now):
        is_overdue = reached.stage.working_days > 0
        if announced_at is not None and announced_at < reached.at and is_overdue is (now >= reached.due_at):
            yield reached


def _messages(
    addressing: Addressing, reached: ReachedStage, outstanding: dict[str, list[Duty]], now: datetime
) -> Iterator[Message]:
    concerned = [one.unit for one in reached.reminders]
    for unit in concerned:
        yield remind(addressing, unit, outstanding[unit], reached, now)
    still_owed = {
        unit: [one for one in outstanding[unit] if one.obligation.due_at == reached.due_at] for unit in concerned
    }
    yield summarise(addressing, still_owed, reached)


def _came_too_late(tx: Connection, plan: Plan, now: datetime) -> bool:
    """Whether something is out that nobody was ever told to send."""
    if now < work_plans_due_at(plan) or _announced_at(tx, plan) is not None:
        return False
    return any(one.standing.is_outstanding for one in duties_in(tx, plan, now))


def _alert(office: Office, plan: Plan, now: datetime, *, came_too_late: bool) -> None:
    due = shown_day(plan, work_plans_due_at(plan))
    if years := assumed_years(plan):
        raise_alert(
            office, say("DUTIES_YEAR_ASSUMED", title=plan.title, years="、".join(map(str, years)), due=due), "", now
        )
    if came_too_late:
        raise_alert(office, say("DUTIES_COME_TOO_LATE", title=plan.title, due=due, plan=plan.code), "", now)


def _by_unit(duties: Iterable[Duty]) -> dict[str, list[Duty]]:
    """In the order in which units first appear."""
    found: dict[str, list[Duty]] = {}
    for one in duties:
        found.setdefault(one.unit, []).append(one)
    return found
