"""The channel ``webhook`` against a real HTTP server, by real Airflow connections."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from channel_webhook import WebhookChannel, open_channel
from mail_servers import free_port
from posted_letters import opening
from townreturn.domain.errors import Broken, ConfigurationFault
from townreturn.domain.message import Letter, Undelivered
from townreturn.messaging import MailFrame, write_letter


@dataclass
class Receiver:
    """What a server was sent, and what it answers: a status, or None for breaking off."""

    status: int | None = 204
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.requests.append((self.path, dict(self.headers), body))
            if receiver.status is None:
                self.close_connection = True
                return
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    receiver.address = f"http://127.0.0.1:{server.server_port}/oa/notify?from=dajia"
    set_up(monkeypatch, receiver.address)
    yield receiver
    server.shutdown()
    server.server_close()


def set_up(monkeypatch: pytest.MonkeyPatch, host: str, **more: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_TOWNRETURN_WEBHOOK", json.dumps({"conn_type": "http", "host": host} | more))


def letter() -> Letter:
    written = datetime.fromisoformat("2018-03-26T09:00:00+08:00")
    return write_letter(opening(to=()), MailFrame("qingxi", "清溪镇打假统计", "", "镇住建局", written))


@pytest.fixture
def channel(receiver: Receiver) -> Iterator[WebhookChannel]:
    channel = open_channel()
    assert channel is not None
    yield channel
    channel.close()


def test_without_a_connection_there_is_no_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_TOWNRETURN_WEBHOOK", raising=False)
    assert open_channel() is None


@pytest.mark.parametrize("host", ["", "oa.example.cn/hook", "ftp://oa.example.cn", "https://", "http://[::1"])
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    set_up(monkeypatch, host)
    with pytest.raises(ConfigurationFault, match="townreturn_webhook"):
        open_channel()


def test_a_letter_is_one_json_object_with_its_text(receiver: Receiver, channel: WebhookChannel) -> None:
    assert channel.carries(letter()), "with or without a mail address"
    channel.deliver(letter())
    [(path, headers, body)] = receiver.requests
    assert path == "/oa/notify?from=dajia"
    assert headers["Content-Type"] == "application/json"
    assert "Authorization" not in headers
    assert body == {
        "key": "opening/2018-03/zhujian/1",
        "kind": "opening",
        "period": "2018-03",
        "unit": "zhujian",
        "addressee": "镇住建局",
        "subject": "请报送2018年3月打假统计月报（1）",
        "text": "请于3月31日前报送。\n. 一行\n",
    }


def test_the_connections_password_is_its_token(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, receiver.address, password="s3cret")
    channel = open_channel()
    assert channel is not None
    channel.deliver(letter())
    assert receiver.requests[0][1]["Authorization"] == "Bearer s3cret"
    channel.close()


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(400, True), (413, True), (422, True), (401, False), (403, False), (404, False), (429, False), (503, False)],
)
def test_what_is_refused(receiver: Receiver, channel: WebhookChannel, status: int, is_final: bool) -> None:
    """For good what concerns the letter; for now what people mend in the server or the connection."""
    receiver.status = status
    with pytest.raises(Undelivered, match=str(status)) as fault:
        channel.deliver(letter())
    assert fault.value.is_final is is_final


def test_it_is_never_sent_on_to_another_address(receiver: Receiver, channel: WebhookChannel) -> None:
    receiver.status, receiver.headers = 307, {"Location": receiver.address}
    with pytest.raises(Undelivered, match="307") as fault:
        channel.deliver(letter())
    assert not fault.value.is_final
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_nobody_knows_when_the_server_failed_on_it(receiver: Receiver, channel: WebhookChannel, status: int) -> None:
    receiver.status = status
    with pytest.raises(Broken, match="不知道是否已经收下"):
        channel.deliver(letter())


def test_nobody_knows_when_it_breaks_off_without_an_answer(receiver: Receiver, channel: WebhookChannel) -> None:
    receiver.status = None
    with pytest.raises(Exception, match="disconnected") as fault:
        channel.deliver(letter())
    assert not isinstance(fault.value, Undelivered)


def test_a_server_that_is_down_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, f"http://127.0.0.1:{free_port()}/")
    channel = open_channel()
    assert channel is not None
    with pytest.raises(Undelivered) as fault:
        channel.deliver(letter())
    assert str(fault.value).startswith("对方服务器不通（")
    assert not fault.value.is_final
    channel.close()
