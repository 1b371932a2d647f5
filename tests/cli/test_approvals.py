"""``approve`` says what an approval amounts to; ``approvals`` lists the record."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from stored_reports import store_all, store_report
from townreturn import month
from townreturn.cli import approvals, returns, submissions
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings

OVERDUE = datetime(2018, 2, 2, tzinfo=UTC)
LISTED = (
    "1.食品药品保健品（food_drug）、2.建材（building）、3.烟草制品（tobacco）、4.农资（agricultural）、"
    "5.儿童用品（children）、6.家用电器（含小家电）（appliances）、7.互联网电子商务商品（ecommerce）"
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(home: Path, monkeypatch: pytest.MonkeyPatch, filled: Callable[..., FilledWorkbook]) -> Office:
    """January with every category in, at a time when it is overdue."""
    for module in (approvals, submissions, returns):
        monkeypatch.setattr(module, "read_clock", lambda: OVERDUE)
    opened = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home)}))
    month.open_period(opened, Period("2018-01"), OVERDUE, "", backfilled=True)
    store_all(opened, "2018-01", figures={"cases_filed": 1})
    return opened


def test_the_clerk_is_told_who_has_to_countersign(run: Run, office: Office) -> None:
    status, out, _ = run("compile", "2018-01")
    assert status == 0
    assert out.endswith(
        "- 经科信局局长不能单独审批5.儿童用品、6.家用电器（含小家电）（本单位牵头或本人填报），须由其他审批人会签\n"
    )
    assert run("approve", "2018-01", "--as", "director", "--comment", "同意")[:2] == (
        0,
        "2018-01 的批准已登记，还须会签，暂不能发布\n"
        "- 已批准：经科信局局长\n"
        "- 还须与填报无关的审批人会签：5.儿童用品、6.家用电器（含小家电）\n"
        "- 可以会签的审批人：分管副镇长（approver）\n",
    )
    status, _, err = run("approve", "2018-01", "--as", "director", "--comment", "再批")
    assert (status, err) == (2, "经科信局局长已批准过这份汇总，须由其他审批人会签\n")
    assert run("approve", "2018-01", "--as", "approver")[1].startswith("2018-01 已批准，可以发布\n")
    assert run("publish", "2018-01")[0] == 0


def test_the_record_lists_every_answer_in_the_towns_own_time(run: Run, office: Office) -> None:
    assert run("approvals", "2018-01")[:2] == (0, "2018-01 还没有审批记录\n")
    run("compile", "2018-01")
    run("approve", "2018-01", "--as", "director", "--comment", "同意\n报出")
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)
    status, _, err = run("approve", "2018-01", "--as", "approver")
    assert (status, err.count("\n")) == (2, 1)
    assert "须重新汇总再审批：townreturn compile 2018-01\n" in err
    run("compile", "2018-01")
    status, out, _ = run("approve", "2018-01", "--as", "approver", "--reject", "tobacco", "--comment", "请核对烟草")
    assert (status, out) == (0, "2018-01 已驳回，退回：3.烟草制品。给单位的通知在回执文件夹中\n")

    head, *rows = run("approvals", "2018-01")[1].splitlines()
    assert head.split() == ["时间", "期次", "结论", "审批人", "内容编号", "办理途径", "意见"]
    approved, rejected, refused = [re.split(" {2,}", row) for row in rows]
    assert approved[:4] == ["2018-02-02 08:00:00", "月报", "批准", "经科信局局长（director）"]
    assert approved[5:] == ["命令行", "同意 报出"]
    assert rejected[2:4] + rejected[6:] == ["驳回：3.烟草制品", "分管副镇长（approver）", "请核对烟草"]
    assert refused[2:4] == ["未生效（内容已变动）", "分管副镇长（approver）"]
    assert refused[4] == approved[4] != rejected[4]
    assert re.fullmatch("[0-9a-f]{12}", approved[4])


def test_the_record_as_it_was_then(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run("compile", "2018-01")
    run("approve", "2018-01", "--as", "director")
    monkeypatch.setattr(approvals, "read_clock", lambda: OVERDUE + timedelta(hours=1))
    run("approve", "2018-01", "--as", "approver")
    assert len(run("approvals", "2018-01")[1].splitlines()) == 3
    then, head, row = run("approvals", "2018-01", "--as-of", "2018-02-02T08:59")[1].splitlines()
    assert (then, head.split()[0]) == ("截至 2018-02-02 08:59 的审批记录：", "时间")
    assert "经科信局局长（director）" in row
    assert run("approvals", "2018-01", "--as-of", "2018-02-02T07:59")[1].splitlines() == [
        "截至 2018-02-02 07:59 的审批记录：", "2018-01 还没有审批记录",
    ]  # fmt: skip
    assert run("approvals", "2018-01", "--as-of", "2018-02-03")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--reject", "tobacco"], "驳回时要写明原因（审批意见），以便单位改正；请写明后重新审批"),
        (["--reject", "wine", "--comment", "不符"], "没有类别“wine”。可以用代码、序号或名称：" + LISTED),
    ],
)
def test_a_rejection_without_sense_is_one_sentence(
    run: Run, office: Office, arguments: list[str], sentence: str
) -> None:
    run("compile", "2018-01")
    assert run("approve", "2018-01", "--as", "approver", *arguments) == (2, "", f"{sentence}\n")


def test_categories_are_named_as_people_name_them(run: Run, office: Office) -> None:
    run("compile", "2018-01")
    by_name = ["--reject", "农资", "5", "6. 家用电器（含小家电）", "tobacco", "--comment", "不符"]
    assert run("approve", "2018-01", "--as", "approver", *by_name)[:2] == (
        0,
        "2018-01 已驳回，退回：3.烟草制品、4.农资、5.儿童用品、6.家用电器（含小家电）。给单位的通知在回执文件夹中\n",
    )


def test_what_fails_the_gate_is_not_approved_though_compile_left_it(
    run: Run, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "town_return.yaml").write_text(
        "suite: town_return\nrules:\n  - {code: GATE_NOTHING, severity: mandatory, message: '{indicator} 多于 0',\n"
        "     expectation: expect_column_values_to_be_between, kwargs: {column: current, max_value: 0}}\n"
    )
    monkeypatch.setenv("TOWNRETURN_EXPECTATIONS", str(tmp_path))
    compiled, approved = run("compile", "2018-01"), run("approve", "2018-01", "--as", "approver")
    assert compiled == approved
    status, out, err = approved
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("2018-01 的汇总没有通过发布前检查，不能送审：cases_filed 多于 0")
    assert run("publish", "2018-01")[0] == 2
