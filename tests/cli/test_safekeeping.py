"""``backup`` and ``restore`` as the operator sees them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_there_and_back_again(
    run: Run, home: Path, workbook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "inbox").mkdir(parents=True)
    workbook("a.xlsx", "shiyaojian").replace(home / "inbox" / "a.xlsx")
    assert run("intake")[0] == 0
    told = run("status", "2018-01")[1]
    target = tmp_path / "backups" / "a.tar"
    assert run("backup", target) == (
        2, "", f"没有目录 {target.parent}，没有写成备份；备份盘可能没有挂上，确实要写到那里的请先建好目录\n"
    )  # fmt: skip
    target.parent.mkdir()
    status, out, err = run("backup", target)
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"已备份到 {target}：\d+ 条记录，3 个文件，共 \d+ 字节\nSHA-256 [0-9a-f]{{64}}\n", out)
    assert run("backup", target) == (2, "", f"{target} 已经存在；备份不覆盖任何文件，请换一个名字\n")
    assert run("restore", target) == (
        2, "", f"{home / 'archive'} 不是空的；只能恢复到空的地方，没有恢复任何内容\n"
    )  # fmt: skip

    monkeypatch.setenv("TOWNRETURN_HOME", str(tmp_path / "elsewhere"))
    status, out, err = run("restore", target)
    assert (status, err) == (0, "")
    head, tail = out.split("：", 1)
    assert re.fullmatch(r"已恢复 \d{4}-\d\d-\d\d \d\d:\d\d 的备份", head)
    assert re.fullmatch(rf"\d+ 条记录，3 个文件；0 份已发布的月报放回 {tmp_path}/elsewhere/outbox\n", tail)
    assert run("status", "2018-01")[1] == told


def test_what_cannot_be_restored_is_one_sentence(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("x" * 2000)
    assert run("restore", tmp_path / "x.tar") == (
        2, "", f"{tmp_path / 'x.tar'} 不是本软件的备份，或者不完整；没有恢复任何内容\n"
    )  # fmt: skip
    assert run("restore", tmp_path / "none.tar") == (2, "", f"没有文件：{tmp_path / 'none.tar'}\n")
    assert run("restore", tmp_path) == (2, "", f"没有文件：{tmp_path}\n")


def test_the_wrong_place_is_neither_sound_nor_backed_up(run: Run, home: Path, tmp_path: Path) -> None:
    """What a wrong TOWNRETURN_HOME leads to."""
    where = f"数据库 sqlite:///{home / 'townreturn.db'} 里没有任何记录"
    status, out, err = run("verify")
    assert (status, out.count("\n"), err) == (1, 1, "")
    assert out.startswith(where)
    status, out, err = run("backup", tmp_path / "a.tar")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{where}，没有写成备份")
