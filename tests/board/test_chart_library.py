"""The vendored chart library: which one it is, whole, with its licences; and our script beside it."""

import hashlib
import re
from pathlib import Path

import pytest

from asked_board import Ask
from townreturn import board

STATIC = Path(board.__file__).parent / "static"
LIBRARY = STATIC / "vendor" / "echarts.common.min.js"


def test_the_library_is_the_one_that_its_readme_names() -> None:
    told = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(LIBRARY.read_bytes()).hexdigest() in told
    version = re.search(r"Apache ECharts (\d+\.\d+\.\d+), unchanged", told)
    assert version
    assert f'.version="{version[1]}"' in LIBRARY.read_text(encoding="utf-8")


def test_its_licences_lie_beside_it() -> None:
    texts = {
        name: (STATIC / "vendor" / name).read_text(encoding="utf-8") for name in ("LICENSE", "NOTICE", "LICENSE-d3")
    }
    assert "Apache License" in texts["LICENSE"]
    assert "Apache ECharts" in texts["NOTICE"]
    assert "Mike Bostock" in texts["LICENSE-d3"]


@pytest.mark.parametrize("name", ["echarts.js", "trends.js"])
def test_scripts_are_served_to_those_signed_in(ask: Ask, name: str) -> None:
    answer = ask(f"/static/{name}")
    path = LIBRARY if name == "echarts.js" else STATIC / name
    assert answer.content == path.read_bytes()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert ask(f"/static/{name}", "").status_code == 401


def test_nothing_else_of_the_folder_is_served(ask: Ask) -> None:
    for name in ("vendor/NOTICE", "NOTICE", "vendor%2FNOTICE", "echarts.common.min.js", "../app.py"):
        assert ask(f"/static/{name}").status_code == 404


def test_our_script_makes_no_markup_and_asks_for_nothing() -> None:
    script = (STATIC / "trends.js").read_text(encoding="utf-8")
    assert not re.findall(r"innerHTML|insertAdjacent|document\.write|fetch\(|XMLHttp|eval|Function\(|import", script)
    assert 'renderMode: "richText"' in script, "else the library writes markup with styles, which the policy refuses"
