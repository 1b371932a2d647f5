"""Accounts that are made: whom the plan names, with the role that follows from it, and nothing changed twice."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from make_accounts import let_see_the_board, make
from settings_given import settings_given
from several_towns import write_neighbours
from townreturn.operating.environment import OPERATOR, SERVICE
from townreturn.plans import load_plan_book, load_plan_books
from wanted_accounts import Account, wanted_accounts
from written_plans import write_plan

WITH_REPORTERS = (
    "{code: zhujian, name: 镇住建局}",
    "{code: zhujian, name: 镇住建局, accounts: [zhujian_li]}",
)


@dataclass
class User:
    username: str
    roles: list[str]
    password: str
    id: int = 1


@dataclass
class FakeSecurity:
    """FAB's security manager, as far as it is used; roles are their names and passwords their own hashes."""

    users: dict[str, User] = field(default_factory=dict)
    granted: set[tuple[str, str]] = field(default_factory=set)
    writes: int = 0

    def add_role(self, name: str) -> str:
        return name

    def find_role(self, name: str) -> str:
        return name

    def create_permission(self, action: str, resource: str) -> str:
        return f"{action} {resource}"

    def add_permission_to_role(self, role: str, permission: str) -> None:
        self.granted.add((role, permission))

    def find_user(self, username: str) -> User | None:
        return self.users.get(username)

    def add_user(self, name: str, first: str, last: str, mail: str, role: str, password: str) -> User:
        self.writes += 1
        return self.users.setdefault(name, User(name, [role], password))

    def update_user(self, user: User) -> None:
        self.writes += 1

    def reset_password(self, number: int, password: str) -> None:
        self.writes += 1
        self.users[SERVICE].password = password


def is_password(known: str, given: str) -> bool:
    return known == given


def make_all(security: Any, **changed: str) -> None:
    for account in wanted_accounts([load_plan_book(["qingxi-2018"])], settings_given(**changed)):
        make(security, account, is_password)


def test_roles_follow_from_the_plan(tmp_path: Path) -> None:
    plans = load_plan_book([str(write_plan(tmp_path, WITH_REPORTERS))])
    given = settings_given(ACCOUNTS="approver:quiet-River-31 director:tall-Window-52 zhujian_li:green-Garden-84")
    roles = {one.name: one.role for one in wanted_accounts([plans], given)}
    assert roles == {
        OPERATOR: "Admin", SERVICE: "Op", "approver": "User", "director": "User", "zhujian_li": "Reporter",
    }  # fmt: skip


def test_a_second_start_changes_nothing() -> None:
    security = FakeSecurity()
    make_all(security)
    assert security.writes == 4
    make_all(security)
    assert security.writes == 4


def test_a_person_keeps_the_own_password_and_the_log_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    security = FakeSecurity()
    make_all(security)
    security.users["approver"].password = "chosen-By-Myself"
    capsys.readouterr()
    make_all(security)
    assert security.users["approver"].password == "chosen-By-Myself"
    told = capsys.readouterr().out
    assert "approver 已有自己的密码" in told
    assert "approver keeps the password" in told
    assert "chosen" not in told
    assert "quiet-River" not in told


def test_the_password_of_our_own_tasks_is_the_one_of_the_settings() -> None:
    security = FakeSecurity()
    make_all(security)
    changed = "0e4bd17a05c82f639e4bd17a05c82f60"
    make_all(security, SERVICE_PASSWORD=changed)
    assert security.users[SERVICE].password == changed


def test_who_becomes_an_approver_gets_that_role_and_no_other() -> None:
    security = FakeSecurity(users={"approver": User("approver", ["Reporter"], "quiet-River-31")})
    make(security, Account("approver", "User", "quiet-River-31", "ACCOUNTS"), is_password)
    assert security.users["approver"].roles == ["User"]


def test_reporters_may_see_pages_and_change_their_password_and_nothing_else() -> None:
    security = FakeSecurity()
    let_see_the_board(security)
    assert {what for role, what in security.granted if role == "Reporter"} == {
        "can_read Plugins", "can_read My Password", "can_edit My Password",
    }  # fmt: skip
    assert {role for role, what in security.granted if what == "can_read Plugins"} == {"Reporter", "Viewer", "User"}


def test_of_several_towns_everybody_whom_a_plan_names_is_let_in(tmp_path: Path) -> None:
    folder = write_neighbours(
        tmp_path / "plans", ("code: tangxia-2018\n", "code: tangxia-2018\noperators: [tangxia_op]\n")
    )
    given = settings_given(ACCOUNTS="approver:Abcd-efgh-1234 tangxia_op:Abcd-efgh-1235 nobody:Abcd-efgh-1236")
    roles = {one.name: one.role for one in wanted_accounts(load_plan_books([str(folder)]), given)}
    assert roles == {OPERATOR: "Admin", SERVICE: "Op", "approver": "User", "tangxia_op": "Op"}
