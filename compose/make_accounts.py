"""Run at every start: the accounts of .env exist, with the roles that the plan gives them. Changes nothing twice."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from townreturn.domain.plan_book import PlanBook
from townreturn.operating.environment import SERVICE
from townreturn.operating.levels import INTAKE_POOL, levels_of, pool_of
from townreturn.plans import load_plan_books
from townreturn.settings import Settings
from wanted_accounts import REPORTER, Account, wanted_accounts

POOL_SLOTS = 6
"""Of the eight tasks that run at once; the others are for other levels, and for the intake."""
_KEPT = (
    "{name} 已有自己的密码，没有改成 {variable} 里的；要改，执行 docker compose exec maintenance "
    "airflow users reset-password -u {name}。{name} keeps the password it has, which is not that of {variable}; "
    "the command resets it."
)


def let_see_the_board(security: Any) -> None:
    """Airflow's menu shows pages of plugins only to who may read plugins: of FAB's own roles, Op and Admin.

    A reporter may nothing else but change the own password: the board lets in whom the plan names, to the own
    unit, and no DAG is shown.
    """
    security.add_role(REPORTER)
    granted = [(role, "can_read", "Plugins") for role in (REPORTER, "Viewer", "User")]
    granted += [(REPORTER, action, "My Password") for action in ("can_read", "can_edit")]
    for role, action, resource in granted:
        security.add_permission_to_role(security.find_role(role), security.create_permission(action, resource))


def make(security: Any, account: Account, is_password: Callable[[str, str], bool]) -> None:
    """An account as wanted; ``is_password`` compares a hash with a password.

    People's passwords are theirs once they exist; that of our own tasks is always the one of .env.
    """
    role = security.find_role(account.role)
    known = security.find_user(username=account.name)
    if known is None:
        _create(security, account, role)
        return
    if known.roles != [role]:
        known.roles = [role]
        security.update_user(known)
        tell(f"{account.name} → {account.role}")
    if is_password(known.password, account.password):
        return
    if account.name == SERVICE:
        security.reset_password(known.id, account.password)
        tell(f"{account.name} 已改用 {account.variable}。{account.name} has the password of {account.variable} now.")
    else:
        tell(_KEPT.format(name=account.name, variable=account.variable))


def _create(security: Any, account: Account, role: Any) -> None:
    mail = f"{account.name}@townreturn.invalid"
    if not security.add_user(account.name, account.name, "townreturn", mail, role, account.password):
        sys.exit(f"账号 {account.name} 没有建成，原因见上。The account {account.name} could not be made, see above.")
    tell(f"{account.name}（{account.role}）已建立。{account.name} was made.")


def make_pools(books: Sequence[PlanBook]) -> None:
    """Where several towns are served; a pool that is there stays as people have set it."""
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session

    names = [*map(pool_of, levels_of(books)), INTAKE_POOL] if len(books) > 1 else []
    with create_session() as session:
        for name in names:
            if Pool.get_pool(name, session=session) is None:
                session.add(Pool(pool=name, slots=POOL_SLOTS, description="townreturn", include_deferred=False))


def tell(line: str) -> None:
    """A line for ``docker compose logs airflow-init``."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """All of them, in one application: each start of Airflow's command line would import all of it anew."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from werkzeug.security import check_password_hash

    books = load_plan_books(Settings.from_environment(os.environ).plans)
    with get_application_builder() as builder:
        let_see_the_board(builder.sm)
        for account in wanted_accounts(books, os.environ):
            make(builder.sm, account, check_password_hash)
    make_pools(books)


if __name__ == "__main__":
    main()
