"""What is owed under a plan as a whole, extended and exempted like a month's statistics."""

from datetime import datetime
from pathlib import Path

import pytest

from inbox_files import drop
from issued_plan import with_issued_plan
from letters_read import letters, text_of
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.obligation import AdjustmentKind, ObligationKind, ObligationState, Standing, Timeliness
from townreturn.month.verifying import verify
from townreturn.office import Office

WORK = ObligationKind.WORK_PLAN
NOW = datetime.fromisoformat("2018-03-12T10:00:00+08:00")
UNTIL = datetime.fromisoformat("2018-03-17T00:00:00+08:00")
EXTENDED = month.Decided(AdjustmentKind.EXTENDED, "clerk", "等市里的方案", UNTIL)
EXEMPTED = month.Decided(AdjustmentKind.EXEMPTED, "clerk", "随局里的方案一并报送")


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Office:
    """Issued on Monday 5 March 2018: due with Monday 12 March."""
    return with_issued_plan(office, tmp_path)


def standing(office: Office, unit: str, now: datetime) -> Standing:
    duties = month.duties_of(office, office.plans.plans[0], now)
    return next(one for one in duties if (one.kind, one.unit) == (WORK, unit))


def test_a_work_plan_may_be_handed_in_later_and_is_in_time_then(desk: Office) -> None:
    plan = desk.plans.plans[0]
    owed, found = month.adjust_duty(desk, plan, WORK, "zhujian", EXTENDED, NOW)
    assert (owed.due_at, found.state) == (UNTIL, ObligationState.OPEN)
    assert standing(desk, "yancao", UNTIL).state is ObligationState.MISSING
    drop(desk, "工作方案/镇住建局打假工作方案.docx", datetime.fromisoformat("2018-03-16T17:00:00+08:00"))
    month.take_in(desk, UNTIL)
    found = standing(desk, "zhujian", UNTIL)
    assert (found.state, found.timeliness) == (ObligationState.RECEIVED, Timeliness.ON_TIME)


def test_the_unit_hears_of_it_and_the_record_holds(desk: Office) -> None:
    month.adjust_duty(desk, desk.plans.plans[0], WORK, "zhujian", EXEMPTED, NOW)
    [mail] = letters(desk)
    assert mail["Subject"] == "【免报】清溪镇打假统计 《清溪镇2018年打假工作方案》 镇住建局（打假工作方案）"
    assert "原因：随局里的方案一并报送" in text_of(mail)
    assert standing(desk, "zhujian", UNTIL).state is ObligationState.EXEMPTED
    assert {one.text for one in verify(desk) if not one.is_whole} == set()


@pytest.mark.parametrize(
    ("kind", "unit", "error", "sentence"),
    [
        (WORK, "nobody", Misuse, "方案里没有代码为“nobody”的单位"),
        (WORK, "gongan", Misuse, "镇公安分局按方案不须报送打假工作方案"),
        (ObligationKind.AREA_PLAN, "zhujian", Misuse, "镇住建局按方案不须报送"),
    ],
)
def test_what_is_not_owed_is_refused(
    desk: Office, kind: ObligationKind, unit: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        month.adjust_duty(desk, desk.plans.plans[0], kind, unit, EXTENDED, NOW)


def test_what_is_here_needs_neither(desk: Office) -> None:
    drop(desk, "工作方案/镇住建局打假工作方案.docx", NOW)
    month.take_in(desk, UNTIL)
    with pytest.raises(Refused, match="已报送通过，不用延期或免报"):
        month.adjust_duty(desk, desk.plans.plans[0], WORK, "zhujian", EXEMPTED, UNTIL)
