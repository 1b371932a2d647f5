"""What channels read in a letter, and the one thing they may add to it: the sender's address."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import SMTP
from email.utils import parseaddr

import pytest

from posted_letters import opening
from townreturn.domain.message import Attachment
from townreturn.messaging import MailFrame, attachments_of, sender_of, text_of, with_sender, write_letter

WRITTEN = datetime(2018, 3, 26, 1, tzinfo=UTC)


def letter_from(mailbox: str, sender: str = "清溪镇打假统计（镇经科信局）") -> bytes:
    return write_letter(opening(), MailFrame("qingxi", sender, mailbox, "镇住建局", WRITTEN)).content


def test_a_letter_without_a_senders_address_gets_one_and_keeps_its_name() -> None:
    sent = with_sender(letter_from(""), "daojia@example.cn")
    assert message_from_bytes(sent, policy=SMTP)["From"] == "清溪镇打假统计（镇经科信局） <daojia@example.cn>"
    assert sender_of(sent) == "daojia@example.cn"


def test_every_other_byte_stays() -> None:
    written = letter_from("")
    sent = with_sender(written, "daojia@example.cn")
    assert sent.split(b"From: ")[0] == written.split(b"From: ")[0]
    assert sent.split(b"\r\nTo: ")[1] == written.split(b"\r\nTo: ")[1]


def test_a_letter_with_a_sender_of_its_own_is_left_alone() -> None:
    written = letter_from("tongji@example.cn")
    assert sender_of(written) == "tongji@example.cn"
    assert with_sender(written, "daojia@example.cn") == written


@pytest.mark.parametrize(
    "name", [r"a\1b", "a: b; c, <d>", ":;", "某某市某某镇打假统计（某某市某某镇经济科技信息局）", "长" * 300]
)
def test_any_name_survives(name: str) -> None:
    """Read by the older rules: the newer ones put a blank where a long name is broken."""
    sent = with_sender(letter_from("", name), "daojia@example.cn")
    shown, address = parseaddr(message_from_bytes(sent)["From"])
    assert (str(make_header(decode_header(shown))), address) == (name, "daojia@example.cn")


def test_the_text_is_read_as_it_was_written() -> None:
    assert text_of(letter_from("")) == "请于3月31日前报送。\n. 一行\n"


@pytest.mark.parametrize("name", ["月报.xlsx", "材料.docx", "材料.html", "月报.csv", "月报.json", "无扩展名"])
def test_attachments_come_back_byte_for_byte_whatever_they_are(name: str) -> None:
    """Texts in any encoding and with any line ends, which a mail might put into others."""
    content = b"\xef\xbb\xbf\xcf\xd5\r\n.\n\x00\r" + "建材\n".encode()
    message = replace(opening(), attachments=(Attachment(name, content),))
    written = write_letter(message, MailFrame("qingxi", "局", "", "镇住建局", WRITTEN)).content
    assert attachments_of(written) == [(name, content)]
    assert b"Content-Type: text/html" not in written
    assert b"Content-Type: text/csv" not in written
