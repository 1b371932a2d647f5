"""``timeliness``: the table of the units, and the same for programs; ``status`` says late by, extended, returned."""

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from stored_reports import store_all, store_report
from townreturn.cli import status, timeliness
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import Adjustment, AdjustmentKind, ObligationKind
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.adjustments import AdjustedPeriod, record_adjustment
from townreturn.store.engine import writing

Run = Callable[..., tuple[int, str, str]]
JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
IN_MAY = datetime(2018, 5, 10, tzinfo=UTC)


@pytest.fixture
def office(run: Run, monkeypatch: pytest.MonkeyPatch) -> Office:
    """January: all in time but 烟草, late by 51 hours after one return. February: 建材 exempted, 农资 out."""
    for module in (status, timeliness):
        monkeypatch.setattr(module, "read_clock", lambda: IN_MAY)
    office = open_office(Settings.from_environment(os.environ))
    plan = office.plans.in_force(JANUARY)
    due = plan.calendar.due_at(JANUARY)
    store_all(office, "2018-01", without=("tobacco",))
    store_report(office, "tobacco", "2018-01", verdict=Verdict.RETURNED)
    store_report(office, "tobacco", "2018-01", number=1, received_at=due + timedelta(hours=51))
    store_all(office, "2018-02", without=("building", "agricultural"))
    with writing(office.engine) as tx:
        for unit, category, kind, until in (
            ("zhujian", "building", AdjustmentKind.EXEMPTED, None),
            ("nonglinshui", "agricultural", AdjustmentKind.EXTENDED, datetime(2018, 3, 5, 16, tzinfo=UTC)),
        ):
            record_adjustment(
                tx, AdjustedPeriod(plan.town_code, plan.code, "2018-02"), (ObligationKind.STATISTICS, unit, category),
                Adjustment(kind, due, "operator", "机构改革", until),
            )  # fmt: skip
    return office


def cells(out: str, name: str) -> list[str]:
    [line] = [line for line in out.splitlines() if name in line]
    return re.split(r" {2,}", line.strip())


def test_the_table_says_who_was_late_and_by_how_long(office: Office, run: Run) -> None:
    code, out, err = run("timeliness", "2018-01", "2018-02")
    assert (code, err) == (0, "")
    assert out.startswith("统计范围：2018年1月至2018年2月，共2期；单位：类次\n")
    assert cells(out, "名次  ")[:6] == ["名次", "单位", "应报", "按时", "迟报", "未报"]
    assert cells(out, "烟草") == [
        "5", "市烟草专卖局第五分局", "2", "1", "1", "0", "1", "1", "50.0%", "100.0%", "50.0%", "2天3小时", "2天3小时",
        "0", "0", "0",
    ]  # fmt: skip
    assert cells(out, "镇住建局")[:3] == ["1", "镇住建局", "1"]
    assert cells(out, "镇农林水务局")[:6] == ["6", "镇农林水务局", "2", "1", "0", "1"]
    assert out.rstrip().endswith("全部相同的并列，其后的名次顺延。")


def test_a_single_period_is_enough(office: Office, run: Run) -> None:
    _, out, _ = run("timeliness", "2018-02")
    assert out.startswith("统计范围：2018年2月；单位：类次\n")
    assert cells(out, "镇住建局") == ["—", "镇住建局", *"000000", *"—————", "0", "1", "0"]


def test_programs_get_the_counts_and_exact_shares(office: Office, run: Run) -> None:
    _, out, _ = run("timeliness", "2018-01", "2018-02", "--json")
    told = json.loads(out)
    assert (told["town"], told["periods"], told["backfilled"]) == ("qingxi", ["2018-01", "2018-02"], [])
    late = next(one for one in told["units"] if one["unit"] == "yancao")
    assert (late["rank"], late["expected"], late["late_seconds"], late["on_time_pct"]) == (5, 2, 183600, "50.0")
    only = json.loads(run("timeliness", "2018-02", "--json")[1])
    exempted = next(one for one in only["units"] if one["unit"] == "zhujian")
    assert (exempted["rank"], exempted["on_time_pct"], exempted["exempted"]) == (None, None, 1)


def test_what_was_known_then(office: Office, run: Run) -> None:
    """On the first of February 烟草 was out; it came two days later, and May knows of it."""
    then = run("timeliness", "2018-01", "--as-of", "2018-02-01T08:00")[1]
    assert then.startswith("截至 2018-02-01 08:00 已收到的报送和已作出的决定：\n统计范围")
    assert cells(then, "烟草")[2:6] == ["1", "0", "0", "1"]
    told = json.loads(run("timeliness", "2018-01", "--as-of", "2018-02-01T08:00", "--json")[1])
    assert told["as_of"] == "2018-02-01T08:00:00+08:00"
    assert cells(run("timeliness", "2018-01")[1], "烟草")[2:6] == ["1", "0", "1", "0"]


@pytest.mark.parametrize(
    "arguments", [("2018-02", "2018-01"), ("2018-13",), ("1999-01",), ("2018-01", "--as-of", "2999-01-01")]
)
def test_a_wrong_range_is_one_sentence(office: Office, run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run("timeliness", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_status_says_late_by_extended_and_returned(office: Office, run: Run) -> None:
    january, february = run("status", "2018-01")[1], run("status", "2018-02")[1]
    assert cells(january, "烟草制品")[2:] == ["迟报通过", "迟报2天3小时", "2018-02-03 03:00", "第2次（退回1次）"]
    assert cells(february, "4.农资")[2:] == ["未报（延至 2018-03-05 23:59）", "-", "-", "-"]
    assert cells(february, "2.建材")[2:] == ["免报", "免报", "-", "-"]
