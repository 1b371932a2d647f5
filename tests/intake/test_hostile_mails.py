"""Mails made to cost more than they may, or to break the reader: read in a child, each a value in bounded time."""

from pathlib import Path

import pytest

from townreturn.intake.mail_reader import read_kept_mail

HEAD = b"From: a@unit.example\r\nSubject: bomb\r\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def nested(depth: int, innermost: bytes = b"x") -> bytes:
    parts = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + parts + b"\r\n" + innermost


@pytest.mark.parametrize(
    ("mail", "fault"),
    [
        pytest.param(MIXED + b"--b\r\n\r\nx\r\n" * 10_000 + b"--b--", "MAIL_PARTS_TOO_MANY", id="10 000 parts"),
        pytest.param(nested(10), "", id="nested as deep as may be"),
        pytest.param(nested(11), "MAIL_PARTS_TOO_MANY", id="nested deeper"),
        pytest.param(nested(5_000), "MAIL_DAMAGED", id="nested deeper than the library goes"),
        pytest.param(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2_000, "MAIL_DAMAGED", id="mails within mails"),
        pytest.param(HEAD + b"X-Long: " + b"a" * 5_000_000 + b"\r\n\r\nx", "", id="a huge header field"),
        pytest.param(HEAD + b"X: a\r\n" * 200_000 + b"\r\nx", "", id="200 000 header fields"),
        pytest.param(HEAD + b"Content-Type: multipart/mixed; " + b'"\\"' * 300_000 + b"\r\n\r\n", "MAIL_DAMAGED",
                     id="a type without end"),
        pytest.param(HEAD + b"Content-Disposition: attachment;" + b"".join(
            b"\r\n filename*%d*=utf-8''a;" % n for n in range(3_000)) + b"\r\nContent-Type: a/b\r\n\r\n", "",
            id="a name in 3 000 pieces"),
        pytest.param(bytes(range(256)) * 4_000, "", id="no mail at all"),
    ],
)  # fmt: skip
def test_a_hostile_mail_is_a_value(mail: bytes, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(mail)
    read = read_kept_mail(path, is_whole=True)
    assert read.fault == fault
    assert read.sender == ("a@unit.example" if mail.startswith(HEAD) else "")


def test_one_that_uses_up_its_time_still_says_whom_it_is_from(tmp_path: Path) -> None:
    """Every line is held against three hundred boundaries: hours, if nobody stopped it."""
    path = tmp_path / "mail"
    path.write_bytes(nested(300, b"\r\n" * 8_000_000))
    read = read_kept_mail(path, is_whole=True)
    assert (read.sender, read.subject, read.fault) == ("a@unit.example", "bomb", "MAIL_DAMAGED")


def test_longer_than_a_mail_may_be(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(HEAD + b"\r\n" + b"a" * (40 << 20))
    assert read_kept_mail(path, is_whole=True).fault == "MAIL_TOO_LARGE"
