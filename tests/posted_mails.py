"""What was posted, as whoever gets it reads it: out of the archive and through a mail parser."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.messages import StoredMessage, list_messages
from townreturn.store.reporters import NamedReporter, record_reporter


@dataclass(frozen=True)
class Posted:
    """A stored message and its mail."""

    stored: StoredMessage
    mail: EmailMessage

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")

    @property
    def page(self) -> str:
        body = self.mail.get_body(("html",))
        return str(body.get_content()) if body else ""

    @property
    def attachments(self) -> dict[str, bytes]:
        return {str(one.get_filename()): one.get_content() for one in self.mail.iter_attachments()}


def posted(office: Office, period: str | None = None) -> list[Posted]:
    """In the order in which they were written; each kept under the hash of its bytes."""
    with reading(office.engine) as tx:
        stored = list_messages(tx, office.plans.town_code, period)
    return [Posted(one, _mail(office.archive.path(one.file_hash).read_bytes())) for one in stored]


def _mail(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def name_reporter(office: Office, unit: str, mail: str, name: str = "张三") -> None:
    """A unit names whom it wants to be written to."""
    moment = datetime(2018, 1, 2, tzinfo=UTC)
    with writing(office.engine) as tx:
        record_reporter(tx, "qingxi", "qingxi-2018", NamedReporter(unit, name, mail, moment, "clerk", moment))
