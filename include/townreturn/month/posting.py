"""Messages are written in the transaction that they tell of; sending them is another step."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.message import Letter, Message, MessageKind
from townreturn.domain.plan import Plan
from townreturn.messaging import MailFrame, write_letter
from townreturn.office import Office
from townreturn.store.messages import record_messages, written_keys
from townreturn.wording import say


def post(
    tx: Connection, office: Office, plan: Plan, messages: Iterable[Message], now: datetime,
    *, is_settled_later: bool = False,
) -> tuple[Letter, ...]:  # fmt: skip
    """Write the messages whose keys are new; they go out with the next sending. Gives what was written.

    ``is_settled_later``: the caller writes many files, and settles them all at once before the transaction ends.
    """
    wanted = {one.key: one for one in messages}
    old = written_keys(tx, plan.town_code, wanted) if wanted else set()
    letters = [write_letter(one, _frame(plan, one, now)) for key, one in wanted.items() if key not in old]
    keep = office.archive.keep_for_now if is_settled_later else office.archive.keep
    hashes = [keep(one.content) for one in letters]
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
