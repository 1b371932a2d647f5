"""A real S3 server over HTTP (moto's), behind a proxy that can refuse, dawdle, break off, or not be there."""

import http.client
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

ACCESS = {"AWS_ACCESS_KEY_ID": "town", "AWS_SECRET_ACCESS_KEY": "quiet-River-31", "AWS_DEFAULT_REGION": "us-east-1"}
CODES = {403: "AccessDenied", 500: "InternalError", 503: "SlowDown"}
_REASON = "as the test wants it"


@dataclass
class Fault:
    """What becomes of requests of a method whose path has ``part``: of all after the first ``spared``, or of so many
    ``times`` if that is not 0.

    ``status`` answers with an error; ``cut`` breaks the connection in the middle of what is sent, either way.
    """

    method: str = ""
    part: str = ""
    status: int = 0
    cut: bool = False
    seconds: float = 0.0
    spared: int = 0
    times: int = 0
    fired: int = 0

    def takes(self, method: str, path: str) -> bool:
        if self.method not in ("", method) or self.part not in unquote(path):
            return False
        self.spared -= 1
        return self.spared < 0 and not 0 < self.times <= self.fired


@dataclass
class ObjectStore:
    """``asked`` are the requests that came, as (method, path)."""

    upstream: int
    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    _server: Any = None

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def failing(self, **what: Any) -> Iterator[Fault]:
        fault = Fault(**what)
        self.faults.append(fault)
        try:
            yield fault
        finally:
            self.faults.remove(fault)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens: connections are refused by the kernel."""
        self.stop()
        try:
            with suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                raise AssertionError("somebody listens")
            yield
        finally:
            self.start()

    def environment(self) -> dict[str, str]:
        """What a process is given to reach it; one try of the client's own for each of s3fs, so that tests end."""
        return {**ACCESS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}", "AWS_MAX_ATTEMPTS": "1"}

    def bucket(self) -> str:
        """The URL of a new one."""
        name = f"town-{uuid4().hex[:12]}"
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream)
        connection.request("PUT", f"/{name}", headers={"Authorization": _SIGNED})
        assert connection.getresponse().status == 200
        return f"s3://{name}"


_SIGNED = "AWS4-HMAC-SHA256 Credential=town/20180301/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


def rooms(bucket: str, home: Path) -> dict[str, str]:
    """An office's settings with all three folders in a bucket."""
    urls = {f"TOWNRETURN_{room.upper()}_URL": f"{bucket}/{room}" for room in ("inbox", "outbox", "archive")}
    return {"TOWNRETURN_HOME": str(home), **urls}


def run_object_store() -> Iterator[ObjectStore]:
    """Running, and in this process's environment, until the fixture that it serves is over."""
    port = _free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    before = dict(os.environ)
    store = ObjectStore(port)
    try:
        _wait_for(port)
        store.start()
        os.environ.update(store.environment())
        _forget_connections()
        yield store
    finally:
        os.environ.clear()
        os.environ.update(before)
        _forget_connections()
        store.stop()
        server.terminate()
        server.wait()


def _forget_connections() -> None:
    """fsspec keeps one client for all who ask with the same options, whatever the environment says by then."""
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise AssertionError("the S3 server did not start")


def _handler(store: ObjectStore) -> type[BaseHTTPRequestHandler]:
    handler = type("Handler", (_PassingOn,), {"store": store})
    for method in ("GET", "PUT", "HEAD", "POST", "DELETE"):
        setattr(handler, f"do_{method}", _PassingOn.answer)
    return handler


class _PassingOn(BaseHTTPRequestHandler):
    """One request a connection: passed on, unless a fault takes it."""

    store: ObjectStore
    protocol_version = "HTTP/1.1"  # with which clients ask before they send a body

    def answer(self) -> None:
        self.close_connection = True
        self.store.asked.append((self.command, unquote(self.path)))
        faults = (one for one in self.store.faults if one.takes(self.command, self.path))
        fault = next(faults, None) or Fault()
        fault.fired += 1
        time.sleep(fault.seconds)
        length = int(self.headers.get("Content-Length") or 0)
        if fault.cut and self.command not in ("GET", "HEAD"):
            self.rfile.read(length // 2)
            _reset(self.connection)
        elif fault.status:
            self.rfile.read(length)
            self.send(fault.status, {"Content-Type": "application/xml"}, _error(fault.status))
        else:
            self.send(*self.pass_on(self.rfile.read(length)), is_cut=fault.cut)

    def pass_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.store.upstream, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name != "Expect"}
            upstream.request(self.command, self.path, body, headers)
            response = upstream.getresponse()
            answered = {name.title(): value for name, value in response.getheaders()}
            return response.status, answered, response.read()
        finally:
            upstream.close()

    def send(self, status: int, headers: dict[str, str], body: bytes, *, is_cut: bool = False) -> None:
        length = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_response_only(status)
        headers = headers | {"Content-Length": length or str(len(body)), "Connection": "close"}
        for name, value in headers.items():
            if name != "Transfer-Encoding":
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if is_cut else body)
        if is_cut:
            _reset(self.connection)

    def log_message(self, *_: Any) -> None:
        """To nobody."""


def _error(status: int) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{CODES[status]}</Code><Message>{_REASON}</Message></Error>'.encode()


def _reset(connection: socket.socket) -> None:
    """The other side is told by an RST, as when a machine or a firewall drops a connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
