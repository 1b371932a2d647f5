"""A published return taken in by the level above: there the town is a unit like any other, and nothing is lost."""

import csv
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from published_months import AFTER_DUE, FEBRUARY, JANUARY, publish_newest
from townreturn import month
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, AmountStatus, Measure, TownReturn
from townreturn.month.submissions import Taken
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.reports import findings_of_period
from townreturn.store.returns import find_compilation, find_issue
from workbooks import fill_workbook

HERE = Path(__file__).parents[1]
CITY_PLAN = HERE / "plans" / "dongguan-2018.yaml"
IN_THE_CITY = AFTER_DUE + timedelta(hours=2)
CORRECTED_ON = datetime.fromisoformat("2018-03-20T09:30:00+08:00")
REASON = "复核台账时发现漏统计一宗当月立案并结案的水泥案"
NUMBERS = ("current", "ytd", "month_on_month")


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Office]:
    """The city's office: the same program with another plan."""
    settings = {"TOWNRETURN_HOME": str(tmp_path / "city"), "TOWNRETURN_PLAN": str(CITY_PLAN)}
    office = open_office(Settings.from_environment(settings))
    yield office
    office.engine.dispose()


def hand_up(town: Office, city: Office, period: Period, issue: int = 0, at: datetime = IN_THE_CITY) -> Taken:
    """The town's file for the level above, into the city's inbox and taken in there."""
    [path] = (Path(town.outbox.path) / period.key / f"issue-{issue}").glob("*_上报.xlsx")
    inbox = Path(city.inbox.path)
    inbox.mkdir(parents=True, exist_ok=True)
    copy = shutil.copy(path, inbox / path.name)
    os.utime(copy, (at.timestamp(), at.timestamp()))
    [taken] = month.take_in(city, at + timedelta(minutes=5)).taken
    return taken


def issue_of(office: Office, period: Period, number: int = 0) -> TownReturn:
    with reading(office.engine) as tx:
        found = find_issue(tx, office.plans.town_code, period.key, number)
    assert found is not None
    return found.town_return


def compiled(city: Office, period: Period, at: datetime) -> TownReturn:
    compilation = month.compile_return(city, period, at)
    month.check_return(city, compilation)
    with reading(city.engine) as tx:
        return find_compilation(tx, compilation).town_return


def publish_in_the_city(city: Office, period: Period, at: datetime) -> TownReturn:
    compilation = month.compile_return(city, period, at)
    month.record_decision(
        city, compilation, account="shizhang", approved=True, comment="同意", sent_back=(), run_id="", now=at
    )  # fmt: skip
    month.publish(city, compilation, at)
    return issue_of(city, period)


def texts(town_return: TownReturn) -> list[tuple[str, str, dict[str, str]]]:
    return sorted(((one.section, one.category, one.values) for one in town_return.entries), key=str)


def test_two_months_read_the_same_in_the_city(months: Office, city: Office) -> None:
    due = datetime.fromisoformat("2018-03-06T09:00:00+08:00")
    month.open_period(city, JANUARY, AFTER_DUE, "", backfilled=False)
    month.open_period(city, FEBRUARY, AFTER_DUE, "", backfilled=False)
    assert hand_up(months, city, JANUARY).disposition is Verdict.ACCEPTED
    january = publish_in_the_city(city, JANUARY, due)
    assert hand_up(months, city, FEBRUARY).disposition is Verdict.RETURNED, "of 农资 there is nothing"
    february = publish_in_the_city(city, FEBRUARY, due)
    for town_return, above in ((issue_of(months, JANUARY), january), (issue_of(months, FEBRUARY), february)):
        for cell in town_return.cells:
            found = above.cell(cell.category, cell.indicator)
            assert found is not None
            assert [getattr(found, one) for one in NUMBERS] == [getattr(cell, one) for one in NUMBERS], cell
        assert texts(above) == texts(town_return)
        assert [(one.category, one.indicator, one.code, one.question, one.explanation) for one in above.notes] == [
            (one.category, one.indicator, one.code, one.question, one.explanation) for one in town_return.notes
        ]
    # By hand from tests/golden: 2月 开展执法行动 10+4+7+0+3+5 = 29 of six categories, 农资 未报.
    total = february.cell(TOTAL, "enforcement_actions")
    assert total is not None
    assert (total.current.value, total.current.reported, total.current.expected) == (Decimal(29), 6, 7)


def test_a_missing_category_is_missing_and_a_zero_return_is_one(months: Office, city: Office) -> None:
    hand_up(months, city, JANUARY)
    publish_in_the_city(city, JANUARY, IN_THE_CITY + timedelta(hours=1))
    hand_up(months, city, FEBRUARY)
    february = compiled(city, FEBRUARY, IN_THE_CITY + timedelta(hours=1))
    states = {one.category: (one.state, one.zero_return) for one in february.standings}
    assert states.pop("agricultural") == (ObligationState.RETURNED, False)
    assert states.pop("children") == (ObligationState.ACCEPTED, True)
    assert set(states.values()) == {(ObligationState.ACCEPTED, False)}
    missing, zero = february.cell("agricultural", "cases_filed"), february.cell("children", "cases_filed")
    assert missing is not None
    assert zero is not None
    assert (missing.current.status, missing.current.value) == (AmountStatus.MISSING, None)
    assert (zero.current.status, zero.current.value) == (AmountStatus.ZERO, Decimal(0))
    with reading(city.engine) as tx:
        found = [one for _, one in findings_of_period(tx, "dongguan", FEBRUARY.key)]
    faults = [(one.code, one.category) for one in found if one.severity is Severity.MANDATORY]
    assert faults == [("CATEGORY_MISSING", "agricultural")], "one sentence, not one a cell"


def test_a_correction_goes_up_with_its_reason(months: Office, city: Office) -> None:
    hand_up(months, city, JANUARY)
    publish_in_the_city(city, JANUARY, IN_THE_CITY + timedelta(hours=1))
    resend_january(months)
    publish_newest(months, month.compile_correction(months, JANUARY, CORRECTED_ON))
    taken = hand_up(months, city, JANUARY, issue=1, at=CORRECTED_ON + timedelta(hours=1))
    assert taken.disposition is Verdict.EXPLAINED
    compilation = month.compile_correction(city, JANUARY, CORRECTED_ON + timedelta(hours=2))
    with reading(city.engine) as tx:
        corrected = find_compilation(tx, compilation).town_return
    changed = {(one.category, one.indicator): (one.old, one.new, one.reason) for one in corrected.changes}
    assert changed["building", "cases_filed"] == (Decimal(1), Decimal(2), f"清溪镇说明：{REASON}")
    assert {category for category, _ in changed} == {"building", TOTAL}


def resend_january(town: Office) -> None:
    """镇住建局 sends January again: one more case filed and closed, with the reason."""
    rows = csv.DictReader((HERE / "golden" / "figures-2018-01.csv").open(encoding="utf-8"))
    figures = {row["indicator"]: row for row in rows}
    figures["cases_filed"]["building"] = figures["cases_closed"]["building"] = "2"
    reason = {"category": "building", "indicator": "", "finding": "与已发布的数字不同", "reason": REASON}
    plan = town.plans.in_force(JANUARY)
    path = Path(town.inbox.path) / "again.xlsx"
    fill_workbook(plan, plan.unit_by_code["zhujian"], JANUARY, path, figures=figures, explanations=[reason])
    received_at = (CORRECTED_ON - timedelta(hours=1)).timestamp()
    os.utime(path, (received_at, received_at))
    [taken] = month.take_in(town, CORRECTED_ON).taken
    assert taken.disposition is Verdict.EXPLAINED


def test_a_correction_without_a_units_explanation_goes_up_with_the_operators(months: Office, city: Office) -> None:
    """The file sent again is excluded: January is what it was at first, and only the operator says why."""
    resend_january(months)
    publish_newest(months, month.compile_correction(months, JANUARY, CORRECTED_ON))
    assert hand_up(months, city, JANUARY, issue=1, at=CORRECTED_ON + timedelta(hours=1)).disposition is Verdict.ACCEPTED
    publish_in_the_city(city, JANUARY, CORRECTED_ON + timedelta(hours=2))
    now, reason = CORRECTED_ON + timedelta(days=1), "经查是误传的测试文件，恢复原报数"
    file = next(one.file_hash for one in issue_of(months, JANUARY, 1).sources if one.category == "building")
    month.exclude_file(months, JANUARY, file, account="clerk", reason=reason, now=now)
    publish_newest(months, month.compile_correction(months, JANUARY, now + timedelta(hours=1)))
    assert hand_up(months, city, JANUARY, issue=2, at=now + timedelta(hours=2)).disposition is Verdict.EXPLAINED
    compilation = month.compile_correction(city, JANUARY, now + timedelta(hours=3))
    with reading(city.engine) as tx:
        corrected = find_compilation(tx, compilation).town_return
    [filed] = [
        one for one in corrected.changes
        if (one.category, one.indicator, one.measure) == ("building", "cases_filed", Measure.CURRENT)
    ]  # fmt: skip
    assert (filed.old, filed.new) == (Decimal(2), Decimal(1))
    assert reason in filed.reason
