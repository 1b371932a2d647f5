"""方案材料 on the board: units × what they owe under the plan, and how that stands."""

from datetime import datetime
from pathlib import Path

from asked_board import Ask, asking
from issued_plan import with_issued_plan
from page_text import read_page
from townreturn.domain.obligation import ObligationKind
from townreturn.month.documents import decide_document, hand_in_document
from townreturn.office import Office

NOW = datetime.fromisoformat("2018-03-14T12:00:00+08:00")
MONDAY = datetime.fromisoformat("2018-03-12T10:00:00+08:00")


def test_what_came_and_what_is_out_stand_beside_each_other(small_office: Office, tmp_path: Path) -> None:
    """Issued Monday 5 March, so due on the 12th; 烟草's plan came and is not looked at, 食药监's was returned."""
    office = with_issued_plan(small_office, tmp_path)
    for unit in ("yancao", "shiyaojian"):
        path = tmp_path / f"{unit}.docx"
        path.write_bytes(unit.encode())
        document = hand_in_document(office, None, ObligationKind.WORK_PLAN, unit, path, MONDAY, MONDAY).document
    decide_document(office, document.id, account="clerk", accepted=False, reason="<b>没有盖章</b>", now=MONDAY)
    ask = asking(office, NOW)
    page = read_page(ask("/?period=2018-03").text)
    assert "按清溪镇2018年打假工作方案应交的材料，2018-03-12 23:59 截止" in page.texts
    table = page.rows[
        page.rows.index(["报送单位", "打假工作方案", "重点区域和警示区域（市场）工作方案", "信息报送员名单"]) :
    ]
    rows = {row[0]: row[1:] for row in table[1:]}
    assert rows["市烟草专卖局第五分局"] == ["已收到 按时 2018-03-12 10:00", "", "未报"]
    assert rows["镇食药监分局"] == ["已退回 迟报 2018-03-12 10:00 <b>没有盖章</b>", "", "未报"]
    assert rows["镇经科信局"][:2] == ["未报", "未报"]
    assert "b" not in page.tags
    told = ask("/api/periods/2018-03/duties").json()
    assert (told["delivered_count"], told["owed_count"]) == (2, len(told["lines"])), (
        "the plan names 镇住建局's reporter"
    )
    assert f"方案材料：已交 2/{len(told['lines'])}" in page.texts


def test_a_plan_that_does_not_say_when_it_was_issued_asks_for_nothing(ask: Ask) -> None:
    assert ask("/api/periods/2018-03/duties").json()["lines"] == []
    assert "方案材料" not in ask("/?period=2018-03").text
