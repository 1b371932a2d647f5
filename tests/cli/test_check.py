"""`check`: a verdict for every file, whatever it holds, and the receipts that go with it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from townreturn import month
from townreturn.month import checking_files
from townreturn.store.engine import connect, reading
from townreturn.store.schema import arrivals

Run = Callable[..., tuple[int, str, str]]
Workbook = Callable[..., Path]


def test_check_answers_in_json(run: Run, workbook: Workbook, tmp_path: Path, home: Path) -> None:
    good = workbook("good.xlsx", "shiyaojian")
    bad = workbook("bad.xlsx", "jingkexin", lambda book: book.put("premises_inspected", None, "appliances"))
    lost = tmp_path / "lost.xlsx"
    lost.write_bytes(b"")
    status, out, err = run("check", good, bad, lost, "--json")
    assert (status, err) == (1, "")
    first, second, third = json.loads(out)
    assert first == {
        "file": str(good),
        "verdict": "accepted",
        "unit": "shiyaojian",
        "period": "2018-01",
        "categories": [{"category": "food_drug", "verdict": "accepted"}],
        "findings": [],
    }
    assert second["verdict"] == "returned"
    assert second["categories"] == [
        {"category": "children", "verdict": "accepted"},
        {"category": "appliances", "verdict": "returned"},
    ]
    (finding,) = second["findings"]
    assert finding == {
        "code": "REQUIRED_BLANK",
        "severity": "mandatory",
        "category": "appliances",
        "sheet": "统计表",
        "cell": "E10",
        "value": "",
        "message": "“检查经营主体”没有填。没有发生请填 0；全部没有发生请在“零申报”选“是”。",
        "explanation": None,
    }
    assert (third["verdict"], third["unit"], third["period"], third["categories"]) == ("quarantined", None, None, [])
    assert [(one["code"], one["sheet"], one["cell"]) for one in third["findings"]] == [("FILE_EMPTY", None, None)]
    with reading(connect(f"sqlite:///{home / 'townreturn.db'}")) as tx:
        assert tx.execute(select(arrivals)).all() == []  # nothing is kept


def test_check_of_a_good_file_ends_with_0_and_a_receipt(run: Run, workbook: Workbook) -> None:
    status, out, err = run("check", workbook("good.xlsx", "shiyaojian"))
    assert (status, err) == (0, "")
    assert "审核结论：通过" in out
    assert "自查通过。文件还没有报送，请按规定报送镇经科信局。" in out
    assert "收妥" not in out


def test_folders_are_searched_and_every_file_gets_a_verdict(run: Run, workbook: Workbook, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    good = workbook("all/一月/good.xlsx", "shiyaojian")
    (folder / "深" / "更深").mkdir(parents=True)
    shutil.copy2(good, folder / "深" / "更深" / "copy.xlsx")
    (folder / "说明.txt").write_text("本月无", encoding="utf-8")
    (folder / "~$good.xlsx").write_bytes(b"lock")
    (folder / ".hidden").write_bytes(b"hidden")
    os.mkfifo(folder / "pipe")
    (folder / "dangling.xlsx").symlink_to(tmp_path / "nowhere")
    (folder / os.fsdecode(b"\xff\xfe.xlsx")).write_bytes(b"PK\x03\x04")
    status, out, _ = run("check", folder, "--json")
    answers = json.loads(out)
    assert status == 1
    assert [(Path(one["file"]).name, one["verdict"]) for one in answers] == [
        ("good.xlsx", "accepted"),
        ("copy.xlsx", "accepted"),
        ("说明.txt", "quarantined"),
        ("\udcff\udcfe.xlsx".encode("utf-8", "replace").decode(), "quarantined"),
    ]
    assert all(one["findings"] for one in answers if one["verdict"] != "accepted")


def test_receipts_of_equal_names_stand_side_by_side(run: Run, workbook: Workbook, tmp_path: Path) -> None:
    bad = workbook("甲/月报.xlsx", "shiyaojian", lambda book: book.put("premises_inspected", None))
    other = workbook("乙/月报.xlsx", "zhujian")
    (tmp_path / "丙").mkdir()
    (tmp_path / "丙" / "图片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    status, out, _ = run("check", bad, other, tmp_path / "丙", "--receipts", tmp_path / "回执")
    assert status == 1
    names = sorted(path.name for path in (tmp_path / "回执").iterdir())
    assert names == [
        "回执_2_月报.txt", "回执_图片.html", "回执_图片.txt", "回执_月报.html", "回执_月报.txt", "回执_月报.xlsx",
    ]  # fmt: skip
    assert "“检查经营主体”没有填" in (tmp_path / "回执" / "回执_月报.txt").read_text(encoding="utf-8-sig")
    assert "“检查经营主体”没有填" in out
    # The marked copy says the same when it is sent in turn.
    status, out, _ = run("check", tmp_path / "回执" / "回执_月报.xlsx", "--json")
    (answer,) = json.loads(out)
    assert (answer["verdict"], [one["code"] for one in answer["findings"]]) == ("returned", ["REQUIRED_BLANK"])


def test_a_very_long_name_still_gets_its_receipt(run: Run, workbook: Workbook, tmp_path: Path) -> None:
    long = workbook("月" * 80 + ".xlsx", "shiyaojian", lambda book: book.put("premises_inspected", -1))
    run("check", long, "--receipts", tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_long_work_shows_how_far_it_is_and_stays_one_array(
    run: Run, workbook: Workbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = workbook("many/0.xlsx", "shiyaojian")
    for number in range(1, 5):
        shutil.copy2(first, first.with_name(f"{number}.xlsx"))
    monkeypatch.setattr(checking_files, "TRAY", 2)
    monkeypatch.setattr(month, "TRAY", 2)
    status, out, err = run("check", tmp_path / "many", "--json")
    assert (status, len(json.loads(out))) == (0, 5)
    assert err.splitlines() == ["已检查 2 / 5", "已检查 4 / 5", "已检查 5 / 5"]


def test_what_is_checked_is_answered_as_the_intake_would(run: Run, workbook: Workbook, home: Path) -> None:
    """A repeated file is called so, because the intake itself is rehearsed."""
    good = workbook("good.xlsx", "shiyaojian")
    inbox = home / "inbox"
    inbox.mkdir(parents=True)
    shutil.copy2(good, inbox / "first.xlsx")
    run("intake")
    status, out, _ = run("check", good)
    assert status == 0
    assert "以前已经收到过（第一次的文件名：first.xlsx）" in out


def test_a_folder_without_files_and_a_pipe_are_misuse(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("check", tmp_path / "empty") == (2, "", "给出的文件夹里没有可检查的文件\n")
    os.mkfifo(tmp_path / "pipe")
    assert run("check", tmp_path / "pipe")[0] == 2
