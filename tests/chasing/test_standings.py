"""How an obligation stands: by its report, the opening and the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from townreturn.chasing.obligations import statistics_owed
from townreturn.chasing.standings import judge_standings
from townreturn.domain.obligation import (
    Adjustment,
    AdjustmentKind,
    ObligationKind,
    ObligationState,
    Standing,
    Timeliness,
)
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = datetime(2018, 4, 1, tzinfo=SHANGHAI)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Received:
    """A category's newest report, as the store tells it; acceptable from the first unless said otherwise."""

    received_at: datetime
    is_accepted: bool = True
    zero_return: bool = False
    revision: int = 1
    first_acceptable_at: datetime | None = None
    returned_count: int = 0

    @property
    def acceptable_at(self) -> datetime | None:
        return self.first_acceptable_at or (self.received_at if self.is_accepted else None)


def standing(
    plans: PlanBook,
    report: Received | None,
    now: datetime = DUE,
    *,
    backfilled: bool = False,
    adjustment: Adjustment | None = None,
) -> Standing:
    adjustments = {} if adjustment is None else {(ObligationKind.STATISTICS, "yancao", "tobacco"): adjustment}
    owed = statistics_owed(plans.plans[0], Period("2018-03"), adjustments)
    judged = judge_standings(
        [(one, report if one.category == "tobacco" else None) for one in owed], now, backfilled=backfilled
    )
    assert [one.category for one in judged] == [one.code for one in plans.plans[0].categories]
    return judged[2]


@pytest.mark.parametrize(
    ("received_at", "timeliness"),
    [
        (datetime(2018, 3, 31, 23, 59, 59, tzinfo=SHANGHAI), Timeliness.ON_TIME),
        (datetime(2018, 3, 31, 23, 59, 59, 500000, tzinfo=SHANGHAI), Timeliness.ON_TIME),
        ((DUE - MICROSECOND).astimezone(UTC), Timeliness.ON_TIME),
        (DUE, Timeliness.LATE),
        (datetime(2018, 3, 31, 16, tzinfo=UTC), Timeliness.LATE),
        (datetime(2018, 3, 31, 15, 59, 59, tzinfo=UTC), Timeliness.ON_TIME),
    ],
)
def test_on_time_is_strictly_before_the_due_instant(
    plans: PlanBook, received_at: datetime, timeliness: Timeliness
) -> None:
    assert standing(plans, Received(received_at)).timeliness is timeliness


def test_nothing_received_is_open_until_due_and_missing_from_then_on(plans: PlanBook) -> None:
    before, after = standing(plans, None, DUE - MICROSECOND), standing(plans, None, DUE)
    assert (before.state, before.timeliness) == (ObligationState.OPEN, Timeliness.NOT_RECEIVED)
    assert (after.state, after.timeliness) == (ObligationState.MISSING, Timeliness.NOT_RECEIVED)


def test_a_returned_report_is_neither_in_nor_missing(plans: PlanBook) -> None:
    judged = standing(plans, Received(DUE - timedelta(days=1), is_accepted=False, zero_return=True), DUE)
    assert (judged.state, judged.is_in, judged.zero_return) == (ObligationState.RETURNED, False, False)


def test_backfilled_submissions_are_not_judged_late_and_keep_their_time(plans: PlanBook) -> None:
    received_at = DUE + timedelta(days=200)
    judged = standing(plans, Received(received_at), backfilled=True)
    assert (judged.state, judged.timeliness) == (ObligationState.ACCEPTED, Timeliness.BACKFILLED)
    assert (judged.received_at, judged.late_seconds) == (received_at, 0)
    judged = standing(plans, Received(received_at))
    assert (judged.state, judged.timeliness) == (ObligationState.LATE_ACCEPTED, Timeliness.LATE)


def test_nothing_is_owed_before_the_period_is_over(plans: PlanBook) -> None:
    opens_at = datetime(2018, 3, 26, tzinfo=SHANGHAI)
    assert standing(plans, None, opens_at - MICROSECOND).state is ObligationState.NOT_OPEN
    assert standing(plans, None, opens_at).state is ObligationState.OPEN


def test_the_first_acceptable_report_is_the_one_that_is_in_time(plans: PlanBook) -> None:
    """A correction that comes after the due instant makes nobody late; a returned one in time helps nobody."""
    corrected = Received(DUE + timedelta(days=9), revision=2, first_acceptable_at=DUE - timedelta(hours=1))
    assert standing(plans, corrected).timeliness is Timeliness.ON_TIME
    repeated = Received(DUE + timedelta(hours=1), revision=2, returned_count=1)
    judged = standing(plans, repeated)
    assert (judged.timeliness, judged.returned_count) == (Timeliness.LATE, 1)


@pytest.mark.parametrize(
    ("late", "seconds"),
    [(timedelta(0), 0), (MICROSECOND, 1), (timedelta(seconds=1), 1), (timedelta(days=2, hours=3), 183600)],
)
def test_late_by_is_counted_in_seconds_rounded_up(plans: PlanBook, late: timedelta, seconds: int) -> None:
    assert standing(plans, Received(DUE + late)).late_seconds == seconds


def test_a_returned_report_is_late_once_it_is_due(plans: PlanBook) -> None:
    returned = Received(DUE - timedelta(days=1), is_accepted=False, returned_count=1)
    assert standing(plans, returned, DUE - MICROSECOND).timeliness is Timeliness.NOT_RECEIVED
    assert standing(plans, returned, DUE).timeliness is Timeliness.LATE


def test_a_report_accepted_before_counts_as_in_time_only_while_one_is_accepted(plans: PlanBook) -> None:
    """The second was accepted and sent back at approval; until a third is accepted nothing is in time."""
    waiting = Received(DUE - timedelta(hours=1), is_accepted=False, first_acceptable_at=DUE - timedelta(hours=2))
    judged = standing(plans, waiting, DUE)
    assert (judged.state, judged.timeliness, judged.late_seconds) == (ObligationState.RETURNED, Timeliness.LATE, 0)
    assert standing(plans, waiting, DUE - MICROSECOND).timeliness is Timeliness.NOT_RECEIVED


def test_an_extension_moves_the_due_instant(plans: PlanBook) -> None:
    until = DUE + timedelta(days=3)
    extended = Adjustment(AdjustmentKind.EXTENDED, DUE - timedelta(days=1), "operator", "系统停电", until)
    assert standing(plans, None, DUE, adjustment=extended).state is ObligationState.OPEN
    assert standing(plans, None, until, adjustment=extended).state is ObligationState.MISSING
    in_time = standing(plans, Received(until - MICROSECOND), until, adjustment=extended)
    assert (in_time.timeliness, in_time.due_at, in_time.note) == (Timeliness.ON_TIME, until, "系统停电")


def test_what_is_exempted_is_not_missing_but_a_report_still_counts(plans: PlanBook) -> None:
    exempted = Adjustment(AdjustmentKind.EXEMPTED, DUE - timedelta(days=1), "operator", "机构撤并")
    without = standing(plans, None, DUE, adjustment=exempted)
    assert (without.state, without.is_in, without.is_outstanding) == (ObligationState.EXEMPTED, False, False)
    assert without.note == "机构撤并"
    for received_at in (DUE - MICROSECOND, DUE + timedelta(days=9)):
        came = standing(plans, Received(received_at), DUE, adjustment=exempted)
        assert (came.state, came.timeliness, came.is_exempted) == (ObligationState.ACCEPTED, Timeliness.EXEMPTED, True)


def test_the_unit_that_owes_it_is_the_lead(plans: PlanBook) -> None:
    assert standing(plans, None).unit == "yancao"
