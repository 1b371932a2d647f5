"""The city office's template and its mapping are kept with every issue and count when one is made again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from published_months import FEBRUARY, JANUARY, publish_months
from superior_plans import MAPPING, MAPPING_NAME, TEMPLATE, TEMPLATE_NAME, write_superior_plan
from townreturn.domain.kept_file import FileKind
from townreturn.domain.period import Period
from townreturn.month.rebuilding import rebuild
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.published_files import PublishedFile, find_files

NAME = "清溪镇打假工作月报表（市表）_2018年2月.xlsx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where plan, mapping and template lie."""
    return tmp_path_factory.mktemp("plans")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    settings = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": str(write_superior_plan(folder))}
    opened = open_office(Settings.from_environment(settings))
    publish_months(opened)
    yield opened
    opened.engine.dispose()


def kept(office: Office, period: Period, kind: FileKind) -> PublishedFile:
    with reading(office.engine) as tx:
        [found] = [one for one in find_files(tx, office.plans.town_code, period.key, 0) if one.kind is kind]
    return found


def test_the_files_are_in_the_archive(office: Office) -> None:
    for kind, name, content in (
        (FileKind.MAPPING, MAPPING_NAME, MAPPING.encode()),
        (FileKind.TEMPLATE, TEMPLATE_NAME, TEMPLATE),
    ):
        file = kept(office, JANUARY, kind)
        assert file.name == name
        assert office.archive.path(file.file_hash).read_bytes() == content


def test_an_issue_is_made_again_from_the_archive_alone(office: Office, folder: Path) -> None:
    published = (Path(office.outbox.path) / "2018-02" / "issue-0" / NAME).read_bytes()
    (folder / MAPPING_NAME).write_text("template: another.xlsx\n", encoding="utf-8")
    (folder / TEMPLATE_NAME).unlink()
    (folder / "plan.yaml").unlink()
    rebuilt = rebuild(office, FEBRUARY)
    assert rebuilt.obstacle == ""
    assert rebuilt.is_exact
    assert [one.content for one in rebuilt.files if one.name == NAME] == [published]
    assert [one.text for one in verify(office) if not one.is_whole] == []


@pytest.mark.parametrize(("kind", "name"), [(FileKind.MAPPING, MAPPING_NAME), (FileKind.TEMPLATE, TEMPLATE_NAME)])
def test_a_lost_file_is_named(office: Office, kind: FileKind, name: str) -> None:
    archived = office.archive.path(kept(office, JANUARY, kind).file_hash)
    archived.rename(archived.with_name("moved away"))
    try:
        assert f"存档中没有“{name}”的原件" in rebuild(office, JANUARY).obstacle
    finally:
        archived.with_name("moved away").rename(archived)
