"""An issue made again: byte for byte, anywhere; and what is said when it cannot be."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import townreturn
from published_months import FEBRUARY, JANUARY, tamper
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.kept_file import FileKind
from townreturn.domain.period import Period
from townreturn.month import rebuilding
from townreturn.month.rebuilding import Outcome, read_published, rebuild
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files

SURROUNDINGS = (
    {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0", "LANG": "C"},
    {"TZ": "America/New_York", "PYTHONHASHSEED": "1", "LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4294967295", "LANG": "tr_TR.UTF-8", "PYTHONUTF8": "1"},
)


def folder_of(office: Office, period: Period) -> Path:
    return Path(office.outbox.path) / period.key / "issue-0"


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("number", range(len(SURROUNDINGS)))
def test_another_machine_day_and_seed_give_the_same_bytes(published: Office, tmp_path: Path, number: int) -> None:
    """In a process of its own, in another folder; the manifest is among the files."""
    work = tmp_path / "somewhere else"
    work.mkdir()
    settings = {
        "TOWNRETURN_HOME": str(published.home), "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(townreturn.__file__).parents[1]), **SURROUNDINGS[number],
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", "import sys; from townreturn.cli import main; sys.exit(main(sys.argv[1:]))",
         "rebuild", "2018-02"],
        cwd=work, env=settings, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, b""), run.stdout.decode()
    assert hashes(work / "rebuilt-2018-02-issue-0") == hashes(folder_of(published, FEBRUARY))
    assert "manifest.json" in hashes(work / "rebuilt-2018-02-issue-0")


def test_both_engines_rebuild(office: Office) -> None:
    from published_months import publish_months

    publish_months(office)
    for period in (JANUARY, FEBRUARY):
        rebuilt = rebuild(office, period)
        assert rebuilt.is_exact
        assert {one.name: hashlib.sha256(one.content or b"").hexdigest() for one in rebuilt.files} == hashes(
            folder_of(office, period)
        )


def test_the_plan_of_then_counts_not_that_of_today(months: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan in force is another by now, and the files it was read from are gone."""
    monkeypatch.setattr(type(months.plans), "in_force", lambda *_: pytest.fail("today's plan was asked"))
    assert rebuild(months, FEBRUARY).is_exact


def test_what_came_in_since_changes_nothing(months: Office) -> None:
    before = hashes(folder_of(months, FEBRUARY))
    tamper(months, "latest", "DELETE FROM latest")
    rebuilt = rebuild(months, FEBRUARY)
    assert rebuilt.is_exact
    assert {one.name for one in rebuilt.files} == before.keys()


def test_a_changed_fact_is_seen_in_the_content_and_its_files(months: Office) -> None:
    tamper(
        months, "facts",
        "UPDATE facts SET scaled = scaled + 1 WHERE indicator = 'cases_filed' AND report_id = "
        "(SELECT accepted_report_id FROM latest WHERE period = '2018-02' AND category = 'food_drug')",
    )  # fmt: skip
    rebuilt = rebuild(months, FEBRUARY)
    assert not rebuilt.is_exact
    assert rebuilt.content is Outcome.DIFFERS
    outcomes = {one.name: one.outcome for one in rebuilt.files}
    assert outcomes["清溪镇打假统计月报_2018年2月.xlsx"] is Outcome.DIFFERS
    assert outcomes["manifest.json"] is Outcome.DIFFERS
    assert rebuild(months, JANUARY).is_exact


def test_a_lost_plan_is_named_and_nothing_can_be_made(months: Office) -> None:
    with reading(months.engine) as tx:
        [plan] = [one for one in find_files(tx, "qingxi", "2018-02", 0) if one.kind is FileKind.PLAN]
    months.archive.path(plan.file_hash).unlink()
    rebuilt = rebuild(months, FEBRUARY)
    assert "存档中没有“qingxi-2018.yaml”的原件" in rebuilt.obstacle
    assert {one.outcome for one in rebuilt.files} == {Outcome.CANNOT}
    assert not rebuilt.is_exact


def test_another_version_has_to_give_the_same_content_only(months: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "software_version", lambda: "9.0.0")
    monkeypatch.setattr(rebuilding, "render_issue", lambda _: ())
    rebuilt = rebuild(months, FEBRUARY)
    assert not rebuilt.is_by_same_version
    assert {one.outcome for one in rebuilt.files} == {Outcome.CANNOT}
    assert rebuilt.is_exact
    tamper(months, "facts", "UPDATE facts SET scaled = 77 WHERE indicator = 'cases_filed' AND scaled > 0")
    assert not rebuild(months, FEBRUARY).is_exact


def test_published_bytes_come_from_the_archive(months: Office) -> None:
    folder = folder_of(months, FEBRUARY)
    before = hashes(folder)
    (folder / "manifest.json").write_text("{}")
    _, kept = read_published(months, FEBRUARY)
    assert {one.name: one.sha256 for one in kept} == before


def test_an_issue_that_was_never_published(months: Office) -> None:
    with pytest.raises(Misuse, match="2018-03 没有发布过这一号；已发布的号：无"):
        rebuild(months, Period("2018-03"))
    with pytest.raises(Misuse, match="2018-02 没有发布过这一号；已发布的号：0"):
        rebuild(months, FEBRUARY, 1)


def test_an_issue_from_before_files_were_kept(months: Office) -> None:
    tamper(months, "published_files", "DELETE FROM published_files")
    with pytest.raises(Refused, match="2018-02 的第 0 号发布于留痕启用之前"):
        rebuild(months, FEBRUARY)
