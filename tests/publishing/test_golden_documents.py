"""The workbook and the briefing of a full and of a poor month, cell by cell and paragraph by paragraph.

A wanted change is approved by `python tests/golden/documents/approve.py`, after looking at the documents.
"""

from difflib import unified_diff
from pathlib import Path

import pytest

from golden_documents import MONTHS, Documents, golden_path, render_month
from told_documents import tell_briefing, tell_workbook


@pytest.fixture(scope="module", params=MONTHS)
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Documents]:
    return request.param, render_month(request.param, tmp_path_factory.mktemp("golden") / request.param)


def differences(path: Path, told: str) -> str:
    golden = path.read_text(encoding="utf-8")
    return "\n".join(unified_diff(golden.splitlines(), told.splitlines(), "golden", "written", lineterm="", n=1))


def test_workbook(month: tuple[str, Documents]) -> None:
    name, documents = month
    assert differences(golden_path(name, "workbook"), tell_workbook(documents.workbook)) == ""


def test_briefing(month: tuple[str, Documents]) -> None:
    name, documents = month
    assert differences(golden_path(name, "briefing"), tell_briefing(documents.briefing)) == ""
