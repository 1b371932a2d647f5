"""Accounts of units' reporters in the plan: one unit an account, and no approver's."""

from datetime import datetime
from pathlib import Path

import pytest

from townreturn.chasing.senders import units_of_account
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.plan_book import PlanBook
from townreturn.plans import load_plan_book
from written_plans import plan_of, valid, write_plan

TOBACCO = "name: 市烟草专卖局第五分局, level: city}"
BUILDING = "{code: zhujian, name: 镇住建局}"
CODE = "code: qingxi-2018\n"


def tobacco(accounts: str) -> tuple[str, str]:
    return TOBACCO, f"name: 市烟草专卖局第五分局, level: city, accounts: {accounts}}}"


def building(accounts: str) -> tuple[str, str]:
    return BUILDING, f"{{code: zhujian, name: 镇住建局, accounts: {accounts}}}"


def test_units_name_the_accounts_of_their_reporters(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, tobacco("[tobacco_a, tobacco_b]"), building("[building_a]"))
    assert plan.unit_by_code["yancao"].accounts == ("tobacco_a", "tobacco_b")
    now = datetime.fromisoformat("2018-04-01T00:00:00+08:00")
    found = {one: units_of_account(PlanBook((plan,)), one, now) for one in ("tobacco_b", "building_a", "approver", "")}
    assert found == {"tobacco_b": ("yancao",), "building_a": ("zhujian",), "approver": (), "": ()}


@pytest.mark.parametrize(
    ("accounts", "sentence"),
    [
        ("[a, b, a]", "units.2.accounts.2 的值不对（账号“a”已经写在市烟草专卖局第五分局名下"),
        ("[building_a]", "账号“building_a”已经写在镇住建局名下"),
        ("[director]", "账号“director”是审批人的"),
        ("['a b']", "“a b”不是登录账号"),
        ("['']", "“”不是登录账号"),
        ("tobacco_a", "units.2.accounts"),
    ],
)
def test_an_account_that_cannot_be_told_from_another_is_refused(tmp_path: Path, accounts: str, sentence: str) -> None:
    with pytest.raises(ConfigurationFault) as refused:
        plan_of(tmp_path, tobacco(accounts), building("[building_a]"))
    assert sentence in str(refused.value)


def test_an_account_of_an_ended_plan_reports_no_more_once_the_next_one_is_reported(tmp_path: Path) -> None:
    first = write_plan(tmp_path, (CODE, "code: a\n"), valid("2018-01", "2018-06"), tobacco("[old]"), name="a.yaml")
    second = write_plan(tmp_path, (CODE, "code: b\n"), valid("2018-07", "2018-12"), tobacco("[new]"), name="b.yaml")
    plans = load_plan_book([str(first), str(second)])
    told = []
    for day in ("2018-06-20", "2018-07-20", "2018-08-20", "2018-09-20"):
        now = datetime.fromisoformat(f"{day}T00:00:00+08:00")
        told.append([bool(units_of_account(plans, one, now)) for one in ("old", "new")])
    assert told == [[True, False], [True, True], [False, True], [False, True]]
