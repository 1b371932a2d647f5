"""A return that is not out by the time the plan sets: operators are told, once."""

from datetime import datetime

from townreturn.chasing.describing import describe_standings
from townreturn.chasing.publishing_due import publish_by
from townreturn.chasing.standing_now import standings_of
from townreturn.domain.message import Letter, Message, MessageKind
from townreturn.domain.period import Period
from townreturn.month.posting import post
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.periods import Alert, record_alert
from townreturn.store.returns import published_at
from townreturn.wording import say


def tell_unpublished(office: Office, period: Period, now: datetime) -> tuple[Letter, ...]:
    """An alert and a message to the operators, unless the return is out; said again, nothing more."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        if published_at(tx, [plan.town_code], period.key):
            return ()
    by = publish_by(plan, period).astimezone(plan.calendar.zone)
    told = say("UNPUBLISHED_ALERT", period=period, by=f"{by:%Y-%m-%d %H:%M}")
    with writing(office.engine, f"{plan.town_code}/{period.key}") as tx:
        line = describe_standings(plan, period, standings_of(tx, plan, period, now))
        message = Message(
            key=f"unpublished/{period}",
            kind=MessageKind.ALERT,
            period=period.key,
            unit="",
            to=plan.contacts.operators,
            subject=say("UNPUBLISHED_SUBJECT", town=plan.town, period=period),
            text=f"{told}\n{line}\n",
        )
        written = post(tx, office, plan, [message], now)
        if written:
            record_alert(tx, plan.town_code, Alert(now, period.key, told))
        return written
