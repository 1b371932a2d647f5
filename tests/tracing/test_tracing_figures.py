"""Published figures traced through the store, on each engine: exactly what the issue was compiled from."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kept_office import KeptOffice, copied_office, keep_office
from stored_reports import empty_the_inbox, make_report, overdue, record_report, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, Measure
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.returns import find_compilation, newest_compilation
from townreturn.text_table import shown_width
from townreturn.tracing.drawing import WIDTH, draw
from townreturn.tracing.report import Traced, as_data

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
IN_MAY = datetime.fromisoformat("2018-05-10T09:30:00+08:00")


def issue(office: Office, compilation: int, now: datetime) -> None:
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)


def publish(office: Office, period: Period) -> None:
    now = overdue(office.plans.plans[0], period.key)
    month.open_period(office, period, now, "", backfilled=True)
    empty_the_inbox(office, now)
    issue(office, month.compile_return(office, period, now), now)


@pytest.fixture(scope="module")
def two_periods(server: Any, tmp_path_factory: pytest.TempPathFactory) -> KeptOffice:
    return keep_office(tmp_path_factory.mktemp("two-periods") / "home", publish_two_periods, server)


@pytest.fixture
def published(two_periods: KeptOffice, tmp_path: Path) -> Iterator[Office]:
    with copied_office(two_periods, tmp_path / "home") as office:
        yield office


def publish_two_periods(office: Office) -> None:
    """January without 建材 and February, published; of the year before, 建材's January came in and was not."""
    plan = office.plans.plans[0]
    with writing(office.engine) as tx:
        record_report(tx, plan, make_report(plan, "building", {"cases_filed": 2}), "2017-01")
    store_all(office, "2018-01", without=("building",), figures={"cases_filed": 1, "goods_value": "2.50"})
    publish(office, JANUARY)
    store_all(office, "2018-02", figures={"cases_filed": 3, "cases_open_at_start": 4, "goods_value": "0.25"})
    publish(office, FEBRUARY)


def test_every_level_of_every_measure_adds_up_to_what_was_published(published: Office) -> None:
    with reading(published.engine) as tx:
        compilation = newest_compilation(tx, "qingxi", "2018-02")
    assert compilation is not None
    for category, indicator in (
        ("building", "cases_filed"), (TOTAL, "cases_filed"), (TOTAL, "goods_value"), (TOTAL, "cases_open_at_start"),
    ):  # fmt: skip
        for measure in Measure:
            tree = month.trace(published, FEBRUARY, category, indicator, measure).tree
            figure = getattr(compilation.town_return.cell(category, indicator), measure.value)
            assert tree.value == (figure.value if isinstance(figure, Amount) else figure.pct)
            assert all(node.adds_up for node in tree.walk())


def test_the_plan_of_then_names_what_is_published(published: Office) -> None:
    """Today's calls 建材 otherwise, gives it to another unit, or is missing; a figure of then stays what it was."""
    [plan] = published.plans.plans
    renamed = tuple(
        replace(one, name="建筑材料", lead="yancao") if one.code == "building" else one for one in plan.categories
    )
    today = replace(published, plans=PlanBook((replace(plan, title="新方案", categories=renamed),)))
    traced = month.trace(today, FEBRUARY, TOTAL, "cases_filed", Measure.CURRENT)
    assert "└─ 2.建材（镇住建局）：3宗" in draw(traced).replace("├─", "└─").splitlines()
    assert month.trace(today, FEBRUARY, "建材", "立案", Measure.CURRENT).tree.value == 3
    with pytest.raises(Misuse, match="没有类别“建筑材料”"):
        month.trace(today, FEBRUARY, "建筑材料", "立案", Measure.CURRENT)
    gone = replace(published, plans=PlanBook((replace(plan, validity=Validity("2019-01", "2019-12")),)))
    assert month.trace(gone, FEBRUARY, "建材", "立案", Measure.CURRENT).tree.value == 3
    with pytest.raises(Misuse, match="2018-03 没有生效的"):
        month.trace(gone, Period("2018-03"), "建材", "立案", Measure.CURRENT)
    store_all(today, "2018-03", figures={"cases_filed": 1, "cases_open_at_start": 7})
    with pytest.raises(Misuse, match="没有类别“建材”"):
        month.trace(today, Period("2018-03"), "建材", "立案", Measure.CURRENT)


def test_what_had_been_published_or_compiled_then(published: Office) -> None:
    """January was published on 1 February, February on 1 March; January is corrected in May."""
    store_report(published, "building", "2018-01", {"cases_filed": 5}, received_at=IN_MAY)
    month.propose_correction(published, JANUARY, "", IN_MAY)
    issue(published, month.compile_correction(published, JANUARY, IN_MAY), IN_MAY)

    def then(period: Period, day: str, number: int | None = None) -> Traced:
        as_of = datetime.fromisoformat(f"{day}T12:00:00+08:00")
        return month.trace(published, period, "building", "cases_filed", Measure.YTD, number, as_of)

    assert (then(JANUARY, "2018-04-10").issue, then(JANUARY, "2018-05-11").issue) == (0, 1)
    assert (then(JANUARY, "2018-04-10").tree.value, then(JANUARY, "2018-05-11").tree.value) == (None, 5)
    assert then(FEBRUARY, "2018-04-10").corrected_since == ()
    assert then(FEBRUARY, "2018-05-11").corrected_since == (("2018-01", 1),)
    assert draw(then(JANUARY, "2018-04-10")).startswith("截至 2018-04-10 12:00 已发布、已汇总的\n")
    assert as_data(then(JANUARY, "2018-04-10"))["as_of"] == "2018-04-10T12:00:00+08:00"
    with pytest.raises(Misuse, match=r"没有发布过编号 1 的月报.*已发布的编号：0"):
        then(JANUARY, "2018-04-10", 1)
    with pytest.raises(Refused, match="2018-02 还没有汇总"):
        then(FEBRUARY, "2018-02-20")


def test_the_year_to_date_ends_in_cells(published: Office) -> None:
    traced = month.trace(published, FEBRUARY, TOTAL, "cases_filed", Measure.YTD)
    assert traced.tree.value == 27  # 6 × 1 in January, 7 × 3 in February
    january, february = traced.tree.children
    assert (january.period, january.issue, january.value, february.value) == ("2018-01", 0, 6, 21)
    missing = next(one for one in january.children if one.category == "building")
    assert (missing.value, missing.source) == (None, None)
    source = january.children[0].source
    assert source is not None
    assert (source.file_name, source.sheet, source.cell, source.raw) == (
        "food_drug-2018-01-0.xlsx", "统计表", "D15", "1",
    )  # fmt: skip
    assert len(source.file_hash) == 64


def test_reports_of_a_period_never_published_are_named_as_such(published: Office) -> None:
    """本年累计同比 of 建材: 2017-01 counts 2 although nothing of 2017 was published; 2017-02 is 未报."""
    traced = month.trace(published, FEBRUARY, "建材", "立案", Measure.YTD_YEAR_ON_YEAR)
    first, second = traced.tree.children[1].children
    assert (first.period, first.issue, first.value) == ("2017-01", None, 2)
    assert first.source is not None
    assert (second.value, second.source) == (None, None)
    assert "2017年1月（未发布）：2宗" in draw(traced)


def test_a_later_correction_leaves_the_tree_of_the_issue_as_it_was(published: Office) -> None:
    store_report(published, "building", "2018-01", {"cases_filed": 5}, number=1, received_at=IN_MAY)
    now = IN_MAY + timedelta(hours=1)
    issue(published, month.compile_correction(published, JANUARY, now), now)

    february = month.trace(published, FEBRUARY, TOTAL, "cases_filed", Measure.YTD)
    assert (february.tree.value, february.tree.children[0].issue) == (27, 0)
    assert february.corrected_since == (("2018-01", 1),)
    assert "2018年1月此后又发布了第1次更正" in draw(february)

    corrected = month.trace(published, JANUARY, "building", "cases_filed", Measure.CURRENT)
    assert (corrected.issue, corrected.tree.value, corrected.corrected_since) == (1, 5, ())
    [change] = corrected.changes
    assert (change.old, change.new) == (None, 5)
    assert "更正　更正前 未报，更正为 5宗。" in draw(corrected)
    original = month.trace(published, JANUARY, "building", "cases_filed", Measure.CURRENT, issue=0)
    assert (original.tree.value, original.corrected_since) == (None, (("2018-01", 1),))


def test_who_approved_and_when_stands_above(published: Office) -> None:
    traced = month.trace(published, JANUARY, "food_drug", "cases_filed", Measure.CURRENT)
    assert [one.name for one in traced.approvals] == ["分管副镇长"]
    with reading(published.engine) as tx:
        compilation = newest_compilation(tx, "qingxi", "2018-01")
    assert compilation is not None
    assert traced.content_hash == compilation.content_hash


def test_what_is_only_compiled_is_marked(office: Office) -> None:
    now = overdue(office.plans.plans[0], "2018-01")
    with pytest.raises(Refused, match="还没有汇总"):
        month.trace(office, JANUARY, "建材", "立案", Measure.CURRENT)
    store_all(office, "2018-01", figures={"cases_filed": 1})
    month.compile_return(office, JANUARY, now)
    traced = month.trace(office, JANUARY, "2", "立案", Measure.CURRENT)
    assert traced.published_at is None
    assert "尚未发布" in draw(traced).splitlines()[0]


def test_a_draft_is_traced_as_it_would_be_compiled_now(published: Office) -> None:
    """建材 comes in for January after all: 5 of its own, and 11 of the total with the six of 1 that were in."""
    store_report(published, "building", "2018-01", {"cases_filed": 5}, received_at=IN_MAY)
    own = month.trace_next(published, JANUARY, "建材", "立案", Measure.CURRENT, IN_MAY)
    assert (own.issue, own.compiled_at, own.published_at, own.tree.value) == (1, None, None, 5)
    assert own.tree.source is not None
    assert own.tree.source.file_name == "building-2018-01-0.xlsx"
    assert own.corrected_since == ()
    assert "2018年1月打假统计月报（第1次更正），尚未汇总" in draw(own).splitlines()[0]
    assert as_data(own)["compiled_at"] is None
    total = month.trace_next(published, JANUARY, TOTAL, "cases_filed", Measure.YTD, IN_MAY)
    assert total.tree.value == 11
    assert all(node.adds_up for node in total.tree.walk())
    assert "2018年1月（未发布）：11宗" in draw(total)
    compilation = month.compile_correction(published, JANUARY, IN_MAY)
    with reading(published.engine) as tx:
        assert find_compilation(tx, compilation).content_hash == own.content_hash


def test_where_nothing_would_be_published_the_newest_issue_is_traced(published: Office) -> None:
    traced = month.trace_next(published, FEBRUARY, "building", "cases_filed", Measure.CURRENT, IN_MAY)
    assert (traced.issue, traced.tree.value) == (0, 3)
    assert traced.published_at is not None


def test_a_period_that_was_never_compiled_is_traced_too(office: Office) -> None:
    store_report(office, "building", "2018-01", {"cases_filed": 4})
    now = overdue(office.plans.plans[0], "2018-01")
    traced = month.trace_next(office, JANUARY, TOTAL, "cases_filed", Measure.CURRENT, now)
    assert (traced.issue, traced.tree.value, traced.compiled_at) == (0, 4, None)
    assert [one.source is not None for one in traced.tree.children].count(True) == 1


@pytest.mark.parametrize(
    ("category", "indicator", "sentence"),
    [
        ("建筑", "立案", "没有类别“建筑”。.*2.建材（building）.*合计（total）"),
        ("建材", "假烟", "“建材”没有指标“假烟”。.*立案（cases_filed）"),
        ("合计", "检查各类市场", "“合计”没有指标“检查各类市场”"),
        ("烟草制品", "black_dens_banned", "“烟草制品”没有指标"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    small_office: Office, category: str, indicator: str, sentence: str
) -> None:
    with pytest.raises(Misuse, match=sentence):
        month.trace(small_office, JANUARY, category, indicator, Measure.CURRENT)


@pytest.mark.parametrize("category", ["building", "2", "建材", "2.建材", " 建材 "])
@pytest.mark.parametrize("indicator", ["cases_filed", "立案"])
def test_categories_and_indicators_go_by_several_names(small_office: Office, category: str, indicator: str) -> None:
    with pytest.raises(Refused, match="还没有汇总"):
        month.trace(small_office, JANUARY, category, indicator, Measure.CURRENT)


def test_an_issue_that_was_not_published_is_refused(published: Office) -> None:
    with pytest.raises(Misuse, match=r"没有发布过编号 3 的月报.*已发布的编号：0"):
        month.trace(published, JANUARY, "建材", "立案", Measure.CURRENT, issue=3)


def test_the_text_as_it_stood_and_how_it_was_read(office: Office, send: Callable[..., Path]) -> None:
    """１ in full width, 0 with its unit in the cell; a long explanation stays within the screen."""
    send(office, "zhujian", "2018-01", lambda book: book.put("premises_inspected", "２"),
         lambda book: book.put("enforcement_actions", "1次"))  # fmt: skip
    now = overdue(office.plans.plans[0], "2018-01")
    month.take_in(office, now)
    compilation = month.compile_return(office, JANUARY, now)
    traced = month.trace(office, JANUARY, "建材", "检查经营主体", Measure.CURRENT)
    assert traced.tree.source is not None
    assert traced.tree.source.raw == "２"
    [told] = traced.tree.source.normalised
    assert told.startswith("“检查经营主体”填的“２”里有全角字符")
    assert "已读作 2" in told
    lines = draw(traced).splitlines()
    assert any("原文“２”" in line for line in lines)
    assert any(line.startswith("   读取　“检查经营主体”") for line in lines)
    assert max(map(shown_width, lines)) <= WIDTH
    with reading(office.engine) as tx:
        sources = find_compilation(tx, compilation).town_return.sources
    read = {one.indicator: one.normalised for one in sources if one.normalised}
    assert read.keys() == {"premises_inspected", "enforcement_actions"}
    assert "带了单位，已读作 1" in read["enforcement_actions"][0]


def test_the_data_are_the_tree(published: Office) -> None:
    traced = month.trace(published, FEBRUARY, "building", "goods_value", Measure.YTD)
    data = as_data(traced)
    assert (data["period"], data["issue"], data["unit"]) == ("2018-02", 0, "万元")
    tree = data["tree"]
    assert (tree["value"], tree["text"], tree["kind"]) == ("0.25", "0.25万元（2项中已报1项）", "sum")
    assert [(one["period"], one["value"], one["label"]) for one in tree["children"]] == [
        ("2018-01", None, "2018年1月（原发布）"),
        ("2018-02", "0.25", "2018年2月（原发布）"),
    ]
    assert tree["children"][1]["source"]["raw"] == "0.25"
    assert tree["children"][0]["source"] is None
