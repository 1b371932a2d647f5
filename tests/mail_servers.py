"""Real SMTP servers on loopback that refuse, hesitate or break off as they are told."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 OK"


@dataclass
class Postbox:
    """What an SMTP server took, and what it says instead of OK."""

    port: int
    envelopes: list[Envelope] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)
    on_sender: Callable[[str], str] = lambda _: OK
    on_recipient: Callable[[str], str] = lambda _: OK
    on_content: Callable[[SMTP, Envelope], str | None] = lambda _server, _envelope: OK

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.connections.add(session.peer)
        envelope.mail_from, answer = address, self.on_sender(address)
        if not answer.startswith("2"):
            envelope.mail_from = None
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str | None:  # noqa: N802
        answer = self.on_content(server, envelope)
        if answer is None or answer.startswith("2"):
            self.envelopes.append(envelope)
        if answer is None:
            server.transport.abort()
        return answer or OK

    @property
    def subjects(self) -> list[str]:
        """Of the mails taken, in their order."""
        return [
            message_from_bytes(one.original_content or b"", policy=policy.SMTP)["Subject"] for one in self.envelopes
        ]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def mail_server(postbox: Postbox | None = None, **options: Any) -> Iterator[Postbox]:
    postbox = postbox or Postbox(free_port())
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port, **options)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()


def only_with(login: str, password: str) -> dict[str, Any]:
    """Options of a server that wants a password."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (login.encode(), password.encode()), handled=False)

    return {"authenticator": check, "auth_require_tls": False, "auth_required": True}


def connection(port: int, **changed: Any) -> dict[str, Any]:
    """An Airflow connection to a server without encryption; changes of ``extra`` are merged."""
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "daojia@example.cn", "timeout": 5}
    extra |= changed.pop("extra", {})
    return {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra} | changed


def set_up(monkeypatch: pytest.MonkeyPatch, port: int, **changed: Any) -> None:
    """By an environment variable, as Airflow reads connections everywhere."""
    monkeypatch.setenv("AIRFLOW_CONN_TOWNRETURN_SMTP", json.dumps(connection(port, **changed)))
