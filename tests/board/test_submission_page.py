"""One file that came in: its findings on a picture of its sheets, its revisions, and what they changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from asked_board import IN_HAND, MARCH, OPENED, Ask, asking, file_in_inbox
from page_text import Page, read_page
from townreturn import month
from townreturn.office import Office

WRONG, RIGHT = "2018-02-zhujian-wrong.xlsx", "2018-02-zhujian.xlsx"
GOLDEN = Path(__file__).parents[1] / "golden" / "inbox"
"""The golden month: 住建 sent 期末在办 9 where 1 + 1 - 0 - 0 = 2 was right, and then 2, in 统计表 D19."""


@pytest.fixture
def numbers(ask: Ask) -> dict[str, int]:
    """File name → its number."""
    received = ask("/api/periods/2018-02/history").json()["received"]
    return {one["file_name"]: one["id"] for one in received}


@pytest.fixture
def wrong(ask: Ask, numbers: dict[str, int]) -> Page:
    return read_page(ask(f"/submissions/{numbers[WRONG]}").text)


def test_the_page_says_whose_file_it_is_and_what_became_of_it(wrong: Page) -> None:
    assert "镇住建局 2018-02 的报送 退回" in wrong.text
    assert f"文件 {WRONG} 收到时间 2018-02-26 09:00 收文时间 2018-03-01 08:00 填报人 张三" in wrong.text
    assert {"原件", "回执", "标注件"} <= wrong.links.keys()


def test_findings_stand_with_their_place_and_what_the_unit_explained(wrong: Page) -> None:
    assert "审核发现 2 条" in wrong.text
    fault, explained = wrong.row("必须改正"), wrong.row("已说明")
    assert fault[:4] == ["1", "必须改正", "2.建材", "统计表 D19"]
    assert fault[4].startswith("期末在办填的是 9，应等于")
    assert explained[:4] == ["2", "已说明", "2.建材", "统计表 D43"]
    assert explained[4].endswith("审核说明：春节前后工地停工，本期检查没有查扣建材")


def test_the_faulty_cell_is_coloured_and_linked_with_its_finding(ask: Ask, numbers: dict[str, int]) -> None:
    html = ask(f"/submissions/{numbers[WRONG]}").text
    assert '<td id="c-D19" class="number mark mandatory">9<sup><a href="#f1"' in html
    assert '<tr id="f1">' in html
    assert 'href="#c-D19"' in html
    other = ask(f"/submissions/{numbers[WRONG]}?sheet=3").text
    assert f'href="/board/submissions/{numbers[WRONG]}?sheet=2&amp;against=0#c-D19"' in other, "from another sheet"


def test_the_picture_shows_the_cells_of_the_sheet_by_row_and_column(wrong: Page) -> None:
    assert ["", "A", "B", "C", "D", "E"] in wrong.rows
    assert wrong.row("整数，≥0；等于上期的期末在办") == [
        "15",
        "7",
        "期初在办",
        "宗",
        "1",
        "整数，≥0；等于上期的期末在办",
    ]


def test_every_sheet_is_one_step_away(ask: Ask, numbers: dict[str, int], wrong: Page) -> None:
    sheets = ["封面", "统计表", "重点案件", "经验做法", "重点区域整治", "问题和建议", "审核说明", "填表说明"]
    assert [wrong.links.get(name) is not None for name in sheets] == [True] * 8
    told = ask(f"/api/submissions/{numbers[WRONG]}/sheets/7").json()
    assert [one["name"] for one in told["tabs"]] == sheets
    assert [one["finding_count"] for one in told["tabs"]] == [0, 2, 0, 0, 0, 0, 0, 0]
    texts = {one["text"] for row in told["picture"]["rows"] for one in row["cells"]}
    assert "春节前后工地停工，本期检查没有查扣建材" in texts
    assert ask(f"/api/submissions/{numbers[WRONG]}/sheets/9").status_code == 404
    assert ask(f"/submissions/{numbers[WRONG]}?sheet=9").status_code == 404


def test_the_revisions_are_told_and_what_changed_from_the_one_before(ask: Ask, numbers: dict[str, int]) -> None:
    page = read_page(ask(f"/submissions/{numbers[RIGHT]}").text)
    assert page.row("2018-02-26 09:00")[:4] == ["第1次报送", "2018-02-26 09:00", WRONG, "退回"]
    assert page.row(f"{RIGHT} （本文件）")[3] == "通过（有说明） 现以此为准"
    assert "第1次报送到第2次报送改动了 1 处" in page.text
    assert ["期末在办 （宗）", "9 D19", "2 D19"] in page.rows
    assert page.links[WRONG] == f"/board/submissions/{numbers[WRONG]}"


def test_any_two_revisions_can_be_compared_the_earlier_one_first(ask: Ask, numbers: dict[str, int]) -> None:
    for this, other in ((WRONG, RIGHT), (RIGHT, WRONG)):
        [building] = ask(f"/api/submissions/{numbers[this]}?against={numbers[other]}").json()["categories"]
        [change] = building["comparison"]["changes"]
        assert (change["label"], change["before"]["text"], change["after"]["text"]) == ("期末在办", "9", "2")
    [building] = ask(f"/api/submissions/{numbers[WRONG]}?against=99999").json()["categories"]
    assert building["comparison"] is None, "nothing came before it, and 99999 is nobody's number"


def test_board_and_history_lead_to_the_file(ask: Ask, numbers: dict[str, int]) -> None:
    assert read_page(ask("/?period=2018-02").text).links["第2次（退回1次）"] == f"/board/submissions/{numbers[RIGHT]}"
    assert read_page(ask("/history/2018-02").text).links[WRONG] == f"/board/submissions/{numbers[WRONG]}"


@pytest.mark.parametrize("path", ["/submissions/0", "/submissions/99999", "/submissions/x", "/submissions/1/..%2f2",
                                  "/submissions/1?sheet=-1", "/submissions/1?against=x",
                                  "/api/submissions/1/sheets/0", "/api/submissions/99999999999999999999"])  # fmt: skip
def test_what_there_is_not_is_not_found(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 404


def test_a_copy_shows_what_was_found_when_its_bytes_were_judged(small_office: Office) -> None:
    content = (GOLDEN / WRONG).read_bytes()
    for name, days in (("a.xlsx", 27), ("b.xlsx", 26)):
        file_in_inbox(small_office, name, content, OPENED - timedelta(days=days))
    month.take_in(small_office, IN_HAND)
    ask = asking(small_office)
    first, copy = ask("/api/periods/2018-02/history").json()["received"]
    told = ask(f"/api/submissions/{copy['id']}").json()
    assert told["first_id"] == first["id"]
    assert told["findings"] == ask(f"/api/submissions/{first['id']}").json()["findings"]
    assert any(one["mark"] == "mandatory" for one in told["findings"])
    assert "查看先前的文件" in read_page(ask(f"/submissions/{copy['id']}").text).links


def test_what_names_nobody_is_listed_with_the_reason(small_office: Office) -> None:
    file_in_inbox(small_office, "乱.xlsx", b"PK\x03\x04nonsense", OPENED)
    month.take_in(small_office, IN_HAND)
    ask = asking(small_office)
    page = read_page(ask("/unfiled").text)
    assert page.row("乱.xlsx")[:5] == ["乱.xlsx", "2018-03-26 00:00", "未能识别的单位", "未能识别的报告期", "未能收下"]
    assert page.row("乱.xlsx")[5].startswith("文件损坏")
    shown = read_page(ask(page.links["乱.xlsx"].removeprefix("/board")).text).text
    assert "这个文件读不出来，没有表可以显示：文件损坏" in shown
    assert read_page(ask("/history").text).links["无法归属的来件"] == "/board/unfiled"


def test_it_is_counted_on_the_board_of_the_month_in_which_it_came(small_office: Office) -> None:
    """Reporting of March opens on 26 March, that of April on 26 April."""
    opens_next = OPENED + timedelta(days=31)
    for name, received_at in (
        ("二月.xlsx", OPENED - timedelta(seconds=1)), ("乱.xlsx", OPENED), ("四月.xlsx", opens_next),
    ):  # fmt: skip
        file_in_inbox(small_office, name, b"PK\x03\x04" + name.encode(), received_at)
    month.take_in(small_office, opens_next + timedelta(hours=1))
    ask = asking(small_office)
    page = read_page(ask("/?period=2018-03").text)
    assert page.links["1 件，请查看"] == "/board/unfiled"
    assert ask("/api/periods/2018-02").json()["unfiled_count"] == 1
    assert "无法归属的来件" not in ask("/?period=2018-01").text


def test_who_may_act_is_told_what_to_do_about_it(small_office: Office) -> None:
    file_in_inbox(small_office, "乱.xlsx", b"PK\x03\x04nonsense", OPENED)
    month.take_in(small_office, IN_HAND)
    ask = asking(small_office)
    shown = {account: ask("/unfiled", account).text for account in ("viewer", "operator")}
    assert all("没有计入任何一期" in text for text in shown.values())
    assert {account: "先与送文件的人联系" in text for account, text in shown.items()} == {
        "viewer": False, "operator": True,
    }  # fmt: skip


def test_lost_or_altered_bytes_leave_the_rest_of_the_page(small_office: Office) -> None:
    file_in_inbox(small_office, WRONG, (GOLDEN / WRONG).read_bytes(), OPENED - timedelta(days=27))
    month.take_in(small_office, IN_HAND)
    ask = asking(small_office)
    [received] = ask("/api/periods/2018-02/history").json()["received"]
    [kept] = [one for one in small_office.archive.root.rglob("*") if one.is_file()]
    for spoil in (lambda: kept.write_bytes(b"x"), kept.unlink):
        spoil()
        answer = ask(f"/submissions/{received['id']}")
        assert answer.status_code == 200
        shown = read_page(answer.text).text
        assert "已丢失或被改动" in shown
        assert "期末在办填的是 9" in shown
        assert "home" not in answer.text
        assert ask(f"/api/submissions/{received['id']}/sheets/1").json()["is_lost"]


def test_an_excluded_revision_keeps_its_place_and_says_who_and_why(
    small_office: Office, send: Callable[..., Path]
) -> None:
    send(small_office, "yancao", "2018-03", name="一.xlsx")
    send(small_office, "yancao", "2018-03", lambda book: book.put("media_reports", 4), name="二.xlsx")
    month.take_in(small_office, OPENED + timedelta(days=3))
    ask = asking(small_office)
    first, second = ask("/api/periods/2018-03/history").json()["received"]
    [revision] = [one for one in month.revisions_of(small_office, MARCH) if one.link.first.file_name == "二.xlsx"]
    month.exclude_file(
        small_office, MARCH, revision.link.file_hash, account="clerk", reason="误报", categories=(), lift=False,
        now=OPENED + timedelta(days=3, hours=1),
    )  # fmt: skip
    page = read_page(ask(f"/submissions/{first['id']}").text)
    assert page.row("已剔除")[1:] == [
        "2018-03-27 10:00", "二.xlsx", "通过", "2018-03-29 01:00 剔除（clerk）：误报", "与本文件比较",
    ]  # fmt: skip
    assert page.row("第1次报送")[3] == "通过 现以此为准"
    assert "媒体报道" in ask(f"/submissions/{first['id']}?against={second['id']}").text


def test_in_english_the_labels_are_english(ask: Ask, numbers: dict[str, int]) -> None:
    shown = read_page(ask(f"/submissions/{numbers[RIGHT]}?lang=en").text).text
    for label in (
        "file of 镇住建局",
        "Findings: 1",
        "The sheets as received",
        "Changed from revision 1 to revision 2: 1",
    ):
        assert label in shown


def test_it_is_told_in_the_zone_of_the_town_whatever_the_clock(ask: Ask, numbers: dict[str, int]) -> None:
    told: dict[str, Any] = ask(f"/api/submissions/{numbers[WRONG]}").json()
    assert told["file"]["received_at"] == "2018-02-26T09:00:00+08:00"
    assert datetime.fromisoformat(told["categories"][0]["revisions"][1]["received_at"]).utcoffset() == timedelta(
        hours=8
    )
