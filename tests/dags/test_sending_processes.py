"""Senders as processes: killed at the worst moments, and several at once. Nothing is sent twice or lost in silence."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from channel_mail import open_channel
from mail_servers import Postbox, mail_server, set_up
from posted_letters import WRITTEN, Clock, opening, post_all
from townreturn.domain.dispatch import CUT_OFF_AFTER
from townreturn.month.sending import send_posted
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts
from townreturn.store.schema import dispatch_results, dispatches

TESTS = Path(__file__).parents[1]
PATIENCE_SECONDS = 60


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    with mail_server() as postbox:
        set_up(monkeypatch, postbox.port)
        yield postbox


class Sender:
    """A process that has everything open and waits for ``go``."""

    def __init__(self, office: Office) -> None:
        url = office.engine.url.render_as_string(hide_password=False)
        project = TESTS.parent
        paths = [project / "include", project / "plugins", project / "dags", TESTS]
        self.process = subprocess.Popen(
            [sys.executable, TESTS / "dags" / "sender_process.py", office.home, url, WRITTEN.isoformat()],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def go(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        while self.process.stdout.readline() != "ready\n":  # Airflow may say something first
            assert self.process.poll() is None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def finish(self) -> list[str]:
        """A message and its outcome for each attempt."""
        printed, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        assert self.process.returncode == 0
        return printed.splitlines()


def send_again(office: Office, clock: Clock) -> list[str]:
    """As a run after the restart, with a connection of its own."""
    channel = open_channel()
    assert channel is not None
    report = send_posted(office, [channel], clock)
    channel.close()
    return [f"{one.message.id} {one.result.outcome}" for one in report.dispatched]


def alerts_of(office: Office) -> list[str]:
    with reading(office.engine) as tx:
        return [one.text for one in recent_alerts(tx, "qingxi")]


def count(office: Office, table: object) -> int:
    with reading(office.engine) as tx:
        return tx.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_killed_between_the_servers_acceptance_and_our_record(office: Office, postbox: Postbox) -> None:
    """The server has the letter, we have no record of it: after the restart it is not sent again, and told of."""
    post_all(office, [opening(1), opening(2)])
    sender = Sender(office)

    def kill(*_: object) -> str:
        sender.process.kill()
        sender.process.wait()
        return "250 OK"

    postbox.on_content = kill
    sender.go()
    assert sender.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert (len(postbox.envelopes), count(office, dispatch_results)) == (1, 0)

    postbox.on_content, clock = lambda *_: "250 OK", Clock()
    clock.move(minutes=1)
    assert send_again(office, clock) == ["2 sent"], "the other letter goes on at once"
    clock.now += CUT_OFF_AFTER
    assert send_again(office, clock) == ["1 uncertain"]
    clock.move(days=30)
    assert send_again(office, clock) == []
    assert postbox.subjects == ["请报送2018年3月打假统计月报（1）", "请报送2018年3月打假统计月报（2）"]
    [alert] = alerts_of(office)
    assert "给镇住建局的通知“请报送2018年3月打假统计月报（1）”不知道是否送到" in alert
    assert "townreturn resend 1 " in alert


def test_killed_before_the_server_answered_at_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It did not go out, but is not lost in silence: the operator is told."""
    post_all(office, [opening()])
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        set_up(monkeypatch, mute.getsockname()[1], extra={"timeout": 60})
        sender = Sender(office)
        sender.go()
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while count(office, dispatches) == 0:
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
        sender.process.kill()
        sender.process.wait()
    clock = Clock(WRITTEN + CUT_OFF_AFTER + timedelta(seconds=1))
    with mail_server() as postbox:
        set_up(monkeypatch, postbox.port)
        assert send_again(office, clock) == ["1 uncertain"]
        assert postbox.envelopes == []
    [alert] = alerts_of(office)
    assert "给镇住建局的通知“请报送2018年3月打假统计月报（1）”不知道是否送到" in alert


def test_several_senders_at_once_send_every_letter_exactly_once(office: Office, postbox: Postbox) -> None:
    post_all(office, [opening(number) for number in range(60)])
    senders = [Sender(office) for _ in range(3)]
    for one in senders:
        one.go()
    sent = [one.finish() for one in senders]
    assert sorted(line for lines in sent for line in lines) == sorted(f"{number} sent" for number in range(1, 61))
    assert len(postbox.subjects) == len(set(postbox.subjects)) == 60
    assert sum(bool(lines) for lines in sent) > 1, "they did work at the same time"
    assert alerts_of(office) == []
