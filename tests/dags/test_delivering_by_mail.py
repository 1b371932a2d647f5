"""A published issue by a real mail server: byte for byte, and late when the server was down."""

import hashlib
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from channel_mail import open_channel
from delivered_issues import CITY, UNIT, addressed, after_due, compile_january, publish
from mail_servers import Postbox, free_port, mail_server, set_up
from posted_letters import Clock
from townreturn.messaging.folder import FolderChannel
from townreturn.month.sending import send_posted
from townreturn.office import Office


def send(office: Office, clock: Clock) -> list[str]:
    """As a run of the task ``deliver``: addressee, channel and outcome of each attempt."""
    channel = open_channel()
    assert channel is not None
    report = send_posted(office, [channel, FolderChannel(office.outbox, channel)], clock)
    channel.close()
    return [f"{one.message.addressee} {one.channel} {one.result.outcome}" for one in report.dispatched]


def test_what_the_server_takes_is_what_was_published(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, clock = free_port(), Clock(after_due(office))
    set_up(monkeypatch, port)
    town = addressed(office, tmp_path, CITY, UNIT)
    folder = Path(publish(town, compile_january(town), clock.now))
    down = send(town, clock)
    assert "市打假办 mail failed" in down
    assert "镇住建局 mail failed" in down
    assert sum(one.endswith(" folder sent") for one in down) == 10, "the units without an address"
    clock.now += timedelta(minutes=10)
    with mail_server(Postbox(port)) as postbox:
        assert send(town, clock) == ["市打假办 mail sent", "镇住建局 mail sent"]
        assert send(town, clock) == []
    to_city = next(one for one in postbox.envelopes if one.rcpt_tos == ["city@example.cn"])
    mail = message_from_bytes(to_city.original_content or b"", policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    came = {part.get_filename(): digest(part.get_content()) for part in mail.iter_attachments()}
    published = {one.name: digest(one.read_bytes()) for one in folder.iterdir()}
    sent = [name for name in published if not name.endswith(".json") or name == "manifest.json"]
    assert came == {name: published[name] for name in sent}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
