"""What must not happen to a month: one file stopping all, figures moving silently, answers that mislead."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from filled_workbook import FilledWorkbook
from stored_reports import accepted_figures, originals
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.town_return import TownReturn
from townreturn.intake import inbox
from townreturn.office import Office
from townreturn.store.decisions import last_decision
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts
from townreturn.store.returns import find_compilation
from townreturn.store.schema import reports

Send = Callable[..., Path]
Edit = Callable[[FilledWorkbook], object]
JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
LATE = datetime(2018, 4, 1, tzinfo=UTC)


def on_cover(label: str, value: str) -> Edit:
    def edit(book: FilledWorkbook) -> None:
        for sheet in (book.plan.form.sheets.cover, book.plan.form.sheets.statistics):
            book.beside(label, sheet).value = value

    return edit


def put(indicator: str, value: Any, category: str | None = None) -> Edit:
    return lambda book: book.put(indicator, value, category)


def receipt_of(office: Office, period: str, part: str) -> str:
    [path] = [path for path in (office.receipts / period).glob("*.txt") if part in path.name]
    return path.read_text(encoding="utf-8-sig")


def publish(office: Office, period: Period, now: datetime) -> TownReturn:
    compilation = month.compile_return(office, period, now)
    month.check_return(office, compilation)
    decide(office, compilation, now)
    month.publish(office, compilation, now)
    with reading(office.engine) as tx:
        return find_compilation(tx, compilation).town_return


def decide(office: Office, compilation: int, now: datetime, *sent_back: str, comment: str = "") -> None:
    month.record_decision(
        office, compilation, account="approver", approved=not sent_back,
        comment=comment or ("请核对" if sent_back else ""),
        sent_back=sent_back, run_id="", now=now,
    )  # fmt: skip


def alerts(office: Office) -> str:
    with reading(office.engine) as tx:
        return "\n".join(one.text for one in recent_alerts(tx, office.plans.town_code))


@pytest.mark.parametrize("period", ["9999-12", "0001-01", "0000-00", "2999-12", "1900-01"])
def test_an_absurd_period_is_answered_and_holds_nobody_back(small_office: Office, send: Send, period: str) -> None:
    send(small_office, "shiyaojian", "2018-01", on_cover("报告期", period))
    send(small_office, "zhujian", "2018-01")
    taken = {one.unit: one.disposition for one in month.take_in(small_office, LATE).taken}
    assert taken == {"shiyaojian": Verdict.RETURNED, "zhujian": Verdict.ACCEPTED}


def test_a_file_that_breaks_the_reader_is_quarantined_alone(
    small_office: Office, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from townreturn.intake import interpret

    def break_on_one(*arguments: Any) -> Any:
        if arguments[1].file_name == "broken.xlsx":
            raise RecursionError
        return real(*arguments)

    real = interpret.interpret
    monkeypatch.setattr(interpret, "interpret", break_on_one)
    send(small_office, "shiyaojian", "2018-01", name="broken.xlsx")
    send(small_office, "zhujian", "2018-01")
    taken = {one.file_name: one.disposition for one in month.take_in(small_office, LATE).taken}
    assert taken == {"broken.xlsx": Verdict.QUARANTINED, "zhujian-2018-01.xlsx": Verdict.ACCEPTED}


def test_a_file_that_cannot_be_read_is_left_and_told_of_once(
    small_office: Office, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_one(file: inbox.InboxFile, archive: Path) -> Any:
        if file.path.name == "locked.xlsx":
            raise PermissionError(13, "denied")
        return real(file, archive)

    real = inbox.archive_bytes
    monkeypatch.setattr("townreturn.month.submissions.archive_bytes", refuse_one)
    send(small_office, "shiyaojian", "2018-01", name="locked.xlsx")
    send(small_office, "zhujian", "2018-01")
    report = month.take_in(small_office, LATE)
    month.take_in(small_office, LATE + timedelta(minutes=10))
    assert ([one.unit for one in report.taken], report.left_count) == (["zhujian"], 1)
    assert (Path(small_office.inbox.path) / "locked.xlsx").exists()
    assert alerts(small_office).count("locked.xlsx") == 1


def test_a_link_in_the_inbox_is_not_followed(small_office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (Path(small_office.inbox.path) / "link.xlsx").symlink_to(secret)
    (Path(small_office.inbox.path) / "nowhere.xlsx").symlink_to(tmp_path / "missing")
    os.mkfifo(Path(small_office.inbox.path) / "pipe.xlsx")
    assert month.take_in(small_office, LATE).taken == ()
    assert not [path for path in small_office.archive.root.rglob("*") if path.is_file()]
    for name in ("link.xlsx", "nowhere.xlsx", "pipe.xlsx"):
        assert f"“{name}”无法收取" in alerts(small_office)


def test_a_correction_of_a_published_month_waits_and_moves_nothing(
    small_office: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    now = bring_in(small_office, "2018-01")
    publish(small_office, JANUARY, now)
    told = {"indicator": "", "finding": "与已发布的数字不同", "reason": "漏报了两个镇区的检查，现补上"}
    more = (put("premises_inspected", 30), lambda book: book.add_entry("explanations", told))
    send(small_office, "shiyaojian", "2018-01", *more, name="more.xlsx", received_at=now)
    month.take_in(small_office, now + timedelta(hours=1))
    assert "收到镇食药监分局对已发布的 2018-01 的报送" in alerts(small_office)
    receipt = receipt_of(small_office, "2018-01", "镇食药监分局_20180127T100500")
    assert "将据以拟作更正（第N次更正），批准后才公布" in receipt
    published = publish(small_office, FEBRUARY, bring_in(small_office, "2018-02"))
    cell = published.cell("food_drug", "premises_inspected")
    # 20 in January as published and 20 in February; the 30 wait for a correction.
    assert cell is not None
    assert (cell.ytd.value, cell.previous.value) == (Decimal(40), Decimal(20))


def test_what_was_never_accepted_cannot_be_sent_back(small_office: Office, bring_in: Callable[..., datetime]) -> None:
    now = bring_in(small_office, "2018-01", without=("zhujian",))
    compilation = month.compile_return(small_office, JANUARY, now)
    with pytest.raises(Refused, match="没有已通过的数据，不能退回"):
        decide(small_office, compilation, now, "building")
    decide(small_office, compilation, now)


def test_a_second_rejection_is_not_taken_for_the_first(small_office: Office, bring_in: Callable[..., datetime]) -> None:
    now = bring_in(small_office, "2018-01")
    decide(small_office, month.compile_return(small_office, JANUARY, now), now, "building")
    second = month.compile_return(small_office, JANUARY, now)
    decide(small_office, second, now, "tobacco", "tobacco")
    with reading(small_office.engine) as tx:
        decision = last_decision(tx, "qingxi", "2018-01")
    assert decision is not None
    assert (decision.compilation_id, decision.sent_back) == (second, ("tobacco",))


def test_the_same_file_sent_again_after_it_was_sent_back_is_told_so(
    small_office: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    now = bring_in(small_office, "2018-01")
    kept = originals(small_office)[0]
    decide(
        small_office,
        month.compile_return(small_office, JANUARY, now),
        now,
        *small_office.plans.plans[0].category_by_code,
    )
    again = Path(small_office.inbox.path) / "again.xlsx"
    shutil.copyfile(kept, again)
    os.utime(again, (now.timestamp(), now.timestamp()))
    [taken] = month.take_in(small_office, now + timedelta(hours=1)).taken
    assert (taken.disposition, taken.is_duplicate) == (Verdict.RETURNED, True)
    stamp = f"{now.astimezone(small_office.plans.calendar.zone):%Y%m%dT%H%M%S}"
    [text] = [
        path.read_text("utf-8-sig")
        for path in (small_office.receipts / "2018-01").glob(f"*_{stamp}_*.txt")
        if "again.xlsx" in path.read_text("utf-8-sig")
    ]
    assert "审核结论：退回" in text
    assert "已被审批退回，原样重报不会重新审核" in text
    assert "已收妥" not in text


def test_a_file_returned_for_another_months_fault_is_judged_anew(
    small_office: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    wrong = (put("cases_open_at_start", 9), put("cases_pending", 11))
    send(small_office, "shiyaojian", "2018-01", *wrong)
    february = send(small_office, "shiyaojian", "2018-02")
    content = february.read_bytes()
    assert [one.disposition for one in month.take_in(small_office, LATE).taken] == [Verdict.ACCEPTED, Verdict.RETURNED]
    send(small_office, "shiyaojian", "2018-01", name="right.xlsx", received_at=datetime(2018, 1, 29, tzinfo=UTC))
    february.write_bytes(content)
    os.utime(february, (LATE.timestamp() - 3600, LATE.timestamp() - 3600))
    taken = month.take_in(small_office, LATE + timedelta(hours=1)).taken
    assert [(one.period, one.disposition) for one in taken] == [
        ("2018-01", Verdict.ACCEPTED),
        ("2018-02", Verdict.ACCEPTED),
    ]


def test_an_older_file_found_later_replaces_nothing(small_office: Office, send: Send) -> None:
    newer, older = datetime(2018, 1, 29, 2, tzinfo=UTC), datetime(2018, 1, 28, 2, tzinfo=UTC)
    send(small_office, "shiyaojian", "2018-01", put("premises_inspected", 900), name="new.xlsx", received_at=newer)
    month.take_in(small_office, newer + timedelta(hours=1))
    send(small_office, "shiyaojian", "2018-01", put("premises_inspected", 100), name="old.xlsx", received_at=older)
    month.take_in(small_office, newer + timedelta(hours=2))
    with reading(small_office.engine) as tx:
        figures = {one.indicator: one.value for one in accepted_figures(tx, "qingxi", ["2018-01"])}
        assert tx.execute(select(reports.c.entry_number)).scalars().all() == [1, 2]
    assert figures["premises_inspected"] == 900


@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        ("2018-01-24T23:59:59+08:00", Verdict.RETURNED),
        ("2018-01-25T00:00:00+08:00", Verdict.ACCEPTED),  # the last day itself
        ("2018-01-26T00:00:00+08:00", Verdict.ACCEPTED),
    ],
)
def test_a_period_cannot_be_reported_before_its_last_day(
    small_office: Office, send: Send, received: str, verdict: Verdict
) -> None:
    send(small_office, "shiyaojian", "2018-01", received_at=datetime.fromisoformat(received))
    [taken] = month.take_in(small_office, LATE).taken
    assert taken.disposition is verdict
    if verdict is Verdict.RETURNED:
        assert "2018-01 还没有结束（最后一天是 2018-01-25）" in receipt_of(small_office, "2018-01", "镇食药监分局")


def test_a_later_faulty_file_says_that_the_earlier_one_stands(small_office: Office, send: Send) -> None:
    send(small_office, "shiyaojian", "2018-01")
    month.take_in(small_office, LATE)
    late = datetime(2018, 1, 30, 2, tzinfo=UTC)
    send(small_office, "shiyaojian", "2018-01", put("premises_inspected", -1), name="b.xlsx", received_at=late)
    month.take_in(small_office, LATE)
    assert "仍以第1次报送的数据为准" in receipt_of(small_office, "2018-01", "镇食药监分局_20180130")


def zero_return_of_formulas(book: FilledWorkbook) -> None:
    book.clear_flows()
    book.put(book.plan.form.anchors.zero_return, book.plan.form.yes)
    book.put("cases_filed", "=SUM(A1:A2)")
    broken = book.cell("cases_closed")
    broken.value, broken.data_type = "#REF!", "e"


def test_a_formula_without_a_value_never_becomes_a_confirmed_zero(small_office: Office, send: Send) -> None:
    send(small_office, "shiyaojian", "2018-01", zero_return_of_formulas)
    [taken] = month.take_in(small_office, LATE).taken
    assert taken.disposition is Verdict.RETURNED
    text = receipt_of(small_office, "2018-01", "镇食药监分局")
    assert "“立案”里是公式，但没有算出的结果" in text
    assert "“结案”显示的是错误值" in text


def repeat_a_row(book: FilledWorkbook) -> None:
    last = book.statistics.max_row + 1
    book.statistics.cell(last, 2).value = "刑拘"
    book.statistics.cell(last, 4).value = 99


def repeat_a_column(book: FilledWorkbook) -> None:
    heading = next(cell for row in book.statistics.iter_rows() for cell in row if cell.value == "1.食品药品保健品")
    book.statistics.cell(heading.row, heading.column + 3).value = "1.食品药品保健品"


@pytest.mark.parametrize(("edit", "label"), [(repeat_a_row, "刑拘"), (repeat_a_column, "1.食品药品保健品")])
def test_a_label_that_stands_twice_is_returned(small_office: Office, send: Send, edit: Edit, label: str) -> None:
    send(small_office, "shiyaojian", "2018-01", edit)
    [taken] = month.take_in(small_office, LATE).taken
    assert taken.disposition is Verdict.RETURNED
    assert f"“{label}”在统计表里出现了两次" in receipt_of(small_office, "2018-01", "镇食药监分局")


def test_figures_corrected_while_the_approver_reads_cannot_be_approved(
    small_office: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    now = bring_in(small_office, "2018-01")
    compilation = month.compile_return(small_office, JANUARY, now)
    send(small_office, "shiyaojian", "2018-01", put("premises_inspected", 21), name="more.xlsx", received_at=now)
    month.take_in(small_office, now + timedelta(hours=1))
    with pytest.raises(Refused, match="在审批期间有变动"):
        decide(small_office, compilation, now)
    decide(small_office, month.compile_return(small_office, JANUARY, now), now)


def test_a_faulty_file_that_comes_while_the_approver_reads_changes_nothing(
    small_office: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    now = bring_in(small_office, "2018-01")
    compilation = month.compile_return(small_office, JANUARY, now)
    send(small_office, "shiyaojian", "2018-01", put("premises_inspected", -1), name="bad.xlsx", received_at=now)
    month.take_in(small_office, now + timedelta(hours=1))
    decide(small_office, compilation, now)
