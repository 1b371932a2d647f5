"""``duties``, ``document``, ``document-decide`` and ``reporter`` as their user sees them."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from issued_plan import write_issued_plan
from townreturn.cli import duties, submissions
from townreturn.text_table import shown_width

Run = Callable[..., tuple[int, str, str]]
NOW = datetime.fromisoformat("2018-03-09T17:00:00+08:00")


@pytest.fixture
def desk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Friday 9 March 2018, the plan issued on Monday the 5th; the folder to hand files in from."""
    folder = tmp_path / "plan"
    folder.mkdir()
    monkeypatch.setenv("TOWNRETURN_PLAN", str(write_issued_plan(folder)))
    for module in (duties, submissions):
        monkeypatch.setattr(module, "read_clock", lambda: NOW)
    return folder


def paper(folder: Path, name: str, content: bytes = b"%PDF") -> Path:
    path = folder / name
    path.write_bytes(content)
    changed = datetime.fromisoformat("2018-03-08T10:00:00+08:00").timestamp()
    os.utime(path, (changed, changed))
    return path


def rows_of(out: str) -> dict[tuple[str, str], list[str]]:
    """(what, unit) → the other columns of the table."""
    lines = [line.split() for line in out.splitlines()[2:]]
    return {(one[0], one[1]): one[2:] for one in lines}


def test_a_document_is_handed_in_returned_and_accepted(run: Run, desk: Path) -> None:
    path = paper(desk, "方案.wps")
    assert run("document", path, "--unit", "yancao", "--kind", "work_plan") == (
        0,
        "已登记 #1：市烟草专卖局第五分局的打假工作方案“方案.wps”，收到时间 2018-03-08 10:00；回执已写好\n"
        "  该项现为：已收到，时效 按时，期限 2018-03-12 23:59\n",
        "",
    )
    assert run("document", path, "--unit", "yancao", "--kind", "work_plan")[1].startswith("这个文件登记过了，是 #1：")
    late = ("--received", "2018-03-13T00:00")
    assert run("document", path, "--unit", "jingkexin", "--kind", "area_plan", *late) == (
        2, "", "时刻 2018-03-13T00:00 还没有到\n",
    )  # fmt: skip
    assert run("document-decide", "1", "--as", "clerk", "--return") == (2, "", "请写明原因（--reason）\n")
    assert run("document-decide", "1", "--as", "clerk", "--return", "--reason", "没有盖章") == (
        0,
        "已退回 #1：市烟草专卖局第五分局的打假工作方案“方案.wps”，收到时间 2018-03-08 10:00；通知已写好\n"
        "  该项现为：已退回，时效 -，期限 2018-03-12 23:59\n",
        "",
    )
    assert rows_of(run("duties")[1])["打假工作方案", "市烟草专卖局第五分局"][2:] == [
        "已退回", "-", "2018-03-08", "10:00", "#1", "方案.wps", "没有盖章",
    ]  # fmt: skip
    again = paper(desk, "方案2.wps", b"sealed")
    assert run("document", again, "--unit", "yancao", "--kind", "work_plan", "--received", "2018-03-09T08:00")[0] == 0
    assert run("document-decide", "2", "--as", "clerk", "--accept")[1].splitlines()[1] == (
        "  该项现为：已通过，时效 按时，期限 2018-03-12 23:59"
    )


def test_the_table_of_duties(run: Run, desk: Path, home: Path) -> None:
    folder = home / "inbox" / "工作方案"
    folder.mkdir(parents=True)
    paper(folder, "镇住建局打假工作方案.docx")
    assert run("intake") == (0, "已收到\t-\t镇住建局打假工作方案.docx\n共收下 1 个文件，还在写入的 0 个留待下次\n", "")
    status, out, err = run("duties", "--plan", "qingxi-2018")
    assert (status, err) == (0, "")
    head, columns, *lines = out.splitlines()
    assert head == "《清溪镇2018年打假工作方案》（2018-03-05 印发）须报送的材料"
    assert columns.split() == ["材料", "单位", "期限", "状态", "时效", "收到时间", "文件", "备注"]
    assert len(lines) == 18
    starts = {shown_width(line[: line.index("2018-03-12")]) for line in lines}
    assert len(starts) == 1, "columns stand below each other"
    rows = rows_of(out)
    assert rows["打假工作方案", "镇住建局"][2:4] == ["已收到", "按时"]
    assert rows["信息报送员名单", "镇住建局"][2:4] == ["已通过", "按时"], "named in the plan itself"
    assert rows["重点区域和警示区域（市场）工作方案", "镇经科信局"][2] == "待报"


def test_reporters(run: Run, desk: Path) -> None:
    named = ("reporter", "--unit", "gongan", "--name", "赵六", "--mail", "zhao@gongan.example", "--as", "clerk")
    told = "gongan 的信息报送员 赵六"
    assert run(*named, "--named", "2018-03-07") == (0, f"已登记：{told}，通知今后发往 zhao@gongan.example\n", "")
    assert run(*named) == (0, f"登记过了：{told}，zhao@gongan.example\n", "")
    assert run(*named[:-2]) == (2, "", "登记信息报送员须写全 --unit、--name、--mail 和 --as\n")
    assert run(*named[:6], "赵六", *named[7:]) == (2, "", "“赵六”不是邮箱地址\n")
    status, out, _ = run("reporter")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["单位", "信息报送员", "邮箱", "指定时间"]
    assert ["镇公安分局", "gongan", "赵六", "zhao@gongan.example", "2018-03-07", "00:00"] in lines
    assert ["镇住建局", "zhujian", "李四", "li@zhujian.example", "-"] in lines
    assert ["镇交通分局", "jiaotong", "-", "-", "-"] in lines


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["duties", "--plan", "2017"], "没有代码为“2017”的方案，现有：qingxi-2018\n"),
        (["document", "none.pdf", "--unit", "yancao", "--kind", "work_plan"], "没有文件：none.pdf\n"),
        (["document", "a.pdf", "--unit", "gongan", "--kind", "work_plan"], "镇公安分局按方案不须报送打假工作方案\n"),
        (["document", "a.pdf", "--unit", "nobody", "--kind", "work_plan"], "方案里没有代码为“nobody”的单位\n"),
        (["document-decide", "9", "--as", "clerk", "--accept"], "没有编号为 9 的材料，编号见 townreturn duties\n"),
    ],
)
def test_misuse_is_told(run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str) -> None:
    monkeypatch.chdir(desk)
    paper(desk, "a.pdf")
    assert run(*arguments) == (2, "", told)


def test_a_plan_without_a_day_of_issue(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "read_clock", lambda: NOW)
    told = "现行方案没有写明印发日期（work_plans.issued_on），没有单位须报送工作方案\n"
    assert run("duties") == run("duties", "--plan", "qingxi-2018") == (2, "", told)
    assert run("reporter", "--unit", "gongan", "--name", "赵", "--mail", "a@b.cn", "--as", "clerk")[0] == 0
