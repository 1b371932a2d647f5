"""Headers that are worked out once are written as Python's email package writes them each time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import SMTP

import pytest

from townreturn.domain.message import Attachment, Message, MessageKind
from townreturn.messaging import MailFrame, mail, write_letter

FRAME = MailFrame("qingxi", "清溪镇打假统计", "dajia@qx.example", "镇农林水务局", datetime(2018, 3, 26, tzinfo=UTC))


def messages() -> Iterator[Message]:
    """As they differ: without address and with several, with page, attachments and an answer's thread."""
    for number in range(40):
        yield Message(
            key=f"receipt/{number % 30}",
            kind=MessageKind.RECEIPT,
            period="2018-03",
            unit="nonglinshui",
            to=tuple(f"{one}@nls.example" for one in range(number % 3)),
            subject=f"【退回】回执（镇{'农' * number}局）\r\nBcc: x@y.cn",
            text="正文\n" * number,
            html="<p>正文</p>" if number % 2 else "",
            attachments=(Attachment(f"附件 {number % 5}\r\n.xlsx", b"x" * number),) * (number % 3),
            in_reply_to=f"<{number}@nls.example>" if number % 4 == 0 else "",
        )


def test_the_bytes_are_those_of_the_plain_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = [write_letter(one, FRAME).content for one in messages()]
    monkeypatch.setattr(mail, "MAIL_POLICY", SMTP)
    assert remembered == [write_letter(one, FRAME).content for one in messages()]
