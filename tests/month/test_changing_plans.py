"""Four months over two changes of plan: compiled, checked, published, corrected, verified and made again.

cases_filed of category number n: n in 2018-10, 2n in 2018-11, 3n in 2018-12, 4n in 2019-01.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from changing_plans import approver_of, before_november, from_november, open_three
from filled_workbook import FilledWorkbook
from spans_of_briefing import check_spans
from stored_reports import overdue, store_report
from townreturn import month
from townreturn.domain.approval import conflicts_of
from townreturn.domain.breaks import BreakKind
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, AmountStatus, Measure, TownReturn
from townreturn.month.exclusions import exclude_file
from townreturn.month.rebuilding import rebuild
from townreturn.month.verifying import CHECKS
from townreturn.month.verifying.archive import check_archive
from townreturn.month.verifying.case import Case
from townreturn.month.verifying.figures import check_figures
from townreturn.month.verifying.outbox import list_delivered
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.reports import latest_reports
from townreturn.store.returns import find_compilation, find_issue
from townreturn.tracing.drawing import draw
from written_plans import valid, write_plan

OCTOBER, NOVEMBER, DECEMBER, JANUARY = (Period(key) for key in ("2018-10", "2018-11", "2018-12", "2019-01"))
TIMES = {OCTOBER: 1, NOVEMBER: 2, DECEMBER: 3, JANUARY: 4}


def report(office: Office, period: Period) -> None:
    for one in office.plans.in_force(period).categories:
        store_report(office, one.code, period.key, {"cases_filed": TIMES[period] * one.number})


def issue(office: Office, compilation: int, now: datetime) -> TownReturn:
    """The second gate, the approval, the publication; what was published."""
    month.check_return(office, compilation)
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="同意", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)
    with reading(office.engine) as tx:
        return find_compilation(tx, compilation).town_return


def publish(office: Office, period: Period) -> TownReturn:
    now = overdue(office.plans.in_force(period), period.key)
    report(office, period)
    return issue(office, month.compile_return(office, period, now), now)


def correct(office: Office, category: str, period: Period, filed: int, now: datetime) -> TownReturn:
    store_report(office, category, period.key, {"cases_filed": filed}, number=1, received_at=now)
    return issue(office, month.compile_correction(office, period, now), now)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """October; November and with it October's correction; December and its own; January."""
    opened = open_three(tmp_path_factory.mktemp("town"), first="2018-10")
    publish(opened, OCTOBER)
    publish(opened, NOVEMBER)
    later = overdue(opened.plans.in_force(NOVEMBER), NOVEMBER.key) + timedelta(days=1)
    correct(opened, "food_drug", OCTOBER, 4, later)
    publish(opened, DECEMBER)
    later = overdue(opened.plans.in_force(DECEMBER), DECEMBER.key) + timedelta(days=1)
    correct(opened, "appliances", DECEMBER, 20, later)
    publish(opened, JANUARY)
    yield opened
    opened.engine.dispose()


def published(office: Office, period: Period, number: int = 0) -> TownReturn:
    with reading(office.engine) as tx:
        found = find_issue(tx, "qingxi", period.key, number)
    assert found is not None
    return found.town_return


def filed(town_return: TownReturn, category: str) -> tuple[str, str, str | None]:
    """Current, year to date with its status, 环比; as far as there are numbers."""
    cell = town_return.cell(category, "cases_filed")
    assert cell is not None
    change = cell.month_on_month.pct
    return str(cell.current.value), f"{cell.ytd.value} {cell.ytd.status}", None if change is None else str(change)


def test_over_the_succession(office: Office) -> None:
    november = published(office, NOVEMBER)
    assert november.plan == "qingxi-2018-11"
    assert filed(november, "food_drug") == ("2", "3 incomplete", "100")  # January to September were not reported
    assert filed(november, "children") == ("10", "15 incomplete", "100")
    assert filed(november, "tobacco") == ("6", "9 incomplete", None)
    assert filed(november, "beauty") == ("16", "16 incomplete", None)
    assert filed(november, TOTAL) == ("72", "100 incomplete", None)  # 2 × 36; and 28 of October
    assert [(one.kind, one.category) for one in november.breaks] == [
        (BreakKind.ADDED, "beauty"), (BreakKind.SCOPE, "tobacco")
    ]  # fmt: skip
    assert published(office, OCTOBER).breaks == ()


def test_a_correction_from_before_moves_what_came_after(office: Office) -> None:
    """October's 1 became 4: November's sum is 6 instead of 3, and 2 is not twice 1 but half of 4."""
    corrected = published(office, OCTOBER, 1)
    moved = {
        (one.period, one.category, one.measure): (one.old, one.new)
        for one in corrected.changes
        if one.indicator == "cases_filed"
    }
    assert moved == {
        ("2018-10", "food_drug", Measure.CURRENT): (Decimal(1), Decimal(4)),
        ("2018-10", "food_drug", Measure.YTD): (Decimal(1), Decimal(4)),
        ("2018-10", TOTAL, Measure.CURRENT): (Decimal(28), Decimal(31)),
        ("2018-10", TOTAL, Measure.YTD): (Decimal(28), Decimal(31)),
        ("2018-11", "food_drug", Measure.YTD): (Decimal(3), Decimal(6)),
        ("2018-11", "food_drug", Measure.MONTH_ON_MONTH): (Decimal("100.0"), Decimal("-50.0")),
        ("2018-11", TOTAL, Measure.YTD): (Decimal(100), Decimal(103)),
    }


def test_december_says_what_was_corrected_since_november(office: Office) -> None:
    december = published(office, DECEMBER)
    assert filed(december, TOTAL) == ("108", "211 incomplete", "50")  # 3 × 36; 31 + 72 + 108; 108 to 72
    assert filed(december, "food_drug") == ("3", "9 incomplete", "50")  # 4 + 2 + 3
    assert [(one.period, one.category, one.new) for one in december.changes] == [
        ("2018-10", "food_drug", Decimal(4)), ("2018-10", TOTAL, Decimal(31))
    ]  # fmt: skip


def test_january_without_a_category_says_nothing_of_its_correction(office: Office) -> None:
    """6.家用电器 was corrected in December and is no more; January's sums do not contain it."""
    january = published(office, JANUARY)
    assert (january.plan, january.edition) == ("qingxi-2019", "edition-2019")
    assert filed(january, TOTAL) == ("120", "120 reported", None)  # 4 × 30
    assert filed(january, "food_drug") == ("4", "4 reported", None), "the period is of another length"
    assert january.cell("appliances", "cases_filed") is None
    assert january.changes == ()
    asked = january.cell("food_drug", "online_actions")
    assert asked is not None
    assert asked.previous.status is AmountStatus.MISSING


def text_of(office: Office, period: Period) -> str:
    """The briefing as its twin has it; every number in it has one origin."""
    [path] = (Path(office.outbox.path) / period.key / "issue-0").glob("打假形势分析会材料*.json")
    twin = json.loads(path.read_text("utf-8"))
    assert check_spans(twin) > 50
    return "\n".join(one["text"] for one in twin["paragraphs"])


def test_the_briefing_says_what_is_not_comparable_and_why(office: Office) -> None:
    november, january = text_of(office, NOVEMBER), text_of(office, JANUARY)
    assert "3.烟草制品自2018年11月起口径有调整，与调整以前的数不作比较" in november
    assert "8.医疗美容产品自2018年11月起新增" in november
    assert "（本期或对比期的数据不完整，或两期口径不同）" in november
    assert "报告期为2018年12月26日至2019年1月31日" in january
    assert "2019年1月因截止日变更，报告期为 2018-12-26 至 2019-01-31，长短与其他各期不同" in january
    assert "自2019年1月起有1个类别不再报送" in january
    assert "口径" not in text_of(office, OCTOBER)


def test_the_workbook_notes_it_under_the_tables_that_show_it(office: Office) -> None:
    [path] = (Path(office.outbox.path) / "2019-01" / "issue-0").glob("*月.xlsx")
    sheets = {
        sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row] for sheet in load_workbook(path)
    }
    reason = (
        "2019年1月因截止日变更，报告期为 2018-12-26 至 2019-01-31，长短与其他各期不同，不与其他各期比较；"
        "含有这一期的累计也不作比较。"
    )  # fmt: skip
    assert reason in sheets["环比"]
    assert "不可比：本期或对比期的数据不完整，或两期口径不同，不作比较。" in sheets["环比"]
    assert reason not in sheets["本期"]
    assert "报告期：2019年1月（2018-12-26 至 2019-01-31）" in sheets["本期"]


def test_the_approver_is_told_before_deciding(office: Office) -> None:
    with reading(office.engine) as tx:
        found = find_issue(tx, "qingxi", "2018-11", 0)
    assert found is not None
    summary = month.summarise(office, found.id)
    assert "- 口径变动：8.医疗美容产品自2018年11月起新增" in summary
    assert "- 口径变动：3.烟草制品自2018年11月起口径有调整" in summary


def test_the_record_is_whole(office: Office) -> None:
    """But for the original files, which these reports never had."""
    of_files = (check_archive, check_figures)
    for period in (OCTOBER, NOVEMBER, DECEMBER, JANUARY):
        with reading(office.engine) as tx:
            case = Case(tx, office, period.key, list_delivered(office.outbox)[period.key])
            assert [one for check in CHECKS if check not in of_files for one in check(case)] == []


def test_everything_is_made_again_by_the_plan_of_then_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlanBook, "in_force", lambda *_: pytest.fail("today's plans were asked"))
    for period, number in ((OCTOBER, 0), (OCTOBER, 1), (NOVEMBER, 0), (DECEMBER, 0), (DECEMBER, 1), (JANUARY, 0)):
        rebuilt = rebuild(office, period, number)
        assert (rebuilt.obstacle, rebuilt.is_exact) == ("", True), (period, number)


def drawn(office: Office, category: str, measure: Measure) -> list[str]:
    return draw(month.trace(office, NOVEMBER, category, "cases_filed", measure)).splitlines()


def test_a_trace_names_the_unit_of_each_period(office: Office) -> None:
    lines = [line.strip("│├└─ ") for line in drawn(office, TOTAL, Measure.YTD)]
    at = lines.index("2018年11月（原发布）：72宗")
    assert "1.食品药品保健品（镇食药监分局）：1宗" in lines[:at]
    assert "1.食品药品保健品（镇市场监督管理分局）：2宗" in lines[at:]
    assert any(line.startswith("口径　8.医疗美容产品自2018年11月起新增") for line in lines)


def test_a_trace_says_why_there_is_no_comparison(office: Office) -> None:
    lines = drawn(office, "tobacco", Measure.MONTH_ON_MONTH)
    assert any(line.startswith("口径　3.烟草制品自2018年11月起口径有调整") for line in lines)
    assert any(line.endswith("　环比：不可比") for line in lines)
    assert not any(line.startswith("口径") for line in drawn(office, "building", Measure.MONTH_ON_MONTH))
    assert not any(line.startswith("口径") for line in drawn(office, "tobacco", Measure.CURRENT))


def test_a_person_is_judged_by_the_unit_of_the_period(office: Office) -> None:
    """李局长 led 工商, which reported category 7 in October, and leads its successor, which reports three."""
    told = {}
    for period in (OCTOBER, NOVEMBER):
        plan = office.plans.in_force(period)
        [person] = [one for one in plan.approvers if one.account == "juzhang"]
        told[period] = conflicts_of(plan, dict.fromkeys(plan.slots, ""), person)
    assert told == {OCTOBER: ("ecommerce",), NOVEMBER: ("food_drug", "ecommerce", "beauty")}


# Workbooks, as units send them.


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Office]:
    opened = open_three(tmp_path)
    yield opened
    opened.engine.dispose()


def send(office: Office, unit: str, period: str, **balances: int) -> None:
    """A filled workbook; balances of one of its categories may be given."""
    plan = office.plans.in_force(Period(period))
    book = FilledWorkbook(plan, plan.unit_by_code[unit], Period(period))
    for category, opening in balances.items():
        book.put("cases_open_at_start", opening, category)
        book.put("cases_pending", opening + 2, category)
    received = (plan.calendar.end(Period(period)) + timedelta(days=1)).astimezone(UTC)
    book.save(Path(office.inbox.path) / f"{unit}-{period}.xlsx", received)


def accepted(office: Office, period: str) -> dict[str, bool]:
    with reading(office.engine) as tx:
        return {slot.category: one.is_accepted for slot, one in latest_reports(tx, "qingxi", period).items()}


IN_DECEMBER = datetime(2018, 12, 28, 2, tzinfo=UTC)


def test_a_workbook_of_march_that_comes_in_december_is_read_by_the_plan_of_march(town: Office) -> None:
    send(town, "gongshang", "2018-03")
    send(town, "jingkexin", "2018-03")
    month.take_in(town, IN_DECEMBER)
    assert accepted(town, "2018-03") == {"ecommerce": True, "children": True, "appliances": True}


def test_opening_balances_go_over_from_unit_to_unit_but_not_from_scope_to_scope(town: Office) -> None:
    """Every category closed October with 22; 镇市场监督管理分局 leads 1, 7 and the new 8."""
    for unit in ("shiyaojian", "gongshang", "yancao"):
        send(town, unit, "2018-10")
    send(town, "shijian", "2018-11", food_drug=22, ecommerce=21, beauty=5)
    send(town, "yancao", "2018-11", tobacco=30)
    month.take_in(town, IN_DECEMBER)
    assert accepted(town, "2018-11") == {"food_drug": True, "ecommerce": False, "beauty": True, "tobacco": True}


def test_a_unit_that_is_no_more_is_told_who_goes_on_with_its_work(town: Office) -> None:
    old = town.plans.in_force(OCTOBER)
    book = FilledWorkbook(old, old.unit_by_code["gongshang"], OCTOBER)
    book.beside(old.form.anchors.period).value = "2018-11"
    book.beside(old.form.anchors.span).value = "2018-10-26 至 2018-11-25"
    book.save(Path(town.inbox.path) / "old.xlsx", datetime(2018, 11, 27, 2, tzinfo=UTC))
    month.take_in(town, IN_DECEMBER)
    [receipt] = town.quarantine.rglob("*.txt")
    assert (
        "单位“gongshang”在这一期已不报送，工作由镇市场监督管理分局承接。请核对报告期；"
        "报告期没有错的，请用发给镇市场监督管理分局的模板填写后报送。"
    ) in receipt.read_text("utf-8-sig")


def test_a_plan_that_changes_after_reports_have_come_in(tmp_path: Path) -> None:
    """工商 and 经科信局 have sent November by the plan that then ends in October: the successor answers for it."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(), new.mkdir()
    plan = write_plan(old, valid("2018-11", "2018-12"), approver_of("gongshang"))
    settings = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_PLAN": str(plan)}
    before = open_office(Settings.from_environment(settings))
    for unit in ("gongshang", "jingkexin"):
        send(before, unit, "2018-11")
    month.take_in(before, IN_DECEMBER)
    before.engine.dispose()

    plans = [
        write_plan(new, *before_november("2018-10"), name="a.yaml"),
        write_plan(new, *from_november(), name="b.yaml"),
    ]
    settings["TOWNRETURN_PLAN"] = ",".join(map(str, plans))
    office = open_office(Settings.from_environment(settings))
    publish(office, OCTOBER)
    now = overdue(office.plans.in_force(NOVEMBER), NOVEMBER.key)
    november = issue(office, month.compile_return(office, NOVEMBER, now), now)
    assert {one.category: one.unit for one in november.entries} == {
        "children": "jingkexin", "appliances": "jingkexin", "ecommerce": "shijian"
    }  # fmt: skip
    assert rebuild(office, NOVEMBER).is_exact
    [excluded] = exclude_file(
        office, NOVEMBER, november.sources[-1].file_hash[:12], account="clerk", reason="传错了", now=now,
        categories=("ecommerce",),
    )  # fmt: skip
    assert excluded.unit == "shijian"
    office.engine.dispose()


IN_FEBRUARY = datetime(2019, 2, 2, 2, tzinfo=UTC)


def test_the_workbook_of_the_long_period_names_its_days_and_is_taken_in(town: Office) -> None:
    plan = town.plans.in_force(JANUARY)
    book = FilledWorkbook(plan, plan.unit_by_code["yancao"], JANUARY)
    assert book.beside(plan.form.anchors.span).value == "2018-12-26 至 2019-01-31"
    book.save(Path(town.inbox.path) / "january.xlsx", IN_FEBRUARY - timedelta(days=1))
    month.take_in(town, IN_FEBRUARY)
    assert accepted(town, "2019-01") == {"tobacco": True}


def test_decembers_workbook_with_another_month_typed_in_is_found_by_its_days(town: Office) -> None:
    """Until 25 December by the old cut-off, which the new plan knows."""
    plan = town.plans.in_force(DECEMBER)
    book = FilledWorkbook(plan, plan.unit_by_code["yancao"], DECEMBER)
    for sheet in (None, plan.form.sheets.statistics):
        book.beside(plan.form.anchors.period, sheet).value = "2019-01"
    book.save(Path(town.inbox.path) / "typed.xlsx", IN_FEBRUARY - timedelta(days=1))
    month.take_in(town, IN_FEBRUARY)
    [receipt] = [path.read_text("utf-8-sig") for path in town.receipts.rglob("*.txt")]
    assert "封面的报告期是 2019-01" in receipt
    assert "2018-11-26 至 2018-12-25" in receipt
    assert accepted(town, "2019-01") == {}
