"""Corrections: what a change of published figures leads to, what the next issue lists, what follows from it.

Workbooks are those of ``filled_workbook``: in month m each category has 期初在办 2m, 立案 3, 结案 1
and 期末在办 2m + 2. January's 建材 is corrected to 立案 4 and 结案 2, so that the balances stay.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from filled_workbook import FilledWorkbook
from kept_office import KeptOffice, copied_office, keep_office
from stored_reports import overdue, store_all, store_report
from townreturn import month
from townreturn.domain.correction_policy import CorrectionPolicy, LaterPeriods
from townreturn.domain.errors import Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, FigureChange, Measure, TownReturn
from townreturn.month.correction_basis import window_closes_at
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts
from townreturn.store.proposals import Outcome, list_proposals
from townreturn.store.returns import find_compilation, find_issue, newest_issues
from townreturn.store.schema import arrivals

Send = Callable[..., Path]
JANUARY, FEBRUARY, MARCH, APRIL = (Period(f"2018-0{number}") for number in (1, 2, 3, 4))
IN_MAY = datetime(2018, 5, 10, 1, 30, tzinfo=UTC)
REASON = "复核台账时发现漏统计一宗当月立案并结案的水泥案"
CURRENT, YTD, ON_MONTH = Measure.CURRENT, Measure.YTD, Measure.MONTH_ON_MONTH


@pytest.fixture(scope="module")
def three_months(tmp_path_factory: pytest.TempPathFactory) -> KeptOffice:
    """January to March are published, all seven categories reported."""
    return keep_office(tmp_path_factory.mktemp("three-months") / "home", publish_three_months)


@pytest.fixture
def published(three_months: KeptOffice, tmp_path: Path) -> Iterator[Office]:
    """A copy of it for each test."""
    with copied_office(three_months, tmp_path / "home") as office:
        yield office


@pytest.fixture(scope="module")
def three_months_on_each_engine(server: Any, tmp_path_factory: pytest.TempPathFactory) -> KeptOffice:
    return keep_office(tmp_path_factory.mktemp("three-months") / "home", publish_three_months, server)


@pytest.fixture
def published_on_each_engine(three_months_on_each_engine: KeptOffice, tmp_path: Path) -> Iterator[Office]:
    with copied_office(three_months_on_each_engine, tmp_path / "home") as office:
        yield office


def publish_three_months(office: Office) -> None:
    for period in (JANUARY, FEBRUARY, MARCH):
        plan = office.plans.in_force(period)
        received_at = plan.calendar.end(period) + timedelta(days=1)
        for unit in plan.reporting_units:
            book = FilledWorkbook(plan, unit, period)
            book.save(Path(office.inbox.path) / f"{unit.code}-{period}.xlsx", received_at)
        now = received_at + timedelta(hours=1)
        month.take_in(office, now)
        issue(office, month.compile_return(office, period, now), now)


def issue(office: Office, compilation: int, now: datetime) -> TownReturn:
    month.check_return(office, compilation)
    decide(office, compilation, now)
    month.publish(office, compilation, now)
    return content(office, compilation)


def decide(office: Office, compilation: int, now: datetime, *sent_back: str, run_id: str = "") -> None:
    month.record_decision(
        office, compilation, account="approver", approved=not sent_back, comment="数字与台账不符" if sent_back else "",
        sent_back=sent_back, run_id=run_id, now=now,
    )  # fmt: skip


def content(office: Office, compilation: int) -> TownReturn:
    with reading(office.engine) as tx:
        return find_compilation(tx, compilation).town_return


def one_more_case(book: FilledWorkbook) -> None:
    """One more case filed and closed than was reported, with the reason."""
    book.put("cases_filed", 4)
    book.put("cases_closed", 2)
    explain(book, REASON)


def explain(book: FilledWorkbook, reason: str) -> None:
    book.add_entry("explanations", {"indicator": "", "finding": "与已发布的数字不同", "reason": reason})


def correct(
    office: Office, send: Send, period: Period, *edits: Any, unit: str = "zhujian", at: datetime = IN_MAY
) -> None:
    """A corrected workbook comes in; it must be accepted."""
    send(office, unit, period.key, *(edits or (one_more_case,)), name=f"{unit}-{at:%d%H%M}.xlsx", received_at=at)
    [taken] = month.take_in(office, at + timedelta(minutes=5)).taken
    assert taken.disposition in (Verdict.ACCEPTED, Verdict.EXPLAINED), taken


def outcome(office: Office, period: Period, now: datetime = IN_MAY) -> Outcome:
    return month.propose_correction(office, period, "run", now).outcome


def told(changes: Iterable[FigureChange], period: Period) -> dict[tuple[str, str | None, Measure | None], Any]:
    return {
        (one.category, one.indicator, one.measure): (one.old, one.new) for one in changes if one.period == period.key
    }


def numbers(expected: dict[Any, tuple[str, str]]) -> dict[Any, tuple[Decimal, Decimal]]:
    return {place: (Decimal(old), Decimal(new)) for place, (old, new) in expected.items()}


def with_policy(office: Office, **policy: Any) -> Office:
    plans = tuple(replace(plan, corrections=CorrectionPolicy(**policy)) for plan in office.plans.plans)
    return replace(office, plans=PlanBook(plans))


def newest(office: Office, period: Period) -> TownReturn:
    with reading(office.engine) as tx:
        [(_, number)] = newest_issues(tx, "qingxi", [period.key])
        found = find_issue(tx, "qingxi", period.key, number)
    assert found is not None
    return found.town_return


JANUARY_CHANGES = {
    ("building", "cases_filed", CURRENT): ("3", "4"),
    ("building", "cases_filed", YTD): ("3", "4"),
    ("building", "cases_closed", CURRENT): ("1", "2"),
    ("building", "cases_closed", YTD): ("1", "2"),
    (TOTAL, "cases_filed", CURRENT): ("21", "22"),  # 7 × 3, one more
    (TOTAL, "cases_filed", YTD): ("21", "22"),
    (TOTAL, "cases_closed", CURRENT): ("7", "8"),
    (TOTAL, "cases_closed", YTD): ("7", "8"),
}
FEBRUARY_MOVES = {
    ("building", "cases_filed", YTD): ("6", "7"),
    ("building", "cases_filed", ON_MONTH): ("0", "-25"),  # 3 against 3, then 4
    ("building", "cases_closed", YTD): ("2", "3"),
    ("building", "cases_closed", ON_MONTH): ("0", "-50"),  # 1 against 1, then 2
    (TOTAL, "cases_filed", YTD): ("42", "43"),
    (TOTAL, "cases_filed", ON_MONTH): ("0", "-4.5"),  # 21 against 22
    (TOTAL, "cases_closed", YTD): ("14", "15"),
    (TOTAL, "cases_closed", ON_MONTH): ("0", "-12.5"),  # 7 against 8
}
MARCH_MOVES = {
    ("building", "cases_filed", YTD): ("9", "10"),
    ("building", "cases_closed", YTD): ("3", "4"),
    (TOTAL, "cases_filed", YTD): ("63", "64"),
    (TOTAL, "cases_closed", YTD): ("21", "22"),
}


def test_a_correction_lists_every_changed_figure_and_what_moves_with_it(
    published_on_each_engine: Office, send: Send
) -> None:
    published = published_on_each_engine
    correct(published, send, JANUARY)
    assert month.corrections_due(published, IN_MAY) == (JANUARY,)
    assert outcome(published, JANUARY) is Outcome.PROPOSED
    corrected = issue(published, month.compile_correction(published, JANUARY, IN_MAY, "run"), IN_MAY)
    assert (corrected.issue, newest(published, JANUARY).issue) == (1, 1)
    assert told(corrected.changes, JANUARY) == numbers(JANUARY_CHANGES)
    assert told(corrected.changes, FEBRUARY) == numbers(FEBRUARY_MOVES)
    assert told(corrected.changes, MARCH) == numbers(MARCH_MOVES)
    assert {one.period for one in corrected.changes} == {"2018-01", "2018-02", "2018-03"}
    assert [one.period for one in corrected.changes] == sorted(one.period for one in corrected.changes)
    reasons = {one.category: one.reason for one in corrected.changes if one.period == "2018-01"}
    assert reasons == {"building": f"镇住建局说明：{REASON}", TOTAL: "随建材更正"}
    assert {one.reason for one in corrected.changes if one.period != "2018-01"} == {"随2018-01第1次更正变动"}
    assert month.corrections_due(published, IN_MAY) == (), "a correction that is published is due no more"
    assert newest(published, FEBRUARY).issue == 0, "later returns are only noted"


def test_a_changed_figure_of_a_published_period_needs_a_reason(published: Office, send: Send) -> None:
    def silently(book: FilledWorkbook) -> None:
        book.put("cases_filed", 4)
        book.put("cases_closed", 2)

    send(published, "zhujian", "2018-01", silently, name="again.xlsx", received_at=IN_MAY)
    [taken] = month.take_in(published, IN_MAY + timedelta(minutes=5)).taken
    assert taken.disposition is Verdict.RETURNED
    receipts = (path.read_text("utf-8-sig") for path in (published.receipts / "2018-01").glob("*.txt"))
    [asked] = [text for text in receipts if "与本次不同" in text]
    assert "已发布的月报中本类有 2 项数字与本次不同（立案 3→4；结案 1→2）。" in asked
    assert month.corrections_due(published, IN_MAY) == ()


def test_the_next_regular_return_contains_the_correction_and_lists_it(
    published: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    correct(published, send, JANUARY, at=datetime(2018, 4, 10, 1, 30, tzinfo=UTC))
    issue(published, month.compile_correction(published, JANUARY, IN_MAY), IN_MAY)
    now = bring_in(published, "2018-04")
    april = issue(published, month.compile_return(published, APRIL, now), now)
    ytd = april.cell("building", "cases_filed")
    total = april.cell(TOTAL, "cases_filed")
    assert ytd is not None
    assert total is not None
    assert (ytd.ytd.value, total.ytd.value) == (Decimal(13), Decimal(85))  # 4 + 3 × 3; 4 × 21 + 1
    own = {place: pair for place, pair in numbers(JANUARY_CHANGES).items() if place[2] is CURRENT}
    assert told(april.changes, JANUARY) == own
    assert {one.period for one in april.changes} == {"2018-01"}


def test_where_later_returns_are_reissued_each_follows_in_its_turn(
    published_on_each_engine: Office, send: Send
) -> None:
    office = with_policy(published_on_each_engine, later_periods=LaterPeriods.REISSUE)
    correct(office, send, JANUARY)
    assert month.corrections_due(office, IN_MAY) == (JANUARY,)
    outcome(office, JANUARY)
    issue(office, month.compile_correction(office, JANUARY, IN_MAY), IN_MAY)
    assert month.corrections_due(office, IN_MAY) == (FEBRUARY, MARCH)
    for period, moves in ((FEBRUARY, FEBRUARY_MOVES), (MARCH, MARCH_MOVES)):
        assert outcome(office, period) is Outcome.PROPOSED
        reissued = issue(office, month.compile_correction(office, period, IN_MAY), IN_MAY)
        assert told(reissued.changes, period) == numbers(moves)
        assert {one.period for one in reissued.changes} == {period.key}
        assert {one.reason for one in reissued.changes} == {"随2018-01第1次更正变动"}
    assert month.corrections_due(office, IN_MAY) == ()


def test_a_change_outside_the_window_changes_nothing_and_is_told(published: Office, send: Send) -> None:
    office = with_policy(published, window_months=3)  # January was due before 1 February
    before = datetime(2018, 4, 30, 15, 59, 59, tzinfo=UTC)
    correct(office, send, JANUARY, at=before + timedelta(seconds=1))
    assert "更正期限（3个月）已过。这次的数据已存档，已发布的月报不变。" in newest_receipt(office, JANUARY)
    assert month.corrections_due(office, IN_MAY) == (JANUARY,)
    assert outcome(office, JANUARY) is Outcome.OUTSIDE_WINDOW
    assert month.corrections_due(office, IN_MAY) == (), "it is thought of once"
    with reading(office.engine) as tx:
        alerts = [one.text for one in recent_alerts(tx, "qingxi") if one.period == "2018-01"]
        assert [one.outcome for one in list_proposals(tx, "qingxi", "2018-01")] == [Outcome.OUTSIDE_WINDOW]
    assert alerts == ["镇住建局（建材）对已发布的 2018-01 的变动超过更正期限（3个月），已存档，不作更正"]
    with pytest.raises(Refused, match="更正期限之后"):
        month.compile_correction(office, JANUARY, IN_MAY)
    wider = with_policy(published, window_months=4)
    assert outcome(wider, JANUARY) is Outcome.PROPOSED


def test_a_change_within_the_window_is_told_once_and_plainly(published: Office, send: Send) -> None:
    office = with_policy(published, window_months=3)
    correct(office, send, JANUARY, at=datetime(2018, 4, 30, 15, 59, 59, tzinfo=UTC))
    receipt = newest_receipt(office, JANUARY)
    assert "这次的数据已存档，将据以拟作更正（第N次更正），批准后才公布。" in receipt
    assert "更正期限" not in receipt
    assert outcome(office, JANUARY) is Outcome.PROPOSED
    with reading(office.engine) as tx:
        alerts = [one.text for one in recent_alerts(tx, "qingxi") if one.period == "2018-01"]
    assert alerts == ["收到镇住建局对已发布的 2018-01 的报送，将拟作更正，批准后才改月报"]


@pytest.mark.parametrize(
    ("window_months", "told"),
    [(12, "现在报送的，将据以拟作更正（第N次更正）"), (3, "更正期限（3个月）已过。现在报送的只存档")],
)
def test_a_check_before_sending_does_not_say_that_anything_was_kept(
    published: Office, send: Send, window_months: int, told: str
) -> None:
    office = with_policy(published, window_months=window_months)
    path = send(office, "zhujian", "2018-01", one_more_case, name="check.xlsx")
    [[answer]] = month.check_files(office, [path], IN_MAY)
    [remark] = answer.case.remarks.values()
    assert told in remark
    assert "已存档" not in remark


def newest_receipt(office: Office, period: Period) -> str:
    """The receipt of the file received last."""
    *_, newest = sorted((office.receipts / period.key).glob("镇住建局_*.txt"))
    return newest.read_text("utf-8-sig")


def test_an_immaterial_change_waits_for_a_material_one(published: Office, send: Send) -> None:
    office = with_policy(published, materiality_pct=Decimal(50))

    def one_officer_more(book: FilledWorkbook) -> None:
        book.put("officers_deployed", 11)  # 10 before: 10 %
        explain(book, "漏记一名执法人员的出动记录")

    correct(office, send, JANUARY, one_officer_more)
    assert outcome(office, JANUARY) is Outcome.IMMATERIAL
    with pytest.raises(Refused, match="起更标准"):
        month.compile_correction(office, JANUARY, IN_MAY)
    later = IN_MAY + timedelta(days=1)
    correct(office, send, JANUARY, one_more_case, unit="yancao", at=later)  # 1 → 2 is 100 %
    assert month.corrections_due(office, IN_MAY) == (JANUARY,)
    assert outcome(office, JANUARY, later) is Outcome.PROPOSED
    corrected = content(office, month.compile_correction(office, JANUARY, later))
    changed = {(one.category, one.indicator) for one in corrected.changes if one.measure is CURRENT}
    assert {("building", "officers_deployed"), ("tobacco", "cases_closed")} <= changed


def test_a_correction_sent_back_leaves_the_published_figure(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    outcome(published, JANUARY)
    compilation = month.compile_correction(published, JANUARY, IN_MAY, "run")
    decide(published, compilation, IN_MAY, "building", run_id="run")
    assert month.corrections_due(published, IN_MAY) == (), "its own run waits for the unit"
    with pytest.raises(Refused, match="没有变化"):
        month.compile_correction(published, JANUARY, IN_MAY)
    later = IN_MAY + timedelta(days=2)

    def properly(book: FilledWorkbook) -> None:
        book.put("cases_investigated", 5)
        book.put("cases_filed", 5)
        book.put("cases_closed", 3)
        explain(book, "复核后为漏统计两宗当月立案并结案的水泥案")

    correct(published, send, JANUARY, properly, at=later)
    corrected = issue(published, month.compile_correction(published, JANUARY, later, "run"), later)
    assert told(corrected.changes, JANUARY)["building", "cases_filed", CURRENT] == (Decimal(3), Decimal(5))


def test_a_second_correction_is_the_second_issue(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    issue(published, month.compile_correction(published, JANUARY, IN_MAY), IN_MAY)
    later = IN_MAY + timedelta(days=2)

    def back_again(book: FilledWorkbook) -> None:
        explain(book, "该宗案件经核实属于上年，仍按原数")

    correct(published, send, JANUARY, back_again, at=later)
    second = issue(published, month.compile_correction(published, JANUARY, later), later)
    assert second.issue == 2
    assert told(second.changes, JANUARY)["building", "cases_filed", CURRENT] == (Decimal(4), Decimal(3))
    assert told(second.changes, MARCH)["building", "cases_filed", YTD] == (Decimal(10), Decimal(9))


def test_a_late_report_completes_the_return(
    office: Office, bring_in: Callable[..., datetime], send: Send, plans: PlanBook
) -> None:
    now = bring_in(office, "2018-01", without=("zhujian",))
    due = plans.calendar.due_at(JANUARY) + timedelta(hours=1)
    assert now < due
    month.open_period(office, JANUARY, now, run_id="", backfilled=False)
    issue(office, month.compile_return(office, JANUARY, due), due)
    send(office, "zhujian", "2018-01", received_at=due + timedelta(days=3))
    [taken] = month.take_in(office, due + timedelta(days=4)).taken
    assert taken.disposition is Verdict.ACCEPTED, "what was never published cannot differ from it"
    corrected = content(office, month.compile_correction(office, JANUARY, due + timedelta(days=4)))
    assert told(corrected.changes, JANUARY)["building", "cases_filed", CURRENT] == (None, Decimal(3))
    assert told(corrected.changes, JANUARY)[TOTAL, "cases_filed", CURRENT] == (Decimal(18), Decimal(21))
    assert {one.reason for one in corrected.changes if one.category == "building"} == {"镇住建局补报，发布时未报"}
    zeros = told(corrected.changes, JANUARY)["building", "dens_destroyed", CURRENT]
    assert zeros == (None, Decimal(0)), "from 未报 to 0 is a change"


def test_an_excluded_report_leaves_a_gap(published_on_each_engine: Office) -> None:
    published = published_on_each_engine
    [source] = {one.file_hash for one in newest(published, MARCH).sources if one.category == "building"}
    month.exclude_file(published, MARCH, source[:12], account="operator", reason="误报了他镇的表", now=IN_MAY)
    assert month.corrections_due(published, IN_MAY) == (MARCH,)
    corrected = issue(published, month.compile_correction(published, MARCH, IN_MAY), IN_MAY)
    assert told(corrected.changes, MARCH)["building", "cases_filed", CURRENT] == (Decimal(3), None)
    assert told(corrected.changes, MARCH)["building", "cases_filed", ON_MONTH] == (Decimal(0), None)
    assert all("误报了他镇的表" in one.reason for one in corrected.changes if one.category == "building")
    standing = next(one for one in corrected.standings if one.category == "building")
    assert not standing.is_in


def test_changed_texts_alone_are_a_correction(published: Office, send: Send) -> None:
    def another_problem(book: FilledWorkbook) -> None:
        book.add_entry("key_cases", {"title": "又一宗水泥案", "large": book.plan.form.no})

    correct(published, send, MARCH, another_problem)
    assert outcome(published, MARCH) is Outcome.PROPOSED
    corrected = content(published, month.compile_correction(published, MARCH, IN_MAY))
    [change] = corrected.changes
    assert (change.category, change.indicator, change.measure, change.reason) == (
        "building",
        None,
        None,
        "镇住建局重新报送",
    )


def test_the_same_figures_sent_again_change_nothing(published: Office, send: Send) -> None:
    def repainted(book: FilledWorkbook) -> None:
        book.statistics["A1"].font = book.statistics["A1"].font.copy(italic=True)

    correct(published, send, MARCH, repainted)
    assert month.corrections_due(published, IN_MAY) == (MARCH,)
    assert outcome(published, MARCH) is Outcome.NOTHING
    assert month.corrections_due(published, IN_MAY) == ()


def test_a_published_period_is_corrected_not_compiled_again(published: Office, send: Send) -> None:
    correct(published, send, MARCH)
    with pytest.raises(Refused, match="改数请作更正"):
        month.compile_return(published, MARCH, IN_MAY)


def test_approving_a_correction_that_changed_meanwhile_is_refused(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    compilation = month.compile_correction(published, JANUARY, IN_MAY)
    correct(published, send, JANUARY, unit="yancao", at=IN_MAY + timedelta(hours=1))
    with pytest.raises(Refused, match="有变动"):
        decide(published, compilation, IN_MAY + timedelta(hours=2))


def test_another_run_takes_a_correction_over(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    assert month.correction_in_hand(published, JANUARY) == ""
    month.propose_correction(published, JANUARY, "first", IN_MAY)
    assert month.correction_in_hand(published, JANUARY) == "first"
    month.propose_correction(published, JANUARY, "second", IN_MAY)
    with pytest.raises(Refused, match="second"):
        month.compile_correction(published, JANUARY, IN_MAY, "first")
    assert content(published, month.compile_correction(published, JANUARY, IN_MAY, "second")).issue == 1
    correct(published, send, JANUARY, unit="yancao", at=IN_MAY + timedelta(hours=1))
    assert month.correction_in_hand(published, JANUARY) == "", "it was about what stood before"


def test_next_years_comparison_moves_too(small_office: Office) -> None:
    [plan] = small_office.plans.plans
    years = (
        replace(plan, validity=Validity("2018-01", "2018-01")),
        replace(plan, code="qingxi-2019", validity=Validity("2019-01", "2019-12")),
    )
    office = replace(small_office, plans=PlanBook(years))
    for period, filed in ((JANUARY, 4), (Period("2019-01"), 6)):
        store_all(office, period.key, figures={"cases_filed": filed})
        now = overdue(office.plans.in_force(period), period.key)
        month.open_period(office, period, now, run_id="", backfilled=False)
        issue(office, month.compile_return(office, period, now), now)
    before_it_closes = datetime(2019, 1, 31, tzinfo=UTC)
    store_report(office, "building", "2018-01", {"cases_filed": 5}, number=1, received_at=before_it_closes)
    corrected = content(office, month.compile_correction(office, JANUARY, now))
    assert told(corrected.changes, Period("2019-01")) == numbers(
        {
            ("building", "cases_filed", Measure.YEAR_ON_YEAR): ("50", "20"),  # 6 against 4, then 5
            ("building", "cases_filed", Measure.YTD_YEAR_ON_YEAR): ("50", "20"),
            (TOTAL, "cases_filed", Measure.YEAR_ON_YEAR): ("50", "44.8"),  # 42 against 28, then 29
            (TOTAL, "cases_filed", Measure.YTD_YEAR_ON_YEAR): ("50", "44.8"),
        }
    )


def test_a_report_excluded_after_the_window_stays_published(published: Office) -> None:
    office = with_policy(published, window_months=3)
    [source] = {one.file_hash for one in newest(office, JANUARY).sources if one.category == "building"}
    month.exclude_file(office, JANUARY, source[:12], account="operator", reason="误报了他镇的表", now=IN_MAY)
    assert outcome(office, JANUARY) is Outcome.OUTSIDE_WINDOW


def test_a_correction_taken_back_is_proposed_no_more(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    assert outcome(published, JANUARY) is Outcome.PROPOSED
    with reading(published.engine) as tx:
        [wrong] = set(tx.scalars(select(arrivals.c.file_hash).where(arrivals.c.received_at >= IN_MAY)))
    month.exclude_file(published, JANUARY, wrong[:12], account="operator", reason="单位声明更正有误", now=IN_MAY)
    assert month.corrections_due(published, IN_MAY) == (JANUARY,), "the run that waits has to be ended"
    assert outcome(published, JANUARY) is Outcome.NOTHING
    assert month.corrections_due(published, IN_MAY) == ()


def test_compiling_a_published_period_again_gives_what_is_published(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    issue(published, first := month.compile_correction(published, JANUARY, IN_MAY), IN_MAY)
    assert month.compile_return(published, JANUARY, IN_MAY) == first
    february = month.compile_return(published, FEBRUARY, IN_MAY)
    assert content(published, february) == newest(published, FEBRUARY), "what moved with it is no other issue"


def test_what_is_not_published_is_not_corrected(office: Office) -> None:
    with pytest.raises(Refused, match="还没有发布"):
        month.propose_correction(office, JANUARY, "", IN_MAY)


def test_a_rejected_correction_holds_up_no_other_category(published: Office, send: Send) -> None:
    """建材 was rejected in its run and is not sent again; then 烟草 has something to correct."""
    correct(published, send, JANUARY)
    outcome(published, JANUARY)
    decide(published, month.compile_correction(published, JANUARY, IN_MAY, "run"), IN_MAY, "building", run_id="run")
    assert month.corrections_due(published, IN_MAY) == ()
    later = IN_MAY + timedelta(days=5)
    correct(published, send, JANUARY, unit="yancao", at=later)
    assert month.corrections_due(published, IN_MAY) == (JANUARY,)
    month.propose_correction(published, JANUARY, "another", later)
    corrected = issue(published, month.compile_correction(published, JANUARY, later, "another"), later)
    changed = {one.category for one in corrected.changes if one.period == "2018-01"}
    assert changed == {"tobacco", "total"}, "建材 stays as published"


def test_what_comes_after_the_window_does_not_undo_what_came_in_time(published: Office, send: Send) -> None:
    office = with_policy(published, window_months=3)
    closes_at = datetime(2018, 4, 30, 16, tzinfo=UTC)

    def two_more(book: FilledWorkbook) -> None:
        book.put("cases_investigated", 5)
        book.put("cases_filed", 5)
        book.put("cases_closed", 3)
        explain(book, "又查出一宗漏统计的当月案件")

    [wrong] = {one.file_hash for one in newest(office, JANUARY).sources if one.category == "building"}
    in_time = closes_at - timedelta(days=2)
    month.exclude_file(office, JANUARY, wrong[:12], account="operator", reason="误报了他镇的表", now=in_time)
    correct(office, send, JANUARY, at=in_time + timedelta(days=1))
    correct(office, send, JANUARY, two_more, at=closes_at + timedelta(hours=2))
    assert outcome(office, JANUARY) is Outcome.PROPOSED
    corrected = content(office, month.compile_correction(office, JANUARY, IN_MAY))
    assert told(corrected.changes, JANUARY)["building", "cases_filed", CURRENT] == (Decimal(3), Decimal(4))


def test_a_lifted_exclusion_is_told_by_its_own_reason(published: Office) -> None:
    [source] = {one.file_hash for one in newest(published, JANUARY).sources if one.category == "building"}
    given = {"account": "operator", "now": IN_MAY}
    month.exclude_file(published, JANUARY, source[:12], reason="误报了他镇的表", **given)
    issue(published, month.compile_correction(published, JANUARY, IN_MAY), IN_MAY)
    later = IN_MAY + timedelta(days=1)
    lifted = {"account": "operator", "now": later, "lift": True}
    month.exclude_file(published, JANUARY, source[:12], reason="核实后确为本镇的表", **lifted)
    second = issue(published, month.compile_correction(published, JANUARY, later), later)
    assert told(second.changes, JANUARY)["building", "cases_filed", CURRENT] == (None, Decimal(3))
    [reason] = {one.reason for one in second.changes if (one.category, one.measure) == ("building", CURRENT)}
    assert "核实后确为本镇的表" in reason
    assert "补报" not in reason
    closed = with_policy(published, window_months=0)
    assert outcome(closed, JANUARY) is Outcome.NOTHING


def with_plan_for(office: Office, first: str, last: str) -> Office:
    [plan] = office.plans.plans
    return replace(office, plans=PlanBook((replace(plan, validity=Validity(first, last)),)))


def test_a_plan_that_is_missing_holds_up_no_other_period(published: Office, send: Send) -> None:
    correct(published, send, FEBRUARY)
    office = with_plan_for(published, "2018-02", "2018-02")
    for minutes in (0, 10):
        assert month.corrections_due(office, IN_MAY + timedelta(minutes=minutes)) == (FEBRUARY,)
    with reading(office.engine) as tx:
        alerts = [one.text for one in recent_alerts(tx, "qingxi") if "TOWNRETURN_PLAN" in one.text]
    assert alerts == [
        "已发布的 2018-01、2018-03 现在没有生效的工作方案，它们的变动和更正暂不办理；"
        "请把当年的工作方案补回 TOWNRETURN_PLAN，然后重启"
    ]


def test_a_later_return_without_a_plan_is_left_out_of_what_moves(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    office = with_plan_for(published, "2018-01", "2018-02")
    assert outcome(office, JANUARY) is Outcome.PROPOSED
    changes = content(office, month.compile_correction(office, JANUARY, IN_MAY)).changes
    assert {one.period for one in changes} == {"2018-01", "2018-02"}
    with reading(office.engine) as tx:
        assert [one for one in recent_alerts(tx, "qingxi") if "已发布的 2018-03 现在没有" in one.text]


def test_a_draft_that_was_only_looked_at_on_the_command_line_is_still_due(published: Office, send: Send) -> None:
    correct(published, send, JANUARY)
    month.propose_correction(published, JANUARY, "", IN_MAY)
    month.compile_correction(published, JANUARY, IN_MAY)
    assert month.corrections_due(published, IN_MAY) == (JANUARY,)
    month.propose_correction(published, JANUARY, "run", IN_MAY)
    assert month.corrections_due(published, IN_MAY) == ()


def test_the_window_of_a_backfilled_period_begins_with_its_publication(published: Office) -> None:
    plan = published.plans.in_force(JANUARY)
    due_at = plan.calendar.due_at(JANUARY)
    assert window_closes_at(plan, JANUARY, due_at - timedelta(days=1)) == plan.calendar.due_at(Period("2019-01"))
    on_leap_day = datetime.fromisoformat("2024-02-29T10:00:00+08:00")
    assert window_closes_at(plan, JANUARY, on_leap_day) == datetime.fromisoformat("2025-02-28T10:00:00+08:00")
