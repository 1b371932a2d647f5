"""Messages that were written, as whoever gets them reads them."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages


def letters(office: Office) -> list[EmailMessage]:
    """Every message that was written, in order."""
    with reading(office.engine) as tx:
        stored = list_messages(tx, office.plans.town_code)
    mails = [message_from_bytes(office.archive.path(one.file_hash).read_bytes(), policy=default) for one in stored]
    return [cast("EmailMessage", one) for one in mails]


def text_of(mail: EmailMessage) -> str:
    """The plain text, lines ending as in Python."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
