"""The embedded Airflow of one data directory: its folders, accounts and environment variables."""

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.level import Level
from townreturn.domain.plan_book import PlanBook
from townreturn.operating.levels import INTAKE, INTAKE_POOL, corrections_dag, levels_of, monthly_dag, pool_of
from townreturn.settings import Settings

OPERATOR = "operator"
"""Signs in to run things; may do everything except approve."""

SERVICE = "townreturn_service"
"""The account by which our own tasks speak to Airflow's REST API."""

CONNECTION = "townreturn_api"
"""The Airflow connection that holds the service account."""

INBOX = "submission_inbox"
"""The asset whose events let the intake run at once."""

_AT_ONCE = 4
POOL_SLOTS = _AT_ONCE - 1
"""Of a pool: one slot is left for the others."""
_SQLITE_SECONDS = 30
"""How long one waits while another of Airflow's processes writes; the triggerer ends for good when it gives up."""
_PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Installation:
    """Where the embedded Airflow lies, the port it listens on, whom it serves and who may sign in: approvers, and the
    plans' operators beside the installation's own."""

    settings: Settings
    port: int
    time_zone: str
    approvers: tuple[str, ...]
    operators: tuple[str, ...] = ()
    levels: tuple[Level, ...] = (Level.TOWN,)
    is_of_several: bool = False

    @classmethod
    def of(cls, settings: Settings, books: Sequence[PlanBook], environment: Mapping[str, str]) -> "Installation":
        """The installation of a data directory; ``TOWNRETURN_PORT`` moves it from port 8080."""
        return cls(
            settings=settings,
            port=_port(environment.get("TOWNRETURN_PORT") or "8080"),
            time_zone=books[0].calendar.time_zone,
            approvers=tuple(dict.fromkeys(one.account for book in books for one in book.approvers)),
            operators=tuple(dict.fromkeys(account for book in books for account in book.operators)),
            levels=levels_of(books),
            is_of_several=len(books) > 1,
        )

    @property
    def pools(self) -> tuple[str, ...]:
        """Those that our tasks need beside Airflow's own, where several towns are served."""
        return (*map(pool_of, self.levels), INTAKE_POOL) if self.is_of_several else ()

    @property
    def dag_ids(self) -> tuple[str, ...]:
        """The DAGs without which nothing goes on."""
        return (INTAKE, *map(monthly_dag, self.levels), *map(corrections_dag, self.levels))

    @property
    def folder(self) -> Path:
        return self.settings.home / "airflow"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        return self.folder / "airflow.log"

    @property
    def process_file(self) -> Path:
        return self.folder / "airflow.process.json"

    @property
    def accounts_file(self) -> Path:
        return self.folder / "accounts.json"

    def passwords(self) -> dict[str, str]:
        """Account → password, made at random on first use and kept in a file only we can read."""
        accounts = (OPERATOR, SERVICE, *self.approvers, *self.operators)
        known = json.loads(self.accounts_file.read_text("utf-8")) if self.accounts_file.exists() else {}
        missing = {account: secrets.token_urlsafe(12) for account in accounts if account not in known}
        if missing:
            _write_private(self.accounts_file, json.dumps(known | missing, indent=1))
        return known | missing

    def token_secret(self) -> str:
        """The key that signs sign-in tokens: 64 characters, the same over restarts."""
        path = self.folder / "token_secret"
        if not path.exists():
            _write_private(path, secrets.token_hex(32))
        return path.read_text("utf-8")


def _port(text: str) -> int:
    """A port that leaves room for the two log servers above it; ConfigurationFault otherwise."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65533:
        raise ConfigurationFault("PORT_WRONG", value=text)
    return int(text)


def _write_private(path: Path, text: str) -> None:
    """Write aside with owner-only rights, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)


def airflow_environment(installation: Installation, environment: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the embedded Airflow: the given one, ours on top.

    Airflow's own variables in the given environment are dropped, so that the settings of another
    Airflow on the same machine cannot mix with this one's; connections that bear our name stay.
    """
    inherited = {name: value for name, value in environment.items() if not _is_anothers(name)}
    ours = {**_folders(installation), **_access(installation), **_pace(), **_rooms(installation.settings)}
    # Airflow starts its components by name, so that ours must come first on the path.
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {"TOWNRETURN_LOOK_SECONDS": "1"} | inherited | ours | {"PATH": path}


def _is_anothers(name: str) -> bool:
    return name.startswith("AIRFLOW") and not name.startswith("AIRFLOW_CONN_TOWNRETURN_")


def _folders(installation: Installation) -> dict[str, str]:
    home = installation.folder
    return {
        "AIRFLOW_HOME": str(home),
        # A component's title takes no more room than its arguments had: by its environment it is known as ours.
        "SPT_NOENV": "1",
        "AIRFLOW__CORE__DAGS_FOLDER": str(_PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(_PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": installation.time_zone,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout={_SQLITE_SECONDS}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
    }


def _access(installation: Installation) -> dict[str, str]:
    """Local address only, our accounts, our connection. Approvers get the lowest role that may answer."""
    passwords = installation.passwords()
    roles = {**dict.fromkeys(installation.approvers, "user"), **dict.fromkeys(installation.operators, "op")}
    roles |= {OPERATOR: "admin", SERVICE: "op"}
    connection = {
        "conn_type": "http",
        "host": "127.0.0.1",
        "port": installation.port,
        "login": SERVICE,
        "password": passwords[SERVICE],
    }
    return {
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(installation.port),
        "AIRFLOW__API__BASE_URL": installation.address,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{installation.address}/execution/",
        "AIRFLOW__API_AUTH__JWT_SECRET": installation.token_secret(),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in roles.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(installation.accounts_file),
        # Both listen on every address and cannot be told otherwise; they answer signed requests only.
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(installation.port + 1),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(installation.port + 2),
        f"AIRFLOW_CONN_{CONNECTION.upper()}": json.dumps(connection),
    }


def _pace() -> dict[str, str]:
    """Small but sound: SQLite bears four tasks at once; DAG files change only with a new version."""
    return {
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(_AT_ONCE),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        # Also how long the end of a task can go unnoticed. At the default of 5 s an approval answered,
        # or a sensor due, in between fails with "finished with success, but state is queued".
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        # Of each town the month in hand waits there, and of a backfill each period: five years of 33 are two thousand.
        "AIRFLOW__TRIGGERER__CAPACITY": "10000",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "0",
    }


def _rooms(settings: Settings) -> dict[str, str]:
    return {
        "TOWNRETURN_HOME": str(settings.home),
        "TOWNRETURN_DATABASE_URL": settings.database_url,
        "TOWNRETURN_INBOX_URL": settings.inbox,
        "TOWNRETURN_OUTBOX_URL": settings.outbox,
        "TOWNRETURN_ARCHIVE_URL": settings.archive,
        "TOWNRETURN_PLAN": ",".join(settings.plans),
        "TOWNRETURN_CHANNELS": ",".join(settings.channels),
        "TOWNRETURN_EXPECTATIONS": os.pathsep.join(str(folder) for folder in settings.expectations),
    }
