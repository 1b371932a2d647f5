"""The sources of a figure: the tree that ``trace`` prints, its leaves with the originals to download."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from asked_board import Ask, asking
from page_text import read_page
from published_months import AFTER_DUE, FEBRUARY, publish_months
from stored_reports import store_report
from townreturn import month
from townreturn.domain.town_return import Measure
from townreturn.office import Office
from townreturn.tracing.drawing import draw

GOLDEN = Path(__file__).parents[1] / "golden" / "inbox"


def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node] if not node["parts"] else [leaf for part in node["parts"] for leaf in leaves(part)]


def test_a_figure_ends_in_a_cell_of_a_file_that_is_to_be_had(ask: Ask) -> None:
    page = read_page(ask("/figures/2018-02/tobacco/goods_value/current").text)
    assert "3.烟草制品 涉案货值（万元）" in page.texts
    assert "30.15万元" in page.texts
    assert "工作表《统计表》单元格" in page.text
    original = ask(page.links["2018-02-yancao.xlsx"].removeprefix("/board"))
    assert original.content == (GOLDEN / "2018-02-yancao.xlsx").read_bytes()


def test_the_cell_is_the_one_of_the_workbook(ask: Ask) -> None:
    """Read from the file itself, as openpyxl has it."""
    told = ask("/api/periods/2018-02/figures/total/cases_filed/ytd").json()
    found = [one for one in leaves(told["tree"]) if one["source"]]
    assert len(found) == 13, "seven of January, six of February"
    for one in found:
        source = one["source"]
        cell = load_workbook(GOLDEN / source["file_name"])[source["sheet"]][source["cell"]]
        assert Decimal(str(cell.value or 0)) == Decimal(one["value"]), source
    assert sum(Decimal(one["value"]) for one in found) == Decimal(told["tree"]["value"])


@pytest.mark.parametrize("measure", Measure)
def test_the_tree_is_that_of_trace(ask: Ask, published: Office, measure: Measure) -> None:
    page = read_page(ask(f"/figures/2018-02/total/goods_value/{measure}?issue=0").text)
    drawn = draw(month.trace(published, FEBRUARY, "total", "goods_value", measure, 0)).replace("\u3000", " ")
    heading, tree = (part.splitlines() for part in drawn.split("\n\n"))
    assert [line for line in heading if line not in page.texts] == []
    nodes = [line.lstrip("│├└─ ").rpartition("：") for line in tree if "：" in line and "说明" not in line]
    assert page.tags.count("strong") == len(nodes) > 2
    said = page.text.replace("\u3000", " ")
    for label, _, value in nodes:
        assert f"{' '.join(label.split())} {value}" in said


def test_a_draft_is_followed_to_its_file(small_office: Office) -> None:
    publish_months(small_office)
    now = AFTER_DUE + timedelta(days=3)
    store_report(small_office, "tobacco", "2018-02", {"cases_filed": 7}, number=1, received_at=now)
    ask = asking(small_office, now)
    told = ask("/api/periods/2018-02/figures/tobacco/cases_filed/current").json()
    assert (told["issue"], told["published_at"], told["tree"]["value"]) == (1, None, "7")
    assert told["tree"]["source"]["file_name"] == "tobacco-2018-02-1.xlsx"
    assert told["tree"]["source"]["arrival_id"] is not None
    assert "尚未汇总" in told["heading"][0]
    published = ask("/api/periods/2018-02/figures/tobacco/cases_filed/current?issue=0").json()
    assert published["tree"]["source"]["file_name"] == "2018-02-yancao.xlsx"


@pytest.mark.parametrize(
    "path",
    [
        "2018-02/tea/cases_filed/current", "2018-02/tobacco/tea/current", "2018-02/tobacco/cases_filed/all",
        "2018-02/total/markets_inspected/current", "2018-02/tobacco/cases_filed/current?issue=1",
        "2018-02/tobacco/cases_filed/current?issue=x", "1999-01/tobacco/cases_filed/current",
        "x/tobacco/cases_filed/current",
    ],
)  # fmt: skip
def test_what_there_is_not_is_no_page(ask: Ask, path: str) -> None:
    assert ask(f"/figures/{path}").status_code == 404
    assert ask(f"/api/periods/{path.replace('/', '/figures/', 1)}").status_code == 404
