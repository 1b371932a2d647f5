"""Run before everything else, by the service ``check``: nothing is created from settings that must not be used."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from secret_faults import secret_faults
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.plan_book import PlanBook
from townreturn.plans import load_plan_books
from townreturn.settings import Settings
from wanted_accounts import account_faults, read_passwords

PROFILES = ("celery", "single")


def settings_faults(books: Sequence[PlanBook], environment: Mapping[str, str]) -> Iterator[str]:
    """Everything that has to be put right in .env, a sentence each; nothing when all is well."""
    people = {"OPERATOR_PASSWORD": environment.get("OPERATOR_PASSWORD", "")}
    people |= {f"ACCOUNTS（{name}）": password for name, password in read_passwords(environment).items()}
    yield from secret_faults(environment, people)
    yield from account_faults(books, environment)
    if environment.get("COMPOSE_PROFILES") not in PROFILES:
        yield ("COMPOSE_PROFILES 请填 celery 或 single。COMPOSE_PROFILES is neither celery nor single: choose one.")


def main() -> int:
    """Prints what is wrong to standard error; 2 when something is."""
    try:
        books = load_plan_books(Settings.from_environment(os.environ).plans)
    except ConfigurationFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    faults = tuple(settings_faults(books, os.environ))
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 2 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
