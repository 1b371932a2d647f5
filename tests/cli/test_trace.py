"""``trace`` as its user sees it: the tree, the same as JSON, and one sentence for what there is not."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from townreturn.cli import tracing
from townreturn.text_table import shown_width

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run_published(run: Run, home: Path, two_months: Path) -> Run:
    """The command line over the two golden months, published."""
    shutil.copytree(two_months, home)
    return run


def without_hashes(text: str) -> list[str]:
    return [line for line in text.splitlines() if "校验" not in line]


def test_a_figure_is_traced_to_its_cells(run_published: Run) -> None:
    status, out, err = run_published("trace", "2018-02", "烟草制品", "涉案货值", "--measure", "ytd")
    assert (status, err) == (0, "")
    lines = without_hashes(out)
    assert lines[0] == "清溪镇2018年2月打假统计月报（原发布），2018-03-01 08:00 发布"
    assert lines[1].startswith("批准　")
    assert lines[3:10] == [
        "3.烟草制品　涉案货值　本年累计：115.50万元",
        "├─ 2018年1月（原发布）：85.35万元",
        "│     文件　2018-01-yancao.xlsx",
        "│     位置　工作表《统计表》单元格 D21，原文“85.35”",
        "└─ 2018年2月（原发布）：30.15万元",
        "      文件　2018-02-yancao.xlsx",
        "      位置　工作表《统计表》单元格 D21，原文“30.15”",
    ]
    explained = "".join(line.strip() for line in lines[10:])
    assert explained.startswith("说明　问：")
    assert explained.endswith("答：一月浮岗村窝点一案货值较大，二月都是零售环节的小案")
    assert max(map(shown_width, out.splitlines())) <= 100


def test_json_is_the_same_tree(run_published: Run) -> None:
    status, out, _ = run_published("trace", "2018-02", "total", "cases_filed", "--measure", "ytd", "--json")
    assert status == 0
    tree = json.loads(out)["tree"]
    months = [sum(int(one["value"] or 0) for one in child["children"]) for child in tree["children"]]
    assert [int(child["value"]) for child in tree["children"]] == months
    assert int(tree["value"]) == sum(months)


def test_as_known_then(run_published: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "read_clock", lambda: datetime(2018, 6, 1, tzinfo=UTC))
    asked = ("trace", "2018-02", "烟草制品", "涉案货值", "--as-of")
    assert run_published(*asked, "2018-03-01T09:00")[1].startswith("截至 2018-03-01 09:00 已发布、已汇总的\n")
    assert run_published(*asked, "2018-02-28")[::2] == (2, "2018-02 还没有汇总\n")
    assert run_published(*asked, "2018-07-01")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2018-01", "建筑", "立案"], "没有类别“建筑”"),
        (["2018-01", "建材", "没有"], "“建材”没有指标“没有”"),
        (["2018-01", "建材", "立案"], "2018-01 还没有汇总"),
        (["2018-1", "建材", "立案"], "报告期“2018-1”不对"),
        (["2019-01", "建材", "立案"], "2019-01 没有生效的"),
    ],
)
def test_what_there_is_not_is_one_sentence(run: Run, arguments: list[str], sentence: str) -> None:
    status, out, err = run("trace", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_a_measure_that_there_is_not_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("trace", "2018-01", "建材", "立案", "--measure", "weekly")
