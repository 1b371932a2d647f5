"""No request is read beyond the cap, whatever it says of its length, on whatever route."""

import asyncio
from typing import Any

import pytest

from asked_board import IN_HAND, Ask, identify
from townreturn.board import create_board
from townreturn.board.headers import SECURITY_HEADERS
from townreturn.board.size_cap import FORM_BYTES, REQUEST_BYTES
from townreturn.office import Office

PIECE = 1 << 20
BOUNDARY = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'


class Sender:
    """Sends a body a piece at a time and counts what was asked of it."""

    def __init__(self, size: int) -> None:
        self.left, self.pieces = size, 0

    async def receive(self) -> dict[str, Any]:
        self.pieces += 1
        taken = min(PIECE, self.left)
        self.left -= taken
        body = BOUNDARY + b"x" * taken if self.pieces == 1 else b"x" * taken
        return {"type": "http.request", "body": body, "more_body": self.left > 0}


def post(
    office: Office, path: str, size: int, stated: bytes | None, account: bytes = b"operator", query: bytes = b""
) -> tuple[int, str, Sender]:  # fmt: skip
    sender, told = Sender(size), list[dict[str, Any]]()

    async def send(message: Any) -> None:
        told.append(message)

    headers = [
        (b"host", b"testserver"), (b"sec-fetch-site", b"same-origin"), (b"x-account", account),
        (b"content-type", b"multipart/form-data; boundary=x"),
    ]  # fmt: skip
    if stated is not None:
        headers.append((b"content-length", stated))
    scope = {
        "type": "http", "method": "POST", "path": path, "root_path": "", "query_string": query, "headers": headers,
        "http_version": "1.1", "scheme": "http", "server": ("testserver", 80), "client": ("1.2.3.4", 5),
    }  # fmt: skip
    board = create_board(lambda: office, identify, lambda: IN_HAND)
    asyncio.run(board(scope, sender.receive, send))
    start = next(one for one in told if one["type"] == "http.response.start")
    names = {key.decode(): value.decode() for key, value in start["headers"]}
    assert {key: names.get(key.lower()) for key in SECURITY_HEADERS} == SECURITY_HEADERS
    return start["status"], b"".join(one.get("body", b"") for one in told).decode(), sender


@pytest.mark.parametrize("stated", [str(REQUEST_BYTES + 1).encode(), None, b"17", b"-1", b"x", b"\xb2"])
def test_a_longer_request_is_answered_with_a_sentence(published: Office, stated: bytes | None) -> None:
    status, page, _ = post(published, "/upload", REQUEST_BYTES + PIECE, stated)
    assert status == 413
    assert "文件太大，最大 20 MB" in page


def test_what_never_ends_is_not_read_to_the_end(published: Office) -> None:
    status, _, sender = post(published, "/upload", 10**12, None)
    assert status == 413
    assert sender.pieces * PIECE < 12 * REQUEST_BYTES


@pytest.mark.parametrize("path", ["/upload", "/intake", "/decision/2018-02"])
def test_of_somebody_who_may_not_nothing_is_read(published: Office, path: str) -> None:
    for account, expected in ((b"", 401), (b"viewer", 403)):
        status, _, sender = post(published, path, REQUEST_BYTES // 2, None, account)
        assert status == expected
        assert sender.pieces == 0


def test_a_route_that_reads_nothing_minds_nothing(published: Office, ask: Ask) -> None:
    assert ask("/history").status_code == 200
    assert post(published, "/history", 10, None)[0] == 405


@pytest.mark.parametrize("stated", [str(FORM_BYTES + 1).encode(), None, b"17", b"9" * 9999])
@pytest.mark.parametrize("asked", ["zh", "en"])
def test_a_form_without_a_file_may_say_little(published: Office, stated: bytes | None, asked: str) -> None:
    status, page, sender = post(published, "/intake", FORM_BYTES + PIECE, stated, query=f"lang={asked}".encode())
    assert status == 413
    assert sender.left == 0
    assert {"zh": "表单太长，最大 64 KB", "en": "the form is too long, 64 KB at the most"}[asked] in page
