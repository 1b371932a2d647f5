"""The version that a publication is recorded with: another one for whatever can move a byte of its files."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import townreturn
from published_months import publish_months
from townreturn.office import Office
from townreturn.software import build_digest, software_version

WRITERS = {"xlsxwriter": "3.2.9", "zlib": "1.3.1"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    for name, text in (("a.py", "1"), ("wording/a.toml", "A = '甲'"), ("forms/a.yaml", "a: 1")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_file_and_every_writing_library_tells_builds_apart(package: Path) -> None:
    before = build_digest(package, WRITERS)
    digests = [before]
    for name in ("a.py", "wording/a.toml", "forms/a.yaml"):
        (package / name).write_text("another", encoding="utf-8")
        digests.append(build_digest(package, WRITERS))
    (package / "b.py").write_text("", encoding="utf-8")
    digests.append(build_digest(package, WRITERS))
    (package / "b.py").rename(package / "c.py")
    digests.append(build_digest(package, WRITERS))
    digests.append(build_digest(package, {**WRITERS, "zlib": "1.2.13"}))
    assert len(set(digests)) == len(digests)


def test_what_lies_there_besides_and_where_it_lies_is_no_other_build(package: Path, tmp_path: Path) -> None:
    before = build_digest(package, WRITERS)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")
    (package / "wording" / ".a.toml.swp").write_bytes(b"x")
    assert build_digest(package, WRITERS) == before
    assert build_digest(shutil.copytree(package, tmp_path / "elsewhere"), WRITERS) == before


def test_the_version_is_the_release_and_its_build() -> None:
    release, _, build = software_version().partition("+")
    assert release == version("townreturn")
    assert len(build) == 12
    assert len(software_version()) <= 64, "as the column is wide"


def test_a_changed_sentence_is_another_version_and_no_tampering(small_office: Office, tmp_path: Path) -> None:
    """Wording is a town's to change; the issues of before keep their content, and their files in the archive."""
    publish_months(small_office)
    source = Path(shutil.copytree(Path(townreturn.__file__).parents[1], tmp_path / "other" / "include"))
    shutil.copytree(Path(townreturn.__file__).parents[2] / "expectations", tmp_path / "other" / "expectations")
    sentences = source / "townreturn" / "wording" / "publishing.toml"
    texts = sentences.read_text(encoding="utf-8")
    assert "总体情况" in texts
    sentences.write_text(texts.replace("总体情况", "总的情况"), encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str]:
        run = subprocess.run(
            [sys.executable, "-c", "import sys; from townreturn.cli import main; sys.exit(main(sys.argv[1:]))",
             *arguments],
            cwd=tmp_path, capture_output=True, timeout=300, check=False,
            env={"TOWNRETURN_HOME": str(small_office.home), "PATH": os.environ["PATH"],
                 "TOWNRETURN_DATABASE_URL": str(small_office.engine.url), "PYTHONPATH": str(source)},
        )  # fmt: skip
        assert run.stderr == b"", run.stderr.decode()
        return run.returncode, run.stdout.decode()

    status, out = call("verify")
    assert status == 0, out
    assert out.count(f"（第 0 号由软件版本 {software_version()} 发布，只比对数据内容") == 2
    status, out = call("rebuild", "2018-01")
    assert status == 0, out
    assert f"当时的软件版本是 {software_version()}，现在是 {version('townreturn')}+" in out
    lines = out.splitlines()
    assert "  相同  数据内容（规范文本）" in lines
    assert "  不同  打假形势分析会材料_2018年1月.docx" in lines
