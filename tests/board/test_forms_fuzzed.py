"""Whatever is sent to a form or asked of a page: the program bears it, and nothing changes but what is recorded."""

import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_routes import ALLOWED

from airflow_edge import AirflowEdge
from asked_board import IN_HAND, Ask, asking
from full_board import number_files, open_full_office
from townreturn.board.headers import SECURITY_HEADERS
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.returns import newest_compilation

HOSTILE = (
    "", " ", "\0", "a\0b", "\ud800", "\U0010ffff", "\u202e", "'; DROP TABLE arrivals; --", "<script>", "{{7*7}}",
    "9" * 5000, "-1", "1e999", "NaN", "true", "false", "2018-02-30", "9999-12-31T23:59:59+14:00", "0001-01-01",
    "x" * 501, "../..", "٣", "null", "[]", "%s{0}", "+2AA-",
)  # fmt: skip
GOOD = {
    "reason": "来电说明", "confirmed": "true", "first": "2018-01", "last": "2018-02", "answer": "Reject",
    "sent_back": "tobacco", "categories": "tobacco", "decision": "extended", "until": "2018-04-04", "units": "zhujian",
    "words": "请尽快", "unit": "yancao",
}  # fmt: skip
FIELDS = {
    "/intake": (), "/backfill": ("first", "last"), "/correction/{period}": (), "/upload": ("unit",),
    "/decision/{period}": ("compilation", "answer", "sent_back"), "/messages/{message_id}": (),
    "/reminder/{period}": ("units", "words"), "/obligations/{period}/{category}": ("decision", "until"),
    "/duties/{period}/{kind}/{unit}": ("decision", "until"), "/submissions/{arrival_id}/exclusion": ("categories",),
    "/submissions/{arrival_id}/readmission": ("categories",),
}  # fmt: skip
"""POST route → what its form says besides reason and tick."""
EXAMPLES = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=40)
PLACES = TEXTS.filter(lambda text: text and "\n" not in text)
"""In a path; one with a line feed no mounted app is asked for."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = open_full_office(tmp_path_factory.mktemp("forms"))
    yield office
    office.engine.dispose()


@pytest.fixture(scope="module")
def ask(office: Office) -> Ask:
    return asking(office, IN_HAND, AirflowEdge().open)


@pytest.fixture(scope="module")
def known(office: Office) -> dict[str, list[str]]:
    """Path parameter → what there is of that name."""
    numbers = number_files(office)
    return {
        "period": ["2018-01", "2018-02", "2018-03"], "category": ["tobacco", "building", "total"],
        "indicator": ["cases_filed"], "measure": ["ytd"], "kind": ["work_plan"], "unit": ["yancao", "zhujian"],
        "issue": ["0"], "file_hash": ["0" * 64], "name": ["board.css"], "part": ["original"], "sheet": ["1"],
        "path": ["nowhere"], "arrival_id": [str(one) for one in numbers.values()],
        "message_id": [str(numbers["refused"])],
    }  # fmt: skip


@pytest.fixture(scope="module")
def compilation(office: Office) -> str:
    with reading(office.engine) as tx:
        found = newest_compilation(tx, office.plans.town_code, "2018-03")
    assert found
    return str(found.id)


@pytest.fixture(scope="module")
def database(office: Office) -> Iterator[sqlite3.Connection]:
    """Beside the board's own connection, so that it is told of every change."""
    connection = sqlite3.connect(office.engine.url.database)
    yield connection
    connection.close()


def version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA data_version").fetchone()[0])


def recorded(database: sqlite3.Connection) -> tuple[int, ...]:
    return tuple(database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("events", "arrivals"))


def routes(method: str) -> list[str]:
    """Without those of the API, which are asked by their description."""
    return sorted(route for asked, route in ALLOWED if asked == method and not route.startswith("/api/"))


def somebody_of(method: str, route: str) -> str:
    """Who may, the operator first."""
    return next(one for one in ("operator", "approver", "reporter") if one in ALLOWED[method, route])


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def quoted(text: str) -> str:
    return quote(raw(text), safe="")


def draw_path(draw: Any, route: str, known: dict[str, list[str]]) -> str:
    path = route
    for name, values in known.items():
        if f"{{{name}}}" in path or f"{{{name}:path}}" in path:
            value = draw(PLACES if draw(st.integers(0, 4)) == 0 else st.sampled_from(values))
            path = path.replace(f"{{{name}}}", quoted(value)).replace(f"{{{name}:path}}", quoted(value))
    return path


def draw_form(draw: Any, route: str, compilation: str) -> list[tuple[str, str]]:
    """Mostly as a browser sends it, with some of it put otherwise, left out, said again or made up."""
    good = GOOD | {"compilation": compilation}
    form = [(name, good[name]) for name in ("reason", "confirmed", *FIELDS[route])]
    for number in draw(st.lists(st.integers(0, len(form) - 1), max_size=2)):
        form[number] = (form[number][0], draw(TEXTS))
    names = st.sampled_from([name for name, _ in form]) | TEXTS
    return form + (draw(st.lists(st.tuples(names, TEXTS), max_size=2)) if draw(st.booleans()) else [])


def draw_body(draw: Any, form: list[tuple[str, str]]) -> tuple[bytes, str]:
    """In either way of sending a form, with a file or without, in a charset of any name."""
    if draw(st.booleans()):
        return urlencode(
            [(raw(name), raw(value)) for name, value in form]
        ).encode(), "application/x-www-form-urlencoded"
    charset = draw(st.sampled_from(["utf-8", "utf-7", "undefined", "gb18030"]))
    parts = [b'form-data; name="%s"\r\n\r\n%s' % (quoted(name).encode(), raw(value)) for name, value in form]
    parts += draw(st.sampled_from([[], [b'form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\x03\x04']]))
    body = b"".join(b"--x\r\nContent-Disposition: " + part + b"\r\n" for part in parts)
    return body + b"--x--\r\n", f"multipart/form-data; boundary=x; charset={charset}"


def assert_answered(answer: Any, statuses: set[int]) -> None:
    assert answer.status_code in statuses, answer.request.url
    assert answer.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("route", routes("POST"))
def test_a_form_changes_nothing_that_is_not_recorded(
    ask: Ask, known: dict[str, list[str]], compilation: str, database: sqlite3.Connection, route: str
) -> None:
    @EXAMPLES
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        path = draw_path(data.draw, route, known)
        body, kind = draw_body(data.draw, draw_form(data.draw, route, compilation))
        before = version(database), recorded(database)
        answer = ask(path, somebody_of("POST", route), "POST", data=body, content_type=kind)
        assert_answered(answer, {200, 400, 404, 405, 409})
        after = version(database), recorded(database)
        assert (before[0] == after[0]) is (before[1] == after[1]), "what changed is recorded"

    send()


@pytest.mark.parametrize("route", routes("GET"))
def test_a_page_bears_any_address_and_changes_nothing(
    ask: Ask, known: dict[str, list[str]], database: sqlite3.Connection, route: str
) -> None:
    names = (
        "period",
        "issue",
        "against",
        "measure",
        "sheet",
        "unit",
        "year",
        "category",
        "indicator",
        "compared",
        "lang",
    )
    queries = st.dictionaries(st.sampled_from(names), TEXTS, max_size=2)

    @EXAMPLES
    @given(data=st.data())
    def look(data: st.DataObject) -> None:
        path = draw_path(data.draw, route, known)
        query = "&".join(f"{name}={quoted(value)}" for name, value in data.draw(queries).items())
        before = version(database)
        answer = ask(f"{path}?{query}", somebody_of("GET", route))
        assert_answered(answer, {200, 403, 404})
        assert version(database) == before

    look()
