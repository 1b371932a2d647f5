"""The command line: exit status, what it prints, and one Chinese sentence for every refusal."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from townreturn.cli import main, returns, submissions
from townreturn.settings import Settings

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)
OVERDUE = datetime(2018, 2, 2, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


def test_the_month_without_airflow(
    run: Run, home: Path, workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Path(Settings.from_environment(os.environ).inbox)
    inbox.mkdir(parents=True)
    workbook("a.xlsx", "shiyaojian").replace(inbox / "a.xlsx")
    workbook("b.xlsx", "zhujian", lambda book: book.put("premises_inspected", -1)).replace(inbox / "b.xlsx")
    status, out, _ = run("intake")
    assert status == 1
    assert out == "通过\t2018-01\ta.xlsx\n退回\t2018-01\tb.xlsx\n共收下 2 个文件，还在写入的 0 个留待下次\n"
    status, out, _ = run("intake")
    assert (status, out) == (0, "共收下 0 个文件，还在写入的 0 个留待下次\n")

    status, out, err = run("compile", "2018-01")
    assert (status, out) == (1, "")
    assert re.search("2018-01 还不能汇总：.*镇住建局（建材，已退回待重报）", err)
    status, out, _ = run("status", "2018-01")
    assert status == 0
    assert "清溪镇2018年1月：已报 1/7 类" in out
    assert re.search(r"1\.食品药品保健品 +镇食药监分局 +已通过  按时  2018-01-28 09:00  第1次\n", out)
    assert "尚未发布" in out

    for module in (submissions, returns):
        monkeypatch.setattr(module, "read_clock", lambda: OVERDUE)
    status, out, err = run("compile", "2018-01")
    assert (status, err) == (0, "")
    assert "已报 1/7 类" in out
    status, _, err = run("publish", "2018-01")
    assert (status, err) == (2, "2018-01 的这份汇总未经批准，或还缺会签，不能发布\n")
    status, _, err = run("approve", "2018-01", "--as", "clerk")
    assert (status, err) == (2, "账号 clerk 不是《清溪镇2018年打假工作方案》指定的审批人\n")
    assert run("approve", "2018-01", "--as", "approver")[:2] == (
        0,
        "2018-01 已批准，可以发布\n审批已完成：分管副镇长\n",
    )
    status, folder, _ = run("publish", "2018-01")
    assert status == 0
    assert (Path(folder.strip()) / "manifest.json").is_file()
    assert run("publish", "2018-01")[:2] == (0, folder)
    assert f"已发布月报（2018-02-02 08:00）：{folder.strip()}" in run("status", "2018-01")[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["status", "2018-3"], "报告期“2018-3”不对，应写成 2018-03 这样的“年-月”"),
        (["compile", "2019-01"], "2019-01 没有生效的清溪镇打假工作方案，不能办理"),
        (["publish", "2018-01"], "2018-01 还没有汇总"),
        (["approve", "2018-01", "--as", "approver"], "2018-01 还没有汇总"),
        (["template", "--period", "2018-13"], "报告期“2018-13”不对，应写成 2018-03 这样的“年-月”"),
        (["sample", "--from", "2018-03", "--to", "2018-01", "--out", "x"], None),
        (["template", "--period", "2018-01", "--unit", "gongan"], None),
        (["check", "没有.xlsx"], "没有文件：没有.xlsx"),
    ],
)
def test_misuse_is_one_sentence_and_status_2(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert re.search(r"[\u4e00-\u9fff]", err)
    assert sentence is None or err == f"{sentence}\n"


def test_a_wrong_plan_file_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNRETURN_PLAN", str(tmp_path / "none.yaml"))
    assert run("status", "2018-01") == (2, "", f"{tmp_path / 'none.yaml'}：没有这个文件\n")


@pytest.mark.parametrize("arguments", [[], ["publsih", "2018-01"], ["publish"], ["check"]])
def test_what_is_no_command_ends_with_2(arguments: list[str], home: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_templates_are_written_for_each_lead_unit_or_one(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("template", "--period", "2018-03", "--out", tmp_path / "all")
    assert status == 0
    assert len(out.splitlines()) == len(list((tmp_path / "all").glob("*.xlsx"))) == 6
    status, out, _ = run("template", "--period", "2018-03", "--unit", "jingkexin", "--out", tmp_path / "one")
    assert [path.name for path in (tmp_path / "one").iterdir()] == [Path(out.strip()).name]


def test_heavy_libraries_are_not_imported_for_a_small_command() -> None:
    import subprocess
    import sys

    code = ("import sys, townreturn.cli as cli; cli.build_parser(); "
            "print(sorted({'pandas', 'great_expectations', 'openpyxl', 'xlsxwriter', 'docx', 'matplotlib', 'airflow'}"
            " & set(sys.modules)))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
