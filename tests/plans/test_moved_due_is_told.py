"""A due instant that the plan moves is told moved, wherever people read it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from receipt_cases import case_of, judged
from townreturn.chasing.obligations import statistics_owed
from townreturn.chasing.standings import judge_standings
from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.month.correction_basis import window_closes_at
from townreturn.publishing.briefing_parts import compose_briefing
from townreturn.receipts.text import write_text
from townreturn.templates import write_template
from townreturn.templates.assignment import Assignment
from townreturn.templates.instructions import instruction_parts
from written_plans import moving, plan_of, valid

MARCH = Period("2018-03")  # Saturday 31 March; the next working day is Monday 2 April


@dataclass(frozen=True)
class Received:
    """A category's accepted report, as the store tells it."""

    received_at: datetime
    is_accepted: bool = True
    zero_return: bool = False
    revision: int = 1
    returned_count: int = 0

    @property
    def acceptable_at(self) -> datetime:
        return self.received_at


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan_of(tmp_path_factory.mktemp("plan"), moving("later"))


def test_on_the_blank_workbook_and_in_its_instructions(plan: Plan, tmp_path: Path) -> None:
    unit = plan.unit_by_code["yancao"]
    cover = load_workbook(write_template(plan, MARCH, unit, tmp_path))[plan.form.sheets.cover]
    told = [str(cell.value) for row in cover.iter_rows() for cell in row if "23:59:59" in str(cell.value)]
    assert told == ["2018-04-02 23:59:59（之前送达，以实际收到的时间为准）"]
    [[_, sentences], *_] = instruction_parts(Assignment(plan, MARCH, unit))
    assert "报送截止：2018-04-02 23:59:59。以收到的时间为准，2018-04-03 00:00 起收到的记为迟报。" in sentences


def test_on_the_receipt(plan: Plan) -> None:
    case = case_of(judged("children"))
    text = write_text(replace(case, submission=replace(case.submission, period=MARCH)), plan)
    assert "报送截止：2018-04-02 23:59:59" in text.splitlines()


def test_in_the_briefing(plan: Plan) -> None:
    bare = TownReturn(plan.town, plan.town_code, MARCH.key, plan.code, plan.form.edition, 0, (), (), (), ())
    told = [one.prose.text for one in compose_briefing(bare, plan, date(2018, 4, 4))]
    assert any(text.startswith("本期报送截止时间为2018年4月2日23:59:59。") for text in told)


@pytest.mark.parametrize(
    ("received_at", "timeliness"),
    [
        ("2018-04-02T23:59:59.999999+08:00", Timeliness.ON_TIME),
        ("2018-04-02T15:59:59+00:00", Timeliness.ON_TIME),
        ("2018-04-03T00:00:00+08:00", Timeliness.LATE),
    ],
)
def test_what_is_told_is_what_is_judged_by(plan: Plan, received_at: str, timeliness: Timeliness) -> None:
    owed = statistics_owed(plan, MARCH, {})
    at = datetime.fromisoformat(received_at)
    judged_now = judge_standings(
        [(one, Received(at) if one.category == "tobacco" else None) for one in owed], at, backfilled=False
    )
    assert judged_now[2].timeliness is timeliness
    before = judge_standings(
        [(one, None) for one in owed], datetime.fromisoformat("2018-04-02T23:59:59+08:00"), backfilled=False
    )
    assert {one.state for one in before} == {ObligationState.OPEN}


def test_the_window_for_corrections_runs_from_the_moved_instant_into_years_nobody_knows(tmp_path: Path) -> None:
    """31 October 2026 is a Saturday, so the period is due before 3 November; a year later is 2027."""
    last_known = plan_of(tmp_path, valid("2026-01", "2026-12"), moving("later"))
    published_at = datetime.fromisoformat("2026-10-29T10:00:00+08:00")
    closes_at = window_closes_at(last_known, Period("2026-10"), published_at)
    assert closes_at == datetime.fromisoformat("2027-11-03T00:00:00+08:00")
