"""What an office above publishes costs by what its subordinates sent, not by its square: counted, not timed."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench.above_month import STAGES, AboveMonth
from bench.subordinates import LoadAbove

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.month.delivery_letters import OutgoingIssue, bulletin_messages
from townreturn.publishing.briefing import write_briefing, write_briefing_twin
from townreturn.publishing.summary_page import compose_page, write_summary
from townreturn.publishing.workbook import write_return_workbook
from townreturn.store.engine import connect, reading
from townreturn.store.migrations import migrate
from townreturn.store.returns import newest_compilation

JANUARY, DAY = Period("2018-01"), date(2018, 2, 10)
FEW, MANY = 4, 12


class Walked(tuple[Any, ...]):
    """Counts how often somebody goes through it."""

    walks = 0

    def __iter__(self) -> Iterator[Any]:
        Walked.walks += 1
        return super().__iter__()


@pytest.fixture(scope="module")
def issues(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[TownReturn, Plan], ...]:
    """The return of few subordinates and that of many, each with its plan."""
    return tuple(_compile(count, tmp_path_factory.mktemp("above")) for count in (FEW, MANY))


def _compile(count: int, folder: Path) -> tuple[TownReturn, Plan]:
    url = f"sqlite:///{folder}/townreturn.db"
    engine = connect(url)
    migrate(engine)
    begun = AboveMonth(LoadAbove(count, JANUARY), folder / "month", url)
    for stage in ("load plan", "write", "open", "take_in", "compile"):
        STAGES[stage](begun)
    with reading(engine) as tx:
        compilation = newest_compilation(tx, begun.office.plans.town_code, JANUARY.key)
    engine.dispose()
    assert compilation is not None
    return compilation.town_return, begun.office.plans.in_force(JANUARY)


def _walked(town_return: TownReturn) -> TownReturn:
    Walked.walks = 0
    return replace(town_return, standings=Walked(town_return.standings))


def test_documents_go_through_the_standings_as_often_for_many_as_for_few(
    issues: tuple[tuple[TownReturn, Plan], ...], tmp_path: Path
) -> None:  # fmt: skip
    walks = []
    for town_return, plan in issues:
        walked = _walked(town_return)
        for number, write in enumerate((write_return_workbook, write_briefing, write_briefing_twin, write_summary)):
            write(walked, plan, tmp_path / str(number), DAY)
        walks.append(Walked.walks)
    assert walks[0] == walks[1] > 10


def test_the_one_page_grows_by_whom_it_names_only(issues: tuple[tuple[TownReturn, Plan], ...]) -> None:
    """Five cases a category at most, and of the offices those that were late, or have something out."""
    for town_return, plan in issues:
        page = compose_page(town_return, plan, DAY)
        cases = town_return.entries_of("key_cases")
        by_category = Counter(one.category for one in cases)
        assert page.count("某商行") == sum(min(one, 5) for one in by_category.values())
        rest = sum(one - 5 for one in by_category.values() if one > 5)
        assert sum(map(int, re.findall(r"另有(\d+)条，列在月报《重点案件》表中", page))) == rest
        named = {one.unit for one in town_return.standings if one.late_seconds or not one.is_in or one.returned_count}
        standings = page[page.index("<h2>报送情况</h2>") :].partition("</section>")[0]
        assert {one.code for one in plan.subordinates if one.name in standings} == named
    assert rest > 0


def test_letters_to_all_units_are_composed_once(issues: tuple[tuple[TownReturn, Plan], ...]) -> None:
    walks = []
    for town_return, plan in issues:
        issue = OutgoingIssue(_walked(town_return), plan, DAY, ())
        letters = list(bulletin_messages(issue, [(one, ()) for one in plan.units]))
        assert [one.unit for one in letters] == [one.code for one in plan.units]
        assert all(one.text.startswith(f"{plan.unit_by_code[one.unit].name}") for one in letters)
        walks.append(Walked.walks)
    assert walks[0] == walks[1] > 2


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="LibreOffice or poppler is not installed: apt-get install libreoffice-calc libreoffice-writer poppler-utils",
)
def test_the_pdf_has_everything_but_where_each_figure_was_read(sqlite_url: str, tmp_path: Path) -> None:
    begun = AboveMonth(LoadAbove(2, JANUARY), tmp_path / "month", sqlite_url)
    for stage in ("load plan", "write", "open", "take_in", "compile", "approve", "publish", "PDF"):
        STAGES[stage](begun)
    [printed] = Path(begun.office.outbox.path).rglob("*打假统计月报*.pdf")
    text = subprocess.run(["pdftotext", printed, "-"], check=True, capture_output=True, text=True).stdout
    assert "第0002镇" in text
    assert "重点案件" in text
    assert "t0002_" not in text, "names of files stand in 数据来源 alone"
