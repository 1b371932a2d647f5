"""Messages are written in the transaction that they tell of; sending them is another step."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from townreturn.domain.message import Letter, Message, MessageKind
from townreturn.domain.plan import Plan
from townreturn.files import write_whole
from townreturn.messaging import MailFrame, write_letter
from townreturn.office import Office
from townreturn.store.messages import record_messages, written_keys
from townreturn.wording import say


def post(
    tx: Connection, office: Office, plan: Plan, messages: Iterable[Message], now: datetime,
    *, keep: Callable[[Path, bytes], None] = write_whole,
) -> tuple[Letter, ...]:  # fmt: skip
    """Write the messages whose keys are new; they go out with the next sending. Gives what was written.

    ``keep`` puts a mail into the archive: with ``files.write_for_now`` a caller that writes many files
    settles them all at once before the transaction ends.
    """
    wanted = {one.key: one for one in messages}
    old = written_keys(tx, plan.town_code, wanted) if wanted else set()
    letters = [write_letter(one, _frame(plan, one, now)) for key, one in wanted.items() if key not in old]
    hashes = [hashlib.sha256(one.content).hexdigest() for one in letters]
    for letter, file_hash in zip(letters, hashes, strict=True):
        keep(office.archived(file_hash), letter.content)
    record_messages(tx, plan.town_code, list(zip(letters, hashes, strict=True)), now)
    return tuple(letters)


def _frame(plan: Plan, message: Message, now: datetime) -> MailFrame:
    bureau = plan.unit_by_code[plan.coordinating_unit].name
    sender = say("MAIL_SENDER", town=plan.town, unit=bureau)
    addressee, moment = _addressee(plan, message, bureau), now.astimezone(plan.calendar.zone)
    return MailFrame(plan.town_code, sender, plan.contacts.mailbox, addressee, moment)


def _addressee(plan: Plan, message: Message, bureau: str) -> str:
    """The unit's name, or the recipient's; whoever mailed what is no unit's of this plan is named by the address."""
    if message.addressee:
        return message.addressee
    if message.unit:
        return plan.unit_by_code[message.unit].name
    is_answer = message.kind is MessageKind.RECEIPT and message.to
    return "、".join(message.to) if is_answer else say("ADDRESSEE_OPERATORS", unit=bureau)
