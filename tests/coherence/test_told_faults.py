"""docs/faults.md names exactly the fault tests that there are, each with what was made of it."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = (TESTS.parent / "docs" / "faults.md").read_text("utf-8")
OWN, ELSEWHERE = DOCUMENT.split("\n## ")[1:3]


def rows(part: str) -> list[list[str]]:
    """The cells of a part's table, without its heading."""
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def named(cell: str) -> list[str]:
    return re.findall(r"`(?:[\w/]+\.py::)?(test_\w+)`", cell)


def test_every_fault_test_has_one_row_and_every_row_a_test() -> None:
    told = [name for row in rows(OWN) for name in named(row[-1])]
    written = {name for path in (TESTS / "faults").glob("test_*.py") for name in names_in(path)}
    assert sorted(told) == sorted(written)


def test_a_row_says_how_it_was_made_proved_and_counted_and_that_nothing_was_lost() -> None:
    for fault, made, proved, times, lost, _ in rows(OWN):
        assert all((fault, made, proved)), fault
        assert int(times) > 0
        assert lost == "0"


def test_what_other_rooms_try_is_there() -> None:
    for row in rows(ELSEWHERE):
        for path, name in re.findall(r"`([\w/]+\.py)::(test_\w+)`", row[-1]):
            assert name in names_in(TESTS / path), row
        assert named(row[-1])
