"""PDF of what was published, by the real LibreOffice; and by programs that fail as it may."""

import contextlib
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from published_months import FEBRUARY, JANUARY
from townreturn import month
from townreturn.domain.errors import Broken, Misuse, Refused
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL
from townreturn.month import printing
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.publishing import pdf
from townreturn.publishing.pdf import make_pdf
from townreturn.store.engine import reading
from townreturn.store.returns import find_issue

RETURN, BRIEFING = "清溪镇打假统计月报_2018年2月.pdf", "打假形势分析会材料_2018年2月.pdf"
WANTED = {"lowriter": "LibreOffice Writer", "localc": "LibreOffice Calc", "pdftotext": "poppler-utils"}
ABSENT = [package for program, package in WANTED.items() if shutil.which(program) is None]
needs_libreoffice = pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {ABSENT}")
DOCUMENT = KeptFile(FileKind.OUTPUT, "月报.xlsx", b"PK")


def ask(program: str, path: Path, *options: str) -> str:
    return subprocess.run([program, *options, str(path), *(["-"] if program == "pdftotext" else [])],
                          capture_output=True, text=True, check=True).stdout  # fmt: skip


def text_of(path: Path) -> str:
    return "".join(ask("pdftotext", path).split())


@needs_libreoffice
def test_return_and_briefing_are_printed_beside_the_issue(months: Office) -> None:
    folder = Path(month.print_issue(months, FEBRUARY))
    assert folder == Path(months.outbox.path) / "2018-02" / "pdf-issue-0"
    assert {one.name for one in folder.iterdir()} == {RETURN, BRIEFING}
    with reading(months.engine) as tx:
        published = find_issue(tx, "qingxi", "2018-02", 0)
    assert published is not None
    filed = published.town_return.cell(TOTAL, "cases_filed")
    assert filed is not None
    told = text_of(folder / BRIEFING)
    assert "清溪镇2018年2月打假形势分析会材料" in told
    assert f"立案{filed.current.value}宗" in told
    assert "清溪镇打假工作统计月报表（本期）" in text_of(folder / RETURN)
    for name, fewest in ((RETURN, 5), (BRIEFING, 5)):
        described = dict(line.split(":", 1) for line in ask("pdfinfo", folder / name).splitlines() if ":" in line)
        assert int(described["Pages"]) >= fewest
        fonts = ask("pdffonts", folder / name).splitlines()[2:]
        assert fonts
        assert all(line.split()[-5] == "yes" for line in fonts), "every font is embedded"


@needs_libreoffice
def test_what_is_printed_is_no_issue_to_whoever_verifies_and_is_made_once(months: Office) -> None:
    folder = Path(month.print_issue(months, FEBRUARY))
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert month.print_issue(months, FEBRUARY, 0) == str(folder)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    (folder / BRIEFING).unlink()
    assert month.print_issue(months, FEBRUARY) == str(folder)
    assert {one.name for one in folder.iterdir()} == {RETURN, BRIEFING}, "what is incomplete is made again"
    assert [one.text for one in verify(months) if not one.is_whole] == []


@needs_libreoffice
def test_two_at_once_do_not_disturb_each_other(months: Office) -> None:
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(month.print_issue, months, one) for one in (JANUARY, FEBRUARY, FEBRUARY)]
    folders = [Path(run.result()) for run in runs]
    assert folders[1] == folders[2]
    for folder in folders:
        assert len([one for one in folder.iterdir() if one.read_bytes().startswith(b"%PDF-")]) == 2
    assert [one.name for one in Path(months.outbox.path).iterdir() if one.name.startswith(".")] == []


@needs_libreoffice
@pytest.mark.parametrize("victim", ["oosplash", "soffice.bin"])
def test_libreoffice_killed_in_the_middle_leaves_nothing_half_written(months: Office, victim: str) -> None:
    gone = threading.Event()

    def kill() -> None:
        while not gone.is_set():
            with contextlib.suppress(psutil.NoSuchProcess):  # some come and go while one looks
                for child in psutil.Process().children(recursive=True):
                    if child.name() == victim:
                        child.kill()
                        return
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(Broken, match=r"LibreOffice 没有生成“.*”的 PDF（.+）；月报已经发布，不受影响"):
        month.print_issue(months, FEBRUARY)
    gone.set()
    killer.join()
    assert sorted(one.name for one in (Path(months.outbox.path) / "2018-02").iterdir()) == ["issue-0"]
    assert month.print_issue(months, FEBRUARY)


def test_without_libreoffice_it_is_said(months: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "find_program", lambda: None)
    with pytest.raises(Refused) as refusal:
        month.print_issue(months, FEBRUARY)
    assert str(refusal.value) == "没有找到 LibreOffice，未生成 PDF"
    with pytest.raises(Misuse, match="没有发布过"):
        month.print_issue(months, Period("2018-07"))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "soffice"
    path.touch(mode=0o755)
    return path


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("kill -9 $$", "程序被信号 9 终止"),
        ("echo no filter; echo found >&2; exit 3", "退出码 3：no filter found"),
        ("exit 1", "退出码 1：没有说明原因"),
        ("exit 0", "没有留下文件"),
    ],
)
def test_a_program_that_makes_nothing_is_told_of(program: Path, script: str, told: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    with pytest.raises(Broken, match=f"LibreOffice 没有生成“月报.xlsx”的 PDF（{told}"):
        make_pdf(str(program), [DOCUMENT])


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "WALL_SECONDS", 1)
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path / 'pid'}\nwait\n")
    with pytest.raises(Broken, match="超过 1 秒没有完成"):
        make_pdf(str(program), [DOCUMENT])
    pid = int((tmp_path / "pid").read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_program_sees_nothing_of_ours_but_its_document(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNRETURN_DATABASE_URL", "postgresql://user:secret@host/name")
    program.write_text('#!/bin/sh\nenv\necho "$@"\nexit 1\n')
    with pytest.raises(Broken) as fault:
        make_pdf(str(program), [DOCUMENT])
    assert "secret" not in str(fault.value)
    assert "0.xlsx" in str(fault.value)
