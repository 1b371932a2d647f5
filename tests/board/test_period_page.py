"""报送看板: how a period stands, in the words of the page; February's golden month and a March in hand."""

from datetime import datetime, timedelta

import pytest

from asked_board import IN_HAND, MARCH, OPENED, Ask, asking
from page_text import Page, read_page
from published_months import JANUARY
from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.board.period_view import view_period
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.periods import Alert, record_alert


@pytest.fixture(scope="module")
def march(ask: Ask) -> Page:
    return read_page(ask("/").text)


def test_unasked_the_period_opened_last_is_shown(march: Page) -> None:
    assert "清溪镇 2018-03" in march.texts
    assert "2018-02-26 至 2018-03-25" in march.texts


@pytest.mark.parametrize("page", ["/", "/preview"])
def test_the_period_shown_is_the_one_picked_even_if_it_was_never_opened(ask: Ask, page: str) -> None:
    assert "<option selected>2018-09</option>" in ask(f"{page}?period=2018-09").text


def test_every_obligation_has_its_row_under_its_unit(march: Page) -> None:
    head, *rows = march.rows
    assert head == ["报送单位", "类别", "状态", "时效", "迟报时长", "收到时间", "次别", "报送截止"]
    assert march.row("3.烟草制品") == [
        "市烟草专卖局第五分局", "3.烟草制品", "已通过", "按时", "", "2018-03-26 09:00", "第1次", "2018-03-31 23:59",
    ]  # fmt: skip
    assert march.row("2.建材")[2:] == ["已退回", "-", "", "2018-03-26 10:00", "第1次（退回1次）", "2018-03-31 23:59"]
    assert march.row("5.")[:3] == ["镇经科信局", "5.儿童用品", "待报"]
    assert march.row("6.")[:2] == ["6.家用电器（含小家电）", "待报"], "the unit stands once for both of its categories"
    assert len(rows) == 7


def test_the_cards_say_what_is_in_and_what_comes_next(march: Page) -> None:
    assert "已报（类） 1/7" in march.text
    assert "待报 5 已退回 1 已通过 1" in march.text
    assert "下一个报送截止 2018-03-31 23:59 还有2天11小时" in march.text
    assert "收件箱 已收完 上次收文 2018-03-29 11:00，收下0件，留下0件" in march.text
    assert "待决定 无 最近发布 尚未发布" in march.text


def test_who_asks_is_told_what_he_may(ask: Ask) -> None:
    shown = {account: read_page(ask("/", account).text).text for account in ("viewer", "operator", "approver")}
    assert "viewer（可查看）" in shown["viewer"]
    assert "operator（可操作）" in shown["operator"]
    assert "approver（可审批）" in shown["approver"]


def test_the_run_that_works_the_period_is_one_step_away(march: Page) -> None:
    assert march.links["本期月报的运行"] == "/board/../dags/monthly_return/runs/scheduled__2018-03__a%2Fb%3Fc"


def test_a_published_period_names_its_newest_issue(ask: Ask) -> None:
    page = read_page(ask("/?period=2018-02").text)
    assert "已报（类） 6/7" in page.text
    assert "最近发布 月报 2018-03-01 08:00" in page.text
    assert "下一个报送截止 无 本期截止 2018-02-28 23:59" in page.text
    assert page.row("4.农资")[2:] == ["未报", "-", "", "", "", "2018-02-28 23:59"]
    assert page.row("2.建材")[2:7] == ["已通过", "按时", "", "2018-02-27 15:30", "第2次（退回1次）"]
    assert "汇总还在等待" not in page.text


def test_in_english_the_labels_are_english_and_names_stay(ask: Ask) -> None:
    asked = [ask("/?lang=en").text, ask("/", accept_language="en-GB,en;q=0.9,zh;q=0.5").text]
    assert asked[0].replace("?lang=en", "").replace("&amp;lang=en", "") == asked[1]
    page = read_page(asked[0])
    assert page.row("3.烟草制品")[:5] == ["市烟草专卖局第五分局", "3.烟草制品", "accepted", "on time", ""]
    assert "Next deadline 2018-03-31 23:59 in 2 d 11 h" in page.text
    assert '<html lang="en">' in asked[0]
    assert page.links["History"] == "/board/history?lang=en", "the language that was asked for stays"


@pytest.mark.parametrize("accepted", ["zh-CN,zh;q=0.9,en;q=0.8", "fr", "", "*"])
def test_otherwise_it_is_chinese(ask: Ask, accepted: str) -> None:
    assert '<html lang="zh-CN">' in ask("/?lang=xx", accept_language=accepted).text


@pytest.mark.parametrize("period", ["2018-13", "x", "1999-01", "2018-03'--", "%00", "../../etc/passwd"])
def test_a_period_that_cannot_be_is_no_page(ask: Ask, period: str) -> None:
    assert ask(f"/?period={period}").status_code == 404
    assert ask(f"/api/periods/{period}").status_code == 404


def test_before_anything_was_opened_the_last_period_of_the_plan_is_shown(small_office: Office) -> None:
    page = read_page(asking(small_office)("/").text)
    assert "清溪镇 2018-03" in page.texts, "it ended three days ago"
    assert "收件箱 尚未开期 还没有收过文" in page.text
    later = read_page(asking(small_office, datetime.fromisoformat("2031-05-01T00:00:00+08:00"))("/").text)
    assert f"清溪镇 {small_office.plans.plans[-1].validity.last}" in later.texts


def test_what_waits_for_a_decision_is_told_with_who_can_decide(small_office: Office) -> None:
    now = _compile_january(small_office)
    ask = asking(small_office, now)
    shown = read_page(ask("/?period=2018-01").text).text
    assert "待决定 月报待审批" in shown
    assert "可审批：分管副镇长、经科信局局长" in shown
    assert "等您审批" not in shown
    assert "等您审批" in read_page(ask("/?period=2018-01", "approver").text).text


def test_what_changed_since_it_was_compiled_is_no_longer_to_be_decided(small_office: Office) -> None:
    now = _compile_january(small_office)
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 5}, number=1)
    decision = view_period(small_office, JANUARY, now).decision
    assert decision is not None
    assert not decision.is_current
    shown = read_page(asking(small_office, now)("/?period=2018-01", "approver").text).text
    assert "月报汇总后又有变动，须重新汇总" in shown
    assert "等您审批" not in shown


def test_what_was_sent_back_or_published_waits_for_nobody(small_office: Office) -> None:
    now = _compile_january(small_office)
    compilation = month.compile_return(small_office, JANUARY, now)
    month.record_decision(
        small_office, compilation, account="approver", approved=False, comment="请核实", sent_back=("tobacco",),
        run_id="", now=now,
    )  # fmt: skip
    assert view_period(small_office, JANUARY, now).decision is None


def test_an_approved_return_waits_for_its_publication_only(small_office: Office) -> None:
    now = _compile_january(small_office)
    compilation = month.compile_return(small_office, JANUARY, now)
    month.record_decision(
        small_office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    assert "月报已批准，待发布" in read_page(asking(small_office, now)("/?period=2018-01").text).text
    month.publish(small_office, compilation, now)
    assert view_period(small_office, JANUARY, now).decision is None


def _compile_january(office: Office) -> datetime:
    opened = datetime.fromisoformat("2018-01-26T00:00:00+08:00")
    month.open_period(office, JANUARY, opened, "", backfilled=False)
    store_all(office, "2018-01")
    now = overdue(office.plans.in_force(JANUARY), "2018-01")
    empty_the_inbox(office, now)
    month.compile_return(office, JANUARY, now)
    return now


def test_an_unread_inbox_and_what_is_out_are_what_the_period_waits_for(small_office: Office) -> None:
    month.open_period(small_office, MARCH, OPENED, "", backfilled=False)
    empty_the_inbox(small_office, OPENED - timedelta(hours=1), left=2)
    view = view_period(small_office, MARCH, IN_HAND)
    assert (view.intake.is_read, view.intake.left_count) == (False, 2)
    assert any("镇住建局（建材）" in reason for reason in view.waiting_for)
    assert "收件箱 待收文" in read_page(asking(small_office)("/").text).text


def test_an_extension_moves_the_due_time_of_its_row_and_the_next_deadline(small_office: Office) -> None:
    month.open_period(small_office, MARCH, OPENED, "", backfilled=False)
    store_all(small_office, "2018-03", without=("building",))
    until = datetime.fromisoformat("2018-04-04T00:00:00+08:00")
    decided = month.Decided(AdjustmentKind.EXTENDED, "clerk", "停电", until)
    month.adjust_statistics(small_office, MARCH, "building", decided, IN_HAND)
    page = read_page(asking(small_office)("/").text)
    assert "下一个报送截止 2018-04-03 23:59 还有5天11小时" in page.text
    assert page.row("2.建材")[-1] == "2018-04-03 23:59（已延期）"
    assert page.row("1.食品药品保健品")[-1] == "2018-03-31 23:59"
    assert "已通过 6 待报 1" in page.text


def test_what_is_exempted_is_not_owed_and_says_why(small_office: Office) -> None:
    month.open_period(small_office, MARCH, OPENED, "", backfilled=False)
    decided = month.Decided(AdjustmentKind.EXEMPTED, "clerk", "当月无此业务")
    month.adjust_statistics(small_office, MARCH, "building", decided, IN_HAND)
    page = read_page(asking(small_office)("/").text)
    assert "已报（类） 0/6" in page.text
    assert page.row("2.建材")[2:4] == ["免报 当月无此业务", "免报"]


def test_messages_that_have_not_gone_out_are_counted(published: Office) -> None:
    """Six files of the golden February were answered, eleven units told of the return, and nothing was sent."""
    undelivered = view_period(published, Period("2018-02"), IN_HAND).undelivered
    assert (undelivered.waiting_count, undelivered.failed_count) == (6 + 11, 0)


def test_the_newest_alerts_of_the_period_are_shown_and_others_are_not(small_office: Office) -> None:
    with writing(small_office.engine) as tx:
        record_alert(tx, "qingxi", Alert(OPENED, "2018-03", "三月的提醒"))
        record_alert(tx, "qingxi", Alert(OPENED, "2018-02", "二月的提醒"))
    shown = read_page(asking(small_office)("/?period=2018-03").text).text
    assert "提醒 2018-03-26 00:00 三月的提醒" in shown
    assert "二月的提醒" not in shown


def test_a_period_without_a_plan_is_misuse(small_office: Office) -> None:
    with pytest.raises(Misuse, match="没有"):
        view_period(small_office, Period("1999-01"), IN_HAND)
