"""``townreturn briefing-template``: the packaged Word template for an office to style."""

from pathlib import Path

import pytest

from townreturn.cli import MISUSE, main
from townreturn.publishing.official_document import PACKAGED


def test_the_template_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "材料模板.docx"
    assert main(["briefing-template", str(path)]) == 0
    assert path.read_bytes() == PACKAGED.read_bytes()
    told = capsys.readouterr().out
    assert "briefing_template: 材料模板.docx" in told


def test_what_an_office_has_styled_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(b"styled")
    assert main(["briefing-template", str(path)]) == MISUSE
    assert path.read_bytes() == b"styled"
    assert "没有覆盖" in capsys.readouterr().err
