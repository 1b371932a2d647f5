"""Messages are written in the transaction that they tell of; sending them is another step."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.message import Letter, Message
from townreturn.domain.plan import Plan
from townreturn.files import write_whole
from townreturn.messaging import MailFrame, write_letter
from townreturn.office import Office
from townreturn.store.messages import record_message, written_keys
from townreturn.wording import say


def post(tx: Connection, office: Office, plan: Plan, messages: Iterable[Message], now: datetime) -> tuple[Letter, ...]:
    """Write the messages whose keys are new; they go out with the next sending. Gives what was written."""
    wanted = {one.key: one for one in messages}
    old = written_keys(tx, plan.town_code, wanted)
    return tuple(_write(tx, office, plan, one, now) for key, one in wanted.items() if key not in old)


def _write(tx: Connection, office: Office, plan: Plan, message: Message, now: datetime) -> Letter:
    letter = write_letter(message, _frame(plan, message, now))
    file_hash = hashlib.sha256(letter.content).hexdigest()
    write_whole(office.archived(file_hash), letter.content)
    record_message(tx, plan.town_code, letter, file_hash, now)
    return letter


def _frame(plan: Plan, message: Message, now: datetime) -> MailFrame:
    bureau = plan.unit_by_code[plan.coordinating_unit].name
    addressee = plan.unit_by_code[message.unit].name if message.unit else say("ADDRESSEE_OPERATORS", unit=bureau)
    sender = say("MAIL_SENDER", town=plan.town, unit=bureau)
    return MailFrame(plan.town_code, sender, plan.contacts.mailbox, addressee, now.astimezone(plan.calendar.zone))
