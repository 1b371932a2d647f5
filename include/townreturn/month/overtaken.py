"""Messages that waited to be sent until they were no longer true."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from townreturn.chasing.duty_messages import is_duty_reminder, plan_of_duty_reminder
from townreturn.chasing.standing_now import standings_of
from townreturn.domain.message import MessageKind
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.month.plan_duties import duties_in
from townreturn.office import Office
from townreturn.store.deliveries import DELIVERING, find_delivery
from townreturn.store.messages import StoredMessage
from townreturn.store.returns import find_publications
from townreturn.wording import say

_A_STAGE_LASTS = timedelta(days=1)


def why_overtaken(tx: Connection, office: Office, message: StoredMessage, now: datetime) -> str:
    """Why a message is not to be sent any more; empty when it is.

    A reminder, or the summary of some, when it is a day old or its unit has delivered since: a mail
    server that was down must not bring two stages at once, nor chase whoever has reported. A letter
    with an issue, when a later one is published: that one comes in a letter of its own.
    """
    if message.kind in DELIVERING:
        return _replaced_by(tx, office, message)
    if not _is_reminder(message):
        return ""
    is_overtaken = now - message.composed_at >= _A_STAGE_LASTS or (
        bool(message.unit) and not any(one.unit == message.unit for one in _outstanding(tx, office, message, now))
    )
    return say("DISPATCH_OVERTAKEN") if is_overtaken else ""


def _replaced_by(tx: Connection, office: Office, message: StoredMessage) -> str:
    newest = find_publications(tx, office.plans.town_code, [message.period]).get(message.period)
    delivered = find_delivery(tx, message.id).issue
    if newest is None or delivered is None or newest.issue <= delivered:
        return ""
    return say("DISPATCH_REPLACED_BY_ISSUE", issue=say("CORRECTION_NAMED", issue=newest.issue))


def _is_reminder(message: StoredMessage) -> bool:
    return message.kind in (MessageKind.REMINDER, MessageKind.SUMMARY) or is_duty_reminder(message.key)


def _outstanding(tx: Connection, office: Office, message: StoredMessage, now: datetime) -> list[Standing]:
    """What is out now of what the message was written about."""
    if message.period:
        period = Period(message.period)
        plan = office.plans.find(period)
        found = standings_of(tx, plan, period, now) if plan else ()
    else:
        plan = next((one for one in office.plans.plans if one.code == plan_of_duty_reminder(message.key)), None)
        found = tuple(one.standing for one in duties_in(tx, plan, now)) if plan else ()
    return [one for one in found if one.is_outstanding]
