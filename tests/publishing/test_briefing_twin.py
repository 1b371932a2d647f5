"""The briefing's JSON twin: the same paragraphs, and behind every number where it comes from."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from printed_briefing import printed_paragraphs
from spans_of_briefing import check_spans, figures_in
from townreturn.domain.obligation import Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing.briefing import write_briefing, write_briefing_twin

ISSUED_ON = date(2018, 4, 2)
Twin = dict[str, Any]
FIXTURES = (
    "town_return",
    "explained_return",
    "complete_return",
    "corrected_return",
    "return_after_a_correction",
    "spoken_return",
    "judged_return",
    "compared_return",
)


@pytest.fixture(scope="session")
def spoken_return(town_return: TownReturn) -> TownReturn:
    """Every field of every text section full of digits, every standing remarked on and backfilled."""
    texts = {
        "title": "１２3案", "text": "5起", "problem": "缺2人", "suggestion": "增3人，见①", "reason": "第4次",
        "date": "2018-03-01",
    }  # fmt: skip
    sections = ("key_cases", "practices", "key_areas", "problems", "explanations")
    entries = tuple(ReturnEntry(section, "food_drug", "shiyaojian", texts) for section in sections)
    standings = tuple(
        replace(one, timeliness=Timeliness.BACKFILLED, revision=12, note="第3次重报") for one in town_return.standings
    )
    return replace(town_return, entries=entries, standings=standings, issue=11)


@pytest.fixture(scope="module")
def twin_of(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Callable[[TownReturn], Twin]:
    def write(town_return: TownReturn) -> Twin:
        path = tmp_path_factory.mktemp("twin") / "b.json"
        write_briefing_twin(town_return, plan, path, ISSUED_ON)
        read: Twin = json.loads(path.read_text(encoding="utf-8"))
        return read

    return write


@pytest.mark.parametrize("name", FIXTURES)
def test_every_number_of_the_prose_has_one_origin(
    name: str, twin_of: Callable[[TownReturn], Twin], request: pytest.FixtureRequest
) -> None:
    assert check_spans(twin_of(request.getfixturevalue(name))) > 180


@pytest.mark.parametrize("name", FIXTURES)
def test_the_twin_tells_what_the_document_tells(
    name: str, twin_of: Callable[[TownReturn], Twin], request: pytest.FixtureRequest, plan: Plan, tmp_path: Path
) -> None:
    town_return = request.getfixturevalue(name)
    write_briefing(town_return, plan, tmp_path / "b.docx", ISSUED_ON)
    printed = printed_paragraphs(tmp_path / "b.docx")
    told = [one["text"] for one in twin_of(town_return)["paragraphs"]]
    assert printed == told
    assert sum(one.startswith("附表") for one in told) == 4 + bool(town_return.league.units)


def test_the_notes_under_the_annexes_name_what_they_count(
    twin_of: Callable[[TownReturn], Twin], complete_return: TownReturn
) -> None:
    told = twin_of(complete_return)["paragraphs"]
    note = next(one for one in told if one["text"] == "7类已报7类，合计完整。")
    assert note["style"] == "annex_note"
    categories = [one.category for one in complete_return.standings]
    assert [(one["text"], one["kind"], one["of"], one["categories"]) for one in note["figures"]] == [
        ("7", "count", "standings", categories)
    ] * 2
    heads = [one for one in told if one["style"] == "annex"]
    assert [one["text"][:3] for one in heads] == ["附表1", "附表2", "附表3", "附表4", "附图"]
    assert {figure["kind"] for one in heads for figure in one["figures"]} == {"numbering"}


def test_figures_are_the_cells_of_the_return(
    twin_of: Callable[[TownReturn], Twin], compared_return: TownReturn
) -> None:
    checked = 0
    for one in figures_in(twin_of(compared_return)):
        cell = compared_return.cell(one["category"], one["indicator"])
        assert cell is not None
        figure = getattr(cell, one["measure"])
        value = figure.value if one["measure"] in ("current", "ytd") else figure.pct
        assert Decimal(one["value"]) == value
        assert f"{abs(value):,}".rstrip("0").rstrip(".") in one["text"] or not value
        checked += 1
    assert checked > 100


def find(twin: Twin, category: str, indicator: str, measure: str) -> dict[str, Any]:
    place = (category, indicator, measure)
    return next(one for one in figures_in(twin) if (one["category"], one["indicator"], one["measure"]) == place)


def test_a_current_figure_names_its_cell(twin_of: Callable[[TownReturn], Twin], town_return: TownReturn) -> None:
    spoilt = tuple(
        replace(one, raw="１０２５.33", normalised=("已读作 1025.33",)) if one.raw == "1025.33" else one
        for one in town_return.sources
    )
    found = find(twin_of(replace(town_return, sources=spoilt)), "tobacco", "goods_value", "current")
    assert (found["text"], found["value"], found["period"]) == ("1,025.33万元", "1025.33", "2018-03")
    assert found["sources"] == [
        {
            "category": "tobacco", "file_hash": "y" * 64, "file_name": "yancao-2018-03.xlsx", "sheet": "统计表",
            "cell": "D18", "raw": "１０２５.33", "normalised": ["已读作 1025.33"],
        }
    ]  # fmt: skip


def test_the_sources_of_a_total_add_up_to_it(twin_of: Callable[[TownReturn], Twin], town_return: TownReturn) -> None:
    found = find(twin_of(town_return), "total", "cases_filed", "current")
    raws = {one["category"]: one["raw"] for one in found["sources"]}
    assert raws == {
        "food_drug": "5", "tobacco": "3", "agricultural": "0", "children": "1", "appliances": "0", "ecommerce": "2",
    }  # fmt: skip
    assert Decimal(found["value"]) == 11


def test_other_measures_name_their_parts_by_period(
    twin_of: Callable[[TownReturn], Twin], compared_return: TownReturn
) -> None:
    twin = twin_of(compared_return)
    part = {"category": "tobacco", "indicator": "goods_value", "measure": "current"}
    assert find(twin, "tobacco", "goods_value", "ytd")["components"] == [
        {"period": "2018-01", **part},
        {"period": "2018-02", **part, "value": "30"},
        {"period": "2018-03", **part, "value": "12.25"},
    ]
    assert find(twin, "tobacco", "goods_value", "month_on_month")["components"] == [
        {"period": "2018-03", **part, "value": "12.25"},
        {"period": "2018-02", **part, "value": "30"},
    ]


def test_what_is_worked_out_names_its_parts(twin_of: Callable[[TownReturn], Twin], compared_return: TownReturn) -> None:
    twin = twin_of(compared_return)

    def first(kind: str, category: str, indicator: str) -> dict[str, Any]:
        found = (one for one in figures_in(twin, kind) if (one["category"], one["indicator"]) == (category, indicator))
        return next(found)

    def parts(span: dict[str, Any]) -> list[tuple[str, str, str, str]]:
        return [(one["period"], one["category"], one["indicator"], one["value"]) for one in span["components"]]

    rise = first("difference", "total", "cases_filed")
    assert (rise["text"], rise["value"]) == ("3宗", "3")
    assert parts(rise) == [("2018-03", "total", "cases_filed", "19"), ("2018-02", "total", "cases_filed", "16")]
    base = first("base", "tobacco", "persons_detained")
    assert (base["text"], base["value"]) == ("4人", "4")
    assert parts(base) == [("2018-02", "tobacco", "persons_detained", "4")]
    share = first("share", "ecommerce", "complaints_received")
    assert (share["text"], share["value"]) == ("86.4%", "86.4")  # 38 of 38 + 6
    assert [one[1] for one in parts(share)] == ["ecommerce", "total"]
    rate, points = (first(kind, "food_drug", "samples_failed") for kind in ("rate", "points"))
    assert (rate["text"], rate["value"]) == ("2.5%", "2.5")  # 2 of 80
    assert (points["text"], points["value"]) == ("3.8", "-3.8")  # 4 of 64 is 6.25, rounded 6.3
    assert [one[3] for one in parts(points)] == ["2", "80", "4", "64"]
    streak = first("streak", "tobacco", "cases_filed")
    assert (streak["text"], streak["value"]) == ("连续3期上升", "3")
    assert [(one[0], one[3]) for one in parts(streak)] == [
        ("2017-12", "3"), ("2018-01", "4"), ("2018-02", "5"), ("2018-03", "8"),
    ]  # fmt: skip
    record = first("record", "tobacco", "goods_value")
    assert (record["text"], record["value"], len(parts(record))) == ("为近15期最低", "15", 15)
    again = first("first", "food_drug", "dens_destroyed")
    assert again["text"] == "自2017年2月以来首次"
    assert {one[3] for one in parts(again)[1:-1]} == {"0"}


def test_headings_are_counted_by_numbering(twin_of: Callable[[TownReturn], Twin], town_return: TownReturn) -> None:
    headings = [one for one in twin_of(town_return)["paragraphs"] if one["style"] in ("part", "category")]
    assert len(headings) == 16
    assert {one["figures"][0]["kind"] for one in headings} == {"numbering"}
    assert [one["figures"][0]["text"] for one in headings[:4]] == ["一", "二", "一", "二"]


def test_counts_name_the_categories_they_count(twin_of: Callable[[TownReturn], Twin], town_return: TownReturn) -> None:
    twin = twin_of(town_return)
    overview = next(one for one in twin["paragraphs"] if one["text"].startswith("本期应报"))
    counted = [(one["text"], one["categories"]) for one in overview["figures"] if one["kind"] == "count"]
    assert [number for number, _ in counted] == ["7", "6", "1", "1", "6"]
    assert counted[2][1] == ["agricultural"]
    assert counted[3][1] == ["building"]


def test_quotations_name_their_unit_and_section(
    twin_of: Callable[[TownReturn], Twin], explained_return: TownReturn
) -> None:
    twin = twin_of(explained_return)
    quoted = {one["text"]: one for one in figures_in(twin, "quoted")}
    case = quoted["清溪镇三中村"]
    assert (case["section"], case["field"], case["category"], case["unit"]) == (
        "key_cases", "place", "tobacco", "yancao",
    )  # fmt: skip
    explained = quoted["节前集中检查"]
    assert (explained["category"], explained["unit"], explained["number"]) == ("food_drug", "shiyaojian", 1)
    asked = next(figures_in(twin, "question"))
    assert (asked["rule"], asked["indicator"]) == ("CHANGE_BEYOND_30", "enforcement_actions")


def test_a_correction_names_both_sides(twin_of: Callable[[TownReturn], Twin], corrected_return: TownReturn) -> None:
    sides = [
        (one["side"], one["text"], one["value"])
        for one in figures_in(twin_of(corrected_return), "change")
        if (one["category"], one["indicator"]) == ("food_drug", "goods_value")
    ]
    assert sides == [
        ("old", "1,250.00万元", "1250.00"),
        ("new", "12.50万元", "12.50"),
        ("difference", "减少1,237.50万元", "-1237.50"),
    ]


def test_the_same_return_gives_the_same_bytes(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_briefing_twin(town_return, plan, tmp_path / name, ISSUED_ON)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
