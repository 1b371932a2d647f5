"""A quarter lived through with a moving clock: exactly the messages that it calls for, at exactly their instants.

Six units report for March, April and May 2018, with a fault, a late report, an extension and an
exemption; the Qingming and May Day holidays lie in between. Worked out by hand: 31 March is a
Saturday, so 30 March is the last working day in time and 2 April the first that is late. 30 April
is a holiday and Saturday the 28th is worked, so 26 April would be two working days before – but on
that day the workbooks go out. 31 May is a Thursday.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from townreturn import month
from townreturn.domain.message import Letter
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.messages import StoredMessage, list_messages

Send = Callable[..., Path]
UNITS = ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang")
COOPERATING = ("gongan", "jiaotong", "shangwu", "youzheng", "wenhua")
TOLD_TO_ALL = [("bulletin", unit) for unit in (*UNITS, *COOPERATING)]
OPENED_TO_ALL = [("opening", unit) for unit in UNITS]
MESSAGES = {
    "03-26 00:00": OPENED_TO_ALL,
    "03-27 10:10": [("通过 receipt", "shiyaojian"), ("通过 receipt", "jingkexin")],
    "03-28 08:40": [("退回 receipt", "zhujian")],
    "03-28 09:00": [
        *(("early", unit) for unit in ("zhujian", "yancao", "nonglinshui", "gongshang")), ("early summary", ""),
    ],
    "03-29 16:10": [("通过 receipt", "zhujian"), ("通过 receipt", "yancao")],
    "03-30 09:00": [("last_day", "nonglinshui"), ("last_day", "gongshang"), ("last_day summary", "")],
    "04-01 00:09": [("通过 receipt", "nonglinshui")],
    "04-02 09:00": [("overdue", "gongshang"), ("overdue summary", "")],
    "04-02 11:10": [("通过 receipt", "gongshang")],
    "04-02 16:00": TOLD_TO_ALL,
    "04-26 00:00": OPENED_TO_ALL,
    "04-27 15:10": [("通过 receipt", unit) for unit in UNITS if unit != "zhujian"],
    "04-28 09:00": [("last_day", "zhujian"), ("last_day summary", "")],
    "04-30 20:10": [("通过 receipt", "zhujian")],
    "05-02 10:00": TOLD_TO_ALL,
    "05-26 00:00": OPENED_TO_ALL,
    "05-27 10:00": [("adjustment", "yancao"), ("adjustment", "zhujian")],
    "05-28 10:10": [("通过 receipt", unit) for unit in ("shiyaojian", "nonglinshui", "jingkexin", "gongshang")],
    # Extended to the end of Tuesday, 5 June: two working days before it is Friday, the 1st.
    "06-01 09:00": [("early", "zhujian"), ("early summary", "")],
    "06-04 14:10": [("通过 receipt", "zhujian")],
}  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2018-{text.replace(' ', 'T')}:00+08:00")


@dataclass
class Quarter:
    """The office and what its Airflow would do at an instant; every step is taken ``times`` times over."""

    office: Office
    send: Send
    times: int
    written: list[Letter] = field(default_factory=list)

    def opens(self, period: str, instant: str) -> None:
        for _ in range(self.times):
            month.open_period(self.office, Period(period), at(instant), f"run-{period}", backfilled=False)
            month.hand_out_workbooks(self.office, Period(period), at(instant))

    def arrives(self, period: str, *units: str, instant: str, edit: Callable[[FilledWorkbook], None] | None = None):
        """Put into the inbox at an instant, taken in ten minutes later."""
        for unit in units:
            edits = [edit] if edit else []
            self.send(self.office, unit, period, *edits, name=f"{unit}-{instant[:5]}.xlsx", received_at=at(instant))
        for _ in range(self.times):
            month.take_in(self.office, at(instant) + timedelta(minutes=10))

    def days(self, first: str, last: str) -> None:
        """Each morning at nine, from day to day, as the DAG does: the intake, then the reminders."""
        day = at(f"{first} 09:00")
        while day <= at(f"{last} 09:00"):
            for _ in range(self.times):
                month.take_in(self.office, day)
                month.remind(self.office, day)
            day += timedelta(days=1)

    def publishes(self, period: str, instant: str) -> None:
        now = at(instant)
        compilation = month.compile_return(self.office, Period(period), now)
        month.record_decision(
            self.office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
        )
        month.publish(self.office, compilation, now)

    def adjusts(self, period: str, category: str, kind: AdjustmentKind, instant: str, until: str | None) -> None:
        decided = month.Decided(kind, "clerk", "机构搬迁", at(until) if until else None)
        month.adjust_statistics(self.office, Period(period), category, decided, at(instant))


def unbalanced(book: FilledWorkbook) -> None:
    book.put("cases_pending", 99)


def live_through(quarter: Quarter) -> None:
    quarter.opens("2018-03", "03-26 00:00")
    quarter.days("03-26", "03-27")
    quarter.arrives("2018-03", "shiyaojian", "jingkexin", instant="03-27 10:00")
    quarter.arrives("2018-03", "zhujian", instant="03-28 08:30", edit=unbalanced)
    quarter.days("03-28", "03-29")
    quarter.arrives("2018-03", "zhujian", "yancao", instant="03-29 16:00")
    quarter.days("03-30", "03-31")
    quarter.arrives("2018-03", "nonglinshui", instant="03-31 23:59")
    quarter.days("04-01", "04-02")
    quarter.arrives("2018-03", "gongshang", instant="04-02 11:00")
    quarter.publishes("2018-03", "04-02 16:00")
    quarter.days("04-03", "04-25")
    quarter.opens("2018-04", "04-26 00:00")
    quarter.days("04-26", "04-27")
    quarter.arrives("2018-04", *(unit for unit in UNITS if unit != "zhujian"), instant="04-27 15:00")
    quarter.days("04-28", "04-30")
    quarter.arrives("2018-04", "zhujian", instant="04-30 20:00")
    quarter.days("05-01", "05-02")
    quarter.publishes("2018-04", "05-02 10:00")
    quarter.days("05-03", "05-25")
    quarter.opens("2018-05", "05-26 00:00")
    quarter.days("05-26", "05-27")
    quarter.adjusts("2018-05", "tobacco", AdjustmentKind.EXEMPTED, "05-27 10:00", None)
    quarter.adjusts("2018-05", "building", AdjustmentKind.EXTENDED, "05-27 10:00", "06-06 00:00")
    quarter.arrives("2018-05", "shiyaojian", "nonglinshui", "jingkexin", "gongshang", instant="05-28 10:00")
    quarter.days("05-29", "06-04")
    quarter.arrives("2018-05", "zhujian", instant="06-04 14:00")
    quarter.days("06-05", "06-29")


def table(messages: list[StoredMessage]) -> dict[str, list[tuple[str, str]]]:
    """Instant → (what, unit); at one instant the order is that of the alphabet."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in messages:
        instant = f"{one.composed_at.astimezone(at('01-01 00:00').tzinfo):%m-%d %H:%M}"
        found.setdefault(instant, []).append((_what(one), one.unit))
    return {instant: sorted(rows) for instant, rows in found.items()}


def _what(one: StoredMessage) -> str:
    if one.kind == "receipt":
        return f"{one.subject[1:3]} receipt"
    stage = one.key.split("/")[2]
    return {"reminder": stage, "summary": f"{stage} summary"}.get(one.kind, one.kind)


@pytest.mark.parametrize("times", [1, 2], ids=["once", "every step twice"])
def test_exactly_the_expected_messages(office: Office, send: Send, times: int) -> None:
    """A backfilled period is in the books as well, and nobody hears of it."""
    for period in ("2018-01", "2018-02"):
        month.open_period(office, Period(period), at("03-20 08:00"), f"backfill-{period}", backfilled=True)
    publish_without_reports(office)
    live_through(Quarter(office, send, times))
    with reading(office.engine) as tx:
        assert table(list_messages(tx, "qingxi")) == {instant: sorted(rows) for instant, rows in MESSAGES.items()}


def publish_without_reports(office: Office) -> None:
    """January and February are settled, with everything 未报, so that March can follow."""
    now = at("03-20 09:00")
    month.take_in(office, now)
    for period in ("2018-01", "2018-02"):
        compilation = month.compile_return(office, Period(period), now)
        month.record_decision(
            office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
        )
        month.publish(office, compilation, now)
