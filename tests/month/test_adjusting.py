"""Obligations extended and exempted: what it needs, what it changes, and that the unit hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.errors import Misuse, Refused, TownReturnError
from townreturn.domain.obligation import AdjustmentKind, ObligationState, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.trail import read_chain

MARCH = Period("2018-03")
DUE = datetime.fromisoformat("2018-04-01T00:00:00+08:00")
UNTIL = datetime.fromisoformat("2018-04-04T00:00:00+08:00")
BEFORE = DUE - timedelta(days=2)
Send = Callable[..., Path]


def line_of(office: Office, now: datetime) -> str:
    plan, standings = office.plans.in_force(MARCH), month.readiness(office, MARCH, now).standings
    return month.describe_standings(plan, MARCH, standings)


def decided(
    kind: AdjustmentKind, due_at: datetime | None = None, *, account: str = "clerk", reason: str = "停电"
) -> month.Decided:
    return month.Decided(kind, account, reason, due_at)


EXTENDED, EXEMPTED = decided(AdjustmentKind.EXTENDED, UNTIL), decided(AdjustmentKind.EXEMPTED)
RESTORED = decided(AdjustmentKind.RESTORED, reason="改回")


def standing(office: Office, category: str, now: datetime, as_of: datetime | None = None) -> Standing:
    status = month.status_of(office, MARCH, now, as_of)
    return next(one for one in status.standings if one.category == category)


def test_an_extended_report_holds_the_period_until_its_own_due_instant(
    office: Office, send: Send, bring_in: Callable[..., datetime]
) -> None:
    month.open_period(office, Period("2018-01"), BEFORE, "run", backfilled=True)  # no earlier period is in the way
    month.open_period(office, MARCH, BEFORE, "run-3", backfilled=False)
    bring_in(office, MARCH.key, without=("zhujian",))
    month.adjust_statistics(office, MARCH, "building", EXTENDED, BEFORE)
    for instant, waits in ((DUE, True), (UNTIL - timedelta(seconds=1), True), (UNTIL, False)):
        month.take_in(office, instant)
        waiting = month.readiness(office, MARCH, instant).waiting_for
        assert ("镇住建局（建材）" in waiting) is waits, instant
    assert standing(office, "building", UNTIL).state is ObligationState.MISSING
    send(office, "zhujian", MARCH.key, received_at=UNTIL - timedelta(seconds=1))
    month.take_in(office, UNTIL + timedelta(minutes=1))
    found = standing(office, "building", UNTIL + timedelta(minutes=1))
    assert (found.state, found.timeliness, found.due_at) == (ObligationState.ACCEPTED, Timeliness.ON_TIME, UNTIL)


def test_what_is_exempted_is_waited_for_no_more_and_counted_apart(
    office: Office, bring_in: Callable[..., datetime]
) -> None:
    month.open_period(office, MARCH, BEFORE, "run", backfilled=False)
    now = bring_in(office, MARCH.key, without=("zhujian",))
    assert "镇住建局（建材）" in month.readiness(office, MARCH, now).waiting_for
    month.adjust_statistics(office, MARCH, "building", EXEMPTED, now)
    assert "镇住建局（建材）" not in month.readiness(office, MARCH, now).waiting_for
    assert line_of(office, now) == "清溪镇2018年3月：已报 6/6 类，全部报齐；免报：镇住建局（建材）"
    month.adjust_statistics(office, MARCH, "building", RESTORED, now)
    assert standing(office, "building", now).state is ObligationState.OPEN
    assert "未报：镇住建局（建材）" in line_of(office, now)


def test_what_was_decided_later_was_not_known_then(small_office: Office) -> None:
    month.adjust_statistics(small_office, MARCH, "building", EXTENDED, BEFORE)
    assert standing(small_office, "building", DUE, BEFORE - timedelta(seconds=1)).due_at is None
    assert standing(small_office, "building", DUE, BEFORE).due_at == UNTIL


def test_a_late_report_can_be_given_more_time_afterwards(office: Office, send: Send) -> None:
    """The power failed on the last day, and the bureau heard of it on the next one."""
    send(office, "zhujian", MARCH.key, received_at=DUE + timedelta(hours=9))
    now = DUE + timedelta(days=1)
    month.take_in(office, now)
    assert standing(office, "building", now).state is ObligationState.LATE_ACCEPTED
    _, found = month.adjust_statistics(office, MARCH, "building", EXTENDED, now)
    assert (found.state, found.late_seconds) == (ObligationState.ACCEPTED, 0)


@pytest.mark.parametrize(
    ("category", "wish", "kind", "sentence"),
    [
        ("no_such", EXTENDED, Misuse, "没有类别“no_such”"),
        ("building", decided(AdjustmentKind.EXTENDED, UNTIL, account=" "), Misuse, "写明经办人账号"),
        ("building", decided(AdjustmentKind.EXEMPTED, reason=" \n "), Misuse, "写明原因"),
        ("building", decided(AdjustmentKind.EXTENDED), Misuse, "延期要写明延到什么时候"),
        ("building", decided(AdjustmentKind.EXEMPTED, UNTIL), Misuse, "延期要写明延到什么时候"),
        ("building", decided(AdjustmentKind.EXTENDED, DUE), Misuse, "只能晚于原定的截止 2018-03-31 23:59"),
        ("building", decided(AdjustmentKind.EXTENDED, DUE + timedelta(days=367)), Misuse, "不超过一年"),
        ("building", RESTORED, Refused, "没有延期或免报可以撤销"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence_and_leaves_nothing(
    small_office: Office, category: str, wish: month.Decided, kind: type[TownReturnError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        month.adjust_statistics(small_office, MARCH, category, wish, BEFORE)
    with reading(small_office.engine) as tx:
        assert read_chain(tx, "qingxi-2018", MARCH.key) == []
        assert list_messages(tx, "qingxi") == []


def test_a_report_that_is_in_needs_neither(office: Office, send: Send) -> None:
    send(office, "zhujian", MARCH.key)
    month.take_in(office, BEFORE)
    for wish in (EXTENDED, EXEMPTED):
        with pytest.raises(Refused, match=r"2018-03 镇住建局（建材）已报送通过，不用延期或免报"):
            month.adjust_statistics(office, MARCH, "building", wish, BEFORE)


def test_the_trail_and_the_unit_are_told_who_said_so_and_why(office: Office) -> None:
    month.adjust_statistics(office, MARCH, "building", EXTENDED, BEFORE)
    with reading(office.engine) as tx:
        [event] = [one.event for one in read_chain(tx, "qingxi-2018", MARCH.key)]
        [message] = list_messages(tx, "qingxi")
    assert (event.kind, event.at) == (EventKind.EXTENDED, BEFORE)
    assert event.details["due_at"] == "2018-04-03T16:00:00.000000+00:00"
    assert (event.details["account"], event.details["reason"]) == ("clerk", "停电")
    assert (message.unit, message.subject) == (
        "zhujian",
        "【延期】清溪镇打假统计 2018-03 镇住建局（建材）延至 2018-04-03 23:59",
    )
    mail = message_from_bytes(office.archive.path(message.file_hash).read_bytes(), policy=policy.default)
    assert "原因：停电" in mail.get_content()


def test_the_same_decision_again_is_no_second_one(office: Office) -> None:
    """A task that is tried again must not decide twice, nor fail because it has decided."""
    for wish in (EXTENDED, RESTORED):
        for minutes in (0, 1):
            month.adjust_statistics(office, MARCH, "building", wish, BEFORE + timedelta(minutes=minutes))
    with reading(office.engine) as tx:
        kinds = [one.event.kind for one in read_chain(tx, "qingxi-2018", MARCH.key)]
        assert len(list_messages(tx, "qingxi")) == 2
    assert kinds == [EventKind.EXTENDED, EventKind.RESTORED]
