"""``rebuild`` and ``verify`` as their user sees them."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from published_months import tamper
from townreturn.cli import record
from townreturn.month import rebuilding
from townreturn.office import open_office
from townreturn.settings import Settings
from townreturn.software import software_version

Run = Callable[..., tuple[int, str, str]]


def test_rebuild_and_verify(
    run: Run, home: Path, two_months: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(two_months, home)
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home)}))
    monkeypatch.chdir(tmp_path)
    status, out, err = run("rebuild", "2018-01")
    assert (status, err) == (0, "")
    assert out.splitlines()[:2] == [
        f"2018-01 原发（2018-03-01 发布，软件版本 {software_version()}）",
        "  相同  数据内容（规范文本）",
    ]
    assert "  相同  清溪镇打假统计月报_2018年1月.xlsx\n" in out
    assert out.endswith("文件写在 rebuilt-2018-01-issue-0\n")
    assert (tmp_path / "rebuilt-2018-01-issue-0" / "manifest.json").read_bytes() == (
        home / "outbox" / "2018-01" / "issue-0" / "manifest.json"
    ).read_bytes()
    assert run("rebuild", "2018-01") == (0, out, "")
    (tmp_path / "rebuilt-2018-01-issue-0" / "manifest.json").write_text("{}")
    assert run("rebuild", "2018-01") == (2, "", "目录 rebuilt-2018-01-issue-0 里已有别的内容，请换一个\n")
    assert (tmp_path / "rebuilt-2018-01-issue-0" / "manifest.json").read_text() == "{}"
    for _ in range(2):
        assert run("rebuild", "2018-01", "--published") == (0, "文件写在 published-2018-01-issue-0\n", "")
    (tmp_path / "published-2018-01-issue-0" / "more.txt").write_text("")
    assert run("rebuild", "2018-01", "--published")[0] == 2
    assert run("rebuild", "2018-03") == (2, "", "2018-03 没有发布过这一号；已发布的号：无\n")
    assert run("rebuild", "2018-1")[0] == 2
    status, out, _ = run("rebuild", "2018-02", "--published", "--out", tmp_path / "originals")
    assert (status, out) == (0, f"文件写在 {tmp_path / 'originals'}\n")
    assert {path.name for path in (tmp_path / "originals").iterdir()} == {
        path.name for path in (home / "outbox" / "2018-02" / "issue-0").iterdir()
    }

    status, out, err = run("verify")
    assert (status, err) == (0, "")
    assert re.fullmatch("(2018-0[12]：一致。已核 .*\n){2}", out)
    for module in (record, rebuilding):
        monkeypatch.setattr(module, "software_version", lambda: "9.0.0")
    status, out, _ = run("rebuild", "2018-02", "--out", tmp_path / "by another version")
    assert status == 0
    told = f"当时的软件版本是 {software_version()}，现在是 9.0.0：只要求数据内容相同，文件以存档的发布原件为准"
    assert told + "（--published）" in out
    monkeypatch.undo()

    monkeypatch.setenv("TOWNRETURN_HOME", str(home))
    tamper(office, "facts", "UPDATE facts SET scaled = scaled + 1 WHERE indicator = 'cases_filed'")
    status, out, _ = run("verify", "2018-02")
    assert (status, out.count("\n")) == (1, 1)
    assert re.match("2018-02：不一致！镇.*的 立案：库中 [0-9]+，原始文件“2018-02-.*xlsx”的 统计表", out)
    status, out, _ = run("rebuild", "2018-02", "--out", tmp_path / "altered")
    assert status == 1
    assert "  不同  数据内容（规范文本）\n" in out
    office.engine.dispose()
