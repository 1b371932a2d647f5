"""What may change something is refused when another site can have had the browser send it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from asked_board import identify
from townreturn.board import create_board


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A board with a route that changes something; the guard knows nothing of it."""
    board: FastAPI = create_board(lambda: pytest.fail("unused"), identify, lambda: pytest.fail("unused"))
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        board.add_api_route("/change", lambda: {"done": True}, methods=[method])
    with TestClient(board, headers={"x-account": "operator"}) as client:
        yield client


def status(client: TestClient, method: str = "POST", **headers: str) -> int:
    return client.request(
        method, "/change", headers={name.replace("_", "-"): value for name, value in headers.items()}
    ).status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_method_that_changes_something_is_guarded(client: TestClient, method: str) -> None:
    assert status(client, method) == 403
    assert status(client, method, sec_fetch_site="same-origin") == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_only_the_same_origin_is_our_own(client: TestClient, site: str) -> None:
    assert status(client, sec_fetch_site=site) == 403
    assert status(client, sec_fetch_site=site or "cross-site", origin="http://testserver") == 403


def test_a_browser_that_does_not_tell_the_site_tells_the_origin(client: TestClient) -> None:
    assert status(client, origin="http://testserver") == 200
    assert status(client, origin="https://testserver") == 200, "behind a proxy that speaks TLS"
    for origin in ("http://testserver.example", "http://testserver:8080", "null", "", "testserver", "http://[x"):
        assert status(client, origin=origin) == 403, origin


def test_a_token_in_the_header_is_no_cookie(client: TestClient) -> None:
    assert status(client, authorization="Bearer abc", sec_fetch_site="cross-site") == 200
    for credential in ("Bearer", "Bearer ", "Basic abc", "abc"):
        assert status(client, authorization=credential, sec_fetch_site="cross-site") == 403, credential


def test_the_refusal_says_what_to_do(client: TestClient) -> None:
    assert "请打开报送看板再试" in client.post("/change").text
