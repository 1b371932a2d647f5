"""A return of the 2018 plan built by hand: one category missing, one zero return, one late, one sent twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from townreturn.compiling import compile_cells
from townreturn.compiling.trend import compile_trend
from townreturn.domain.form import Across, Indicator
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import league_of
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    FigureChange,
    Measure,
    ReturnCell,
    ReturnEntry,
    ReturnNote,
    Source,
    TownReturn,
)
from townreturn.plans import load_plan
from townreturn.store.reports import StoredFigure

NOTHING = Amount(None, AmountStatus.MISSING, 0, 1)
INCOMPARABLE = Change(ChangeStatus.INCOMPARABLE)
ZERO_BASE = Change(ChangeStatus.ZERO_BASE)
HOSTILE = "=cmd|' /C calc'!A0"

# Current figures by category; what is not named is zero. building is missing, agricultural a zero return.
CURRENT = {
    "food_drug": {
        "enforcement_actions": "42", "officers_deployed": "168", "premises_inspected": "96", "markets_inspected": "8",
        "cases_investigated": "9", "cases_open_at_start": "4", "cases_filed": "5", "cases_closed": "3",
        "cases_pending": "6", "major_cases": "1", "goods_value": "12.50", "fines_confiscations": "3.75",
        "samples_tested": "60", "samples_failed": "2", "rewards_paid": "2000", "black_dens_banned": "1",
    },
    "tobacco": {
        "enforcement_actions": "20", "officers_deployed": "533", "cases_investigated": "17", "cases_filed": "3",
        "cases_closed": "3", "goods_value": "1025.33", "cases_transferred": "1", "persons_detained": "9",
        "fake_cigarettes": "36.20", "cut_tobacco": "120.50",
    },
    "agricultural": {},
    "children": {"enforcement_actions": "6", "officers_deployed": "18", "cases_filed": "1", "goods_value": "0.05"},
    "appliances": {"enforcement_actions": "4", "officers_deployed": "12"},
    "ecommerce": {"enforcement_actions": "11", "officers_deployed": "33", "cases_filed": "2", "sites_closed": "3"},
}  # fmt: skip
# By hand: 立案 5+3+0+1+0+2 = 11; 货值 12.50+1025.33+0+0.05 = 1037.88; 出动 168+533+0+18+12+33 = 764.
UNITS = {
    "food_drug": "shiyaojian", "building": "zhujian", "tobacco": "yancao", "agricultural": "nonglinshui",
    "children": "jingkexin", "appliances": "jingkexin", "ecommerce": "gongshang",
}  # fmt: skip


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan("qingxi-2018")


@pytest.fixture(scope="session")
def town_return(plan: Plan) -> TownReturn:
    return TownReturn(
        town="清溪镇",
        town_code="qingxi",
        period="2018-03",
        plan="qingxi-2018",
        edition="edition-2018",
        issue=0,
        cells=tuple(_cells(plan)),
        standings=tuple(_standing(category) for category in UNITS),
        entries=ENTRIES,
        sources=tuple(_sources(plan)),
    )


@pytest.fixture(scope="session")
def explained_return(town_return: TownReturn) -> TownReturn:
    """The same return with explanations: five of food_drug's figures, all of children's report, one of tobacco."""
    return replace(town_return, notes=NOTES)


@pytest.fixture(scope="session")
def complete_return(town_return: TownReturn) -> TownReturn:
    """The same return as if all seven were in and every total complete."""
    standings = tuple(replace(one, state=ObligationState.ACCEPTED) for one in town_return.standings)
    cells = []
    for cell in town_return.cells:
        if cell.category == TOTAL and cell.current.value is not None:
            full = Amount(cell.current.value, AmountStatus.REPORTED, 7, 7)
            rise, fall = Change(ChangeStatus.RATIO, Decimal("10.0")), Change(ChangeStatus.RATIO, Decimal("-5.5"))
            cell = replace(cell, current=full, month_on_month=rise, year_on_year=fall)
        cells.append(cell)
    return replace(town_return, standings=standings, cells=tuple(cells))


@pytest.fixture(scope="session")
def judged_return(town_return: TownReturn, plan: Plan) -> TownReturn:
    """March with every way to report or not, after January without fault and a February with one late report."""
    march = tuple(replace(one, **JUDGED.get(one.category, {})) for one in town_return.standings)
    faultless = tuple(
        replace(one, state=ObligationState.ACCEPTED, timeliness=Timeliness.ON_TIME) for one in town_return.standings
    )
    late = {"state": ObligationState.LATE_ACCEPTED, "timeliness": Timeliness.LATE, "late_seconds": 3600}
    february = tuple(replace(one, **late) if one.category == "ecommerce" else one for one in faultless)
    standings = {"2018-01": faultless, "2018-02": february, "2018-03": march}
    return replace(town_return, standings=march, league=league_of(plan.units, standings))


# 建材 is exempted; 烟草 was returned twice, 农资 extended to the end of 4 April; of 经科信局's two one was
# empty and is returned, the other missing; 电商 is late by two days and three hours.
JUDGED: dict[str, dict[str, Any]] = {
    "building": {
        "state": ObligationState.EXEMPTED, "timeliness": Timeliness.EXEMPTED, "note": "职能划转，见镇府办〔2018〕3号。",
    },
    "tobacco": {"revision": 3, "returned_count": 2},
    "agricultural": {"due_at": datetime(2018, 4, 4, 16, tzinfo=UTC), "note": HOSTILE},
    "children": {"state": ObligationState.RETURNED, "timeliness": Timeliness.LATE, "returned_count": 1},
    "appliances": {"state": ObligationState.MISSING, "timeliness": Timeliness.NOT_RECEIVED, "received_at": None},
    "ecommerce": {"state": ObligationState.LATE_ACCEPTED, "late_seconds": 183600},
}  # fmt: skip


def _cells(plan: Plan) -> list[ReturnCell]:
    cells = [
        _category_cell(category.code, indicator)
        for category in plan.categories
        for indicator in plan.form.indicators_of(category.code)
    ]
    totals = [_total_cell(one) for one in plan.form.indicators if one.across is Across.SUM]
    return cells + totals


def _category_cell(category: str, indicator: Indicator) -> ReturnCell:
    if category not in CURRENT:
        half = Amount(Decimal(7), AmountStatus.INCOMPLETE, 2, 3)
        return _cell(category, indicator, NOTHING, half, INCOMPARABLE)
    value = Decimal(CURRENT[category].get(indicator.code, "0"))
    status = AmountStatus.ZERO if category == "agricultural" else AmountStatus.REPORTED
    ytd = Amount(value * 3, AmountStatus.REPORTED, 3, 3)
    change = Change(ChangeStatus.RATIO, Decimal("12.5")) if value else ZERO_BASE
    return _cell(category, indicator, Amount(value, status, 1, 1), ytd, change)


def _total_cell(indicator: Indicator) -> ReturnCell:
    value = sum((Decimal(row.get(indicator.code, "0")) for row in CURRENT.values()), Decimal(0))
    current = Amount(value, AmountStatus.INCOMPLETE, 6, 7)
    return _cell(TOTAL, indicator, current, Amount(value * 3 + 7, AmountStatus.INCOMPLETE, 6, 7), INCOMPARABLE)


def _cell(category: str, indicator: Indicator, current: Amount, ytd: Amount, change: Change) -> ReturnCell:
    return ReturnCell(
        category=category,
        indicator=indicator.code,
        current=current,
        ytd=ytd,
        previous=current,
        year_ago=NOTHING,
        ytd_year_ago=NOTHING,
        ytd_previous=ytd,
        month_on_month=change,
        year_on_year=INCOMPARABLE,
        ytd_year_on_year=INCOMPARABLE,
    )


def _standing(category: str) -> Standing:
    unit = UNITS[category]
    if category == "building":
        return Standing(category, unit, ObligationState.MISSING, Timeliness.NOT_RECEIVED)
    late = category == "ecommerce"
    return Standing(
        category,
        unit,
        ObligationState.ACCEPTED,
        Timeliness.LATE if late else Timeliness.ON_TIME,
        revision=2 if category == "tobacco" else 1,
        received_at=datetime(2018, 3, 31, 16, 0, tzinfo=UTC) if late else datetime(2018, 3, 28, 1, 2, 3, tzinfo=UTC),
        zero_return=category == "agricultural",
    )


def _sources(plan: Plan) -> list[Source]:
    return [
        Source(category, one.code, UNITS[category][0] * 64, f"{UNITS[category]}-2018-03.xlsx", "统计表", f"D{row}", raw)
        for category in CURRENT
        for row, one in enumerate(plan.form.indicators_of(category), start=6)
        for raw in [CURRENT[category].get(one.code, "0")]
    ]


ENTRIES = (
    ReturnEntry(
        "key_cases",
        "tobacco",
        "yancao",
        {
            "title": "“3·12”非法经营卷烟案",
            "date": "2018-03-12",
            "place": "清溪镇三中村",
            "goods": "卷烟",
            "value": "862.4",
            "large": "是",
            "stage": "移送",
            "summary": "联合公安分局在物流仓库查获假冒卷烟，现场控制嫌疑人4名，案件已移送公安机关。" * 3,
        },
    ),
    ReturnEntry("key_cases", "food_drug", "shiyaojian", {"title": HOSTILE, "large": "否", "summary": "@SUM(A1)"}),
    ReturnEntry("practices", "ecommerce", "gongshang", {"title": "+1", "text": "第一行\r\n第二行\x07\x1b"}),
    ReturnEntry("practices", "children", "jingkexin", {"title": "长文", "text": "很长的经验做法" * 700}),
    ReturnEntry("problems", "food_drug", "shiyaojian", {"problem": "基层执法人员不足", "suggestion": "增加抽检经费"}),
    ReturnEntry("explanations", "tobacco", "yancao", {"indicator": "涉案货值", "reason": "本期破获大案一宗"}),
)

NOTES = tuple(
    ReturnNote(category, indicator, code, question, explanation, UNITS[category])
    for category, indicator, code, question, explanation in (
        ("food_drug", "enforcement_actions", "CHANGE_BEYOND_30", "本期 42 次，上期 20 次。", "节前集中检查"),
        ("food_drug", "officers_deployed", "CHANGE_BEYOND_30", "本期 168 人次。", "人员随检查增加。"),
        ("food_drug", "cases_filed", "FILED_EXCEED_INVESTIGATED", "立案多于查处。", HOSTILE),
        ("food_drug", "cases_filed", "OUTLIER", "立案 5 宗，明显偏离。", "积案集中立案"),
        ("food_drug", "black_dens_banned", "OUTLIER", "取缔 1 个。", "与公安联合行动"),
        ("tobacco", "goods_value", "TEN_THOUSAND_FOLD", "本期 1025.33 万元。", "三中村仓库一案\n货值较大"),
        ("children", None, "SAME_AS_LAST", "本期各项数与上期完全相同。", "抽查对象固定"),
    )
)


@pytest.fixture
def with_text(town_return: TownReturn) -> Callable[[str], TownReturn]:
    """The return with one problem in a given text."""

    def build(text: str) -> TownReturn:
        entry = ReturnEntry("problems", "food_drug", "shiyaojian", {"problem": text, "suggestion": text})
        return replace(town_return, entries=(entry,))

    return build


@pytest.fixture(scope="session")
def corrected_return(explained_return: TownReturn) -> TownReturn:
    """Its first correction: figures of its own, texts, and figures of later returns that moved."""
    return replace(explained_return, issue=1, changes=CHANGES)


@pytest.fixture(scope="session")
def return_after_a_correction(town_return: TownReturn) -> TownReturn:
    """An original in which a correction of January shows."""
    own = (one for one in CHANGES if one.period == "2018-03" and one.indicator)
    return replace(town_return, changes=tuple(replace(one, period="2018-01") for one in own))


def _changed(period: str, category: str, measure: Measure, old: str, new: str, reason: str) -> FigureChange:
    sides = [Decimal(one) if one else None for one in (old, new)]
    return FigureChange(period, category, "cases_filed", measure, *sides, reason)


FOLLOWS = "随2018年3月第1次更正"
CHANGES = (
    _changed("2018-03", "food_drug", Measure.CURRENT, "4", "5", f"{HOSTILE}，5号仓库漏录\x07一案"),
    _changed("2018-03", "food_drug", Measure.YTD, "14", "15", HOSTILE),
    _changed("2018-03", "food_drug", Measure.MONTH_ON_MONTH, "0.0", "12.5", HOSTILE),
    _changed("2018-03", "tobacco", Measure.CURRENT, "", "3", "逾期报送，原为未报"),
    _changed("2018-03", "building", Measure.CURRENT, "2", "", "报送的文件有误，予以剔除"),
    _changed("2018-03", "total", Measure.CURRENT, "9", "11", HOSTILE),
    _changed("2018-03", "total", Measure.YEAR_ON_YEAR, "5.0", "", HOSTILE),
    replace(
        _changed("2018-03", "food_drug", Measure.CURRENT, "1250.00", "12.50", "误按元填报"), indicator="goods_value"
    ),
    FigureChange("2018-03", "children", None, None, None, None, "重点案件改写"),
    _changed("2018-04", "food_drug", Measure.YTD, "20", "21", FOLLOWS),
    _changed("2018-04", "total", Measure.YTD, "40", "42", FOLLOWS),
    _changed("2019-03", "total", Measure.YEAR_ON_YEAR, "10.0", "-8.2", FOLLOWS),
)


# 2017-01 to 2018-03 by category and indicator; whatever is not named is 1 in every period.
HISTORY = {
    ("tobacco", "cases_filed"): "3 3 4 3 4 3 3 4 3 3 4 3 4 5 8",
    ("food_drug", "cases_filed"): "6 6 6 6 6 6 6 6 6 6 6 6 6 6 6",
    ("food_drug", "samples_tested"): "60 60 60 60 60 60 60 60 60 60 60 60 60 64 80",
    ("food_drug", "samples_failed"): "2 2 2 2 2 2 2 2 2 2 2 2 2 4 2",
    ("food_drug", "dens_destroyed"): "0 2 0 0 0 0 0 0 0 0 0 0 0 0 3",
    ("tobacco", "persons_detained"): "0 0 0 0 0 0 0 0 0 0 0 0 9 4 0",
    (
        "tobacco",
        "goods_value",
    ): "20.50 " * 13 + "30 12.25",
    ("ecommerce", "complaints_received"): "40 40 40 40 40 40 40 40 40 40 40 40 40 2 38",
    ("building", "publicity_events"): "1 1 1 1 1 1 1 1 1 1 1 1 1 1 3",
}


@pytest.fixture(scope="session")
def with_history(plan: Plan, complete_return: TownReturn) -> Callable[[dict[tuple[str, str], str]], TownReturn]:
    """March in every category after fourteen periods that are all known, with some histories otherwise; – is 未报."""
    periods = periods_between(Period("2017-01"), Period("2018-03"))
    standings = tuple(replace(one, zero_return=False) for one in complete_return.standings)

    def build(changed: dict[tuple[str, str], str]) -> TownReturn:
        history = HISTORY | changed
        figures = [
            StoredFigure(period.key, category.code, one.code, Decimal(value), is_zero_return=False)
            for category in plan.categories
            for one in plan.form.indicators_of(category.code)
            for period, value in zip(periods, history.get((category.code, one.code), "1 " * 15).split(), strict=True)
            if value != "–"
        ]
        cells, trend = compile_cells(plan, periods[-1], figures, ()), compile_trend(plan, periods[-1], figures)
        return replace(complete_return, cells=cells, standings=standings, trend=trend)

    return build


@pytest.fixture(scope="session")
def compared_return(with_history: Callable[[dict[tuple[str, str], str]], TownReturn]) -> TownReturn:
    return with_history({})
