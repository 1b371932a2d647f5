"""Another town, through the command line: nothing is wired to 清溪镇, seven categories or the 25th."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from several_towns import LIUHE_CATEGORIES, liuhe_figures
from townreturn.cli import main
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.plans import load_plan
from workbooks import fill_workbook

HERE = Path(__file__).parent


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setenv("TOWNRETURN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOWNRETURN_PLAN", str(HERE / "liuhe-2018.yaml"))
    monkeypatch.setenv("TOWNRETURN_EXPECTATIONS", str(HERE / "expectations"))
    return load_plan(str(HERE / "liuhe-2018.yaml"))


def submit(plan: Plan, period: str, step: int, received: str) -> None:
    inbox = Path(os.environ["TOWNRETURN_HOME"]) / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for unit in plan.reporting_units:
        path = fill_workbook(
            plan, unit, Period(period), inbox / f"{period}-{unit.code}.xlsx", figures=liuhe_figures(step)
        )
        instant = datetime.fromisoformat(received).timestamp()
        os.utime(path, (instant, instant))


def test_calendar_is_the_plans_own(plan: Plan) -> None:
    march = Period("2018-03")
    assert plan.calendar.start(march) == datetime(2018, 2, 28, 16, tzinfo=UTC)  # 1 March, local midnight
    assert plan.calendar.end(march) == datetime(2018, 3, 31, 16, tzinfo=UTC)  # 1 April
    assert plan.calendar.due_at(march) == datetime(2018, 4, 5, 16, tzinfo=UTC)  # 6 April


def test_two_months_through_the_command_line(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    for step, (period, received) in enumerate(
        (("2018-02", "2018-03-02T10:00:00+08:00"), ("2018-03", "2018-04-02T10:00:00+08:00"))
    ):
        submit(plan, period, step, received)
        assert main(["compile", period]) == 0
        assert main(["approve", period, "--as", "approver"]) == 2, "that is the other town's approver"
        assert main(["approve", period, "--as", "zhenzhang"]) == 0
        capsys.readouterr()
        assert main(["publish", period]) == 0
    folder = Path(capsys.readouterr().out.strip())
    [twin] = folder.glob("*打假统计月报*.json")
    cells = {(cell["category"], cell["indicator"]): cell for cell in json.loads(twin.read_text("utf-8"))["cells"]}
    # (10+20+…+80) + 8×1 = 368; with February's 360 it is 728, but January is not reported.
    total = cells["total", "inspections"]
    assert (total["current"]["value"], total["current"]["reported"], total["current"]["expected"]) == ("368", 8, 8)
    assert (total["ytd"]["value"], total["ytd"]["status"]) == ("728", "incomplete")
    assert total["month_on_month"] == {"pct": "2.2", "status": "ratio"}  # 368/360 − 1 = 2.22 %
    assert cells["total", "fines"]["current"]["value"] == "40"  # (1+2+…+8) + 8×0.50
    assert cells["seeds", "seeds_seized"]["current"]["value"] == "12.25"
    [workbook] = folder.glob("*月.xlsx")
    assert "柳河镇" in workbook.name
    text = "".join(str(cell.value) for row in load_workbook(workbook).worksheets[0].iter_rows() for cell in row)
    assert "8.玩具" in text or "玩具" in text
    assert "清溪" not in text


def test_its_own_rule_returns_a_wrong_file(plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {**liuhe_figures(0), "remaining_cases": {**dict.fromkeys(LIUHE_CATEGORIES, "1"), "toys": "7"}}
    path = tmp_path / "wrong.xlsx"
    fill_workbook(plan, plan.unit_by_code["zonghe"], Period("2018-02"), path, figures=wrong)
    assert main(["check", str(path), "--json"]) == 1
    [answer] = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in answer["categories"]] == ["accepted", "accepted", "returned"]
    assert [one["code"] for one in answer["findings"]] == ["LIUHE_BALANCE"]


def test_a_period_without_a_plan_is_refused(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "2018-01"]) == 2
    assert "2018-01 没有生效的柳河镇打假工作方案" in capsys.readouterr().err
