"""The operators' board in Airflow's menu: who may see it and who may act, Airflow's own accounts and roles say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.models.connection import Connection
    from fastapi import FastAPI
    from starlette.requests import Request

    from townreturn.office import Office
    from townreturn.operating.airflow_client import AirflowClient

_DAG_ID = "monthly_return"


async def serve_board(scope: Any, receive: Any, send: Any) -> None:
    """The app, made at the first request: every Airflow process loads plugins, only the API server serves them."""
    await _make_board()(scope, receive, send)


@cache
def _make_board() -> "FastAPI":
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
    from airflow.api_fastapi.core_api.security import GetUserDep
    from airflow.models.dag import DagModel

    from townreturn.board import Asker, create_board

    def identify(user: GetUserDep) -> Asker:
        """See: whoever may see the monthly DAG; of others the board lets in whom a plan names as a unit's reporter,
        to the own unit. Act: whoever may start it and may set pools.

        Starting DAGs alone is what Airflow's role User may, which approvers need to answer; an approver is no
        operator. Pools may be set by Op and above, in SimpleAuthManager and in FAB alike.
        """
        manager = get_auth_manager()
        monthly = DagDetails(id=_DAG_ID, team_name=DagModel.get_team_name(_DAG_ID))
        # The sign-in name: an id would be a row's number under FAB, which no plan can name.
        account = user.get_name()
        if not manager.is_authorized_dag(method="GET", details=monthly, user=user):
            return Asker(account, may_act=False, may_see=False)
        may_start = manager.is_authorized_dag(
            method="POST", access_entity=DagAccessEntity.RUN, details=monthly, user=user
        )
        may_act = may_start and manager.is_authorized_pool(method="PUT", user=user)
        return Asker(account, may_act, may_see=True)

    return create_board(_open_office, identify, lambda: datetime.now(UTC), _open_airflow)


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
