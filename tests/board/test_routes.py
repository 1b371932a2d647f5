"""Every route of the app, walked: nobody reaches one without being signed in, and each role exactly its own."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from asked_board import ASKERS, REPORTING, Ask, asking, identify
from issued_plan import with_issued_plan
from townreturn.board import create_board
from townreturn.board.headers import SECURITY_HEADERS
from townreturn.office import Office
from townreturn.store.arrivals import list_files
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files

EVERYBODY = {"viewer", "operator", "approver"}
OWN_TOO = {*EVERYBODY, "reporter"}
"""Of the own unit only."""
ALLOWED = {
    ("GET", "/"): OWN_TOO,
    ("GET", "/history"): EVERYBODY,
    ("GET", "/history/{period}"): EVERYBODY,
    ("GET", "/preview"): EVERYBODY,
    ("GET", "/figures/{period}/{category}/{indicator}/{measure}"): EVERYBODY,
    ("GET", "/verification/{period}"): {"operator"},
    ("GET", "/own"): {"reporter"},
    ("GET", "/api/own"): {"reporter"},
    ("GET", "/own/workbook/{period}/{unit}"): {"reporter"},
    ("GET", "/upload"): {"operator", "reporter"},
    ("POST", "/upload"): {"operator", "reporter"},
    ("GET", "/submissions/{arrival_id}"): OWN_TOO,
    ("GET", "/submissions/{arrival_id}/exclusion"): {"operator"},
    ("POST", "/submissions/{arrival_id}/exclusion"): {"operator"},
    ("GET", "/submissions/{arrival_id}/readmission"): {"operator"},
    ("POST", "/submissions/{arrival_id}/readmission"): {"operator"},
    ("GET", "/obligations/{period}/{category}"): {"operator"},
    ("POST", "/obligations/{period}/{category}"): {"operator"},
    ("GET", "/duties/{period}/{kind}/{unit}"): {"operator"},
    ("POST", "/duties/{period}/{kind}/{unit}"): {"operator"},
    ("GET", "/reminder/{period}"): {"operator"},
    ("POST", "/reminder/{period}"): {"operator"},
    ("GET", "/messages"): {"operator"},
    ("GET", "/messages/{message_id}"): {"operator"},
    ("POST", "/messages/{message_id}"): {"operator"},
    ("GET", "/decision/{period}"): {"approver"},
    ("POST", "/decision/{period}"): {"approver"},
    ("GET", "/correction/{period}"): {"operator"},
    ("POST", "/correction/{period}"): {"operator"},
    ("GET", "/backfill"): {"operator"},
    ("POST", "/backfill"): {"operator"},
    ("GET", "/intake"): {"operator"},
    ("POST", "/intake"): {"operator"},
    ("GET", "/unfiled"): EVERYBODY,
    ("GET", "/trends"): EVERYBODY,
    ("GET", "/trends.csv"): EVERYBODY,
    ("GET", "/quality"): EVERYBODY,
    ("GET", "/rules"): EVERYBODY,
    ("GET", "/static/{name}"): OWN_TOO,
    ("GET", "/files/{period}/{issue}/{file_hash}"): EVERYBODY,
    ("GET", "/received/{arrival_id}/{part}"): OWN_TOO,
    ("GET", "/api/periods"): EVERYBODY,
    ("GET", "/api/periods/{period}"): EVERYBODY,
    ("GET", "/api/periods/{period}/history"): EVERYBODY,
    ("GET", "/api/periods/{period}/preview"): EVERYBODY,
    ("GET", "/api/periods/{period}/figures/{category}/{indicator}/{measure}"): EVERYBODY,
    ("GET", "/api/periods/{period}/verification"): {"operator"},
    ("GET", "/api/periods/{period}/duties"): EVERYBODY,
    ("GET", "/api/periods/{period}/obligations/{category}"): {"operator"},
    ("GET", "/api/periods/{period}/duties/{kind}/{unit}"): {"operator"},
    ("GET", "/api/periods/{period}/outstanding"): {"operator"},
    ("GET", "/api/periods/{period}/decision"): {"approver"},
    ("GET", "/api/messages"): {"operator"},
    ("GET", "/api/messages/{message_id}"): {"operator"},
    ("GET", "/api/submissions/{arrival_id}"): EVERYBODY,
    ("GET", "/api/submissions/{arrival_id}/sheets/{sheet}"): EVERYBODY,
    ("GET", "/api/unfiled"): EVERYBODY,
    ("GET", "/api/trends"): EVERYBODY,
    ("GET", "/api/quality"): EVERYBODY,
    ("GET", "/api/rules"): EVERYBODY,
    ("GET", "/api/health"): EVERYBODY,
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("GET", "/{path:path}"): EVERYBODY,
}
"""Who may ask for what; a new route has to be entered here."""


@pytest.fixture(scope="module")
def ask(published: Office, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Under a plan that asks for work plans."""
    return asking(with_issued_plan(published, tmp_path_factory.mktemp("plan"), "2018-03-05", REPORTING))


@pytest.fixture(scope="module")
def board(published: Office) -> FastAPI:
    return create_board(lambda: published, identify, lambda: pytest.fail("no clock is needed to list routes"))


@pytest.fixture(scope="module")
def paths(board: FastAPI, published: Office) -> dict[tuple[str, str], str]:
    """(method, route) → a path that leads there."""
    with reading(published.engine) as tx:
        file = find_files(tx, published.plans.town_code, "2018-02", 0)[0]
        received = list_files(tx, published.plans.town_code, "2018-02")
    own = next(one.id for one in received if one.unit == "yancao")
    given = {
        "{period}": "2018-02", "{issue}": "0", "{file_hash}": file.file_hash, "{name}": "board.css",
        "{arrival_id}": str(own), "{unit}": "yancao", "{part}": "original", "{sheet}": "1",
        "{path:path}": "nowhere/at/all", "{category}": "tobacco", "{indicator}": "cases_filed", "{measure}": "ytd",
        "{kind}": "work_plan", "{message_id}": "1",
    }  # fmt: skip
    found = {}
    for method, route in _routes(board):
        path = route
        for field, value in given.items():
            path = path.replace(field, value)
        assert "{" not in path, f"no value is known for {route}"
        found[method, route] = path
    return found


def _routes(board: FastAPI) -> list[tuple[str, str]]:
    routes = []
    for route in board.routes:
        assert isinstance(route, APIRoute), f"{route} asks nobody who they are"
        routes += [(method, route.path) for method in route.methods]
    return routes


def test_these_are_all_the_routes(board: FastAPI) -> None:
    assert sorted(_routes(board)) == sorted(ALLOWED)


def test_nobody_reaches_any_route_without_being_signed_in(ask: Ask, paths: dict[tuple[str, str], str]) -> None:
    for (method, route), path in paths.items():
        answer = ask(path, "", method)
        assert answer.status_code == 401, route
        assert "请先登录" in answer.text, route


@pytest.mark.parametrize("account", ["stranger", "no_longer_named"])
def test_somebody_without_the_right_to_see_reaches_none(
    ask: Ask, paths: dict[tuple[str, str], str], account: str
) -> None:
    assert {ask(path, account, method).status_code for (method, _), path in paths.items()} == {403}


@pytest.mark.parametrize("account", sorted(ASKERS.keys() - {"no_longer_named"}))
def test_each_role_reaches_exactly_its_own(ask: Ask, paths: dict[tuple[str, str], str], account: str) -> None:
    for (method, route), path in paths.items():
        # A form that says nothing is refused by its page, after it is known who asks.
        let_in = 400 if method == "POST" else 404 if route == "/{path:path}" else 200
        if account == "reporter" and route == "/":
            let_in = 303  # to the own unit
        expected = let_in if account in ALLOWED[method, route] else 403
        assert ask(path, account, method).status_code == expected, route


MANY_FIELDS = {f"f{number}": "1" for number in range(5000)}
"""More than a form is read of, and less than the cap on its length."""
MANY_FILES = {"file": ("a.xlsx", b"1"), "other": ("b.xlsx", b"2")}


@pytest.mark.parametrize("files", [None, MANY_FILES], ids=["fields", "files"])
@pytest.mark.parametrize("account", ["", "stranger", *sorted(ASKERS)])
def test_a_form_is_read_only_of_those_who_may(
    ask: Ask, paths: dict[tuple[str, str], str], account: str, files: Any
) -> None:
    data = MANY_FIELDS if files is None else {}
    for (method, route), path in paths.items():
        if method == "POST":
            answer = ask(path, account, method, data, files)
            expected = 400 if account in ALLOWED[method, route] else 403 if account else 401
            assert answer.status_code == expected, route
            assert account not in ALLOWED[method, route] or "请求有误" in answer.text, route


def test_wrong_values_are_not_looked_at_before_it_is_known_who_asks(ask: Ask) -> None:
    for path in ("/files/x/y/z", "/received/x/y", "/api/periods/x", "/history/x", "/static/x", "/?period=x"):
        assert ask(path, "").status_code == 401, path


def test_every_answer_has_the_security_headers(ask: Ask, paths: dict[tuple[str, str], str]) -> None:
    asked = [ask(path, account, method) for (method, _), path in paths.items() for account in ("viewer", "")]
    asked += [ask("/files/x/y/z"), ask("/?period=x"), ask("/", "viewer", "POST", origin="http://testserver")]
    asked.append(ask("/", "viewer", "POST", origin="https://elsewhere.example"))
    for answer in asked:
        assert {key: answer.headers.get(key) for key in SECURITY_HEADERS} == SECURITY_HEADERS, answer.url


def test_the_policy_lets_nothing_in_from_elsewhere(ask: Ask) -> None:
    policy = ask("/").headers["content-security-policy"].split("; ")
    assert sorted(policy) == [
        "base-uri 'none'", "default-src 'none'", "form-action 'self'", "frame-ancestors 'self'",
        "img-src 'self' data:", "script-src 'self'", "style-src 'self'",
    ]  # fmt: skip


def test_what_nobody_foresaw_is_told_without_details_and_with_the_headers() -> None:
    no_office: Any = None
    answer = asking(no_office)("/")
    assert answer.status_code == 500
    assert "程序出错" in answer.text
    assert "AttributeError" not in answer.text
    assert answer.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
