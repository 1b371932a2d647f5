"""What the briefing and the return say of work plans, the area plan and reporters; texts and counts by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from spans_of_briefing import check_spans, figures_in
from townreturn.domain.canonical import canonical_json, read_canonical
from townreturn.domain.duties import WorkPlanDuty
from townreturn.domain.obligation import ObligationKind, ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.briefing import write_briefing_twin
from townreturn.publishing.work_plan_sentences import say_duties
from townreturn.publishing.workbook import write_return_workbook

S, T = ObligationState, Timeliness
WORK, AREA, REPORTER = ObligationKind.WORK_PLAN, ObligationKind.AREA_PLAN, ObligationKind.REPORTER
LEADS = ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang")
RECEIVED = datetime(2018, 3, 9, 16, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ASKED = "方案要求各牵头单位在方案印发之日起5个工作日内报送打假工作方案。"


def standing(kind: ObligationKind, unit: str, state: S = S.RECEIVED, timeliness: T = T.ON_TIME) -> Standing:
    came = RECEIVED if state in (S.RECEIVED, S.ACCEPTED, S.LATE_ACCEPTED, S.RETURNED) else None
    return Standing("", unit, state, timeliness, revision=1 if came else 0, received_at=came, kind=kind)


@pytest.fixture
def mixed(town_return: TownReturn) -> TownReturn:
    """Four work plans in, one of them late, one missing, one exempted; no area plan; two units without a reporter."""
    states = (
        (S.ACCEPTED, T.ON_TIME), (S.RECEIVED, T.ON_TIME), (S.EXEMPTED, T.NOT_RECEIVED),
        (S.LATE_ACCEPTED, T.LATE), (S.RECEIVED, T.ON_TIME), (S.MISSING, T.NOT_RECEIVED),
    )  # fmt: skip
    duties = [standing(WORK, unit, *how) for unit, how in zip(LEADS, states, strict=True)]
    duties.append(standing(AREA, "jingkexin", S.MISSING, T.NOT_RECEIVED))
    duties += [standing(REPORTER, unit, S.ACCEPTED) for unit in LEADS]
    duties += [standing(REPORTER, unit, S.MISSING, T.NOT_RECEIVED) for unit in ("gongan", "wenhua")]
    return replace(town_return, duties=tuple(duties))


def test_who_is_in_late_and_out(mixed: TownReturn, plan: Plan) -> None:
    assert say_duties(mixed, plan).text == ASKED + (
        "应报打假工作方案5份，已报4份，其中迟报1份（镇农林水务局），未报1份（镇工商分局）。"
        "重点区域和警示区域（市场）工作方案由镇经科信局负责，尚未报送。"
        "尚有2个成员单位没有指定信息报送员：镇公安分局、镇文化执法分队。"
    )


def test_everything_in(town_return: TownReturn, plan: Plan) -> None:
    duties = [standing(WORK, unit, S.ACCEPTED) for unit in LEADS]
    duties += [standing(AREA, "jingkexin"), *(standing(REPORTER, unit.code, S.ACCEPTED) for unit in plan.units)]
    assert say_duties(replace(town_return, duties=tuple(duties)), plan).text == ASKED + (
        "应报打假工作方案6份，已报6份。"
        "重点区域和警示区域（市场）工作方案由镇经科信局按时报送。"
        "11个成员单位均已指定信息报送员。"
    )


@pytest.mark.parametrize(
    ("state", "timeliness", "told"),
    [
        (S.RECEIVED, T.LATE, "迟报"),
        (S.RETURNED, T.NOT_RECEIVED, "报送后退回修改，尚未重报"),
        (S.OPEN, T.NOT_RECEIVED, "负责，尚未报送"),
    ],
)
def test_the_area_plan(town_return: TownReturn, plan: Plan, state: S, timeliness: T, told: str) -> None:
    one = standing(AREA, "jingkexin", state, timeliness)
    expected = f"重点区域和警示区域（市场）工作方案由镇经科信局{told}。"
    assert say_duties(replace(town_return, duties=(one,)), plan).text == expected


def test_what_is_exempted_is_not_spoken_of(town_return: TownReturn, plan: Plan) -> None:
    exempted = tuple(standing(kind, "jingkexin", S.EXEMPTED, T.NOT_RECEIVED) for kind in (WORK, AREA, REPORTER))
    assert not say_duties(replace(town_return, duties=exempted), plan)


def test_the_days_are_the_plans(mixed: TownReturn, plan: Plan) -> None:
    other = replace(plan, work_plans=WorkPlanDuty("2018-03-05", 7))
    assert "之日起7个工作日内" in say_duties(mixed, other).text


@pytest.fixture
def twin_of(plan: Plan, tmp_path: Path) -> Callable[[TownReturn], dict[str, object]]:
    def write(town_return: TownReturn) -> dict[str, object]:
        write_briefing_twin(town_return, plan, tmp_path / "b.json", date(2018, 4, 2))
        twin: dict[str, object] = json.loads((tmp_path / "b.json").read_text("utf-8"))
        return twin

    return write


def test_every_number_has_its_origin(
    mixed: TownReturn, town_return: TownReturn, twin_of: Callable[[TownReturn], dict[str, object]]
) -> None:
    twin = twin_of(mixed)
    assert check_spans(twin) == check_spans(twin_of(town_return)) + 8  # two of them where it is urged: 「3. …4项」
    counted = [one for one in figures_in(twin, "count") if one["of"] == "duties"]
    assert [(one["text"], one["obligations"], one["units"]) for one in counted] == [
        ("5", ["work_plan"], [one for one in LEADS if one != "yancao"]),
        ("4", ["work_plan"], ["shiyaojian", "zhujian", "nonglinshui", "jingkexin"]),
        ("1", ["work_plan"], ["nonglinshui"]),
        ("1", ["work_plan"], ["gongshang"]),
        ("2", ["reporter"], ["gongan", "wenhua"]),
        ("4", ["area_plan", "reporter", "work_plan"], ["gongshang", "jingkexin", "gongan", "wenhua"]),
    ]
    [days] = [one for one in figures_in(twin, "plan") if one.get("key") == "work_plans.working_days"]
    assert (days["text"], days["plan"]) == ("5", "qingxi-2018")


def test_the_passage_stands_in_the_part_on_reporting(
    mixed: TownReturn, town_return: TownReturn, twin_of: Callable[[TownReturn], dict[str, object]]
) -> None:
    def texts(told: TownReturn) -> list[str]:
        paragraphs = [one["text"] for one in twin_of(told)["paragraphs"]]  # type: ignore[index, attr-defined]
        return paragraphs[: paragraphs.index("七、下一步工作建议和需会议研究事项")]

    with_duties, without = texts(mixed), texts(town_return)
    place = next(row for row, text in enumerate(with_duties) if text.startswith(ASKED))
    assert with_duties[:place] + with_duties[place + 1 :] == without
    headings = [text for text in with_duties[:place] if text[1:2] == "、" or text[2:3] == "、"]
    assert headings[-1].endswith("、报送情况通报")


def test_the_sheet_lists_every_one(mixed: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_return_workbook(mixed, plan, tmp_path / "r.xlsx", date(2018, 4, 2))
    book = load_workbook(tmp_path / "r.xlsx")
    place = book.sheetnames.index("方案材料")
    assert book.sheetnames[place - 1 :] == ["报送时效", "方案材料", "数据来源"]
    rows = [[cell for cell in row if cell] for row in book["方案材料"].iter_rows(values_only=True)]
    assert ["打假工作方案", "镇农林水务局", "迟报通过", "迟报", "1", "2018-03-09 16:00:30"] in rows
    assert ["打假工作方案", "市烟草专卖局第五分局", "免报", "未收到", "0", "未收到"] in rows
    assert ["信息报送员名单", "镇公安分局", "未报", "未收到", "0", "未收到"] in rows


def test_returns_of_before_keep_their_text(mixed: TownReturn, town_return: TownReturn) -> None:
    assert "duties" not in json.loads(canonical_json(town_return))
    assert read_canonical(canonical_json(mixed)) == mixed
