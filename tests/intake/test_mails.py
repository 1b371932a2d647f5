"""A mail taken apart: whom it is from, what it is called, which files it brings."""

import base64
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mails import write_mail
from townreturn.intake.mails import MailFile, Nature, ReadMail, read_mail

WORKBOOK = b"PK\x03\x04 a workbook"
GB18030 = "打假月报_镕.xlsx"  # 镕 is not in GB2312, which programs name all the same


def with_head(*fields: bytes, body: bytes = b"text") -> ReadMail:
    return read_mail(b"\r\n".join(fields) + b"\r\n\r\n" + body)


def with_part(*fields: bytes, content: bytes = b"AAECAw==") -> ReadMail:
    """One part of a mixed mail, in base64."""
    part = b"\r\n".join((*fields, b"Content-Transfer-Encoding: base64", b"", content))
    return with_head(
        b"From: a@unit.example", b'Content-Type: multipart/mixed; boundary="b"', body=b"--b\r\n" + part + b"\r\n--b--"
    )


def names(mail: ReadMail) -> list[str]:
    return [one.name for one in mail.files]


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        (b"a@unit.example", "a@unit.example"),
        (b"<A@Unit.Example>", "a@unit.example"),
        (b'"Zhang San" <a@unit.example>', "a@unit.example"),
        ("张三 <a@unit.example>".encode(), "a@unit.example"),
        ("张三 <a@unit.example>".encode("gb18030"), "a@unit.example"),
        (b"=?gb2312?B?1cXI/Q==?=\r\n <a@unit.example>", "a@unit.example"),
        (b'"a@unit.example" <e@evil.example>', "e@evil.example"),
        (b'"b <a@unit.example>" <e@evil.example>', "e@evil.example"),
        (b"=?utf-8?q?a=40unit=2Eexample=3E?= <e@evil.example>", "e@evil.example"),
        (b"=?utf-8?q?a=40unit=2Eexample?=", ""),
        (b"a@unit.example, e@evil.example", ""),
        (b"a@unit.example (c <e@evil.example>)", ""),
        (b"group: a@unit.example;", ""),
        (b"<@evil.example:a@unit.example>", ""),
        (b"a@unit.example\x00@evil.example", ""),
        (b"a@unit.example\x00", ""),
        (b"", ""),
        (b"(" * 900 + b"a@unit.example", ""),
        (b"x" * 2000 + b" <a@unit.example>", ""),
    ],
)
def test_the_sender_is_one_plain_address_or_nobody(field: bytes, sender: str) -> None:
    assert with_head(b"From: " + field).sender == sender


def test_two_from_fields_are_nobody() -> None:
    mail = with_head(b"From: a@unit.example", b"from: e@evil.example")
    assert (mail.sender, mail.written_sender) == ("", "a@unit.example；e@evil.example")


def test_other_fields_make_no_sender() -> None:
    assert with_head(b"Sender: a@unit.example", b"Reply-To: a@unit.example", b"Subject: x").sender == ""


def test_a_sender_whom_a_server_found_forged() -> None:
    results = b"Authentication-Results: mx.qingxi.example; spf=pass;\r\n dkim=none; DMARC=fail header.from=unit.example"
    assert with_head(b"From: a@unit.example", results).is_forged
    assert not with_head(b"From: a@unit.example", results.replace(b"=fail", b"=pass")).is_forged


def test_no_field_breaks_a_line() -> None:
    """What is shown and what goes into the header of an answer has neither line breaks nor controls."""
    mail = with_head(
        b"From: =?utf-8?q?x=0D=0ABcc=3A_e=40evil.example?= <a@unit.example>",
        b"Subject: =?utf-8?q?one=0D=0ABcc=3A_two=1B=5B31m=E2=80=AE?=",
        b"Message-ID: <a@unit.example>\r\n <b@unit.example>",
    )
    assert (mail.subject, mail.message_id) == ("one  Bcc: two [31m", "")
    assert mail.written_sender == "x  Bcc: e@evil.example <a@unit.example>"
    assert with_head(b"Message-ID: <a b@unit.example>").message_id == ""
    assert with_head(b"Message-ID: <" + b"a" * 1000 + b"@unit.example>").message_id == ""
    assert with_head(b"Message-ID:\r\n <a.1@unit.example>").message_id == "<a.1@unit.example>"


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("报送3月月报".encode(), "报送3月月报"),
        ("报送3月月报".encode("gb18030"), "报送3月月报"),
        (b"=?gb2312?B?" + base64.b64encode("镕基".encode("gb18030")) + b"?=", "镕基"),
        (b"=?utf-8?B?5oql6YCBM+aciA==?=\r\n =?utf-8?B?5pyI5oql?=", "报送3月月报"),
        (b"=?nonsense?B?5oql?=", "报"),
        (b"=?utf-8?B?A?=", "=?utf-8?B?A?="),
        (b"Re: \\u4e2d =?utf-8?q?x?=", "Re: 中 x"),
    ],
)
def test_a_subject_in_whatever_charset(field: bytes, subject: str) -> None:
    assert with_head(b"Subject: " + field).subject == subject


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'filename="=?gb2312?B?' + base64.b64encode(GB18030.encode("gb18030")) + b'?="', GB18030),
        (b'filename="=?utf-8?B?5pyI5oql?=\r\n =?utf-8?B?Lnhsc3g=?="', "月报.xlsx"),
        (b"filename*=gb2312''" + "".join(f"%{one:02X}" for one in GB18030.encode("gb18030")).encode(), GB18030),
        (b"filename*0*=UTF-8''%E6%9C%88;\r\n filename*1*=%E6%8A%A5;\r\n filename*2=.xlsx", "月报.xlsx"),
        (b'filename="' + GB18030.encode("gb18030") + b'"', GB18030),
        (b'filename="' + GB18030.encode() + b'"', GB18030),
        (b'filename="C:\\\\work\\\\a.xlsx"', "a.xlsx"),
        (b'filename="../../etc/passwd"', "passwd"),
        (b"filename*=utf-8''a%00%0D%0Ab%E2%80%AEc.xlsx", "a\ufffd  b c.xlsx"),
        (b'filename=".."', "附件1"),
        (b'filename=""', "附件1"),
        (b'filename="' + b"a" * 500 + b'.xlsx"', "a" * 140 + ".xlsx"),
        (b'filename="' + b"a" * 500 + b'"', "a" * 150),
    ],
)
def test_a_name_is_plain_text_without_folders(field: bytes, name: str) -> None:
    mail = with_part(b"Content-Type: application/octet-stream", b"Content-Disposition: attachment; " + field)
    assert mail.files == (MailFile(name, b"\x00\x01\x02\x03"),)


def test_the_name_may_stand_at_the_type() -> None:
    assert names(with_part(b'Content-Type: application/vnd.ms-excel; name="=?utf-8?B?5pyI5oql?=.xls"')) == ["月报.xls"]


def test_workbooks_are_files_wherever_they_stand() -> None:
    """Inline, in an alternative, in a forwarded mail, without a name, as text, and as what Outlook packs."""
    inner = EmailMessage(policy=SMTP)
    inner["From"] = "b@unit.example"
    inner.set_content("x")
    inner.add_attachment(WORKBOOK, maintype="application", subtype="octet-stream", filename="forwarded.xlsx")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "a@unit.example"
    mail.set_content("body")
    mail.add_alternative("<p>body", subtype="html")
    mail.add_attachment(WORKBOOK, maintype="application", subtype="zip", filename="inline.xlsx", disposition="inline")
    mail.add_attachment(WORKBOOK, maintype="application", subtype="vnd.ms-excel")
    mail.add_attachment("a,b\n", subtype="csv")
    mail.add_attachment("plain", filename="note.txt")
    mail.add_attachment(inner)
    mail.add_attachment(b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    read = read_mail(mail.as_bytes())
    assert names(read) == ["inline.xlsx", "附件2", "附件3", "note.txt", "forwarded.xlsx", "winmail.dat"]
    assert [one.content for one in read.files][:3] == [WORKBOOK, WORKBOOK, b"a,b\r\n"]
    assert read.sender == "a@unit.example"


def test_a_mail_that_is_nothing_but_a_workbook() -> None:
    head = (b"From: a@unit.example", b'Content-Type: application/vnd.ms-excel; name="a.xls"')
    encoded = base64.encodebytes(WORKBOOK)
    assert with_head(*head, b"Content-Transfer-Encoding: base64", body=encoded).files == (MailFile("a.xls", WORKBOOK),)


def test_what_programs_add_is_no_file() -> None:
    """Logos that the page shows, signatures, cards and appointments; a photograph that is attached is one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "a@unit.example"
    mail.set_content("body")
    mail.add_alternative('<img src="cid:logo">', subtype="html")
    page = mail.get_payload()[1]
    assert isinstance(page, EmailMessage)
    page.add_related(b"\x89PNG", "image", "png", cid="<logo>")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="line.png", disposition="inline")
    mail.add_attachment(b"0", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    mail.add_attachment("BEGIN:VCARD", subtype="x-vcard", filename="card.vcf")
    mail.add_attachment(b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="photo.jpg", cid="<x>")
    assert names(read_mail(mail.as_bytes())) == ["photo.jpg"]


@pytest.mark.parametrize(
    ("headers", "nature"),
    [
        ({}, Nature.LETTER),
        ({"Auto-Submitted": "no"}, Nature.LETTER),
        ({"In-Reply-To": "<abc@qingxi.townreturn.invalid>"}, Nature.LETTER),
        ({"Auto-Submitted": "auto-replied (vacation)"}, Nature.ANSWERED_BY_MACHINE),
        ({"Auto-Submitted": "auto-replied; owner=x"}, Nature.ANSWERED_BY_MACHINE),
        ({"X-Autoreply": "yes"}, Nature.ANSWERED_BY_MACHINE),
        ({"Return-Path": "<>"}, Nature.ANSWERED_BY_MACHINE),
        ({"Auto-Submitted": "auto-generated"}, Nature.SENT_BY_MACHINE),
    ],
)
def test_what_machines_say_of_themselves(headers: dict[str, str], nature: Nature) -> None:
    assert read_mail(write_mail("a@unit.example", headers=headers)).nature is nature


def test_our_own_mail_is_known_and_brings_nothing_when_it_is_sent_along() -> None:
    own = write_mail("us@qingxi.example", {"blank.xlsx": WORKBOOK}, message_id="<1a@qingxi.townreturn.invalid>")
    assert read_mail(own).nature is Nature.OWN
    for packed in (b"", b"Content-Transfer-Encoding: base64\r\n"):
        inner = base64.encodebytes(own) if packed else own
        outer = with_head(
            b"From: a@unit.example", b'Content-Type: multipart/mixed; boundary="b"',
            body=b"--b\r\nContent-Type: message/rfc822\r\n" + packed + b"\r\n" + inner + b"\r\n"
            b"--b\r\nContent-Type: application/octet-stream; name=filled.xlsx\r\n\r\nfilled\r\n--b--",
        )  # fmt: skip
        assert names(outer) == ["filled.xlsx"]


def test_a_forwarded_mail_in_base64_is_taken_apart_as_well() -> None:
    inner = base64.encodebytes(write_mail("b@unit.example", {"a.xlsx": WORKBOOK}))
    mail = with_head(
        b"From: a@unit.example", b'Content-Type: multipart/mixed; boundary="b"',
        body=b"--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner + b"\r\n--b--",
    )  # fmt: skip
    assert mail.files == (MailFile("a.xlsx", WORKBOOK),)


def test_a_bounce_names_whom_it_did_not_reach() -> None:
    status = (
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; gone@unit.example\r\nAction: failed\r\n\r\n"
        b"Final-Recipient: rfc822; slow@unit.example\r\nAction: delayed\r\n\r\n"
    )
    sent = write_mail("us@qingxi.example", {"blank.xlsx": WORKBOOK}, message_id="<1a@qingxi.townreturn.invalid>")
    mail = with_head(
        b"From: MAILER-DAEMON@mx.example", b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        body=status + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + sent + b"\r\n--b--",
    )  # fmt: skip
    assert (mail.nature, mail.failed, mail.files) == (Nature.BOUNCE, ("gone@unit.example",), ())


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'From: a@unit.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\nno boundary', "MAIL_DAMAGED"),
        (b"From: a@unit.example\r\nContent-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n--b--", "MAIL_DAMAGED"),
        (b"", ""),
        (b"\x00" * 1000, ""),
        (b"From: a@unit.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!", ""),
        (b"From: a@unit.example\r\nContent-Type: message/external-body\r\n\r\nx", ""),
    ],
)
def test_a_broken_mail_is_a_value(content: bytes, fault: str) -> None:
    mail = read_mail(content)
    assert (mail.fault, mail.files) == (fault, ())
    assert mail.sender == ("a@unit.example" if b"From" in content else "")


def test_of_a_mail_that_is_not_whole_the_head_alone() -> None:
    mail = read_mail(write_mail("a@unit.example", {"a.xlsx": WORKBOOK}, subject="大"), is_whole=False)
    assert (mail.sender, mail.subject, mail.files, mail.fault) == ("a@unit.example", "大", (), "MAIL_TOO_LARGE")
