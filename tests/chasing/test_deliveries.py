"""How what is owed under a plan stands, by documents in every order of coming and of being looked at."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from townreturn.chasing.deliveries import Duty, judge_duties
from townreturn.domain.document import Document, DocumentDecision
from townreturn.domain.duties import WorkPlanDuty
from townreturn.domain.obligation import (
    Adjustment,
    AdjustmentKind,
    Obligation,
    ObligationKind,
    ObligationState,
    Timeliness,
)
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook

SHANGHAI = ZoneInfo("Asia/Shanghai")
ISSUED = datetime(2018, 3, 5, tzinfo=SHANGHAI)
DUE = datetime(2018, 3, 13, tzinfo=SHANGHAI)
MICROSECOND = timedelta(microseconds=1)
OWED = Obligation(ObligationKind.WORK_PLAN, "zhujian", "", "", ISSUED, DUE)
UNTOUCHED, ACCEPTED, RETURNED = "?", "+", "-"


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return replace(plans.plans[0], work_plans=WorkPlanDuty("2018-03-05"))


def document(number: int, received_at: datetime, decided: str = UNTOUCHED) -> Document:
    """``decided``: one sign for each decision, the newest last."""
    decisions = tuple(
        DocumentDecision(sign == ACCEPTED, received_at, "clerk", f"原因{place}")
        for place, sign in enumerate(decided.replace(UNTOUCHED, ""), start=1)
    )
    hashed = f"{number:064d}"
    return Document(
        number, ObligationKind.WORK_PLAN, "zhujian", f"方案{number}.docx", hashed, received_at, "inbox", received_at,
        decisions,
    )  # fmt: skip


def judge(plan: Plan, *documents: Document, now: datetime = DUE, owed: Obligation = OWED) -> Duty:
    [duty] = judge_duties(plan, [owed], documents, {}, now)
    return duty


def day(number: int) -> datetime:
    return ISSUED + timedelta(days=number)


def test_before_anything_has_come(plan: Plan) -> None:
    instants = [ISSUED - MICROSECOND, ISSUED, DUE - MICROSECOND, DUE]
    states = [judge(plan, now=one).standing.state for one in instants]
    assert states == [
        ObligationState.NOT_OPEN, ObligationState.OPEN, ObligationState.OPEN, ObligationState.MISSING,
    ]  # fmt: skip
    assert [judge(plan, now=one).standing.is_outstanding for one in instants] == [False, True, True, True]


def test_a_document_counts_until_somebody_has_looked_at_it(plan: Plan) -> None:
    duty = judge(plan, document(1, DUE - MICROSECOND))
    assert (duty.standing.state, duty.standing.timeliness) == (ObligationState.RECEIVED, Timeliness.ON_TIME)
    assert (duty.standing.is_delivered, duty.standing.is_outstanding, duty.standing.is_in) == (True, False, False)
    late = judge(plan, document(1, DUE + timedelta(hours=1))).standing
    assert (late.state, late.timeliness, late.late_seconds) == (ObligationState.RECEIVED, Timeliness.LATE, 3600)


@pytest.mark.parametrize(
    ("decided", "state", "revision", "returned_count"),
    [
        # In the order of being received, one document a day, all in time.
        ([ACCEPTED], ObligationState.ACCEPTED, 1, 0),
        ([RETURNED], ObligationState.RETURNED, 1, 1),
        ([RETURNED, UNTOUCHED], ObligationState.RECEIVED, 2, 1),
        ([RETURNED, ACCEPTED], ObligationState.ACCEPTED, 2, 1),
        ([RETURNED, RETURNED], ObligationState.RETURNED, 2, 2),
        ([UNTOUCHED, UNTOUCHED], ObligationState.RECEIVED, 2, 0),
        # The last accepted one stands, whatever came after it.
        ([ACCEPTED, UNTOUCHED], ObligationState.ACCEPTED, 1, 0),
        ([ACCEPTED, RETURNED], ObligationState.ACCEPTED, 1, 0),
        ([ACCEPTED, ACCEPTED], ObligationState.ACCEPTED, 2, 0),
        # Whoever returns the newest has no use for what it replaced.
        ([UNTOUCHED, RETURNED], ObligationState.RETURNED, 2, 2),
        ([UNTOUCHED, RETURNED, UNTOUCHED], ObligationState.RECEIVED, 3, 2),
        ([UNTOUCHED, ACCEPTED], ObligationState.ACCEPTED, 2, 0),
        # The newest decision about a document counts.
        (["+-"], ObligationState.RETURNED, 1, 1),
        (["-+"], ObligationState.ACCEPTED, 1, 0),
    ],
)
def test_what_stands_of_several_documents(
    plan: Plan, decided: list[str], state: ObligationState, revision: int, returned_count: int
) -> None:
    documents = [document(number, day(number), signs) for number, signs in enumerate(decided, start=1)]
    for order in (documents, documents[::-1]):
        standing = judge(plan, *order).standing
        assert (standing.state, standing.revision, standing.returned_count) == (state, revision, returned_count)
        assert standing.received_at == day(revision)


def test_in_time_is_judged_by_the_first_document_that_was_not_returned(plan: Plan) -> None:
    in_time, late = day(2), DUE + timedelta(days=1)
    assert judge(plan, document(1, in_time), document(2, late, ACCEPTED)).standing.timeliness is Timeliness.ON_TIME
    repaired = judge(plan, document(1, in_time, RETURNED), document(2, late, ACCEPTED)).standing
    assert (repaired.state, repaired.timeliness) == (ObligationState.LATE_ACCEPTED, Timeliness.LATE)
    assert repaired.late_seconds == 24 * 3600


def test_the_reason_of_a_return_is_told_while_it_waits_to_be_sent_again(plan: Plan) -> None:
    assert judge(plan, document(1, day(1), "+-")).returned_for == "原因2"
    assert judge(plan, document(1, day(1), RETURNED), document(2, day(2))).returned_for == ""
    assert judge(plan).returned_for == ""


def test_documents_of_another_unit_or_kind_do_not_count(plan: Plan) -> None:
    theirs = replace(document(1, day(1)), unit="yancao")
    areas = replace(document(2, day(1)), kind=ObligationKind.AREA_PLAN)
    assert judge(plan, theirs, areas).standing.state is ObligationState.MISSING


def test_exempted_is_not_chased_and_extended_is_judged_by_its_own_instant(plan: Plan) -> None:
    exempted = Adjustment(AdjustmentKind.EXEMPTED, day(1), "clerk", "机构撤并")
    assert judge(plan, owed=replace(OWED, adjustment=exempted)).standing.state is ObligationState.EXEMPTED
    until = DUE + timedelta(days=3)
    extended = Adjustment(AdjustmentKind.EXTENDED, day(1), "clerk", "换岗", until)
    owed = replace(OWED, due_at=until, adjustment=extended)
    standing = judge(plan, document(1, DUE), now=until, owed=owed).standing
    assert (standing.timeliness, standing.due_at) == (Timeliness.ON_TIME, until)


def reporter(plan: Plan, named: dict[str, datetime], now: datetime = DUE) -> Duty:
    owed = Obligation(ObligationKind.REPORTER, "zhujian", "", "", ISSUED, DUE)
    [duty] = judge_duties(plan, [owed], (), named, now)
    return duty


def test_a_reporter_is_named_in_the_plan_or_by_the_unit(plan: Plan) -> None:
    units = tuple(replace(one, reporter="李四") if one.code == "zhujian" else one for one in plan.units)
    from_the_start = reporter(replace(plan, units=units), {}, now=ISSUED).standing
    assert (from_the_start.state, from_the_start.timeliness) == (ObligationState.ACCEPTED, Timeliness.ON_TIME)
    assert reporter(plan, {"yancao": day(1)}).standing.state is ObligationState.MISSING
    in_time = reporter(plan, {"zhujian": DUE - MICROSECOND}).standing
    assert (in_time.state, in_time.timeliness) == (ObligationState.ACCEPTED, Timeliness.ON_TIME)
    late = reporter(plan, {"zhujian": DUE}).standing
    assert (late.state, late.timeliness) == (ObligationState.LATE_ACCEPTED, Timeliness.LATE)
