"""Receipts by mail: written with the intake that they tell of, one a file, to whoever has to act on it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filled_workbook import FilledWorkbook
from posted_mails import Posted, name_reporter, posted
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.message import MessageKind
from townreturn.domain.period import Period
from townreturn.month import submissions, trays
from townreturn.office import Office

Send = Callable[..., Path]
JANUARY = Period("2018-01")
OPENED = datetime(2018, 1, 25, 16, tzinfo=UTC)
NOW = datetime(2018, 1, 28, 4, tzinfo=UTC)


def two_numbers(book: FilledWorkbook) -> None:
    book.put("premises_inspected", "16/140")


def only(office: Office) -> Posted:
    (found,) = posted(office)
    return found


@pytest.fixture
def january(office: Office) -> Office:
    month.open_period(office, JANUARY, OPENED, "run-1", backfilled=False)
    return office


@pytest.fixture
def small_january(small_office: Office) -> Office:
    month.open_period(small_office, JANUARY, OPENED, "run-1", backfilled=False)
    return small_office


def test_each_files_unit_is_told_the_verdict(january: Office, send: Send) -> None:
    name_reporter(january, "zhujian", "wang@zj.example")
    send(january, "shiyaojian", "2018-01")
    send(january, "zhujian", "2018-01", two_numbers)
    month.take_in(january, NOW)
    told = {one.stored.unit: one for one in posted(january, "2018-01")}
    assert {unit: one.stored.kind for unit, one in told.items()} == {
        "shiyaojian": MessageKind.RECEIPT, "zhujian": MessageKind.RECEIPT,
    }  # fmt: skip
    assert str(told["shiyaojian"].mail["Subject"]) == "【通过】2018年1月打假统计月报报送回执（镇食药监分局）"
    assert str(told["zhujian"].mail["Subject"]) == "【退回】2018年1月打假统计月报报送回执（镇住建局）"
    assert (told["shiyaojian"].stored.to, told["zhujian"].stored.to) == ((), ("wang@zj.example",))
    assert told["shiyaojian"].attachments == {}
    assert "本期数据已收妥，无需再做任何事。" in told["shiyaojian"].text


def test_a_returned_one_brings_text_page_and_marked_copy_as_they_lie_among_the_receipts(
    small_january: Office, send: Send
) -> None:
    send(small_january, "zhujian", "2018-01", two_numbers)
    month.take_in(small_january, NOW)
    receipt, folder = only(small_january), small_january.receipts / "2018-01"
    (text,), (page,), (copy,) = (list(folder.glob(f"*.{ending}")) for ending in ("txt", "html", "xlsx"))
    assert receipt.text == text.read_text(encoding="utf-8-sig")
    assert "统计表!D10：“检查经营主体”填的是“16/140”" in receipt.text
    assert receipt.page.replace("\r\n", "\n") == page.read_text(encoding="utf-8")
    assert receipt.attachments == {copy.name: copy.read_bytes()}
    assert f"随回执附有标注好的工作簿“{copy.name}”" in receipt.text


def test_the_marked_copy_out_of_the_mail_corrected_is_accepted(small_january: Office, send: Send) -> None:
    send(small_january, "zhujian", "2018-01", two_numbers)
    month.take_in(small_january, NOW)
    ((name, content),) = only(small_january).attachments.items()
    book = load_workbook(BytesIO(content))
    book["统计表"]["D10"] = 20
    book.save(Path(small_january.inbox.path) / name)
    (taken,) = month.take_in(small_january, NOW.replace(year=2030)).taken
    assert taken.disposition is Verdict.ACCEPTED
    assert [str(one.mail["Subject"])[:4] for one in posted(small_january)] == ["【退回】", "【通过】"]


def test_the_same_bytes_under_another_name_are_answered_too(small_january: Office, send: Send) -> None:
    first = send(small_january, "zhujian", "2018-01", name="a.xlsx")
    first.with_name("b.xlsx").write_bytes(first.read_bytes())
    month.take_in(small_january, NOW.replace(year=2030))
    told = sorted(one.text for one in posted(small_january))
    assert len(told) == 2
    assert ["这个文件的内容以前已经收到过" in one for one in told].count(True) == 1


def test_a_file_met_again_after_a_crash_is_answered_once(
    january: Office, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(january, "zhujian", "2018-01", two_numbers)
    with monkeypatch.context() as patch:
        patch.setattr(submissions, "remove_from_inbox", lambda *_: None)
        month.take_in(january, NOW)
    month.take_in(january, NOW)
    assert len(posted(january)) == 1


def test_nothing_is_told_of_what_was_not_stored(january: Office, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("power")

    send(january, "zhujian", "2018-01", two_numbers)
    monkeypatch.setattr(trays, "settle", fail)
    with pytest.raises(OSError, match="power"):
        month.take_in(january, NOW)
    assert posted(january) == []
    monkeypatch.undo()
    month.take_in(january, NOW)
    assert len(posted(january)) == 1


@pytest.mark.parametrize("opened", [True, False], ids=["opened so", "not opened and long due"])
def test_a_backfilled_period_gets_its_receipts_as_files_only(small_office: Office, send: Send, opened: bool) -> None:
    if opened:
        month.open_period(small_office, JANUARY, NOW, "run-1", backfilled=True)
    send(small_office, "zhujian", "2018-01", two_numbers)
    month.take_in(small_office, NOW if opened else datetime(2018, 2, 1, tzinfo=UTC))
    assert len(list((small_office.receipts / "2018-01").glob("*.txt"))) == 1
    assert posted(small_office) == []


def test_before_a_period_is_opened_its_files_are_answered_already(small_office: Office, send: Send) -> None:
    send(small_office, "zhujian", "2018-01")
    month.take_in(small_office, NOW)
    assert only(small_office).stored.period == "2018-01"


def test_a_file_that_names_nobody_is_quarantined_and_not_answered(small_january: Office, send: Send) -> None:
    send(small_january, "zhujian", "2018-01", lambda book: book.book.remove(book.book["封面"]))
    (taken,) = month.take_in(small_january, NOW).taken
    assert taken.disposition is Verdict.QUARANTINED
    assert posted(small_january) == []


@pytest.mark.parametrize(
    ("written", "period", "named"),
    [("三月", "", ""), ("2017-12", "2017-12", "2017年12月"), ("2018-11", "2018-11", "2018年11月")],
)
def test_a_wrong_period_is_told_as_well(
    small_january: Office, send: Send, written: str, period: str, named: str
) -> None:
    send(small_january, "zhujian", "2018-01", lambda book: setattr(book.beside("报告期"), "value", written))
    month.take_in(small_january, NOW)
    receipt = only(small_january)
    assert receipt.stored.period == period
    assert str(receipt.mail["Subject"]) == f"【退回】{named}打假统计月报报送回执（镇住建局）"


def test_checking_a_file_before_it_is_sent_tells_nobody(small_january: Office, send: Send, tmp_path: Path) -> None:
    path = send(small_january, "zhujian", "2018-01", two_numbers).rename(tmp_path / "a.xlsx")
    (answers,) = month.check_files(small_january, [path], NOW)
    month.write_receipts([(answers[0], path)], [path])
    assert posted(small_january) == []


def test_texts_from_units_break_no_header_and_no_part(small_january: Office, send: Send) -> None:
    """A file name with line breaks and marks that turn text round, longer than a header line may be."""
    name = "三月\r\nBcc: all@example.com\u202e\u2066" + "长" * 60 + ".xlsx"
    send(small_january, "zhujian", "2018-01", two_numbers, name=name)
    month.take_in(small_january, NOW)
    receipt = only(small_january)
    assert receipt.mail["Bcc"] is None
    assert not [one for one in receipt.text if not one.isprintable() and one != "\n"]
    assert "三月  Bcc: all@example.com" in receipt.text
    raw = small_january.archive.path(receipt.stored.file_hash).read_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.split(b"\r\n\r\n")[0].isascii()


def test_every_key_fits_whatever_the_file_is_called(small_january: Office, send: Send) -> None:
    for number in range(2):
        send(small_january, "zhujian", "2018-01", two_numbers, name=f"{'长' * 80}{number}.xlsx")
    month.take_in(small_january, NOW)
    keys = [one.stored.key for one in posted(small_january)]
    assert len(set(keys)) == 2
    assert max(map(len, keys)) <= 250


def test_many_files_settle_once(small_january: Office, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many mails a tray writes, the disk is waited for as often as before."""
    flushed: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: flushed.append("fsync"))
    monkeypatch.setattr(os, "sync", lambda: flushed.append("sync"))
    for unit in ("zhujian", "yancao", "gongshang"):
        send(small_january, unit, "2018-01", two_numbers)
    month.take_in(small_january, NOW + timedelta(minutes=1))
    assert len(posted(small_january)) == 3
    assert flushed == ["sync"]
