"""From the store to the return: what is accepted now, where it came from, and when it is refused."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from stored_reports import on_time, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, AmountStatus, TownReturn
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation

JANUARY = Period("2018-01")


def compiled(office: Office, period: Period = JANUARY) -> TownReturn:
    now = overdue(office.plans.plans[0], period.key)
    key = month.compile_return(office, period, now)
    with reading(office.engine) as tx:
        return find_compilation(tx, key).town_return


def test_what_is_accepted_makes_the_return(office: Office) -> None:
    store_all(office, "2018-01", without=("building", "children"), figures={"cases_filed": 2, "goods_value": "0.10"})
    store_report(office, "children", "2018-01", zero_return=True)
    store_report(office, "building", "2018-01", {"cases_filed": 50}, verdict=Verdict.RETURNED)
    town_return = compiled(office)
    total = town_return.cell(TOTAL, "cases_filed")
    assert total is not None
    assert total.current.value == 10  # 5 × 2 + 0; the returned 50 does not count
    assert (total.current.status, total.current.reported, total.current.expected) == (AmountStatus.INCOMPLETE, 6, 7)
    money = town_return.cell(TOTAL, "goods_value")
    assert money is not None
    assert money.current.value == Decimal("0.5")
    zero = town_return.cell("children", "cases_filed")
    assert zero is not None
    assert zero.current.status is AmountStatus.ZERO
    assert town_return.reported_count == 6
    states = {one.category: one.state for one in town_return.standings}
    assert states["building"] is ObligationState.RETURNED


def test_every_figure_knows_its_cell(office: Office) -> None:
    store_report(office, "tobacco", "2018-01", {"cases_filed": 2})
    sources = {(one.category, one.indicator): one for one in compiled(office).sources}
    filed = sources["tobacco", "cases_filed"]
    assert (filed.file_name, filed.sheet, filed.raw) == ("tobacco-2018-01-0.xlsx", "统计表", "2")
    assert filed.cell == "D15"
    assert len(filed.file_hash) == 64
    in_form_order = [one for one in office.plans.plans[0].form.by_code if ("tobacco", one) in sources]
    assert [indicator for _, indicator in sources] == in_form_order


def test_the_newest_accepted_revision_counts(small_office: Office) -> None:
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 2})
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 3}, number=1)
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 4}, number=2, verdict=Verdict.RETURNED)
    town_return = compiled(small_office)
    cell = town_return.cell("tobacco", "cases_filed")
    assert cell is not None
    assert cell.current.value == 3
    (standing,) = [one for one in town_return.standings if one.category == "tobacco"]
    assert (standing.state, standing.revision) == (ObligationState.ACCEPTED, 2)


def test_compiling_again_changes_nothing(office: Office) -> None:
    store_all(office, "2018-01")
    now = overdue(office.plans.plans[0], "2018-01")
    first = month.compile_return(office, JANUARY, now)
    assert month.compile_return(office, JANUARY, now + timedelta(days=300)) == first
    store_report(office, "tobacco", "2018-01", {"cases_filed": 1}, number=1)
    assert month.compile_return(office, JANUARY, now) != first


def test_no_plan_no_return(small_office: Office) -> None:
    with pytest.raises(Misuse, match="2019-01 没有生效的清溪镇打假工作方案"):
        compiled(small_office, Period("2019-01"))


def test_february_waits_for_january(small_office: Office) -> None:
    store_all(small_office, "2018-02")
    with pytest.raises(Refused, match="上期 2018-01 还没有发布"):
        compiled(small_office, Period("2018-02"))


def test_notes_follow_the_report_that_stands(small_office: Office, send: Callable[..., Path]) -> None:
    """Explained, explained otherwise, then put right: each time the newest accepted report's words count."""
    plan = small_office.plans.plans[0]
    now = overdue(plan, "2018-01")

    def sent(reason: str, minutes: int, *, officers: int = 0) -> int:
        def edit(book: FilledWorkbook) -> None:
            book.put("officers_deployed", officers)
            row = {"indicator": "出动执法人员", "finding": "有检查而没有出动人员", "reason": reason}
            book.add_entry("explanations", row)

        received_at = on_time(plan, "2018-01") + timedelta(minutes=minutes)
        send(small_office, "zhujian", "2018-01", edit, received_at=received_at)
        month.take_in(small_office, received_at + timedelta(minutes=1))
        return month.compile_return(small_office, JANUARY, now)

    def notes(key: int) -> list[tuple[str, str | None, str]]:
        with reading(small_office.engine) as tx:
            return [(one.unit, one.indicator, one.explanation) for one in find_compilation(tx, key).town_return.notes]

    first = sent("网上巡查为主，没有派员到场", 0)
    assert notes(first) == [("zhujian", "officers_deployed", "网上巡查为主，没有派员到场")]
    second = sent("委托村居协查，没有派出执法人员", 10)
    assert notes(second) == [("zhujian", "officers_deployed", "委托村居协查，没有派出执法人员")]
    assert "镇住建局说明：委托村居协查，没有派出执法人员" in month.summarise(small_office, second)
    with pytest.raises(Refused, match="变动"):
        month.record_decision(
            small_office, first, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
        )
    third = sent("委托村居协查，没有派出执法人员", 20, officers=12)
    assert notes(third) == []
    with reading(small_office.engine) as tx:
        assert [one.values["reason"] for one in find_compilation(tx, third).town_return.entries_of("explanations")] == [
            "委托村居协查，没有派出执法人员"
        ]


def test_the_approver_reads_totals_and_who_is_out(small_office: Office) -> None:
    store_all(small_office, "2018-01", without=("building",), figures={"officers_deployed": 300})
    now = overdue(small_office.plans.plans[0], "2018-01")
    text = month.summarise(small_office, month.compile_return(small_office, JANUARY, now))
    assert "清溪镇打假统计月报（2018年1月）待审批" in text
    assert "已报 6/7 类" in text
    assert "- 未报：镇住建局（2.建材）" in text
    assert "| 出动执法人员 | 人次 | 1,800（不完整） | 1,800（不完整） |" in text
    assert on_time(small_office.plans.plans[0], "2018-01") < now
