"""The file of working days that a plan names is kept with every issue and counts when one is made again."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from published_months import FEBRUARY, JANUARY, publish_months
from townreturn.domain.kept_file import FileKind
from townreturn.domain.period import Period
from townreturn.month.rebuilding import rebuild
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.published_files import PublishedFile, find_files
from written_plans import CUTOFF, moving, write_plan

# As it was in 2018, but Wednesday 28 February is a day off: the due instant of February moves to 2 March.
DAYS = "years:\n  - year: 2018\n    off: [2018-02-28, 2018-02-15, 2018-02-16, 2018-02-19, 2018-02-20, 2018-02-21]\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the plan and its days lie."""
    return tmp_path_factory.mktemp("plans")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    (folder / "days.yaml").write_text(DAYS, encoding="utf-8")
    plan = str(write_plan(folder, moving("later"), (CUTOFF, f"{CUTOFF}  working_days: days.yaml\n")))
    settings = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": plan}
    opened = open_office(Settings.from_environment(settings))
    publish_months(opened)
    yield opened
    opened.engine.dispose()


def kept(office: Office, period: Period) -> list[PublishedFile]:
    with reading(office.engine) as tx:
        found = find_files(tx, office.plans.town_code, period.key, 0)
    return [one for one in found if one.kind is FileKind.WORKING_DAYS]


def text_of(office: Office, period: Period) -> str:
    [twin] = (Path(office.outbox.path) / period.key / "issue-0").glob("打假形势分析会材料*.json")
    return twin.read_text("utf-8")


def test_an_issue_is_made_again_by_the_days_of_then(office: Office, folder: Path) -> None:
    assert "2018年3月1日" in text_of(office, FEBRUARY), "the due instant moved by the file's days"
    (folder / "days.yaml").write_text("years: []\n", encoding="utf-8")
    (folder / "plan.yaml").unlink()
    rebuilt = rebuild(office, FEBRUARY)
    assert rebuilt.obstacle == ""
    assert rebuilt.is_exact
    assert [one.text for one in verify(office) if not one.is_whole] == []


def test_the_file_is_in_archive_record_and_manifest(office: Office) -> None:
    [file] = kept(office, JANUARY)
    assert file.name == "days.yaml"
    assert office.archive.path(file.file_hash).read_text("utf-8") == DAYS
    manifest = json.loads((Path(office.outbox.path) / "2018-01" / "issue-0" / "manifest.json").read_text("utf-8"))
    assert manifest["in_force"]["working_days"] == [
        {"file_name": "days.yaml", "sha256": file.file_hash, "size": len(DAYS)}
    ]  # fmt: skip


def test_a_lost_file_is_named(office: Office) -> None:
    [file] = kept(office, JANUARY)
    archived = office.archive.path(file.file_hash)
    archived.rename(archived.with_name("moved away"))
    try:
        assert "存档中没有“days.yaml”的原件" in rebuild(office, JANUARY).obstacle
        assert any("存档中没有“days.yaml”的原件" in one.text for one in verify(office) if not one.is_whole)
    finally:
        archived.with_name("moved away").rename(archived)


def test_without_such_a_file_a_manifest_does_not_speak_of_it(published: Office) -> None:
    """Manifests of other plans keep their bytes: an issue of before is still made again exactly."""
    manifest = json.loads((Path(published.outbox.path) / "2018-01" / "issue-0" / "manifest.json").read_text("utf-8"))
    assert manifest["in_force"].keys() == {"plan", "form", "rules"}
    assert kept(published, JANUARY) == []
