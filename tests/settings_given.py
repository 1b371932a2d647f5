"""A filled-in .env as the containers get it."""

from itertools import count

_PEOPLE = {"OPERATOR_PASSWORD": "evening-Train-7", "ACCOUNTS": "approver:quiet-River-31 director:tall-Window-52"}


def settings_given(**changed: str) -> dict[str, str]:
    """Settings with nothing wrong but what is ``changed``."""
    number = count(1)
    machine = (
        "AIRFLOW_DB_PASSWORD", "TOWNRETURN_DB_PASSWORD", "REDIS_PASSWORD", "SERVICE_PASSWORD", "AIRFLOW_SECRET_KEY",
        "AIRFLOW_JWT_SECRET",
    )  # fmt: skip
    secrets = {name: f"{next(number):02d}9e4bd17a05c82f639e4bd17a05c82f63" for name in machine}
    fernet = "nkvRegXIL2Oei9F6BcgvY55L0XoFyC9jnkvRegXIL2M="
    return {"COMPOSE_PROFILES": "celery", **secrets, "AIRFLOW_FERNET_KEY": fernet, **_PEOPLE, **changed}
