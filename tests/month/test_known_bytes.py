"""The same bytes again, drafts beside each other, and what is left of an archive after a power cut."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from filled_workbook import FilledWorkbook
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.schema import reports

Send = Callable[..., Path]
Edit = Callable[[FilledWorkbook], object]
LATE = datetime(2018, 4, 1, tzinfo=UTC)


def put(indicator: str, value: Any, category: str | None = None) -> Edit:
    return lambda book: book.put(indicator, value, category)


def revisions(office: Office, period: str) -> list[tuple[str, int, str]]:
    with reading(office.engine) as tx:
        query = select(reports.c.category, reports.c.entry_number, reports.c.verdict).where(reports.c.period == period)
        return sorted((row.category, row.entry_number, row.verdict) for row in tx.execute(query))


def newest_receipt(office: Office, period: str) -> str:
    paths = (office.receipts / period).glob("*.txt")
    return max(paths, key=lambda path: path.stat().st_mtime_ns).read_text(encoding="utf-8-sig")


def test_an_empty_copy_left_by_a_power_cut_is_replaced_before_the_original_goes(
    small_office: Office, send: Send
) -> None:
    path = send(small_office, "shiyaojian", "2018-01")
    content = path.read_bytes()
    archived = small_office.archive.path(hashlib.sha256(content).hexdigest())
    archived.parent.mkdir(parents=True)
    archived.write_bytes(b"")
    [taken] = month.take_in(small_office, LATE).taken
    assert taken.disposition is Verdict.ACCEPTED
    assert archived.read_bytes() == content


def test_known_bytes_count_for_the_category_that_is_right_by_now(
    small_office: Office, send: Send, tmp_path: Path
) -> None:
    """February came back twice over: 5 for January's balance, 6 for its own fault. January was put right."""
    send(small_office, "jingkexin", "2018-01", put("cases_withdrawn", 1, "children"),
         put("cases_pending", 3, "children"))  # fmt: skip
    month.take_in(small_office, LATE)
    february = send(small_office, "jingkexin", "2018-02", put("premises_inspected", None, "appliances"))
    copy = shutil.copy2(february, tmp_path / "february.xlsx")
    month.take_in(small_office, LATE)
    assert revisions(small_office, "2018-02") == [("appliances", 1, "returned"), ("children", 1, "returned")]
    send(small_office, "jingkexin", "2018-01", name="更正.xlsx", received_at=LATE - timedelta(days=1))
    month.take_in(small_office, LATE)
    shutil.copy2(copy, Path(small_office.inbox.path) / "again.xlsx")
    month.take_in(small_office, LATE)
    assert ("children", 2, "accepted") in revisions(small_office, "2018-02")


def test_an_earlier_file_sent_again_is_told_which_one_stands(small_office: Office, send: Send, tmp_path: Path) -> None:
    first = send(small_office, "shiyaojian", "2018-01", name="first.xlsx")
    copy = shutil.copy2(first, tmp_path / "copy.xlsx")
    month.take_in(small_office, LATE)
    send(small_office, "shiyaojian", "2018-01", put("premises_inspected", 25), name="second.xlsx",
         received_at=LATE - timedelta(days=2))  # fmt: skip
    month.take_in(small_office, LATE)
    shutil.copy2(copy, Path(small_office.inbox.path) / "again.xlsx")
    month.take_in(small_office, LATE)
    assert [one[:2] for one in revisions(small_office, "2018-01")] == [("food_drug", 1), ("food_drug", 2)]
    receipt = newest_receipt(small_office, "2018-01")
    assert "现在仍以第2次报送的数据为准" in receipt
    assert "无需再做任何事" not in receipt


def test_drafts_checked_together_do_not_answer_for_each_other(small_office: Office, send: Send, tmp_path: Path) -> None:
    drafts = tmp_path / "drafts"
    for name, edit in (("a", put("premises_inspected", 21)), ("b", put("premises_inspected", None))):
        drafts.mkdir(exist_ok=True)
        send(small_office, "shiyaojian", "2018-01", edit, name=f"{name}.xlsx").replace(drafts / f"{name}.xlsx")
    # Without a store to say otherwise, February's opening balance cannot be wrong.
    february = send(small_office, "shiyaojian", "2018-02", put("cases_open_at_start", 9), put("cases_pending", 11))
    february.replace(drafts / "c.xlsx")
    (answers,) = month.check_files(small_office, sorted(drafts.iterdir()), LATE)
    assert [one.case.disposition for one in answers] == [Verdict.ACCEPTED, Verdict.RETURNED, Verdict.ACCEPTED]
    assert [one.case.remarks for one in answers] == [{}, {}, {}]


def test_whoever_corrects_a_closing_balance_late_is_told_to_correct_the_next_period(
    small_office: Office, send: Send
) -> None:
    for period in ("2018-01", "2018-02"):
        send(small_office, "shiyaojian", period)
        month.take_in(small_office, LATE)

    def corrected(book: FilledWorkbook) -> None:
        book.put("cases_closed", 0)
        book.put("cases_pending", 5)
        book.put("fines_confiscations", 0)
        reason = "一宗案件的结案日期登记错误，应为下期结案"
        book.add_entry("explanations", {"indicator": "期末在办", "reason": reason}, "food_drug")

    send(small_office, "shiyaojian", "2018-01", corrected, name="更正.xlsx", received_at=LATE - timedelta(days=1))
    [taken] = month.take_in(small_office, LATE).taken
    assert taken.disposition is Verdict.EXPLAINED
    assert "请把下一期也更正后重新报送" in newest_receipt(small_office, "2018-01")
