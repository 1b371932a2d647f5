"""Several towns on the command line: one is named, or all have their turn."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from several_towns import write_neighbours
from townreturn.cli import returns, status, submissions
from townreturn.domain.period import Period
from townreturn.plans import load_plan

Run = Callable[..., tuple[int, str, str]]
OVERDUE = datetime(2018, 2, 2, tzinfo=UTC)


@pytest.fixture
def plans(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_neighbours(tmp_path / "plans")
    monkeypatch.setenv("TOWNRETURN_PLAN", str(folder))
    for module in (submissions, returns, status):
        monkeypatch.setattr(module, "read_clock", lambda: OVERDUE)
    return folder


def drop(plans: Path, home: Path, town: str, unit: str, *, fault: bool = False) -> None:
    plan = load_plan(str(plans / f"{town}.yaml"))
    book = FilledWorkbook(plan, plan.unit_by_code[unit], Period("2018-01"))
    if fault:
        book.put("premises_inspected", -1)
    book.save(home / "inbox" / town / f"{unit}.xlsx", datetime(2018, 1, 27, tzinfo=UTC))


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_month_of_one_of_several_towns(run: Run, home: Path, plans: Path) -> None:
    (home / "inbox" / "qingxi").mkdir(parents=True)
    (home / "inbox" / "tangxia").mkdir()
    drop(plans, home, "tangxia", "zhujian")
    drop(plans, home, "qingxi", "zhujian", fault=True)
    code, out, _ = run("intake")
    assert (code, out) == (
        1,
        "【清溪镇（qingxi）】\n退回\t2018-01\tzhujian.xlsx\n共收下 1 个文件，还在写入的 0 个留待下次\n"
        "【塘厦镇（tangxia）】\n通过\t2018-01\tzhujian.xlsx\n共收下 1 个文件，还在写入的 0 个留待下次\n",
    )
    code, _, err = run("compile", "2018-01")
    assert (code, err) == (
        2,
        "本系统为多个地方办理（qingxi、tangxia），请指明是哪一个：--town 代码，或设置 TOWNRETURN_TOWN\n",
    )
    assert run("compile", "2018-01", "--town", "tangxia")[0] == 0
    assert run("approve", "2018-01", "--as", "approver", "--town", "tangxia")[0] == 0
    code, folder, _ = run("publish", "2018-01", "--town", "tangxia")
    assert (code, Path(folder.strip())) == (0, home / "outbox" / "tangxia" / "2018-01" / "issue-0")
    assert "塘厦镇" in next(Path(folder.strip()).glob("*月.xlsx")).name
    assert not list((home / "outbox" / "qingxi").iterdir())


def test_the_chosen_town_may_stand_in_the_environment(
    run: Run, home: Path, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOWNRETURN_TOWN", "tangxia")
    assert "塘厦镇2018年1月：已报 0/7 类" in run("status", "2018-01")[1]
    assert "清溪镇2018年1月" in run("status", "2018-01", "--town", "qingxi")[1]
    assert run("status", "2018-01", "--town", "humen")[::2] == (
        2,
        "没有代码为“humen”的地方；本系统办理的有：qingxi、tangxia\n",
    )


def test_status_shows_a_line_a_town(run: Run, home: Path, plans: Path) -> None:
    (home / "inbox" / "tangxia").mkdir(parents=True)
    drop(plans, home, "tangxia", "zhujian")
    run("intake")
    run("compile", "2018-01", "--town", "tangxia")
    code, out, _ = run("status")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["地方", "代码", "层级", "报告期", "已报类数", "办理情况"],
        ["清溪镇", "qingxi", "镇", "2018-01", "0/7", "未开期"],
        ["塘厦镇", "tangxia", "镇", "2018-01", "1/7", "待审批、待发布"],
        ["看一个地方的一期：townreturn", "status", "报告期", "--town", "代码"],
    ]
    assert "2018-03" in run("status", "2018-03")[1]


def test_what_is_for_all_towns_is_told_town_by_town(run: Run, home: Path, plans: Path) -> None:
    run("intake")
    code, out, _ = run("verify")
    assert (code, out.count("【")) == (1, 2), "nothing is recorded yet"
    code, out, _ = run("health")
    assert code == 1
    assert out.index("【清溪镇（qingxi）】") < out.index("【塘厦镇（tangxia）】")
    assert run("send")[0] == 0


def test_one_town_has_to_name_a_period(run: Run, home: Path) -> None:
    assert run("status") == (2, "", "请写明报告期，如 townreturn status 2018-03\n")


def test_one_backup_holds_all_towns_and_gives_them_back(
    run: Run, home: Path, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for town in ("qingxi", "tangxia"):
        (home / "inbox" / town).mkdir(parents=True)
        drop(plans, home, town, "zhujian")
    run("intake")
    for town in ("qingxi", "tangxia"):
        run("compile", "2018-01", "--town", town)
        run("approve", "2018-01", "--as", "approver", "--town", town)
        assert run("publish", "2018-01", "--town", town)[0] == 0
    assert run("backup", tmp_path / "towns.tar")[0] == 0
    monkeypatch.setenv("TOWNRETURN_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TOWNRETURN_PLAN", str(plans / "qingxi.yaml"))
    status, _, err = run("restore", tmp_path / "towns.tar")
    assert (status, "qingxi、tangxia 的备份" in err) == (2, True)
    monkeypatch.setenv("TOWNRETURN_PLAN", str(plans))
    assert run("restore", tmp_path / "towns.tar")[0] == 0
    for name in ("receipts", "outbox"):
        kept, back = (files_below(root / name) for root in (home, tmp_path / "elsewhere"))
        assert back == {place: one for place, one in kept.items() if "/pdf-" not in place}
        assert {place.partition("/")[0] for place in back} == {"qingxi", "tangxia"}
    assert run("verify")[0] == 0
