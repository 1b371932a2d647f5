"""``messages``, ``send`` and ``resend``: what was written to whom, and what became of it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from posted_letters import Clock, ScriptedChannel, opening, post_all
from townreturn import month
from townreturn.cli import messages
from townreturn.domain.message import Undelivered
from townreturn.office import Office, open_office
from townreturn.settings import Settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(messages, "read_clock", clock)
    return clock


@pytest.fixture
def office(home: Path) -> Office:
    return open_office(Settings.from_environment(os.environ))


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_list_says_what_was_written_to_whom_and_what_became_of_it(office: Office, run: Run, clock: Clock) -> None:
    posted = [opening(number) for number in range(1, 6)]
    posted[3] = replace(posted[3], period="")
    post_all(office, posted)
    faults = [None, Undelivered("550 no such user", is_final=True), TimeoutError("timed out"), None]
    mail = ScriptedChannel(script=[*faults, Undelivered("down", is_final=False)])
    hook = ScriptedChannel("webhook")
    clock.move(minutes=10)
    month.send_posted(office, [mail, hook], clock)
    post_all(office, [opening(6)], clock.now)
    status, printed, _ = run("messages", "2018-03")
    assert status == 0
    heads, *rows = lines(printed)
    assert heads == ["编号", "写成时间", "写给", "主题", "渠道", "结果", "时间", "说明"]
    written, at = ["2018-03-26", "09:00", "镇住建局"], ["2018-03-26", "09:10"]
    subjects = {number: f"请报送2018年3月打假统计月报（{number}）" for number in range(1, 7)}
    assert [row for row in rows if row[5] != "webhook"] == [
        ["1", *written, subjects[1], "mail", "已送出", *at],
        ["2", *written, subjects[2], "mail", "被拒收", *at, "550", "no", "such", "user"],
        ["3", *written, subjects[3], "mail", "不知是否送到", *at, "TimeoutError:", "timed", "out"],
        ["5", *written, subjects[5], "mail", "未送出，将自动重试", *at, "down"],
        ["6", "2018-03-26", "09:10", "镇住建局", subjects[6], "-", "待发", "-"],
    ]
    assert len([row for row in rows if row[5] == "webhook"]) == 4
    assert len(lines(run("messages")[1])) == 1 + 11, "all periods, and what belongs to none"


def test_without_messages_it_says_so(home: Path, run: Run) -> None:
    assert run("messages") == (0, "没有通知\n", "")


def test_sending_without_airflow_writes_files(office: Office, run: Run, home: Path, clock: Clock) -> None:
    [letter] = post_all(office, [opening()])
    status, printed, _ = run("send")
    assert status == 0
    assert printed.splitlines() == [
        "1　镇住建局　请报送2018年3月打假统计月报（1）　folder　已送出",
        "送出 1 封，其他情况 0 封",
        f"文件在 {home / 'outbox' / 'mail'}",
    ]
    [file] = (home / "outbox" / "mail" / "2018-03").iterdir()
    assert file.read_bytes() == letter.content
    assert run("send") == (0, "送出 0 封，其他情况 0 封\n", "")


def test_what_mail_could_not_send_is_written_too_and_not_mailed_afterwards(
    office: Office, run: Run, home: Path, clock: Clock
) -> None:
    post_all(office, [opening()])
    mail = ScriptedChannel(script=[Undelivered("down", is_final=False)])
    month.send_posted(office, [mail], clock)
    assert run("send")[0] == 0
    clock.move(days=1)
    month.send_posted(office, [mail], clock)
    assert len(mail.given) == 1
    assert len(list((home / "outbox" / "mail" / "2018-03").iterdir())) == 1


def test_what_cannot_be_written_is_said(office: Office, run: Run, home: Path, clock: Clock) -> None:
    post_all(office, [opening()])
    (home / "outbox" / "mail").write_text("in the way")
    status, printed, _ = run("send")
    assert status == 1
    assert "未送出，将自动重试（" in printed


def test_a_message_is_sent_again_by_number_or_key_and_the_order_is_listed(
    office: Office, run: Run, clock: Clock
) -> None:
    [letter] = post_all(office, [opening()])
    mail = ScriptedChannel(script=[TimeoutError()])
    month.send_posted(office, [mail], clock)
    status, printed, _ = run("resend", letter.key, "--as", "operator", "--reason", "对方没有收到")
    assert status == 0
    assert printed.startswith(
        "给镇住建局的通知“请报送2018年3月打假统计月报（1）”（编号 1）下次发送时再发一次，渠道：mail。"
    )
    month.send_posted(office, [mail], clock)
    assert len(mail.given) == 2
    subject = "请报送2018年3月打假统计月报（1）"
    written, at = ["1", "2018-03-26", "09:00", "镇住建局", subject], ["2018-03-26", "09:00"]
    assert lines(run("messages")[1])[1:] == [
        [*written, "mail", "已安排重发", *at, "operator：对方没有收到"],
        [*written, "mail", "已送出", *at],
    ]
    assert run("resend", "1", "--as", "operator", "--reason", "又没有收到")[0] == 0


def test_a_message_that_is_none_is_said(office: Office, run: Run) -> None:
    assert run("resend", "7", "--as", "operator", "--reason", "没有收到") == (
        2,
        "",
        "没有编号或标识为“7”的通知，编号见报送看板的“通知”页或 townreturn messages\n",
    )
