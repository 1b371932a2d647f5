"""本单位: a reporter sees the own unit's lines and files, and of other units not even that they are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from asked_board import IN_HAND, MARCH, REPORTING, Ask, asking
from townreturn import month
from townreturn.board.reach import Reach
from townreturn.board.submission_view import view_submission
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.arrivals import ArrivedFile, list_files, list_unfiled
from townreturn.store.engine import reading
from written_plans import write_plan

OTHERS = ("镇住建局", "镇食药监分局", "镇农林水务局", "镇工商分局", "建材", "农资")
"""Units and categories of others; 镇经科信局 is the bureau, to which everybody reports."""


def files_of(office: Office, period: str) -> list[ArrivedFile]:
    with reading(office.engine) as tx:
        return list_files(tx, "qingxi", period)


def test_the_way_in_leads_to_the_own_unit_in_the_language_asked_for(ask: Ask) -> None:
    answer = ask("/?lang=en", "reporter")
    assert (answer.status_code, answer.headers["location"]) == (303, "/board/own?lang=en")
    assert "Own unit" in ask("/own?lang=en", "reporter").text


def test_the_own_units_lines_and_files(published: Office, ask: Ask) -> None:
    page = ask("/own?period=2018-02", "reporter").text
    assert "<h1>市烟草专卖局第五分局 2018-02</h1>" in page
    assert re.findall(r'<th scope="row">([^<]+)</th>', page) == ["3.烟草制品"]
    own = [one for one in files_of(published, "2018-02") if one.unit == "yancao"]
    assert set(re.findall(r"/board/submissions/(\d+)", page)) == {str(one.id) for one in own}
    assert 'href="/board/own/workbook/2018-02/yancao"' in page
    assert "（信息报送员）" in page


def test_the_same_as_json_with_no_more_of_the_unit_than_its_name(published: Office, ask: Ask) -> None:
    told = ask("/api/own?period=2018-02", "reporter").json()
    assert told["units"] == [{"code": "yancao", "name": "市烟草专卖局第五分局"}]
    assert [one["category"] for one in told["lines"]] == ["tobacco"]
    own = [one.id for one in files_of(published, "2018-02") if one.unit == "yancao"]
    assert [one["id"] for one in told["received"]] == own[::-1]
    assert ask("/api/own", "reporter").json()["period"] == "2018-03"
    assert ask("/api/own?period=2018-13", "reporter").status_code == 404


@pytest.mark.parametrize("path", ["/own", "/own?period=2018-01", "/own?period=2018-02", "/upload", "/api/own"])
def test_pages_tell_nothing_of_others_and_lead_nowhere_else(ask: Ask, path: str) -> None:
    page = ask(path, "reporter").text
    assert [one for one in OTHERS if one in page] == []
    links = re.findall(r'(?:href|action|src)="/board/([a-z]*)', page)
    assert set(links) <= {"own", "upload", "static", "submissions", "received"}
    assert 'href="/board/history"' not in page


def test_own_files_are_shown_and_those_of_others_are_not_there(published: Office, ask: Ask) -> None:
    for file in (one for key in ("2018-01", "2018-02", "2018-03") for one in files_of(published, key)):
        page = ask(f"/submissions/{file.id}", "reporter")
        download = ask(f"/received/{file.id}/original", "reporter")
        if file.unit == "yancao":
            assert [one for one in OTHERS if one in page.text] == []
            assert "/board/history" not in page.text
        else:
            unknown = ask("/submissions/999999999", "reporter")
            assert (page.status_code, page.text) == (unknown.status_code, unknown.text) == (404, unknown.text)
            assert (download.status_code, download.text) == (404, ask("/received/999999999/original", "reporter").text)


def test_a_comparison_with_a_file_of_others_is_none(published: Office, ask: Ask) -> None:
    files = files_of(published, "2018-02")
    own, other = (next(one.id for one in files if one.unit == unit) for unit in ("yancao", "zhujian"))
    page = ask(f"/submissions/{own}?against={other}", "reporter")
    assert page.text == ask(f"/submissions/{own}", "reporter").text.replace("against=0", f"against={other}")


def test_the_workbook_to_be_filled_in_is_the_own_units_only(published: Office, ask: Ask) -> None:
    answer = ask("/own/workbook/2018-03/yancao", "reporter")
    assert answer.status_code == 200
    name, content = month.prefilled_workbook(published, MARCH, "yancao")
    assert answer.content == content
    assert name.endswith(".xlsx")
    assert ask("/own/workbook/2018-03/zhujian", "reporter").status_code == 404
    assert ask("/own/workbook/2031-03/yancao", "reporter").status_code == 404


def test_who_is_no_reporter_has_no_own_unit(ask: Ask) -> None:
    for account in ("viewer", "operator", "approver"):
        assert ask("/own", account).status_code == 403


def test_a_page_that_is_closed_shows_a_reporter_the_own_ways_only(ask: Ask) -> None:
    answer = ask("/history", "reporter")
    assert answer.status_code == 403
    assert 'href="/board/own"' in answer.text
    assert 'href="/board/quality"' not in answer.text


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Office]:
    """Nothing has come in."""
    settings = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_PLAN": str(write_plan(tmp_path, REPORTING))}
    office = open_office(Settings.from_environment(settings))
    yield office
    office.engine.dispose()


def test_a_copy_of_anothers_file_tells_neither_its_name_nor_its_findings(alone: Office) -> None:
    """The same bytes were judged as 住建局's: what was found there is not shown to who uploads a copy."""
    sent = b"no workbook at all"
    ask = asking(alone)
    ask("/upload", "operator", "POST", {"unit": "zhujian"}, {"file": ("机密名.xlsx", sent)})
    ask("/upload", "reporter", "POST", {"unit": "yancao"}, {"file": ("copy.xlsx", sent)})
    with reading(alone.engine) as tx:
        [first], [copy] = list_unfiled(tx, "qingxi", 9), list_unfiled(tx, "qingxi", 9, "reporter")
    assert copy.duplicate_of == first.id
    view = view_submission(alone, copy.id, reach=Reach(frozenset({"yancao"}), "reporter"))
    assert (view.first_id, view.findings, view.categories) == (None, (), ())
    assert view_submission(alone, copy.id).findings
    page = ask(f"/submissions/{copy.id}", "reporter").text
    assert "机密名" not in page
    assert "这个文件的审核结果见回执" in page
    assert ask(f"/received/{copy.id}/receipt", "reporter").status_code == 200
    assert ask(f"/submissions/{first.id}", "reporter").status_code == 404


def test_the_page_is_made_as_of_now(alone: Office) -> None:
    page = asking(alone, IN_HAND)("/own?period=2018-03", "reporter").text
    assert "没有来件" in page
