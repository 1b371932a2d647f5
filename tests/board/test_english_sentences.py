"""What acts and looks lead to is told in English where the page is: only names and what people wrote stay Chinese."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asked_board import MARCH, Ask, asking, begin_march
from issued_plan import with_issued_plan
from page_text import read_page
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.arrivals import list_files
from townreturn.store.engine import reading


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """March in hand: 烟草 accepted, 建材 returned."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")}))
    begin_march(office)
    yield with_issued_plan(office, tmp_path)
    office.engine.dispose()


def do(office: Office, path: str, **given: Any) -> str:
    """The text of the English page that an act leads to."""
    data = {"confirmed": "true", **given}
    return read_page(asking(office)(f"{path}?lang=en", "operator", "POST", data).text).text


def accepted_file(office: Office) -> str:
    with reading(office.engine) as tx:
        files = list_files(tx, office.plans.town_code, MARCH.key)
    return f"/submissions/{next(one.id for one in files if one.disposition == 'accepted')}"


def test_acts_tell_what_they_led_to(office: Office) -> None:
    file = accepted_file(office)
    excluded = do(office, f"{file}/exclusion", categories="tobacco", reason="误传")
    assert "3.烟草制品: counts as not reported now; the unit has to send it again." in excluded
    readmitted = do(office, f"{file}/readmission", categories="tobacco", reason="核对无误")
    assert "3.烟草制品: revision 1 stands now." in readmitted
    extended = do(office, "/obligations/2018-03/building", decision="extended", until="2018-04-04", reason="停电")
    assert "2018-03, 镇住建局 (建材): returned, due 2018-04-04 23:59" in extended
    reminded = do(office, "/reminder/2018-03", units=["zhujian", "jingkexin"], reason="电话没有人接")
    assert "2018-03, units reminded: 2 (镇住建局, 镇经科信局)" in reminded
    assert "No address is known, tell them by telephone or OA: 镇经科信局" in reminded


def test_refusals_are_told_above_the_form(office: Office) -> None:
    file = accepted_file(office)
    assert "Give a reason" in do(office, f"{file}/exclusion", categories="tobacco")
    assert "has nothing excluded to readmit" in do(office, f"{file}/readmission", categories="tobacco", reason="误传")
    assert "“soon” is no day or instant" in do(
        office, "/obligations/2018-03/building", decision="extended", until="soon", reason="停电"
    )
    assert "No need to remind 市烟草专卖局第五分局" in do(office, "/reminder/2018-03", units="yancao", reason="再催")


def test_why_nothing_is_corrected_is_told(ask: Ask) -> None:
    page = read_page(ask("/correction/2018-02?lang=en", "operator").text).text
    assert "2018-02 is not corrected: no published figure and no text has changed" in page
    assert (
        "2018-03 has not been published, there is nothing to correct"
        in ask("/correction/2018-03?lang=en", "operator").text
    )
    shown = read_page(ask("/preview?period=2018-02&lang=en").text).text
    assert "No correction follows: no published figure and no text has changed" in shown


def test_how_units_stand_is_told_at_the_head_of_the_preview(ask: Ask) -> None:
    heads = [one for one in read_page(ask("/preview?period=2018-03&lang=en").text).rows if "not reported" in one]
    assert heads[0][-1] == "1 of 7 reported"
    assert {"reported", "not reported (returned)", "not reported"} <= set(heads[0])
    assert "已报" in ask("/api/periods/2018-03/preview?lang=en").text, "data are told in the language of the return"


def test_what_verifying_finds_is_told(ask: Ask) -> None:
    page = read_page(ask("/verification/2018-02?lang=en", "operator").text)
    [told] = [one for one in page.texts if one.startswith("2018-02: whole. Compared: ")]
    assert "issues: 1" in told
    assert not any("\u4e00" <= char <= "\u9fff" for char in told)


def test_what_is_asked_for_and_is_not_there_is_told(ask: Ask) -> None:
    for path, sentence in (
        ("/?period=18-1&lang=en", "“18-1” is no period: write year and month like 2018-03"),
        ("/preview?period=2018-02&issue=7&lang=en", "2018-02 has no such issue; published are 0"),
        ("/?period=2031-01&lang=en", "No plan of 清溪镇 is in force in 2031-01"),
    ):
        answer = ask(path)
        assert (answer.status_code, sentence in answer.text) == (404, True)
