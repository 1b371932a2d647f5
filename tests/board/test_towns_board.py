"""The board of several towns: who sees which, and that each town's is what it is alone."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from asked_board import ASKERS, IN_HAND, MARCH, OPENED, REPORTING
from several_towns import NEIGHBOUR, settings_of
from townreturn import month
from townreturn.board import Asker, create_towns_board
from townreturn.domain.level import Level
from townreturn.office import Office, open_offices
from written_plans import write_plan

CITY = ("code: qingxi-2018\n", "code: dongguan-2018\nlevel: city\n")
OPERATED = ("city_office: ", "operators: [operator_of_tangxia, neighbour, operator]\ncity_office: ")
GIVEN = {
    "period": "2018-03", "issue": "0", "file_hash": "0" * 64, "name": "board.css", "arrival_id": "1",
    "unit": "yancao", "part": "original", "sheet": "1", "path:path": "nowhere", "category": "tobacco",
    "indicator": "cases_filed", "measure": "ytd", "kind": "work_plan", "message_id": "1",
}  # fmt: skip
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, ...]]:
    """东莞市 above 清溪镇, where the account reporter reports for 烟草, and 塘厦镇, which names its operators."""
    folder = tmp_path_factory.mktemp("towns")
    plans = folder / "plans"
    plans.mkdir()
    write_plan(plans, REPORTING, name="qingxi.yaml")
    write_plan(plans, *NEIGHBOUR, OPERATED, name="tangxia.yaml")
    city = ("town_code: qingxi\n", "town_code: dongguan\n"), ("town: 清溪镇\n", "town: 东莞市\n")
    write_plan(plans, CITY, *city, name="dongguan.yaml")
    opened = open_offices(settings_of(folder / "home", str(plans)))
    for office in opened[1:]:
        month.open_period(office, MARCH, OPENED, f"scheduled__{office.called}~2018-03__a", backfilled=False)
    yield opened
    opened[0].engine.dispose()


@pytest.fixture(scope="module")
def board(offices: tuple[Office, ...]) -> FastAPI:
    """The account clerk sees the towns' level and not the city's; all others are what they are at both."""
    by_code = {one.called: one for one in offices}

    def identify(request: Request) -> Mapping[Level, Asker]:
        account = request.headers.get("x-account", "")
        if not account:
            raise HTTPException(401)
        known = {**ASKERS, "clerk": (True, True), "neighbour": (True, True)}
        asker = Asker(account, *known.get(account, (False, False)))
        above = Asker(account, may_act=False, may_see=False) if account == "clerk" else asker
        return {Level.TOWN: asker, Level.CITY: above}

    towns = {code: one.plans.level for code, one in by_code.items()}
    return create_towns_board(towns, by_code.__getitem__, identify, lambda: IN_HAND)


@pytest.fixture(scope="module")
def ask(board: FastAPI) -> Ask:
    airflow = FastAPI(openapi_url=None)
    airflow.mount("/board", board)
    client = TestClient(airflow, raise_server_exceptions=False, follow_redirects=False)

    def answer(path: str, account: str = "viewer", method: str = "GET") -> Any:
        headers = {"x-account": account, "sec-fetch-site": "same-origin"}
        return client.request(method, f"/board{path}", headers=headers)

    return answer


def rows_of(page: str) -> list[list[str]]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_all_towns_a_line_each(ask: Ask) -> None:
    page = ask("/").text
    assert rows_of(page) == [
        ["东莞市", "市", "2018-03", "0/7", "未开期"],
        ["清溪镇", "镇", "2018-03", "0/7", "报送中"],
        ["塘厦镇", "镇", "2018-03", "0/7", "报送中"],
    ]
    assert re.findall(r'<a href="([^"]+)"', page) == [
        "/board/", "/board/dongguan/", "/board/qingxi/", "/board/tangxia/"
    ]  # fmt: skip


def test_every_page_leads_somewhere(ask: Ask) -> None:
    for path, status in (("/", 200), ("/humen/", 404), ("/qingxi/nowhere", 404), ("/qingxi/", 200)):
        page = ask(path)
        assert page.status_code == status
        led_to = [one for one in re.findall(r'(?:href|src)="(/[^"]+)"', page.text) if "/../" not in one]  # Airflow's
        assert "/board/" in led_to
        assert [one for one in led_to if ask(one.removeprefix("/board")).status_code != 200] == [], path


def test_whoever_sees_a_level_sees_its_towns_only(ask: Ask) -> None:
    assert [row[0] for row in rows_of(ask("/", "clerk").text)] == ["清溪镇", "塘厦镇"]
    assert [ask(f"/{town}/", "clerk").status_code for town in ("dongguan", "qingxi", "tangxia")] == [403, 200, 200]


def test_strangers_see_nothing_and_nobody_without_signing_in(ask: Ask) -> None:
    for path in ("/", "/qingxi/", "/tangxia/api/periods", "/humen/", "/nowhere/at/all"):
        assert ask(path, "").status_code == 401, path
    assert ask("/", "no_longer_named").status_code == 403
    assert ask("/humen/", "viewer").status_code == 404


def test_a_reporter_sees_of_another_town_what_strangers_see(board: FastAPI, ask: Ask) -> None:
    page = ask("/", "reporter")
    assert (page.status_code, "/board/qingxi/own" in page.text, "塘厦镇" in page.text) == (200, True, False)
    assert ask("/qingxi/own", "reporter").status_code == 200
    routes = [one for one in create_routes(board) if isinstance(one, APIRoute)]
    assert len(routes) > 50
    for route in routes:
        path = route.path
        for name, value in GIVEN.items():
            path = path.replace(f"{{{name}}}", value)
        for method in route.methods:
            answers = [
                ask(f"/tangxia{path}", account, method).status_code for account in ("reporter", "no_longer_named")
            ]
            assert answers[0] == answers[1], (method, path)
            assert answers[0] in (403, 404), (method, path)


def create_routes(board: FastAPI) -> list[Any]:
    """Those of one town's own app."""
    [mounted] = [one for one in board.routes if getattr(one, "path", "") == "/tangxia"]
    routes: list[Any] = mounted.app.routes  # type: ignore[attr-defined]
    return routes


def test_who_may_act_the_plan_may_say(ask: Ask) -> None:
    """塘厦镇 names operator and another; clerk, whom Airflow lets act, does so in 清溪镇 only."""
    assert [ask(f"/{town}/intake", "clerk").status_code for town in ("qingxi", "tangxia")] == [200, 403]
    assert [ask(f"/{town}/intake", "operator").status_code for town in ("qingxi", "tangxia")] == [200, 200]
    assert ask("/tangxia/intake", "operator_of_tangxia").status_code == 403, "Airflow does not let him"


def test_who_only_another_towns_plan_names_does_not_act(ask: Ask) -> None:
    """清溪镇 names nobody: whoever Airflow lets act does, but for 塘厦镇's own operators."""
    assert [ask(f"/{town}/intake", "neighbour").status_code for town in ("qingxi", "tangxia")] == [403, 200]


def test_links_keep_to_the_town_and_find_airflow(ask: Ask) -> None:
    page = ask("/tangxia/").text
    links = re.findall(r'(?:href|action|src)="([^"]+)"', page)
    own = [one for one in links if one.startswith("/board/tangxia/") and "/../" not in one]
    others = sorted({one.partition("?")[0] for one in links if one not in own and not one.startswith("#")})
    assert len(own) > 5
    assert others == ["/board/", "/board/tangxia/../../dags/monthly_return/runs/scheduled__tangxia~2018-03__a"]
    assert "塘厦镇" in page


def test_the_page_is_the_same_as_of_the_town_alone(ask: Ask, offices: tuple[Office, ...]) -> None:
    from asked_board import asking

    alone = asking(offices[1])("/", "viewer").text
    several = ask("/qingxi/", "viewer").text
    plain = several.replace("/board/qingxi/../../", "/board/../").replace("/board/qingxi/", "/board/")
    plain = plain.replace('<a href="/board/">全部地方</a>\n', "").replace("清溪镇 · viewer", "viewer")
    assert plain == alone


def test_nothing_lies_outside_the_towns(tmp_path: Path, ask: Ask) -> None:
    assert ask("/static/board.css").status_code == 404
    assert ask("/api/periods").status_code == 404
