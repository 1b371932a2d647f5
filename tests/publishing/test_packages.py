"""The Office packages of a full and of a poor month: whole, consistent, and opened by other programs as they are.

Word and Excel offer to repair a package in which something below does not hold.
"""

import posixpath
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from lxml import etree
from openpyxl.worksheet.cell_range import CellRange
from python_calamine import CalamineWorkbook

from golden_documents import MONTHS, render_month

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LONGEST_TEXT, LONGEST_NAME = 32_767, 31
"""Of a cell and of a sheet's name, as Excel has it."""
Parts = dict[str, bytes]


@pytest.fixture(scope="module", params=MONTHS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("packages") / request.param
    render_month(request.param, folder)
    return folder


def packages(folder: Path) -> list[Path]:
    """The return, the one for the level above, and the briefing."""
    found = sorted([*folder.glob("*.xlsx"), *folder.glob("*.docx")])
    assert len(found) == 3
    return found


def read_parts(path: Path) -> Parts:
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        assert len(names) == len(set(names)), path.name
        return {name: package.read(name) for name in names}


def markup(parts: Parts) -> dict[str, etree._Element]:
    return {name: etree.fromstring(content) for name, content in parts.items() if name.endswith((".xml", ".rels"))}


def test_every_part_has_a_type_and_every_relation_a_target(folder: Path) -> None:
    for path in packages(folder):
        parts = read_parts(path)
        trees = markup(parts)
        types = trees["[Content_Types].xml"]
        endings = {one.get("Extension", "").lower() for one in types if one.tag.endswith("Default")}
        named = {one.get("PartName", "").lstrip("/") for one in types if one.tag.endswith("Override")}
        assert named <= parts.keys(), path.name
        others = parts.keys() - named - {"[Content_Types].xml"}
        assert {name.rpartition(".")[2].lower() for name in others} <= endings, path.name
        for name, tree in trees.items():
            if name.endswith(".rels"):
                assert set(targets(name, tree)) <= parts.keys(), (path.name, name)


def targets(name: str, tree: etree._Element) -> Iterator[str]:
    source = posixpath.dirname(posixpath.dirname(name))
    for one in tree:
        assert one.get("TargetMode") != "External", name
        target = str(one.get("Target"))
        yield target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(source, target))


def test_every_reference_is_a_relation_of_its_part(folder: Path) -> None:
    for path in packages(folder):
        trees = markup(read_parts(path))
        for name, tree in trees.items():
            used = {value for one in tree.iter() for key, value in one.attrib.items() if key.startswith(RELATION)}
            relations = trees.get(posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels"))
            known = set() if relations is None else {one.get("Id") for one in relations}
            assert used <= known, (path.name, name)


def test_the_document_is_consistent(folder: Path) -> None:
    [path] = folder.glob("*.docx")
    trees = markup(read_parts(path))
    body, styles = trees["word/document.xml"], trees["word/styles.xml"]
    known = {one.get(f"{WORD}styleId") for one in styles.iter(f"{WORD}style")}
    used = {one.get(f"{WORD}val") for tag in ("pStyle", "tblStyle", "rStyle") for one in body.iter(f"{WORD}{tag}")}
    assert used <= known
    numbers = Counter(one.get("id") for one in body.iter() if str(one.tag).endswith("}docPr"))
    assert set(numbers.values()) == {1}
    for table in body.iter(f"{WORD}tbl"):
        columns = len(next(table.iterchildren(f"{WORD}tblGrid")))
        assert {len(row.findall(f"{WORD}tc")) for row in table.iterchildren(f"{WORD}tr")} == {columns}
    assert all(cell[-1].tag == f"{WORD}p" for cell in body.iter(f"{WORD}tc"))
    assert body[0][-1].tag == f"{WORD}sectPr"


def test_the_workbooks_are_consistent(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        trees = markup(read_parts(path))
        looks = len(trees["xl/styles.xml"].find(f"{SHEET}cellXfs"))
        strings = len(trees["xl/sharedStrings.xml"])
        for name, sheet in trees.items():
            if not re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
                continue
            cells = list(sheet.iter(f"{SHEET}c"))
            assert all(int(one.get("s", "0")) < looks for one in cells)
            assert all(int(one.findtext(f"{SHEET}v")) < strings for one in cells if one.get("t") == "s")
            assert len({one.get("r") for one in cells}) == len(cells)
            merged = [CellRange(one.get("ref")) for one in sheet.iter(f"{SHEET}mergeCell")]
            assert all(first.isdisjoint(second) for first, second in combinations(merged, 2)), (path.name, name)


def test_other_readers_read_everything(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        assert all(len(name) <= LONGEST_NAME for name in book.sheetnames)
        texts = [
            str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        assert len(texts) > 200
        assert max(map(len, texts)) <= LONGEST_TEXT
        assert CalamineWorkbook.from_path(path).sheet_names == book.sheetnames
    [briefing] = folder.glob("*.docx")
    document = Document(str(briefing))
    assert len(document.paragraphs) > 80
    assert len(document.inline_shapes) == 4


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice")
def test_libreoffice_opens_all_of_them(folder: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    copies = [shutil.copy(path, tmp_path / f"{number}{path.suffix}") for number, path in enumerate(packages(folder))]
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, copies)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert all((tmp_path / f"{number}.pdf").stat().st_size > 20_000 for number in range(len(copies)))
