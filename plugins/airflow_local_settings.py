"""Read once by every Airflow process at its start; Airflow finds it because plugins/ is on its path.

Tasks are forked: by the LocalExecutor from the scheduler, by Celery from the worker. What those have
imported costs a task nothing. Otherwise each task imports our package anew, which costs half a CPU
second, one that checks Great Expectations, which costs ten, and one that draws matplotlib.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

_FORKING = ["celery", "worker"] if os.environ.get("AIRFLOW__CORE__EXECUTOR") == "CeleryExecutor" else ["scheduler"]
_NOT_FOR_TASKS = {"townreturn.__main__", "townreturn.board", "townreturn.cli", "townreturn.store.migrations"}
_BESIDE_OURS = (
    "great_expectations",
    "aiosmtplib",
    "airflow.providers.smtp.hooks.smtp",
    "airflow.dag_processing.bundles.local",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.standard.decorators.sensor",
    "airflow.providers.standard.operators.hitl",
    "airflow.sdk.definitions.decorators",
    "chinese_calendar",
    "matplotlib.pyplot",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "upath.implementations.local",
)


def _import_all(package: str) -> None:
    """A package of ours with everything below it that a task may come to need."""
    for found in iter_modules(import_module(package).__path__, f"{package}."):
        if found.name in _NOT_FOR_TASKS:
            continue
        if found.ispkg:
            _import_all(found.name)
        else:
            import_module(found.name)


def _load_plans() -> None:
    """Whoever is forked has the plans already, and looks no more than whether their files have changed."""
    from townreturn.domain.errors import ConfigurationFault
    from townreturn.plans import load_plan_books
    from townreturn.settings import Settings

    with suppress(ConfigurationFault):  # the DAG files tell of it, each time that they are read
        load_plan_books(Settings.from_environment(os.environ).plans)


if sys.argv[1 : 1 + len(_FORKING)] == _FORKING:
    for name in _BESIDE_OURS:
        import_module(name)
    _import_all("townreturn")
    # Of the code that is imported by now, once; each task would read the whole package for it.
    import_module("townreturn.software").software_version()
    _load_plans()
if sys.argv[1:2] == ["dag-processor"]:
    _load_plans()

__all__: list[str] = []
