"""The board as Airflow loads it: its place in the menu, and what Airflow's accounts and roles may there."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from written_plans import write_plan

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plugin() -> Any:
    from airflow import plugins_manager

    plugins, errors = plugins_manager._get_plugins()
    assert errors == {}
    [found] = [one for one in plugins if one.name == "townreturn_board"]
    return found


def test_it_stands_in_the_menu_and_is_mounted_where_the_menu_leads(plugin: Any) -> None:
    [view] = plugin.external_views
    assert view == {
        "name": "报送看板", "href": "/board/", "destination": "nav", "category": "browse", "url_route": "board",
    }  # fmt: skip
    [app] = plugin.fastapi_apps
    assert view["href"] == f"{app['url_prefix']}/"


def test_airflow_can_describe_it(plugin: Any) -> None:
    from airflow import plugins_manager
    from airflow.api_fastapi.core_api.datamodels.plugins import PluginResponse

    [info] = [one for one in plugins_manager.get_plugin_info() if one["name"] == plugin.name]
    assert PluginResponse.model_validate(info).external_views[0].href == "/board/"


def test_loading_it_costs_nothing() -> None:
    """Every Airflow process loads plugins; only the API server serves pages."""
    script = "import sys, airflow.plugins_manager; before = set(sys.modules); import board;"
    script += "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(PROJECT / 'plugins')!r}); {script}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.split()) & {"fastapi", "jinja2", "sqlalchemy", "pandas", "pydantic"} == set()


class Site:
    """The mounted board with Airflow's own SimpleAuthManager; without Airflow's database, which knows of no
    revoked tokens and no teams."""

    def __init__(self, plugin: Any) -> None:
        from airflow.api_fastapi.app import init_auth_manager
        from fastapi import FastAPI
        from starlette.testclient import TestClient

        self._manager: Any = init_auth_manager()
        app = FastAPI()
        app.mount("/board", plugin.fastapi_apps[0]["app"])
        self._client = TestClient(app)

    def ask(self, role: str | None, path: str = "/api/openapi.json", *, by: str = "cookie") -> Any:
        self._client.cookies.clear()
        if role is None:
            return self._client.get(f"/board{path}")
        token = self.token_of(role)
        if by == "header":
            return self._client.get(f"/board{path}", headers={"Authorization": f"Bearer {token}"})
        self._client.cookies.set("_token", token)
        return self._client.get(f"/board{path}")

    def token_of(self, role: str) -> str:
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        return str(self._manager.generate_jwt(SimpleAuthManagerUser(username=f"a-{role}", role=role or None)))


@pytest.fixture
def site(plugin: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
    from airflow.models.dag import DagModel
    from airflow.models.revoked_token import RevokedToken

    monkeypatch.setattr(SimpleAuthManager, "init", lambda self: None)
    monkeypatch.setattr(RevokedToken, "is_revoked", lambda *_, **__: False)
    monkeypatch.setattr(DagModel, "get_team_name", lambda *_, **__: None)
    monkeypatch.setenv("TOWNRETURN_HOME", str(tmp_path / "home"))
    yield Site(plugin)
    _forget(plugin)


def _forget(plugin: Any) -> None:
    """The next site opens an office of its own."""
    module = sys.modules[plugin.fastapi_apps[0]["app"].__module__]
    module._make_board.cache_clear()
    module._open_office.cache_clear()


@pytest.mark.parametrize("path", ["/", "/history", "/static/board.css", "/api/openapi.json", "/openapi.json", "/docs"])
def test_nobody_is_let_in_without_airflows_own_sign_in(site: Site, path: str) -> None:
    assert site.ask(None, path).status_code == 401


def test_a_forged_token_is_not_let_in(site: Site) -> None:
    site._client.cookies.set("_token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.")
    assert site._client.get("/board/").status_code in (401, 403)


@pytest.mark.parametrize("by", ["cookie", "header"])
def test_whoever_may_see_the_monthly_dag_sees_the_board(site: Site, by: str) -> None:
    assert {role: site.ask(role, by=by).status_code for role in ("viewer", "user", "op", "admin", "")} == {
        "viewer": 200, "user": 200, "op": 200, "admin": 200, "": 403,
    }  # fmt: skip


def test_who_may_not_see_the_dag_but_reports_for_a_unit_sees_that(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = "name: 市烟草专卖局第五分局, level: city"
    plan = write_plan(tmp_path, (f"{place}}}", f"{place}, accounts: [a-]}}"))
    monkeypatch.setenv("TOWNRETURN_PLAN", str(plan))
    assert {path: site.ask("", path).status_code for path in ("/own", "/upload", "/history", "/api/periods")} == {
        "/own": 200, "/upload": 200, "/history": 403, "/api/periods": 403,
    }  # fmt: skip
    assert "市烟草专卖局第五分局" in site.ask("", "/").text, "the way in leads there"
    assert site.ask("viewer", "/own").status_code == 403


@pytest.mark.parametrize(
    ("role", "shown"), [("viewer", "可查看"), ("user", "可查看"), ("op", "可操作"), ("admin", "可操作")]
)
def test_only_op_and_above_may_act(site: Site, role: str, shown: str) -> None:
    """Approvers have the role user, the lowest that may answer: they are no operators."""
    answer = site.ask(role, "/")
    assert answer.status_code == 200
    assert f"a-{role}（{shown}）" in answer.text


class Listener(BaseHTTPRequestHandler):
    """Stands where the connection says that Airflow's REST API is, and keeps what it was asked with."""

    asked: ClassVar[list[tuple[str, str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, self.headers["Authorization"]))
        content = json.dumps({"assets": [{"id": 1, "name": "submission_inbox"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - as the base class names it

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class names it
        pass


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, str]]]:
    Listener.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        known = {"conn_type": "http", "host": "127.0.0.1", "port": server.server_port, "login": "x", "password": "y"}
        monkeypatch.setenv("AIRFLOW_CONN_TOWNRETURN_API", json.dumps(known))
        Thread(target=server.serve_forever, daemon=True).start()
        yield Listener.asked
        server.shutdown()


@pytest.mark.parametrize("by", ["cookie", "header"])
def test_airflow_is_asked_with_the_token_of_whoever_acts_where_the_connection_says(
    site: Site, listening: list[tuple[str, str, str]], by: str
) -> None:
    """Whatever host a request names; the service account's password stays out of it."""
    token = site.token_of("op")
    headers = {"host": "elsewhere.example", "origin": "http://elsewhere.example"}
    if by == "header":
        headers["Authorization"] = f"Bearer {token}"
        site._client.cookies.set("_token", site.token_of("viewer"))
    else:
        site._client.cookies.set("_token", token)
    answer = site._client.post("/board/intake", data={"confirmed": "true"}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert listening == [
        ("GET", "/api/v2/assets?name_pattern=submission_inbox", f"Bearer {token}"),
        ("POST", "/api/v2/assets/events", f"Bearer {token}"),
    ]


def test_without_the_connection_it_is_said_that_airflow_cannot_be_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.models.connection import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    def find_nothing(conn_id: str) -> None:
        raise AirflowNotFoundException(conn_id)

    monkeypatch.setattr(Connection, "get_connection_from_secrets", find_nothing)
    headers = {"Authorization": f"Bearer {site.token_of('op')}"}
    answer = site._client.post("/board/intake", data={"confirmed": "true"}, headers=headers)
    assert answer.status_code == 409
    assert "没有设置连接 townreturn_api" in answer.text
