"""Documents of any format: whose they are, received once, answered with a receipt, accepted or returned."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_files import PDF, drop
from issued_plan import with_issued_plan
from letters_read import letters, text_of
from mails import PaperMailbox, write_mail
from published_months import tamper
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import ObligationKind, ObligationState, Standing, Timeliness
from townreturn.month.documents import decide_document, document_kind, hand_in_document
from townreturn.month.plan_duties import duties_in, duties_of
from townreturn.month.reporters import name_reporter
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.store.documents import list_documents
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.periods import recent_alerts

WORK, AREA = ObligationKind.WORK_PLAN, ObligationKind.AREA_PLAN
ZIP, JPEG = b"PK\x03\x04 not really", b"\xff\xd8\xff a scan"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


RECEIVED, DUE = at("2018-03-09T16:00:30"), at("2018-03-13T00:00:00")
NOW = RECEIVED + timedelta(hours=1)


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Office:
    return with_issued_plan(office, tmp_path)


@pytest.fixture
def small_desk(small_office: Office, tmp_path: Path) -> Office:
    return with_issued_plan(small_office, tmp_path)


def standing(office: Office, unit: str, kind: ObligationKind = WORK, now: datetime = NOW) -> Standing:
    found = duties_of(office, office.plans.plans[0], now)
    return next(one for one in found if (one.kind, one.unit) == (kind, unit))


def quarantined(office: Office) -> dict[str, bytes]:
    """The notice of every quarantined file, with its bytes."""
    return {
        path.with_name("receipt.txt").read_text("utf-8-sig"): path.read_bytes()
        for path in office.quarantine.rglob("original.bin")
    }


def test_documents_of_the_inbox_are_recorded_and_never_read_as_statistics(desk: Office) -> None:
    drop(desk, "工作方案/镇住建局打假工作方案.docx", RECEIVED, ZIP)
    drop(desk, "工作方案/清溪镇农林水务局/扫描件 001.jpg", RECEIVED, JPEG)
    drop(desk, "重点区域方案/经科信局.wps", RECEIVED, b"any bytes")
    report = month.take_in(desk, NOW)
    assert (report.taken, report.left_count) == ((), 0)
    assert sorted((one.document.unit, one.document.kind) for one in report.documents) == [
        ("jingkexin", AREA), ("nonglinshui", WORK), ("zhujian", WORK),
    ]  # fmt: skip
    assert [path for path in Path(desk.inbox.path).rglob("*") if path.is_file()] == []
    for one in report.documents:
        assert desk.archive.path(one.document.file_hash).is_file()
        assert (one.document.received_at, one.document.channel) == (RECEIVED, "inbox")
    in_time = standing(desk, "zhujian")
    assert (in_time.state, in_time.timeliness) == (ObligationState.RECEIVED, Timeliness.ON_TIME)
    assert standing(desk, "yancao").state is ObligationState.OPEN
    assert [one.text for one in verify(desk) if not one.is_whole] == []


def test_the_receipt_says_what_came_when_and_goes_out_once(desk: Office) -> None:
    drop(desk, "工作方案/镇住建局打假工作方案.docx", RECEIVED)
    month.take_in(desk, NOW)
    [mail] = letters(desk)
    assert (mail["To"], mail["Subject"]) == ("li@zhujian.example", "已收到打假工作方案")
    assert text_of(mail) == (
        "镇住建局：\n"
        "贵单位的打假工作方案“镇住建局打假工作方案.docx”已收到（第1次报送），收到时间2018年3月9日16:00:30，"
        "没有超过期限3月12日（星期一）。\n"
        "需要修改的，镇经科信局会另行通知；没有通知就不必重报。\n"
    )
    # The same bytes under another name, later and by another way, are the same document.
    drop(desk, "工作方案/住建局（再报）.docx", DUE + timedelta(days=1))
    [again] = month.take_in(desk, DUE + timedelta(days=2)).documents
    assert (again.is_new, again.document.received_at) == (False, RECEIVED)
    path = drop(desk, "elsewhere.docx", RECEIVED)
    assert not hand_in_document(desk, None, WORK, "zhujian", path, DUE, DUE + timedelta(days=2)).is_new
    assert len(letters(desk)) == 1
    with reading(desk.engine) as tx:
        assert len(list_documents(tx, "qingxi", "qingxi-2018")) == 1


@pytest.mark.parametrize(
    ("received_at", "timeliness", "told"),
    [
        (DUE - timedelta(milliseconds=500), Timeliness.ON_TIME, "没有超过期限3月12日（星期一）"),
        (DUE, Timeliness.LATE, "已超过期限3月12日（星期一），记为迟报"),
    ],
)
def test_the_last_instant_and_the_first_late_one(
    small_desk: Office, received_at: datetime, timeliness: Timeliness, told: str
) -> None:
    now = DUE + timedelta(days=1)
    path = drop(small_desk, "方案.pdf", RECEIVED)
    hand_in_document(small_desk, None, WORK, "yancao", path, received_at, now)
    assert standing(small_desk, "yancao", now=now).timeliness is timeliness
    [mail] = letters(small_desk)
    assert told in text_of(mail)


def test_a_file_dated_in_the_future_came_now(small_desk: Office) -> None:
    drop(small_desk, "工作方案/镇住建局.docx", NOW + timedelta(days=30))
    [recorded] = month.take_in(small_desk, NOW).documents
    assert recorded.document.received_at == NOW


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("工作方案/打假工作方案.docx", "从“打假工作方案.docx”看不出是哪个单位的材料。请在文件名中写明单位"),
        ("工作方案/镇住建局、镇公安分局联合方案.docx", "写了不止一个单位（镇住建局、镇公安分局）"),
        ("工作方案/镇住建局/转镇经科信局方案.docx", "写了不止一个单位（镇住建局、镇经科信局）"),
        ("工作方案/镇公安分局方案.docx", "没有登记：镇公安分局按方案不须报送打假工作方案。"),
        ("重点区域方案/镇住建局.pdf", "没有登记：镇住建局按方案不须报送重点区域和警示区域（市场）工作方案。"),
    ],
)
def test_what_is_nobodys_is_quarantined_with_a_notice_and_an_alert(small_desk: Office, place: str, told: str) -> None:
    drop(small_desk, place, RECEIVED, JPEG)
    report = month.take_in(small_desk, NOW)
    assert report.documents == ()
    assert [(one.file_name, one.disposition) for one in report.taken] == [
        (place.rpartition("/")[2], Verdict.QUARANTINED)
    ]
    [(notice, content)] = quarantined(small_desk).items()
    assert told in notice
    assert content == JPEG
    with reading(small_desk.engine) as tx:
        [alert] = recent_alerts(tx, "qingxi")
    assert told in alert.text
    assert alert.text.startswith(f"收件箱“{place.partition('/')[0]}”文件夹中的文件未能登记，已移入隔离区：")
    assert not (Path(small_desk.inbox.path) / place).exists()
    assert [one.text for one in verify(small_desk) if not one.is_whole] == []
    # Named rightly, the same bytes are recorded after all.
    drop(small_desk, "工作方案/镇住建局打假工作方案.docx", RECEIVED, JPEG)
    assert [one.is_new for one in month.take_in(small_desk, NOW).documents] == [True]


def test_a_plan_without_a_day_of_issue_asks_for_no_documents(small_office: Office) -> None:
    drop(small_office, "工作方案/镇住建局打假工作方案.docx", RECEIVED)
    [taken] = month.take_in(small_office, NOW).taken
    assert taken.disposition is Verdict.QUARANTINED
    [notice] = quarantined(small_office)
    assert "现行方案没有写明印发日期" in notice
    path = drop(small_office, "方案.pdf", RECEIVED)
    with pytest.raises(Refused, match="没有写明印发日期"):
        hand_in_document(small_office, None, WORK, "zhujian", path, RECEIVED, NOW)


def test_documents_and_workbooks_come_in_together(small_desk: Office, send: Callable[..., Path]) -> None:
    send(small_desk, "zhujian", "2018-03", received_at=at("2018-03-27T09:00:00"))
    drop(small_desk, "工作方案/镇住建局打假工作方案.xlsx", RECEIVED, ZIP)
    drop(small_desk, "工作方案.txt", RECEIVED, b"a file, no folder")
    report = month.take_in(small_desk, at("2018-03-27T09:10:00"))
    assert [one.document.file_name for one in report.documents] == ["镇住建局打假工作方案.xlsx"]
    assert sorted((one.file_name, one.disposition) for one in report.taken) == [
        ("zhujian-2018-03.xlsx", Verdict.ACCEPTED), ("工作方案.txt", Verdict.QUARANTINED),
    ]  # fmt: skip


def test_a_killed_intake_leaves_nothing_twice(small_desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the record and the removal, the next run finds the file again."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    drop(small_desk, "工作方案/镇住建局打假工作方案.docx", RECEIVED)
    drop(small_desk, "工作方案/谁的.docx", RECEIVED, JPEG)
    with monkeypatch.context() as patched:
        patched.setattr("townreturn.month.submissions.remove_from_inbox", killed)
        with pytest.raises(KeyboardInterrupt):
            month.take_in(small_desk, NOW)
    month.take_in(small_desk, NOW + timedelta(minutes=10))
    assert len(letters(small_desk)) == 1
    with reading(small_desk.engine) as tx:
        assert len(list_documents(tx, "qingxi", "qingxi-2018")) == 1
        assert len(recent_alerts(tx, "qingxi")) == 1


def test_a_returned_document_is_owed_again_and_its_unit_told_why(desk: Office) -> None:
    drop(desk, "工作方案/镇住建局打假工作方案.docx", RECEIVED)
    month.take_in(desk, NOW)
    decide_document(desk, 1, account="clerk", accepted=False, reason="没有\n盖章", now=NOW)
    returned = standing(desk, "zhujian")
    assert (returned.state, returned.is_outstanding, returned.returned_count) == (ObligationState.RETURNED, True, 1)
    mail = letters(desk)[-1]
    assert (mail["To"], mail["Subject"]) == ("li@zhujian.example", "请修改后重报打假工作方案")
    assert text_of(mail).splitlines()[1:] == [
        "贵单位2018年3月9日16:00:30报送的打假工作方案“镇住建局打假工作方案.docx”退回修改，原因：没有 盖章",
        "请改正后重新报送，期限3月12日（星期一）。",
    ]
    drop(desk, "工作方案/镇住建局打假工作方案（盖章）.docx", DUE + timedelta(hours=2), ZIP)
    later = DUE + timedelta(hours=3)
    [recorded] = month.take_in(desk, later).documents
    assert "（第2次报送）" in text_of(letters(desk)[-1])
    decide_document(desk, recorded.document.id, account="clerk", accepted=True, reason="", now=later)
    accepted = standing(desk, "zhujian", now=later)
    assert (accepted.state, accepted.timeliness) == (ObligationState.LATE_ACCEPTED, Timeliness.LATE)
    assert (accepted.late_seconds, accepted.revision, accepted.returned_count) == (7200, 2, 1)
    assert [one.text for one in verify(desk) if not one.is_whole] == []


def test_an_accepted_document_stands_though_a_later_one_is_returned(small_desk: Office) -> None:
    for number, content in enumerate((ZIP, PDF), start=1):
        drop(small_desk, f"工作方案/镇住建局{number}.docx", RECEIVED + timedelta(minutes=number), content)
        month.take_in(small_desk, NOW)
    decide_document(small_desk, 1, account="clerk", accepted=True, reason="", now=NOW)
    decide_document(small_desk, 2, account="clerk", accepted=False, reason="放错了", now=NOW)
    assert standing(small_desk, "zhujian").state is ObligationState.ACCEPTED
    assert "现以第1次报送的文件为准，不必重新报送。" in text_of(letters(small_desk)[-1])


def test_decisions_are_refused_where_they_say_nothing(small_desk: Office) -> None:
    drop(small_desk, "工作方案/镇住建局.docx", RECEIVED)
    month.take_in(small_desk, NOW)
    for account, reason in (("", "没有盖章"), ("clerk", " \n")):
        with pytest.raises(Misuse):
            decide_document(small_desk, 1, account=account, accepted=False, reason=reason, now=NOW)
    with pytest.raises(Misuse, match="没有编号为 7 的材料"):
        decide_document(small_desk, 7, account="clerk", accepted=True, reason="", now=NOW)
    decide_document(small_desk, 1, account="clerk", accepted=False, reason="没有盖章", now=NOW)
    with pytest.raises(Refused, match="clerk 作过同样的决定"):
        decide_document(small_desk, 1, account="director", accepted=False, reason="没有盖章", now=NOW)
    assert len(letters(small_desk)) == 2, "a receipt and one return"


def test_hostile_names_stay_text(small_desk: Office) -> None:
    name = "镇住建局\r\nBcc: all@example.com\u202e.docx"
    path = drop(small_desk, "x", RECEIVED)
    path = path.rename(path.with_name(name))
    hand_in_document(small_desk, None, WORK, "zhujian", path, RECEIVED, NOW)
    [mail] = letters(small_desk)
    assert mail["Bcc"] is None
    assert "“镇住建局  Bcc: all@example.com .docx”" in text_of(mail)


def test_bytes_of_documents_and_letters_are_watched(small_desk: Office) -> None:
    drop(small_desk, "工作方案/镇住建局.docx", RECEIVED)
    [recorded] = month.take_in(small_desk, NOW).documents
    with reading(small_desk.engine) as tx:
        [letter] = list_messages(tx, "qingxi")
    [whole] = verify(small_desk)
    assert whole.text.startswith("不属于某一报告期的来件和方案材料：一致。已核 原始文件 1 个、通知 1 封、留痕 1 条")
    for file_hash, told in (
        (recorded.document.file_hash, "来件“镇住建局.docx”"),
        (letter.file_hash, "通知“已收到打假工作方案”"),
    ):
        path = small_desk.archive.path(file_hash)
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        [found] = [one.text for one in verify(small_desk) if not one.is_whole]
        assert told in found
        assert "已被改动" in found
        path.unlink()
        [found] = [one.text for one in verify(small_desk) if not one.is_whole]
        assert "不在存档中" in found
        path.write_bytes(content)
    tamper(small_desk, "events", "DELETE FROM events WHERE kind = 'document_received'")
    [found] = [one.text for one in verify(small_desk) if not one.is_whole]
    assert "库中有一条方案材料收文" in found


def test_documents_by_mail_are_recorded_and_answered_to_the_sender(desk: Office) -> None:
    mailbox = PaperMailbox()
    subject = "回复：请报送《清溪镇2018年打假工作方案》的有关材料"
    mailbox.put(
        write_mail("head@zhujian.example", {"盖章.pdf": PDF}, subject=subject, message_id="<1@zhujian>"), RECEIVED
    )
    month.collect_mail(desk, mailbox, NOW)
    [recorded] = month.take_in(desk, NOW).documents
    document = recorded.document
    assert (document.unit, document.kind, document.channel, document.received_at) == ("zhujian", WORK, "mail", RECEIVED)
    [mail] = letters(desk)
    assert (mail["To"], mail["In-Reply-To"]) == ("head@zhujian.example", "<1@zhujian>")
    # The same file again, in another mail: it is known, and nobody is answered twice.
    again = write_mail("li@zhujian.example", {"盖章.pdf": PDF}, subject=subject, message_id="<2@zhujian>")
    mailbox.put(again, RECEIVED + timedelta(hours=1))
    month.collect_mail(desk, mailbox, NOW + timedelta(hours=1))
    assert month.take_in(desk, NOW + timedelta(hours=1)).documents == ()
    assert len(letters(desk)) == 1
    assert [one.text for one in verify(desk) if not one.is_whole] == []


def test_a_mailed_document_that_is_not_owed_is_quarantined_once(small_desk: Office) -> None:
    name_reporter(
        small_desk, "gongan", name="赵六", mail="zhao@gongan.example", account="clerk", named_at=RECEIVED, now=RECEIVED
    )
    mailbox = PaperMailbox()
    mailbox.put(write_mail("zhao@gongan.example", {"打假工作方案.pdf": PDF}, subject="报送"), RECEIVED)
    month.collect_mail(small_desk, mailbox, NOW)
    [taken] = month.take_in(small_desk, NOW).taken
    assert taken.disposition is Verdict.QUARANTINED
    assert month.take_in(small_desk, NOW + timedelta(minutes=10)).taken == ()
    with reading(small_desk.engine) as tx:
        [alert] = recent_alerts(tx, "qingxi")
    assert alert.text == (
        "zhao@gongan.example 用邮件发来的材料未能登记，已移入隔离区：“打假工作方案.pdf”没有登记："
        "镇公安分局按方案不须报送打假工作方案。也可以用 townreturn document 登记。"
    )


def test_as_many_documents_as_came_stand_with_their_obligation(small_desk: Office) -> None:
    drop(small_desk, "工作方案/镇住建局.docx", RECEIVED)
    month.take_in(small_desk, NOW)
    with reading(small_desk.engine) as tx:
        duties = duties_in(tx, small_desk.plans.plans[0], NOW)
    assert {one.unit: [paper.file_name for paper in one.documents] for one in duties if one.documents} == {
        "zhujian": ["镇住建局.docx"]
    }


@pytest.mark.parametrize(
    ("subject", "file_name", "kind"),
    [
        ("报送材料", "镇住建局打假工作方案.docx", WORK),
        ("回复：请报送《清溪镇2018年打假工作方案》的有关材料", "扫描件001.pdf", WORK),
        ("回复：请报送《清溪镇2018年打假工作方案》的有关材料", "打假月报_2018-03_镇住建局.xlsx", None),
        ("镇住建局3月月报", "镇住建局.xlsx", None),
        ("方案", "打假重点区域、警示市场工作方案.ofd", AREA),
        ("打假重点（区域）工作方案", "1.pdf", AREA),
        ("本区域的警示区域（市场）方案", "1.pdf", AREA),
        ("镇住建局报送", "2018-03.xlsx", None),
        ("方　案", "a.doc", WORK),
    ],
)
def test_what_a_mailed_file_is_for(subject: str, file_name: str, kind: ObligationKind | None) -> None:
    assert document_kind(subject, file_name) is kind
