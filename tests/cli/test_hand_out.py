"""``hand-out`` and the pre-filled ``template`` on the command line."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from posted_mails import name_reporter, posted
from stored_reports import store_all
from townreturn.cli import submissions
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening

Run = Callable[..., tuple[int, str, str]]
MARCH_OPENS = datetime(2018, 3, 25, 16, tzinfo=UTC)


@pytest.fixture
def office(home: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """February accepted; the clock stands at the instant at which March is over."""
    office = open_office(Settings.from_environment(os.environ))
    store_all(office, "2018-02", figures={"cases_pending": 12, "cases_filed": 3})
    monkeypatch.setattr(submissions, "read_clock", lambda: MARCH_OPENS)
    return office


def test_it_prints_to_whom_and_opens_the_period(run: Run, office: Office) -> None:
    name_reporter(office, "yancao", "li@yc.example")
    status, out, err = run("hand-out", "2018-03", "--unit", "yancao", "--unit", "zhujian")
    assert (status, err) == (0, "")
    assert out == (
        "市烟草专卖局第五分局\tli@yc.example\t"
        "【报表下发】2018年3月打假统计月报（市烟草专卖局第五分局），2018-03-31 截止\n"
        "镇住建局\t没有登记邮箱，由经办人转交\t【报表下发】2018年3月打假统计月报（镇住建局），2018-03-31 截止\n"
        "写好 2 封，等待发出\n"
    )
    assert run("hand-out", "2018-03")[1].endswith("写好 4 封，等待发出\n")
    assert run("hand-out", "2018-03") == (0, "2018-03 的报表以前都已下发，没有再写\n", "")
    assert len(posted(office)) == 6
    with reading(office.engine) as tx:
        opening = find_opening(tx, "qingxi", "2018-03")
    assert opening is not None
    assert not opening.backfilled


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2018-04"], "2018-04 还没有结束（最后一天是 2018-04-25），期满后再下发报表"),
        (["2018-01"], "2018-01 是补录的报告期，不下发报表"),
        (["2018-03", "--unit", "nobody"], "方案里没有代码为“nobody”的单位"),
        (["2019-03"], "2019-03 没有生效的清溪镇打假工作方案，不能办理"),
    ],
)
def test_refusals_are_one_sentence_and_open_nothing(
    run: Run, office: Office, arguments: list[str], sentence: str
) -> None:
    assert run("hand-out", *arguments) == (2, "", f"{sentence}\n")
    with reading(office.engine) as tx:
        assert find_opening(tx, "qingxi", arguments[0]) is None


def opening_balance(path: Path) -> object:
    sheet = load_workbook(path)["统计表"]
    return next(row[3].value for row in sheet.iter_rows() if row[1].value == "期初在办")


def test_template_is_filled_in_like_the_one_that_is_handed_out(run: Run, office: Office, tmp_path: Path) -> None:
    status, out, _ = run("template", "--period", "2018-03", "--unit", "yancao", "--out", tmp_path / "made")
    path = Path(out.strip())
    assert (status, opening_balance(path)) == (0, 12)
    run("hand-out", "2018-03", "--unit", "yancao")
    (found,) = posted(office, "2018-03")
    assert found.attachments == {path.name: path.read_bytes()}


def test_template_without_a_database_is_blank_and_makes_none(run: Run, home: Path, tmp_path: Path) -> None:
    status, out, _ = run("template", "--period", "2018-03", "--unit", "yancao", "--out", tmp_path / "made")
    path = Path(out.strip())
    assert (status, opening_balance(path)) == (0, None)
    assert not home.exists()
    headings = [cell.value for cell in load_workbook(BytesIO(path.read_bytes()))["统计表"][5]]
    assert headings == ["序号", "指标名称", "计量单位", "3.烟草制品", "填写要求"]
    assert str(Period("2018-03")) in path.name
