"""How an obligation stands: by its report, the opening and the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from townreturn.chasing.standings import judge_standings
from townreturn.domain.obligation import ObligationState, Opening, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import PlanBook

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = datetime(2018, 4, 1, tzinfo=SHANGHAI)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Received:
    """A category's newest report, as the store tells it."""

    received_at: datetime
    is_accepted: bool = True
    is_sent_back: bool = False
    zero_return: bool = False
    revision: int = 1


def standing(plans: PlanBook, report: Received | None, now: datetime = DUE, opening: Opening | None = None) -> Standing:
    reports = {} if report is None else {"tobacco": report}
    judged = judge_standings(plans.plans[0], Period("2018-03"), reports, opening, now)
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
    judged = standing(plans, Received(received_at), opening=Opening(received_at, backfilled=True, run_id="r"))
    assert (judged.timeliness, judged.received_at) == (Timeliness.BACKFILLED, received_at)
    judged = standing(plans, Received(received_at), opening=Opening(DUE, backfilled=False, run_id="r"))
    assert judged.timeliness is Timeliness.LATE


def test_the_unit_that_owes_it_is_the_lead(plans: PlanBook) -> None:
    assert standing(plans, None).unit == "yancao"
