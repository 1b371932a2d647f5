"""What no browser sends as a form is refused in a sentence: unreadable, said twice, or cut off."""

import asyncio

import pytest
from starlette.requests import Request

from asked_board import Ask
from townreturn.board.form_reading import read_form

CHARSETS = {
    "a codec that decodes nothing": "undefined", "one that refuses in its own way": "idna", "no name of any": "a%00b",
    "one that gives half characters": "utf-7", "one of bytes": "hex", "none": "",
}  # fmt: skip


@pytest.mark.parametrize("charset", CHARSETS.values(), ids=CHARSETS)
@pytest.mark.parametrize("value", [b"+2AA-", b"xn--\xff", b"\x00"])
def test_a_value_in_whatever_charset_is_answered_with_a_sentence(ask: Ask, value: bytes, charset: str) -> None:
    parts = (b'name="unit"\r\n\r\n', b'name="reason"\r\n\r\n', b'name="confirmed"\r\n\r\n', b'name="file"; filename=')
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + value + b"\r\n" for part in parts)
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    for path in ("/upload", "/intake", "/correction/2018-02"):
        answer = ask(path, "operator", "POST", data=body + b"\r\n\r\n--x--\r\n", content_type=kind)
        assert answer.status_code == 400, path


@pytest.mark.parametrize("body", [b"", b"reason", b"--x", b"--x\r\n\r\n", b"\x00" * 99])
def test_a_body_that_is_no_form_is_refused(ask: Ask, body: bytes) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded", "x"):
        assert ask("/intake", "operator", "POST", data=body, content_type=kind).status_code == 400, kind


def test_what_can_be_said_once_only_is_not_said_twice(ask: Ask) -> None:
    said = {"reason": ["急用", "不急"], "confirmed": "true"}
    answer = ask("/intake", "operator", "POST", said)
    assert answer.status_code == 400
    assert "请求有误" in answer.text


def test_whoever_goes_away_meanwhile_breaks_nothing() -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with pytest.raises(Exception, match="400"):
        asyncio.run(read_form(request, most_files=0))
