"""``correct``: the next issue of a published period on the command line, and why there is none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from townreturn.cli import approvals, corrections, returns, status, submissions

JANUARY = datetime(2018, 1, 28, 2, tzinfo=UTC)
IN_MAY = datetime(2018, 5, 10, 2, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]
Edit = Callable[[FilledWorkbook], object]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def stand_at(now: datetime) -> None:
        for module in (approvals, corrections, returns, status, submissions):
            monkeypatch.setattr(module, "read_clock", lambda: now)

    return stand_at


@pytest.fixture
def send(home: Path, filled: Callable[..., FilledWorkbook]) -> Callable[..., None]:
    def put(unit: str, received_at: datetime, *edits: Edit, name: str = "") -> None:
        filled(unit, "2018-01", *edits).save(home / "inbox" / (name or f"{unit}.xlsx"), received_at)

    return put


def test_a_correction_from_the_command_line(
    run: Run, send: Callable[..., None], set_clock: Callable[[datetime], None]
) -> None:
    set_clock(JANUARY)
    for unit in ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang"):
        send(unit, JANUARY - timedelta(hours=1))
    assert run("compile", "2018-01")[0] == 0
    assert run("correct", "2018-01")[::2] == (2, "2018-01 的月报还没有发布，谈不上更正；请用 townreturn compile\n")
    assert run("approve", "2018-01", "--as", "approver")[0] == 0
    assert run("compile", "2018-01")[1].startswith("**清溪镇打假统计月报（2018年1月）已批准，待发布**\n")
    assert run("publish", "2018-01")[0] == 0
    assert run("compile", "2018-01")[1].startswith("**清溪镇打假统计月报（2018年1月）已发布**\n")
    assert run("correct", "2018-01")[:2] == (1, "2018-01 不作更正：已发布的数字和文字没有变化\n")

    set_clock(IN_MAY)
    send("zhujian", IN_MAY - timedelta(hours=1), more_value, name="=更正.xlsx")
    exit_status, out, err = run("correct", "2018-01")
    assert (exit_status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2018-01 已发布的数字有变动，拟作更正，送审"
    assert lines[1].split() == ["报告期", "类别", "指标", "口径", "原数", "现数", "增减", "原因", "依据"]
    first = "2018-01 建材 涉案货值 本期 1.10 1,200.00 +1,198.90 镇住建局说明：一宗水泥案的货值经鉴定补入 =更正.xlsx"
    assert lines[2].split()[:9] == first.split()
    assert [line.split()[1:6] for line in lines[3:6]] == [
        ["建材", "涉案货值", "本年累计", "1.10", "1,200.00"],
        ["合计", "涉案货值", "本期", "7.70", "1,206.60"],
        ["合计", "涉案货值", "本年累计", "7.70", "1,206.60"],
    ]
    assert lines[6:] == ["请审批人审批后发布：townreturn approve 2018-01 --as 账号，townreturn publish 2018-01"]

    assert run("compile", "2018-01")[::2] == (
        2, "2018-01 的月报已经发布，现有数据与它不同；改数请作更正：townreturn correct 2018-01\n"
    )  # fmt: skip
    assert run("approve", "2018-01", "--as", "approver")[0] == 0
    assert run("publish", "2018-01")[1].rstrip().endswith("issue-1")
    assert "已发布第1次更正" in run("status", "2018-01")[1]
    assert run("correct", "2018-01")[:2] == (1, "2018-01 不作更正：已发布的数字和文字没有变化\n")
    exit_status, out, err = run("compile", "2018-01")
    assert (exit_status, err) == (0, "")
    assert out.startswith("**清溪镇打假统计月报（2018年1月）第1次更正已发布**\n")


def test_an_exclusion_that_the_approver_rejects(
    run: Run, home: Path, send: Callable[..., None], set_clock: Callable[[datetime], None]
) -> None:
    set_clock(JANUARY)
    for unit in ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang"):
        send(unit, JANUARY - timedelta(hours=1))
    for step in (["compile"], ["approve", "--as", "approver"], ["publish"]):
        assert run(step[0], "2018-01", *step[1:])[0] == 0
    set_clock(IN_MAY)
    [file] = {line.split()[-2] for line in run("status", "2018-01", "--chain")[1].splitlines() if "zhujian" in line}
    decided = ["--as", "clerk", "--reason", "误报了他镇的表"]
    assert run("exclude", "2018-01", file, *decided)[0] == 0
    assert run("correct", "2018-01")[0] == 0
    rejecting = ["approve", "2018-01", "--as", "approver", "--reject", "building", "--comment", "不同意剔除"]
    assert run(*rejecting)[:2] == (
        0, "2018-01 的更正已驳回：2.建材。没有要单位重报的；怎么办见 townreturn correct 2018-01\n"
    )  # fmt: skip
    exit_status, out, err = run("correct", "2018-01")
    assert (exit_status, err, out.count("\n")) == (1, "", 2)
    assert out.startswith(
        "2018-01 不作更正：第1次更正已被分管副镇长驳回（不同意剔除），此后没有变化，不再送审。2.建材："
    )
    assert out.splitlines()[1] == "剔除：townreturn exclude 2018-01 文件标识 --as 账号 --reason 原因；恢复加 --lift"
    assert run("approve", "2018-01", "--as", "director")[::2] == (
        2, "2018-01 的第1次更正已被分管副镇长驳回（不同意剔除），不能再审批。怎么办，经办人见报送看板历史页的"
        "“发起更正”，或者 townreturn correct 2018-01\n"
    )  # fmt: skip
    rows = run("approvals", "2018-01")[1].splitlines()
    assert "驳回：2.建材" in rows[2]
    assert "未生效（已被驳回）" in rows[3]
    assert not [path for path in (home / "receipts" / "2018-01").glob("*.txt") if "审批时被退回" in path.read_text()]
    set_clock(IN_MAY + timedelta(minutes=1))
    assert run("exclude", "2018-01", file, "--lift", *decided)[0] == 0
    assert run("correct", "2018-01")[:2] == (1, "2018-01 不作更正：已发布的数字和文字没有变化\n")
    assert run("exclude", "2018-01", file, *decided)[0] == 0
    assert run("correct", "2018-01")[0] == 0
    for step in (["approve", "--as", "approver"], ["publish"]):
        assert run(step[0], "2018-01", *step[1:])[0] == 0


def more_value(book: FilledWorkbook) -> None:
    book.put("goods_value", 1200)
    row = {"indicator": "", "finding": "与已发布的数字不同", "reason": "一宗水泥案的货值经鉴定补入"}
    book.add_entry("explanations", row)
