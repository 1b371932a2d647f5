"""The Word template that a plan names is kept with every issue and counts when one is made again."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt

from published_months import FEBRUARY, JANUARY, publish_months
from townreturn.domain.kept_file import FileKind
from townreturn.month.rebuilding import rebuild
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.publishing.official_document import PACKAGED
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files
from townreturn.wording import say
from written_plans import write_plan

FORM = "form: edition-2018\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the plan and its template lie."""
    return tmp_path_factory.mktemp("plans")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    document = Document(str(PACKAGED))
    document.styles[say("STYLE_BODY")].font.size = Pt(15)
    document.save(str(folder / "own.docx"))
    plan = str(write_plan(folder, (FORM, f"{FORM}briefing_template: own.docx\n")))
    settings = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": plan}
    opened = open_office(Settings.from_environment(settings))
    publish_months(opened)
    yield opened
    opened.engine.dispose()


def test_the_briefing_is_made_from_it(office: Office) -> None:
    [path] = (Path(office.outbox.path) / "2018-01" / "issue-0").glob("打假形势分析会材料*.docx")
    assert Document(str(path)).styles[say("STYLE_BODY")].font.size == Pt(15)


def test_it_is_in_archive_record_and_manifest(office: Office, folder: Path) -> None:
    with reading(office.engine) as tx:
        found = find_files(tx, office.plans.town_code, JANUARY.key, 0)
    [file] = [one for one in found if one.kind is FileKind.WORD_TEMPLATE]
    content = (folder / "own.docx").read_bytes()
    assert (file.name, file.size) == ("own.docx", len(content))
    assert office.archive.path(file.file_hash).read_bytes() == content
    manifest = json.loads((Path(office.outbox.path) / "2018-01" / "issue-0" / "manifest.json").read_text("utf-8"))
    told = {"file_name": "own.docx", "sha256": file.file_hash, "size": len(content)}
    assert manifest["in_force"]["word_template"] == [told]


def test_an_issue_is_made_again_from_the_template_of_then(office: Office, folder: Path) -> None:
    (folder / "own.docx").write_bytes(PACKAGED.read_bytes())
    (folder / "plan.yaml").unlink()
    rebuilt = rebuild(office, FEBRUARY)
    assert rebuilt.obstacle == ""
    assert rebuilt.is_exact
    assert [one.text for one in verify(office) if not one.is_whole] == []
