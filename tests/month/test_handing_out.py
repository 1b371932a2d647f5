"""Opening: each lead unit is sent its pre-filled workbook once, and only for a period that goes on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filled_workbook import FilledWorkbook
from posted_mails import name_reporter, posted
from stored_reports import store_all
from townreturn import month
from townreturn.domain.duties import Contacts
from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Verdict
from townreturn.domain.message import MessageKind
from townreturn.domain.obligation import Adjustment, AdjustmentKind, ObligationKind
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.month import posting
from townreturn.office import Office
from townreturn.store.adjustments import AdjustedPeriod, record_adjustment
from townreturn.store.engine import writing

MARCH = Period("2018-03")
OPENED = datetime.fromisoformat("2018-03-26T00:00:00+08:00")


@pytest.fixture
def march(office: Office) -> Office:
    """February accepted but for the building materials; March just opened by its run."""
    store_all(office, "2018-02", without=("building",), figures={"cases_pending": 12, "cases_filed": 3})
    name_reporter(office, "yancao", "li@yc.example", "李四")
    month.open_period(office, MARCH, OPENED, "run-3", backfilled=False)
    return office


def with_mailbox(office: Office) -> Office:
    (plan,) = office.plans.plans
    return replace(office, plans=PlanBook((replace(plan, contacts=Contacts(mailbox="dajia@qx.example")),)))


def opening_of(office: Office, unit: str) -> str:
    (found,) = [one for one in posted(office, "2018-03") if one.stored.unit == unit]
    return found.text


def test_every_lead_unit_gets_one_message_with_its_workbook(march: Office) -> None:
    letters = month.hand_out_workbooks(march, MARCH, OPENED)
    units = ["shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang"]
    assert [one.unit for one in letters] == units
    assert [(one.stored.key, one.stored.kind) for one in posted(march)] == [
        (f"opening/2018-03/{unit}", MessageKind.OPENING) for unit in units
    ]
    (yancao,) = [one for one in posted(march, "2018-03") if one.stored.unit == "yancao"]
    assert yancao.stored.to == ("li@yc.example",)
    assert str(yancao.mail["Subject"]) == "【报表下发】2018年3月打假统计月报（市烟草专卖局第五分局），2018-03-31 截止"
    assert list(yancao.attachments) == ["打假月报_2018-03_市烟草专卖局第五分局.xlsx"]
    assert [one.stored.to for one in posted(march) if one.stored.unit == "zhujian"] == [()]


def test_the_mail_says_what_by_when_and_how(march: Office) -> None:
    month.hand_out_workbooks(march, MARCH, OPENED)
    assert opening_of(march, "yancao") == (
        "市烟草专卖局第五分局　李四：\n\n"
        "2018年3月打假统计月报现在开始报送，报表见附件“打假月报_2018-03_市烟草专卖局第五分局.xlsx”。\n\n"
        "报告期　：2018年3月，即 2018-02-26 至 2018-03-25（首尾两日都包括在内）\n"
        "填报类别：3.烟草制品\n"
        "报送截止：2018-03-31 23:59:59，以收到的时间为准\n"
        "怎样报送：填好后存盘，把这份工作簿按原渠道报送镇经科信局\n\n"
        "“期初在办”已按上期（2018年2月）审核通过的“期末在办”预填，请核对；"
        "灰色的“上期对照”各列是上期的数，仅供对照，不用填。\n"
        "没有发生的也要报：填 0；全部没有发生的，在“零申报”选“是”。每次报送都有回执，写明通过还是退回。\n\n"
        "镇经科信局\n"
    )
    zhujian = opening_of(march, "zhujian")
    assert zhujian.startswith("镇住建局：\n")
    assert "上期（2018年2月）没有审核通过的数据：2.建材。“期初在办”没有预填，请自己填写。\n" in zhujian
    assert "上期对照" not in zhujian


def test_a_category_of_another_scope_is_told_that_nothing_is_taken_over(march: Office) -> None:
    (plan,) = march.plans.plans
    changed = tuple(replace(one, comparable_from="2018-03") if one.number == 5 else one for one in plan.categories)
    month.hand_out_workbooks(replace(march, plans=PlanBook((replace(plan, categories=changed),))), MARCH, OPENED)
    jingkexin = opening_of(march, "jingkexin")
    assert (
        "5.儿童用品的统计范围从本期起有变，与上期（2018年2月）不可比：“期初在办”没有预填，请按新的范围填写，"
        "不必等于上期的“期末在办”。"
    ) in jingkexin
    assert "“期初在办”已按上期（2018年2月）审核通过的“期末在办”预填" in jingkexin, "6.家用电器 is as it was"


def test_with_a_mailbox_the_workbook_comes_back_as_an_answer(march: Office) -> None:
    month.hand_out_workbooks(with_mailbox(march), MARCH, OPENED)
    assert "把这份工作簿作为附件回复本邮件，或发到 dajia@qx.example\n" in opening_of(march, "yancao")


def test_the_attached_workbook_is_accepted_when_it_is_filled_in(
    office: Office, bring_in: Callable[[Office, str], datetime], plans: PlanBook
) -> None:
    """Its opening balance is left as it was handed out; the rules ask for February's closing balance, 6."""
    bring_in(office, "2018-02")
    month.hand_out_workbooks(office, MARCH, OPENED)
    (found,) = [one for one in posted(office, "2018-03") if one.stored.unit == "yancao"]
    (issued,) = found.attachments.values()
    plan = plans.plans[0]
    book = FilledWorkbook(plan, plan.unit_by_code["yancao"], MARCH, issued)
    blank = load_workbook(BytesIO(issued))[plan.form.sheets.statistics]
    opening = blank[book.cell("cases_open_at_start").coordinate].value
    assert opening == 6
    book.put("cases_open_at_start", opening)
    book.save(Path(office.inbox.path) / "三月.xlsx", OPENED + timedelta(hours=9))
    (taken,) = month.take_in(office, OPENED + timedelta(hours=10)).taken
    assert taken.disposition is Verdict.ACCEPTED


def test_said_again_or_by_two_at_once_nothing_goes_out_twice(march: Office) -> None:
    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(lambda _: month.hand_out_workbooks(march, MARCH, OPENED), range(3)))
    assert sorted(map(len, written)) == [0, 0, 6]
    assert month.hand_out_workbooks(march, MARCH, OPENED + timedelta(days=1)) == ()
    assert len(posted(march)) == 6


def test_one_unit_alone_and_then_the_others(march: Office) -> None:
    (only,) = month.hand_out_workbooks(march, MARCH, OPENED, ["gongshang"])
    assert only.unit == "gongshang"
    assert len(month.hand_out_workbooks(march, MARCH, OPENED)) == 5
    with pytest.raises(Misuse, match="不是牵头单位"):
        month.hand_out_workbooks(march, MARCH, OPENED, ["gongan"])


def test_a_backfilled_period_is_not_handed_out(small_office: Office) -> None:
    later = datetime.fromisoformat("2018-04-10T09:00:00+08:00")
    assert str(month.why_not_handed_out(small_office, MARCH, later)) == "2018-03 是补录的报告期，不下发报表"
    assert month.hand_out_workbooks(small_office, MARCH, later) == ()
    month.open_period(small_office, MARCH, OPENED, "run-3", backfilled=True)
    assert month.hand_out_workbooks(small_office, MARCH, OPENED) == ()
    assert posted(small_office) == []


def test_a_run_that_starts_late_still_hands_out(march: Office) -> None:
    assert len(month.hand_out_workbooks(march, MARCH, datetime.fromisoformat("2018-04-02T09:00:00+08:00"))) == 6


def test_a_period_that_goes_on_still_is_not_handed_out(small_office: Office) -> None:
    early = OPENED - timedelta(microseconds=1)
    assert month.hand_out_workbooks(small_office, MARCH, early) == ()
    refusal = month.why_not_handed_out(small_office, MARCH, early)
    assert str(refusal) == "2018-03 还没有结束（最后一天是 2018-03-25），期满后再下发报表"
    assert month.why_not_handed_out(small_office, MARCH, OPENED) is None


def test_a_published_period_is_not_handed_out(months: Office) -> None:
    february = Period("2018-02")
    refusal = month.why_not_handed_out(months, february, OPENED)
    assert str(refusal) == "2018-02 的月报已经发布，不再下发报表"
    assert month.hand_out_workbooks(months, february, OPENED) == ()


def adjust(office: Office, unit: str, category: str, kind: AdjustmentKind, due_at: datetime | None = None) -> None:
    with writing(office.engine) as tx:
        record_adjustment(
            tx, AdjustedPeriod("qingxi", "qingxi-2018", "2018-03"), (ObligationKind.STATISTICS, unit, category),
            Adjustment(kind, OPENED - timedelta(days=1), "clerk", "机构调整", due_at),
        )  # fmt: skip


def test_who_owes_nothing_gets_nothing_and_who_has_longer_is_told(march: Office) -> None:
    adjust(march, "gongshang", "ecommerce", AdjustmentKind.EXEMPTED)
    adjust(march, "jingkexin", "appliances", AdjustmentKind.EXTENDED, OPENED + timedelta(days=10))
    letters = month.hand_out_workbooks(march, MARCH, OPENED)
    assert [one.unit for one in letters if one.unit in ("gongshang", "jingkexin")] == ["jingkexin"]
    assert "2018-03-31 截止" in next(one.subject for one in letters if one.unit == "jingkexin")
    assert (
        "报送截止：2018-03-31 23:59:59（5.儿童用品），以收到的时间为准\n"
        "报送截止：2018-04-04 23:59:59（6.家用电器（含小家电）），以收到的时间为准\n"
    ) in opening_of(march, "jingkexin")


def test_killed_before_the_end_it_starts_afresh(march: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("power")

    monkeypatch.setattr(posting, "record_messages", fail)
    with pytest.raises(OSError, match="power"):
        month.hand_out_workbooks(march, MARCH, OPENED)
    monkeypatch.undo()
    assert posted(march) == []
    assert len(month.hand_out_workbooks(march, MARCH, OPENED)) == 6
