"""One town's figures and its correction through city and province, and a province's cell back to a unit's workbook.

By hand, 建材 立案 of January: 清溪镇 1 and, corrected, 2; 塘厦镇 4; 深圳市 10. So 东莞市 has 1 + 4 = 5, then
2 + 4 = 6, and 广东省 5 + 10 = 15, then 6 + 10 = 16.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from levels_of_government import newest_issue, open_levels, publish, send_figures
from spans_of_briefing import check_spans
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, AmountStatus, Measure, TownReturn
from townreturn.office import Office
from townreturn.tracing.tree import Node, NodeKind

JANUARY = Period("2018-01")
REPORTED = datetime.fromisoformat("2018-01-29T10:00:00+08:00")
AFTER_DUE = datetime.fromisoformat("2018-02-06T09:00:00+08:00")
CORRECTED = datetime.fromisoformat("2018-02-20T09:00:00+08:00")
REASON = "复核台账时发现漏统计一宗当月立案并结案的水泥案"
FILED = "cases_filed"


@pytest.fixture
def offices(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Office]]:
    """On SQLite; on both engines where a test asks for ``database_url``."""
    both = "database_url" in request.fixturenames
    opened = open_levels(tmp_path, request.getfixturevalue("database_url") if both else "")
    yield opened
    opened["qingxi"].engine.dispose()


def report(offices: dict[str, Office], *, without: str = "") -> None:
    """Every unit of both towns, and 深圳市 by hand, for it has no office here."""
    for town, filed in (("qingxi", "1"), ("tangxia", "4")):
        office = offices[town]
        month.open_period(office, JANUARY, REPORTED, "", backfilled=False)
        changes = {FILED: filed, "cases_closed": filed, "cases_investigated": filed}
        for unit in office.plans.in_force(JANUARY).reporting_units:
            if f"{town}/{unit.code}" != without:
                send_figures(office, unit.code, JANUARY, changes, REPORTED)
        month.take_in(office, REPORTED + timedelta(hours=1))
    send_figures(
        offices["guangdong"], "shenzhen", JANUARY,
        {FILED: "10", "cases_closed": "10", "cases_investigated": "10"}, REPORTED,
    )  # fmt: skip
    for town in ("dongguan", "guangdong"):
        month.open_period(offices[town], JANUARY, REPORTED, "", backfilled=False)


def publish_upwards(offices: dict[str, Office], at: datetime) -> None:
    """Each level by its own deadline; what a level publishes, the one above takes in."""
    for minutes, town in enumerate(("qingxi", "tangxia", "dongguan", "guangdong")):
        publish_next(offices[town], at + timedelta(minutes=minutes))


def publish_next(office: Office, at: datetime) -> None:
    """What has come by then is taken in, and the return published."""
    month.take_in(office, at)
    publish(office, month.compile_return(office, JANUARY, at), at)


def describe(office: Office) -> str:
    standings = month.readiness(office, JANUARY, AFTER_DUE).standings
    return month.describe_standings(office.plans.in_force(JANUARY), JANUARY, standings)


def filed(town_return: TownReturn, category: str = "building") -> Any:
    cell = town_return.cell(category, FILED)
    assert cell is not None
    amount = cell.current
    return amount.value, amount.status, amount.reported, amount.expected


@pytest.mark.usefixtures("database_url")
def test_a_correction_goes_up_to_the_province_and_a_cell_comes_down_to_a_workbook(
    offices: dict[str, Office],
) -> None:
    report(offices)
    publish_upwards(offices, AFTER_DUE)
    assert filed(newest_issue(offices["dongguan"], JANUARY)) == (Decimal(5), AmountStatus.REPORTED, 2, 2)
    assert filed(newest_issue(offices["guangdong"], JANUARY)) == (Decimal(15), AmountStatus.REPORTED, 2, 2)

    reason = {"category": "building", "indicator": "", "finding": "与已发布的数字不同", "reason": REASON}
    send_figures(
        offices["qingxi"], "zhujian", JANUARY, {FILED: "2", "cases_closed": "2", "cases_investigated": "2"}, CORRECTED,
        reason,
    )  # fmt: skip
    for hours, town in enumerate(("qingxi", "dongguan", "guangdong"), start=1):
        at = CORRECTED + timedelta(hours=hours)
        [taken] = month.take_in(offices[town], at).taken
        assert taken.disposition is Verdict.EXPLAINED, town
        assert month.corrections_due(offices[town], at) == (JANUARY,), town
        publish(offices[town], month.compile_correction(offices[town], JANUARY, at), at)

    province = newest_issue(offices["guangdong"], JANUARY)
    assert (province.issue, filed(province)[0]) == (1, Decimal(16))
    [change] = [
        one for one in province.changes
        if (one.category, one.indicator, one.measure) == ("building", FILED, Measure.CURRENT)
    ]  # fmt: skip
    assert (change.old, change.new) == (Decimal(15), Decimal(16))
    assert change.reason.startswith("东莞市说明：清溪镇说明：")
    assert REASON in change.reason
    assert {one.category for one in province.changes} == {"building", TOTAL}, "nothing else is said to have changed"
    come_down(offices, Decimal(16))


def come_down(offices: dict[str, Office], value: Decimal) -> None:
    """From the province's cell to D of 清溪镇's 镇住建局, every level adding up."""
    traced = month.trace(offices["guangdong"], JANUARY, "building", FILED, Measure.CURRENT, below=offices.get)
    tree = traced.tree
    assert (tree.kind, tree.value, [one.unit for one in tree.children]) == (NodeKind.SUM, value, ["东莞市", "深圳市"])
    assert all(one.adds_up for one in tree.walk())
    dongguan, shenzhen = tree.children
    assert (shenzhen.value, shenzhen.children) == (Decimal(10), ()), "it has no office here: its workbook is the end"
    city = below(dongguan, "东莞市", 1)
    assert [(one.unit, one.value) for one in city.children] == [("清溪镇", Decimal(2)), ("塘厦镇", Decimal(4))]
    town = below(city.children[0], "清溪镇", 1)
    assert (town.kind, town.value, town.children) == (NodeKind.READ, Decimal(2), ())
    assert town.source is not None
    assert (town.source.file_name, town.source.raw) == ("zhujian.xlsx", "2")
    assert offices["qingxi"].archive.read(town.source.file_hash), "the very workbook is in the archive"
    assert [one.explanation for one in town.notes] == [REASON]


def below(part: Node, town: str, issue: int) -> Node:
    """The figure of a return that a part was read from."""
    [root] = part.children
    assert part.source is not None
    assert (root.town, root.issue, root.value) == (town, issue, part.value)
    return root


def test_who_is_out_is_out_at_every_level(offices: dict[str, Office]) -> None:
    """塘厦镇 has no 建材: its city has one of two, and says so to the province, which has two of two all the same."""
    report(offices, without="tangxia/zhujian")
    publish_upwards(offices, AFTER_DUE)
    city, province = (newest_issue(offices[town], JANUARY) for town in ("dongguan", "guangdong"))
    assert filed(city) == (Decimal(1), AmountStatus.INCOMPLETE, 1, 2)
    assert filed(province) == (Decimal(11), AmountStatus.REPORTED, 2, 2)
    line = describe(offices["dongguan"])
    assert line == "东莞市2018年1月：已报 2/2 个下级单位，其中 1 个有类别未报；未报：塘厦镇（建材）"
    told = [one for one in province.entries if one.section == "explanations"]
    assert [(one.category, one.unit, one.values["reason"]) for one in told] == [
        ("building", "dongguan", "本类别2个下级单位中1个已报，数据不含：塘厦镇")
    ]
    tree = month.trace(offices["dongguan"], JANUARY, "building", FILED, Measure.CURRENT).tree
    assert ([one.unit for one in tree.children], tree.reported, tree.expected) == (["清溪镇"], 1, 2)
    briefing = read_briefing(offices["dongguan"])
    assert "应报2个下级单位，已报2个，其中1个有类别未报：塘厦镇（建材）。" in briefing
    assert "（2个下级单位中1个已报）。" in briefing


def read_briefing(office: Office) -> str:
    """The texts of January's, in which no number is without an origin."""
    [path] = (Path(office.outbox.path) / JANUARY.key / "issue-0").glob("打假形势分析会材料*.json")
    twin = json.loads(path.read_text(encoding="utf-8"))
    assert check_spans(twin) > 100
    return "\n".join(one["text"] for one in twin["paragraphs"])


def test_a_town_that_is_out_altogether_holds_nobody_up_after_the_deadline(offices: dict[str, Office]) -> None:
    report(offices)
    for minutes, town in enumerate(("qingxi", "dongguan", "guangdong")):
        publish_next(offices[town], AFTER_DUE + timedelta(minutes=minutes))
    line = describe(offices["dongguan"])
    assert line == "东莞市2018年1月：已报 1/2 个下级单位；未报：塘厦镇"
    assert filed(newest_issue(offices["dongguan"], JANUARY), TOTAL)[1:] == (AmountStatus.INCOMPLETE, 0, 7)


def test_publishing_again_hands_up_nothing_twice(offices: dict[str, Office]) -> None:
    report(offices)
    town, city = offices["qingxi"], offices["dongguan"]
    compilation = month.compile_return(town, JANUARY, AFTER_DUE)
    publish(town, compilation, AFTER_DUE)
    [waiting] = Path(city.inbox.path).iterdir()
    waiting.unlink()  # lost before the city looked
    month.publish(town, compilation, AFTER_DUE + timedelta(hours=1))
    [taken] = month.take_in(city, AFTER_DUE + timedelta(hours=2)).taken
    assert (taken.unit, taken.disposition) == ("qingxi", Verdict.ACCEPTED)
    month.publish(town, compilation, AFTER_DUE + timedelta(hours=3))
    assert not list(Path(city.inbox.path).iterdir())
