"""The board as Airflow loads it: its place in the menu, and what Airflow's accounts and roles may there."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        self._client.cookies.clear()
        if role is None:
            return self._client.get(f"/board{path}")
        token = self._manager.generate_jwt(SimpleAuthManagerUser(username=f"a-{role}", role=role or None))
        if by == "header":
            return self._client.get(f"/board{path}", headers={"Authorization": f"Bearer {token}"})
        self._client.cookies.set("_token", token)
        return self._client.get(f"/board{path}")


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
