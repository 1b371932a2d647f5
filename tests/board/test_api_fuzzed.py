"""Whatever the API is asked, it answers as its description says, and never that the program failed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from starlette.responses import JSONResponse, PlainTextResponse
from test_routes import ALLOWED

from asked_board import IN_HAND, identify
from full_board import number_files, open_full_office
from townreturn.board import create_board
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files

MOSTLY = 0.8


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Looking at it changes nothing, so that one serves all tests."""
    office = open_full_office(tmp_path_factory.mktemp("fuzzed"))
    yield office
    office.engine.dispose()


@pytest.fixture(scope="module")
def known(office: Office) -> dict[str, list[Any]]:
    """Parameter → what there is of that name: of random values alone no question would lead anywhere."""
    numbers = number_files(office)
    with reading(office.engine) as tx:
        hashes = [one.file_hash for one in find_files(tx, office.plans.town_code, "2018-02", 1)]
    return {
        "period": ["2018-01", "2018-02", "2018-03"], "first": ["2018-01"], "last": ["2018-03"],
        "category": ["tobacco", "building", "total"], "compared": ["tobacco", "total"], "year": [2018],
        "indicator": ["cases_filed", "goods_value"], "unit": ["yancao", "zhujian"], "kind": ["work_plan"],
        "issue": [0, 1], "against": [0, *numbers.values()], "file_hash": hashes, "sheet": [1, 2],
        "arrival_id": list(numbers.values()), "message_id": [1, numbers["refused"]],
    }  # fmt: skip


@pytest.fixture
def board(office: Office) -> FastAPI:
    return create_board(lambda: office, identify, lambda: IN_HAND)


def operations(board: FastAPI, account: str, known: dict[str, list[Any]]) -> list[Any]:
    """What the description has, to be asked by the account, mostly for what is known."""
    config = SchemathesisConfig.from_dict({
        "headers": {"x-account": account},
        "analysis": {"constants": {"enabled": False}},
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": {name: {"dictionary": name, "probability": MOSTLY} for name in known},
    })  # fmt: skip
    asked_by = {"x-account": "operator"}
    described = schemathesis.openapi.from_asgi("/api/openapi.json", board, config=config, headers=asked_by)
    return [one.ok() for one in described.get_all_operations()]


def ways_to_ask(operation: Any) -> list[GenerationMode]:
    """As described, and otherwise: no text is wrong where any text will do."""
    asked = [one["schema"] for one in operation.definition.raw.get("parameters", ())]
    takes_any_text = all(one.keys() <= {"type", "title", "default"} and one["type"] == "string" for one in asked)
    return [GenerationMode.POSITIVE] if takes_any_text else list(GenerationMode)


@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=strategies.data())
def ask_and_validate(operation: Any, way: GenerationMode, statuses: set[int], data: strategies.DataObject) -> None:
    statuses.add(int(data.draw(operation.as_strategy(way)).call_and_validate().status_code))


def ask_all(board: FastAPI, account: str, known: dict[str, list[Any]]) -> dict[str, set[int]]:
    """Path → the statuses that it was answered with."""
    statuses = dict[str, set[int]]()
    for one in operations(board, account, known):
        for way in ways_to_ask(one):
            ask_and_validate(one, way, statuses.setdefault(one.path, set()))
    return statuses


# The approver sees what every viewer sees.
@pytest.mark.parametrize("account", ["operator", "approver", "reporter"])
def test_every_answer_is_one_that_is_described(board: FastAPI, known: dict[str, list[Any]], account: str) -> None:
    statuses = ask_all(board, account, known)
    answered = {path for path, found in statuses.items() if 200 in found}
    assert answered == {path for path in statuses if account in ALLOWED["GET", path]}, "the questions lead somewhere"


def breaking() -> None:
    raise RuntimeError


def refusing_otherwise() -> JSONResponse:
    return JSONResponse({"detail": "no"}, 409)


def answering_otherwise() -> PlainTextResponse:
    return PlainTextResponse("done")


@pytest.mark.parametrize("answer", [breaking, refusing_otherwise, answering_otherwise])
def test_a_route_that_breaks_or_answers_otherwise_is_noticed(board: FastAPI, answer: Callable[[], Any]) -> None:
    board.router.routes.insert(0, APIRoute("/api/other", answer, response_model=None))
    with pytest.raises((FailureGroup, RuntimeError)):
        ask_all(board, "operator", {})
