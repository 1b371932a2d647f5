"""The description of the API says of each route how it can be refused, and that is how it is refused."""

from typing import Any

import jsonschema
import pytest

from asked_board import Ask, asking
from townreturn.board.size_cap import FORM_BYTES
from townreturn.office import Office

NO_VALUE = "%00nothing"
"""As a period, a code, a number, a hash or a measure."""


@pytest.fixture(scope="module")
def described(ask: Ask) -> dict[str, Any]:
    told: dict[str, Any] = ask("/api/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, one) for path, methods in described["paths"].items() for one in methods.values()]


def assert_as_described(described: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    [(kind, said)] = operation["responses"][str(int(answer.status_code))]["content"].items()
    assert answer.headers["content-type"].partition(";")[0] == kind
    if kind == "application/json":
        jsonschema.validate(answer.json(), {"components": described["components"], **said["schema"]})
        assert len(answer.json()["detail"]) > 5


def wrong(path: str, operation: dict[str, Any]) -> str:
    """The path with a value in place of each parameter that it cannot have."""
    for one in operation.get("parameters", ()):
        path = path.replace(f"{{{one['name']}}}", NO_VALUE)
    queries = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    return f"{path}?{'&'.join(f'{name}={NO_VALUE}' for name in queries)}"


def test_a_route_that_takes_values_is_described_as_refusing_some(operations: list[tuple[str, dict[str, Any]]]) -> None:
    for path, operation in operations:
        expected = ["200", "401", "403", "404", "413", "500"]
        if not operation.get("parameters"):
            expected.remove("404")
        assert sorted(operation["responses"]) == expected, path


def test_nothing_is_described_that_fastapi_would_have_answered(described: dict[str, Any]) -> None:
    assert not [name for name in described["components"]["schemas"] if "Validation" in name]


@pytest.mark.parametrize(("account", "status"), [("", 401), ("stranger", 403), ("no_longer_named", 403)])
def test_who_may_not_is_refused_as_described(
    ask: Ask, described: dict[str, Any], operations: list[tuple[str, dict[str, Any]]], account: str, status: int
) -> None:
    for path, operation in operations:
        answer = ask(wrong(path, operation), account)
        assert answer.status_code == status, path
        assert_as_described(described, operation, answer)


@pytest.mark.parametrize("account", ["operator", "approver", "reporter"])
def test_values_that_cannot_be_are_refused_as_described(
    ask: Ask, described: dict[str, Any], operations: list[tuple[str, dict[str, Any]]], account: str
) -> None:
    for path, operation in operations:
        answer = ask(wrong(path, operation), account)
        assert answer.status_code in (403, 404 if operation.get("parameters") else 200), path
        if answer.status_code != 200:
            assert_as_described(described, operation, answer)


def test_what_is_too_long_or_breaks_is_told_as_described(
    ask: Ask, described: dict[str, Any], operations: list[tuple[str, dict[str, Any]]]
) -> None:
    no_office: Any = None
    broken = asking(no_office)
    for path, operation in operations:
        long = ask(wrong(path, operation), data=b"x" * (FORM_BYTES + 1))
        fault = broken(wrong(path, operation))
        assert (long.status_code, fault.status_code) == (413, 500), path
        assert_as_described(described, operation, long)
        assert_as_described(described, operation, fault)


def test_a_method_that_a_route_has_not_is_refused_with_those_it_has(ask: Ask) -> None:
    answer = ask("/api/periods", "operator", "POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert list(answer.json()) == ["detail"]


def test_a_page_is_refused_as_a_page_whatever_its_address_says(published: Office) -> None:
    answer = asking(published)("/figures/2018-02/api/x/y")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_files_are_described_as_what_they_are(
    ask: Ask, described: dict[str, Any], operations: list[tuple[str, dict[str, Any]]]
) -> None:
    files = [one for path, one in operations if not path.startswith("/api/")]
    assert len(files) == 3
    for one in files:
        assert list(one["responses"]["200"]["content"]) == ["application/octet-stream"]
    assert ask("/trends.csv").headers["content-type"] == "application/octet-stream"
