"""Which accounts there are to be: those of .env, with the roles that the plan gives them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from townreturn.domain.plan_book import PlanBook
from townreturn.operating.environment import OPERATOR, SERVICE

REPORTER = "Reporter"
"""A role of our own; the others are FAB's."""


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in; ``variable`` is where the password stands in .env."""

    name: str
    role: str
    password: str
    variable: str


def read_passwords(environment: Mapping[str, str]) -> dict[str, str]:
    """Account → password as ``ACCOUNTS`` gives them; an entry without a colon has none."""
    entries = (entry.partition(":") for entry in environment.get("ACCOUNTS", "").split())
    return {name: password for name, _, password in entries}


def wanted_accounts(books: Sequence[PlanBook], environment: Mapping[str, str]) -> tuple[Account, ...]:
    """The operator, our own tasks' account, and those of ``ACCOUNTS`` that a plan names."""
    fixed = (
        Account(OPERATOR, "Admin", environment.get("OPERATOR_PASSWORD", ""), "OPERATOR_PASSWORD"),
        Account(SERVICE, "Op", environment.get("SERVICE_PASSWORD", ""), "SERVICE_PASSWORD"),
    )
    roles, given = plan_roles(books), read_passwords(environment)
    named = (Account(name, roles[name], password, "ACCOUNTS") for name, password in given.items() if name in roles)
    return *fixed, *named


def plan_roles(books: Sequence[PlanBook]) -> dict[str, str]:
    """Account → role of everybody whom the plans let in: reporters of units, approvers, and the plans' operators."""
    plans = [plan for book in books for plan in book.plans]
    reporters = dict.fromkeys((account for plan in plans for unit in plan.units for account in unit.accounts), REPORTER)
    approvers = {one.account: "User" for book in books for one in book.approvers}
    return reporters | approvers | dict.fromkeys((account for book in books for account in book.operators), "Op")


def account_faults(books: Sequence[PlanBook], environment: Mapping[str, str]) -> Iterator[str]:
    """What ``ACCOUNTS`` lacks or has too much of, a sentence each."""
    roles, given = plan_roles(books), read_passwords(environment)
    approvers = dict.fromkeys(one.account for book in books for one in book.approvers)
    for name in (one for one in approvers if one not in given):
        yield (
            f"ACCOUNTS 中没有方案的审批人 {name}，请加上“{name}:密码”。"
            f"ACCOUNTS lacks the plan's approver {name}: add {name}:PASSWORD."
        )
    for name in (name for name in given if name not in roles):
        yield (
            f"ACCOUNTS 中的 {name} 在方案中既不是审批人，也不是报送员，请改正或删去。"
            f"ACCOUNTS has {name}, whom the plan names neither as approver nor as reporter: correct or remove it."
        )
