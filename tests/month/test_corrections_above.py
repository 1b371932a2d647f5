"""A city's corrections and zeros: each office answers for its own part, and nothing is said of the others.

By hand, 建材 立案: January 清溪镇 1, corrected to 2, and 塘厦镇 4, taken out again; February 2 and 5.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from levels_of_government import newest_issue, open_levels, publish
from townreturn import month
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL
from townreturn.month.submissions import Taken
from townreturn.office import Office
from workbooks import fill_workbook

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
REPORTED = {JANUARY: datetime.fromisoformat("2018-02-05T10:00:00+08:00"),
            FEBRUARY: datetime.fromisoformat("2018-03-05T10:00:00+08:00")}  # fmt: skip
CORRECTED = datetime.fromisoformat("2018-03-20T09:00:00+08:00")
REASON = {"category": "building", "indicator": "", "finding": "与已发布的数字不同", "reason": "漏统计一宗水泥案"}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Office]:
    offices = open_levels(tmp_path)
    yield offices["dongguan"]
    offices["qingxi"].engine.dispose()


def send(
    city: Office, unit: str, period: Period, filed: int, at: datetime, reason: Mapping[str, str] | None = None,
    zero: bool = False,
) -> None:  # fmt: skip
    """An office's workbook: so many cases of 建材 filed and closed, everything else nought; or 零申报 of 建材."""
    plan = city.plans.in_force(period)
    figures = {one.code: {} for category in plan.categories for one in plan.form.indicators_of(category.code)}
    for category in plan.categories:
        for one in plan.form.indicators_of(category.code):
            figures[one.code][category.code] = "0"
    for code in ("cases_investigated", "cases_filed", "cases_closed"):
        figures[code]["building"] = str(filed)
    path = Path(city.inbox.path) / f"{unit}-{period}-{at:%d}.xlsx"
    fill_workbook(
        plan, plan.unit_by_code[unit], period, path, figures=figures, explanations=[reason] if reason else [],
        zero_returns=frozenset({"building"} if zero else ()),
    )  # fmt: skip
    os.utime(path, (at.timestamp(), at.timestamp()))


def take_in(city: Office, at: datetime) -> tuple[Taken, ...]:
    return month.take_in(city, at + timedelta(minutes=5)).taken


def publish_month(city: Office, period: Period, first: int, second: int) -> None:
    at = REPORTED[period]
    month.open_period(city, period, at, "", backfilled=False)
    send(city, "qingxi", period, first, at)
    send(city, "tangxia", period, second, at)
    assert [one.disposition.value for one in take_in(city, at)] == ["accepted"] * 2
    publish(city, month.compile_return(city, period, at + timedelta(days=2)), at + timedelta(days=2))


def workbook_for_above(city: Office, period: Period, issue: int) -> list[str]:
    """Every text of its sheets."""
    [path] = (Path(city.outbox.path) / period.key / f"issue-{issue}").glob("*_上报*.xlsx")
    return [str(cell) for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True) for cell in row]


def test_a_correction_is_of_the_offices_that_it_is_of(city: Office) -> None:
    publish_month(city, JANUARY, 1, 4)
    publish_month(city, FEBRUARY, 2, 5)
    send(city, "qingxi", JANUARY, 2, CORRECTED, REASON)
    take_in(city, CORRECTED)
    compilation = month.compile_correction(city, JANUARY, CORRECTED + timedelta(hours=1))
    assert month.ask_approval(city, compilation).returnable == ("building@qingxi",), "塘厦镇 is as it was"

    file = next(one.link.file_hash for one in month.revisions_of(city, JANUARY) if one.slot.key == "building@tangxia")
    month.exclude_file(
        city, JANUARY, file, account="clerk", reason="误报", categories=("建材",), now=CORRECTED + timedelta(hours=2)
    )
    compilation = month.compile_correction(city, JANUARY, CORRECTED + timedelta(hours=3))
    assert month.ask_approval(city, compilation).returnable == ("building@qingxi", "building@tangxia")
    publish(city, compilation, CORRECTED + timedelta(hours=4))
    corrected = newest_issue(city, JANUARY)
    assert {one.category for one in corrected.changes} == {"building", TOTAL}, "of no other is January incomplete"
    [reason] = {one.reason for one in corrected.changes if (one.category, one.period) == ("building", JANUARY.key)} - {
        one.reason for one in corrected.changes if "数值不变" in one.reason
    }
    assert reason == "清溪镇说明：漏统计一宗水泥案；塘厦镇：原报送已剔除：误报"
    told = workbook_for_above(city, JANUARY, 1)
    assert reason in told, "both reasons go up"
    assert "本类别2个下级单位中1个已报，数据不含：塘厦镇" in told


def test_what_nobody_reported_is_no_zero_and_who_owes_nothing_is_not_counted(city: Office) -> None:
    at = REPORTED[JANUARY]
    month.open_period(city, JANUARY, at, "", backfilled=False)
    send(city, "qingxi", JANUARY, 0, at, zero=True)
    take_in(city, at)
    for category in city.plans.in_force(JANUARY).categories:
        decided = month.Decided(AdjustmentKind.EXEMPTED, "clerk", "机构调整")
        month.adjust_statistics(city, JANUARY, f"{category.code}@tangxia", decided, at)
    later = at + timedelta(days=2)
    standings = month.readiness(city, JANUARY, later).standings
    assert month.describe_standings(city.plans.in_force(JANUARY), JANUARY, standings) == (
        "东莞市2018年1月：已报 1/1 个下级单位，全部报齐；免报：塘厦镇"
    )
    publish(city, month.compile_return(city, JANUARY, later), later)
    [path] = (Path(city.outbox.path) / JANUARY.key / "issue-0").glob("打假形势分析会材料*.json")
    told = path.read_text(encoding="utf-8")
    assert "2个下级单位（2个下级单位中1个已报）本期零申报" in told
    above = workbook_for_above(city, JANUARY, 0)
    assert above.count(city.plans.in_force(JANUARY).form.yes) == 0, "零申报 is ticked nowhere"
