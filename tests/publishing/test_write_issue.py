"""One issue as a whole: its files, its hashes, and that it appears at once or not at all."""

import csv
import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from upath import UPath

import townreturn.publishing as publishing
from townreturn.domain.canonical import content_hash, read_canonical
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Measure, TownReturn
from townreturn.publishing import render_issue
from townreturn.publishing.delivery import deliver
from townreturn.publishing.manifest import Issue
from townreturn.publishing.naming import folder_of
from townreturn.publishing.twin import COLUMNS, list_rows, neutralise

ISSUED_ON = date(2018, 4, 2)
HOSTILE = "=cmd|' /C calc'!A0"

NAMES = {
    "清溪镇打假统计月报_2018年3月.xlsx",
    "清溪镇打假统计月报_2018年3月_上报.xlsx",
    "清溪镇打假统计月报_2018年3月_摘要.html",
    "打假形势分析会材料_2018年3月.docx",
    "打假形势分析会材料_2018年3月.json",
    "清溪镇打假统计月报_2018年3月.csv",
    "清溪镇打假统计月报_2018年3月_数据说明.csv",
    "清溪镇打假统计月报_2018年3月_报送情况.csv",
    "清溪镇打假统计月报_2018年3月.json",
    "town-return.schema.json",
    "briefing.schema.json",
    "manifest.json",
}


@pytest.fixture(scope="module")
def outbox(town_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    outbox = tmp_path_factory.mktemp("outbox")
    publish(town_return, plan, UPath(outbox))
    return outbox


@pytest.fixture(scope="module")
def folder(outbox: Path) -> Path:
    return outbox / "2018-03" / "issue-0"


def publish(town_return: TownReturn, plan: Plan, outbox: UPath) -> str:
    files = render_issue(Issue(town_return, plan, content_hash(town_return), ISSUED_ON))
    return deliver(outbox, folder_of(town_return), files)


def sha256(path: Path | UPath) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_have_names_people_read(folder: Path, outbox: Path) -> None:
    assert {path.name for path in folder.iterdir()} == NAMES
    assert [path.name for path in outbox.iterdir()] == ["2018-03"]


def test_manifest_hashes_are_those_of_the_files(folder: Path, town_return: TownReturn) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    outputs = {one["file_name"]: (one["sha256"], one["size"]) for one in manifest["outputs"]}
    assert outputs == {
        path.name: (sha256(path), path.stat().st_size) for path in folder.iterdir() if path.name != "manifest.json"
    }
    assert {one["file_name"] for one in manifest["inputs"]} == {one.file_name for one in town_return.sources}
    assert manifest["content_hash"] == content_hash(town_return)
    assert (manifest["plan"], manifest["form"]) == ("qingxi-2018", "edition-2018")
    assert (manifest["period"], manifest["issue"], manifest["issued_on"]) == ("2018-03", 0, "2018-04-02")
    assert manifest["software"]["version"]


def test_json_twin_is_the_canonical_text(folder: Path, town_return: TownReturn) -> None:
    path = folder / "清溪镇打假统计月报_2018年3月.json"
    assert read_canonical(path.read_text(encoding="utf-8")) == town_return
    assert sha256(path) == content_hash(town_return)


def test_csv_twin_has_every_cell_and_measure(folder: Path, town_return: TownReturn) -> None:
    content = (folder / "清溪镇打假统计月报_2018年3月.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert len(rows) == len(town_return.cells) * len(Measure)
    found = {(row["category"], row["indicator"], row["measure"]): row for row in rows}
    total = found["total", "goods_value", "current"]
    assert (total["value"], total["unit"], total["status"], total["note"]) == ("1037.88", "万元", "incomplete", "6/7")
    missing = found["building", "cases_filed", "current"]
    assert (missing["value"], missing["status"]) == ("", "missing")
    assert found["food_drug", "cases_filed", "month_on_month"]["value"] == "12.5"


def test_csv_texts_are_no_formulas(town_return: TownReturn, plan: Plan) -> None:
    row = next(list_rows(replace(town_return, town=HOSTILE), plan))
    assert dict(zip(COLUMNS, row, strict=True))["town"] == f"'{HOSTILE}"
    assert [neutralise(text) for text in ("+1", " -1", "@x", "\t=1", "1")] == ["'+1", "' -1", "'@x", "'\t=1", "1"]


def test_publishing_again_leaves_the_folder_alone(
    folder: Path, outbox: Path, town_return: TownReturn, plan: Plan
) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()}
    assert publish(town_return, plan, UPath(outbox)) == str(folder)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()} == before


def test_same_return_gives_same_files(folder: Path, town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    again = Path(publish(town_return, plan, UPath(tmp_path)))
    assert {path.name: sha256(path) for path in again.iterdir()} == {
        path.name: sha256(path) for path in folder.iterdir()
    }


def test_a_crash_before_the_move_leaves_nothing(
    town_return: TownReturn, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(publishing, "write_manifest", crash)
    with pytest.raises(OSError, match="disk full"):
        publish(town_return, plan, UPath(tmp_path))
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert {path.name for path in Path(publish(town_return, plan, UPath(tmp_path))).iterdir()} == NAMES


def test_what_a_crashed_attempt_left_is_replaced(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    left = tmp_path / "2018-03" / "issue-0"
    left.mkdir(parents=True)
    (left / "half.xlsx").write_bytes(b"half")
    (left / "manifest.json").write_text('{"content_hash": "another"}')
    folder = Path(publish(town_return, plan, UPath(tmp_path)))
    assert {path.name for path in folder.iterdir()} == NAMES
    assert [path.name for path in tmp_path.iterdir()] == ["2018-03"]


def test_a_correction_lies_beside_the_original(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    publish(town_return, plan, UPath(tmp_path))
    folder = Path(publish(replace(town_return, issue=1), plan, UPath(tmp_path)))
    assert folder == tmp_path / "2018-03" / "issue-1"
    assert "清溪镇打假统计月报_2018年3月_第1次更正.xlsx" in {path.name for path in folder.iterdir()}
    assert (tmp_path / "2018-03" / "issue-0" / "manifest.json").exists()


def test_file_urls_are_local(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    publish(town_return, plan, UPath(tmp_path.as_uri()))
    assert {path.name for path in (tmp_path / "2018-03" / "issue-0").iterdir()} == NAMES


def test_an_object_store_gets_the_manifest_last(
    town_return: TownReturn, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = UPath("memory://publishing-test/outbox")
    folder = outbox / "2018-03" / "issue-0"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"content_hash": "another"}')
    written: list[str] = []
    pipe_file = type(folder.fs).pipe_file

    def record(self: object, path: str, data: bytes) -> None:
        written.append(path.rpartition("/")[2])
        pipe_file(self, path, data)

    monkeypatch.setattr(type(folder.fs), "pipe_file", record)
    assert publish(town_return, plan, outbox) == str(folder)
    assert written[-1] == "manifest.json"
    assert set(written) == NAMES
    assert publish(town_return, plan, outbox) == str(folder)
    assert len(written) == len(NAMES)
