"""The operators' board in Airflow's menu: who may see it and who may act, Airflow's own accounts and roles say."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from airflow.plugins_manager import AirflowPlugin

from townreturn.domain.level import Level
from townreturn.operating.levels import levels_of, monthly_dag
from townreturn.settings import Settings
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.models.connection import Connection
    from fastapi import FastAPI
    from starlette.requests import Request

    from townreturn.office import Office
    from townreturn.operating.airflow_client import AirflowClient


async def serve_board(scope: Any, receive: Any, send: Any) -> None:
    """The app, made at the first request: every Airflow process loads plugins, only the API server serves them."""
    await _make_board()(scope, receive, send)


@cache
def _make_board() -> "FastAPI":
    from fastapi import Depends

    from townreturn.board import Asker, create_board, create_towns_board
    from townreturn.plans import load_plan_books

    books = load_plan_books(Settings.from_environment(os.environ).plans)
    identify = _identify_at(levels_of(books))
    if len(books) > 1:
        towns = {one.town_code: one.level for one in books}
        return create_towns_board(towns, lambda town: _open_offices()[town], identify, _clock, _open_airflow)

    def identify_alone(askers: Annotated[Mapping[Level, Asker], Depends(identify)]) -> Asker:
        return askers[books[0].level]

    return create_board(_open_office, identify_alone, _clock, _open_airflow)


def _identify_at(levels: "tuple[Level, ...]") -> Any:
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
    from airflow.api_fastapi.core_api.security import GetUserDep
    from airflow.models.dag import DagModel

    from townreturn.board import Asker

    def identify(user: GetUserDep) -> dict[Level, Asker]:
        """See: whoever may see the level's monthly DAG; of others the board lets in whom a plan names as a unit's
        reporter, to the own unit. Act: whoever may start it and may set pools.

        Starting DAGs alone is what Airflow's role User may, which approvers need to answer; an approver is no
        operator. Pools may be set by Op and above, in SimpleAuthManager and in FAB alike.
        """
        return {level: _ask_at(level, user) for level in levels}

    def _ask_at(level: Level, user: Any) -> Asker:
        manager, dag_id = get_auth_manager(), monthly_dag(level)
        monthly = DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))
        # The sign-in name: an id would be a row's number under FAB, which no plan can name.
        account = user.get_name()
        if not manager.is_authorized_dag(method="GET", details=monthly, user=user):
            return Asker(account, may_act=False, may_see=False)
        may_start = manager.is_authorized_dag(
            method="POST", access_entity=DagAccessEntity.RUN, details=monthly, user=user
        )
        may_act = may_start and manager.is_authorized_pool(method="PUT", user=user)
        return Asker(account, may_act, may_see=True)

    return identify


def _clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _open_airflow(request: "Request") -> "Iterator[AirflowClient | None]":
    """By the token of the request itself, so that Airflow decides what it may and records who it was.

    The address is the connection's, as the tasks have it: what a request says of its host is anybody's.
    """
    from townreturn.operating.airflow_client import connect_as

    known, token = _find_connection(), _token_of(request)
    if known is None or not token:
        yield None
        return
    address = f"{known.schema or 'http'}://{known.host}:{known.port}"
    with connect_as(address, request.state.asker.account, token) as client:
        yield client


def _token_of(request: "Request") -> str:
    """As Airflow reads it: what the header says goes before the cookie."""
    from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
    from fastapi.security.utils import get_authorization_scheme_param

    kind, token = get_authorization_scheme_param(request.headers.get("authorization"))
    return token if kind.lower() == "bearer" else request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")


def _find_connection() -> "Connection | None":
    """From the environment or Airflow's own store; the SDK's way to it leads through a task's supervisor."""
    from airflow.models.connection import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from townreturn.operating.environment import CONNECTION

    try:
        return Connection.get_connection_from_secrets(CONNECTION)
    except AirflowNotFoundException:
        return None


@cache
def _open_office() -> "Office":
    """Once a process: to open it brings the database up to date."""
    from townreturn.office import open_this_office

    return open_this_office()


@cache
def _open_offices() -> "dict[str, Office]":
    """The same of several towns, on one engine, by code."""
    from townreturn.office import open_these_by_town

    return open_these_by_town()


class BoardPlugin(AirflowPlugin):
    """Mounts the board under ``/board`` and shows it in a frame of Airflow's, in the menu Browse."""

    name = "townreturn_board"
    fastapi_apps = [{"name": "board", "app": serve_board, "url_prefix": "/board"}]  # noqa: RUF012 - Airflow's own way
    external_views = [  # noqa: RUF012 - Airflow's own way to declare it
        {
            "name": say("BOARD_PAGE_period"),
            "href": "/board/",
            "destination": "nav",
            "category": "browse",
            "url_route": "board",
        }
    ]
