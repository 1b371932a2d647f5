"""Sample files: rules recomputed from what was written, same bytes again, faults as the answers say."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.plans import load_plan_book
from townreturn.samples import write_samples
from townreturn.settings import Settings

Figures = dict[str, dict[str, Any]]


def rules(name: str) -> Path:
    return Settings.from_environment({}).expectations[-1] / name


@pytest.fixture(scope="module")
def plans() -> PlanBook:
    return load_plan_book(["qingxi-2018"])


@pytest.fixture(scope="module")
def year(plans: PlanBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_samples(plans, rules, Period("2018-01"), Period("2018-12"), 1, tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="module")
def faulty(plans: PlanBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_samples(plans, rules, Period("2018-01"), Period("2018-12"), 1, tmp_path_factory.mktemp("faulty"), True)


def answers(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_figures(path: Path) -> Figures:
    """Category heading → label → cell, read by another reader than the one that wrote."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("统计表").to_python()
    top = next(number for number, row in enumerate(rows) if row[1] == "指标名称")
    return {
        heading: {str(row[1]): row[column] for row in rows[top + 1 :] if row[1]}
        for column, heading in enumerate(rows[top])
        if column > 2 and heading != "填写要求"
    }


def read_large_cases(path: Path) -> list[str]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("重点案件").to_python()
    top = next(number for number, row in enumerate(rows) if row[0] == "类别")
    column = rows[top].index("是否大案要案")
    return [str(row[0]) for row in rows[top + 1 :] if row[column] == "是"]


def test_a_year_on_paper_obeys_the_mandatory_rules(year: Path) -> None:
    pending: dict[str, float] = {}
    seen = 0
    for answer in answers(year)["files"]:
        path = year.parent / answer["file"]
        large = read_large_cases(path)
        for heading, cell in read_figures(path).items():
            seen += 1
            number = {label: float(value or 0) for label, value in cell.items() if value not in ("—", "是", "否")}
            assert (cell["零申报"] == "是") == (cell["立案"] == "")
            assert number["大案要案"] <= number["立案"]
            assert number["不合格"] <= number["抽检"]
            assert number["移送公安机关"] <= number["期初在办"] + number["立案"]
            balance = number["期初在办"] + number["立案"] - number["结案"] - number["撤案"]
            assert number["期末在办"] == balance >= 0
            assert number["期初在办"] == pending.get(heading, number["期初在办"])
            assert large.count(heading) == number["大案要案"]
            pending[heading] = number["期末在办"]
    assert (seen, len(pending)) == (84, 7)


def test_key_cases_are_told_from_the_plan(year: Path) -> None:
    path = next(one["file"] for one in answers(year)["files"] if (one["unit"], one["period"]) == ("zhujian", "2018-03"))
    rows = CalamineWorkbook.from_path(str(year.parent / path)).get_sheet_by_name("重点案件").to_python()
    case = dict(zip(rows[2], rows[3], strict=True))
    assert case["类别"] == "2.建材"
    assert case["地点"].startswith("清溪镇")
    assert case["涉案商品"] in case["案件名称"]
    assert "2018-02-26" <= case["查处日期"] <= "2018-03-25"


def test_the_answers_are_what_stands_in_the_cells(plans: PlanBook, year: Path) -> None:
    plan = plans.plans[0]
    answer = next(one for one in answers(year)["files"] if one["unit"] == "yancao" and one["period"] == "2018-04")
    cells = read_figures(year.parent / answer["file"])["3.烟草制品"]
    for code, text in answer["categories"]["tobacco"]["figures"].items():
        assert Decimal(str(cells[plan.form.by_code[code].label])) == Decimal(text)


def test_samples_are_the_issued_templates(year: Path) -> None:
    answer = answers(year)["files"][0]
    book = load_workbook(year.parent / answer["file"])
    sheet = book["统计表"]
    assert sheet.protection.sheet
    assert len(sheet.data_validations.dataValidation) > 20
    assert not [cell for one in book for row in one.iter_rows() for cell in row if cell.data_type == "f"]


def test_files_arrive_after_the_close_and_before_the_due_time(plans: PlanBook, year: Path) -> None:
    calendar = plans.calendar
    for answer in answers(year)["files"]:
        period, received = Period(answer["period"]), datetime.fromisoformat(answer["received_at"])
        assert calendar.end(period) < received < calendar.due_at(period)
        modified = datetime.fromtimestamp((year.parent / answer["file"]).stat().st_mtime, UTC)
        assert abs(modified - received) < timedelta(seconds=1)


def test_same_seed_same_bytes_and_a_later_call_continues(plans: PlanBook, year: Path, tmp_path: Path) -> None:
    again = write_samples(plans, rules, Period("2018-04"), Period("2018-04"), 1, tmp_path)
    files = answers(again)["files"]
    assert files == [one for one in answers(year)["files"] if one["period"] == "2018-04"]
    for one in files:
        assert (tmp_path / one["file"]).read_bytes() == (year.parent / one["file"]).read_bytes()


def test_every_kind_of_fault_is_there_and_in_the_answers(faulty: Path) -> None:
    told = answers(faulty)
    faults = [one["fault"] for one in told["files"] if one["fault"]]
    # Twelve blocks of six: one late, one missing, one duplicate, two corrected, seven wrong for good
    # and two wrong that are corrected.
    assert {kind: faults.count(kind) for kind in set(faults)} == {"late": 1, "duplicate": 1, "corrected": 2, "wrong": 9}
    assert len(told["missing"]) == 1
    assert {one["detail"]["what"] for one in told["files"] if one["detail"]} == {
        "blank_cell",
        "identity_broken",
        "two_numbers",
        "negative",
        "decimal_count",
        "wrong_period",
        "major_over_filed",
        "unexplained",
        "explained_in_a_word",
    }
    on_disk = {str(path.relative_to(faulty.parent)) for path in faulty.parent.glob("*/*.xlsx")}
    assert on_disk == {one["file"] for one in told["files"]}


def test_a_wrong_file_is_wrong_where_the_answer_says(plans: PlanBook, year: Path, faulty: Path) -> None:
    good = {(one["unit"], one["period"]): year.parent / one["file"] for one in answers(year)["files"]}
    for one in answers(faulty)["files"]:
        before, after = (read_figures(path) for path in (good[one["unit"], one["period"]], faulty.parent / one["file"]))
        changed = {
            (heading, label)
            for heading, cells in after.items()
            for label in cells
            if cells != before[heading] and cells[label] != before[heading][label]
        }
        category = (one["detail"] or {}).get("category")
        expected = {plans.plans[0].category_by_code[category].heading} if category else set()
        assert {heading for heading, _ in changed} == expected
        assert len(changed) == len(expected)


def test_faults_arrive_as_their_kind_says(plans: PlanBook, faulty: Path) -> None:
    told = answers(faulty)["files"]
    for number, one in enumerate(told):
        path, due = faulty.parent / one["file"], plans.calendar.due_at(Period(one["period"]))
        received = datetime.fromisoformat(one["received_at"])
        assert (received >= due) == (one["fault"] == "late")
        if one["fault"] in ("duplicate", "corrected"):
            earlier = told[number - 1]
            same = path.read_bytes() == (faulty.parent / earlier["file"]).read_bytes()
            assert same == (one["fault"] == "duplicate")
            assert datetime.fromisoformat(earlier["received_at"]) < received


def test_a_wrong_period_stands_on_the_cover(faulty: Path) -> None:
    one = next(one for one in answers(faulty)["files"] if (one["detail"] or {}).get("what") == "wrong_period")
    cover = CalamineWorkbook.from_path(str(faulty.parent / one["file"])).get_sheet_by_name("封面").to_python()
    assert one["period"] == "2018-10"
    assert ["报告期", "2018-09"] in [row[:2] for row in cover]


def test_no_plan_and_reversed_ranges_are_refused(plans: PlanBook, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="2019-01 没有生效的清溪镇打假工作方案"):
        write_samples(plans, rules, Period("2018-12"), Period("2019-01"), 1, tmp_path)
    with pytest.raises(Misuse, match="起始期 2018-03 晚于截止期 2018-01"):
        write_samples(plans, rules, Period("2018-03"), Period("2018-01"), 1, tmp_path)
    assert not list(tmp_path.iterdir())
