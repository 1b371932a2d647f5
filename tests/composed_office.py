"""The containers of docker-compose.yaml, really running: for the drills of tests/compose_live."""

import base64
import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from townreturn.operating.airflow_client import AirflowClient, connect_to
from townreturn.operating.environment import OPERATOR

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
DATA = "/var/lib/townreturn"


@dataclass(frozen=True)
class ComposedOffice:
    """One project of containers, apart from any other on the machine; ``passwords`` by account."""

    env_file: Path
    project: str
    profile: str
    address: str
    passwords: dict[str, str]

    def compose(self, *arguments: str, given: str | None = None, may_fail: bool = False) -> str:
        """``docker compose …``; gives what it printed, and with ``may_fail`` its errors as well."""
        done = subprocess.run(
            [*self._command(), *arguments], cwd=ROOT, env=clean_environment(), input=given, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if may_fail:
            return done.stdout + done.stderr
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _command(self) -> list[str]:
        own = ["--project-name", self.project, "--env-file", str(self.env_file), "--profile", self.profile]
        return ["docker", "compose", *own]

    def run(self, *command: str, given: str | None = None) -> str:
        """A command in the container that people use for them."""
        return self.compose("exec", "-T", "maintenance", *command, given=given)

    def query(self, database: str, statement: str) -> str:
        """Rows of a statement, their fields apart by |."""
        user = ["psql", "--username=airflow", f"--dbname={database}", "--tuples-only", "--no-align"]
        return self.compose("exec", "-T", "postgres", *user, "--command", statement).strip()

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        """Keep a transaction open in our own store that has executed a statement."""
        user = ["exec", "-T", "postgres", "psql", "--username=airflow", "--dbname=townreturn", "--quiet"]
        asking = subprocess.Popen(
            [*self._command(), *user], cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, text=True
        )
        assert asking.stdin is not None
        asking.stdin.write(f"BEGIN; {statement};\n")
        asking.stdin.flush()
        try:
            yield
        finally:
            asking.communicate("ROLLBACK;\n", timeout=60)

    def client(self, account: str = OPERATOR) -> AbstractContextManager[AirflowClient]:
        return connect_to(self.address, account, self.passwords[account])

    def states(self) -> dict[str, dict[str, str]]:
        """Container → its state as ``docker compose ps`` tells it, stopped ones included."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return {row["Name"]: row for row in map(json.loads, lines)}

    def memory(self) -> dict[str, str]:
        """Container → memory in use, as ``docker stats`` tells it."""
        rows = docker("stats", "--no-stream", "--format", "{{.Name}}|{{.MemUsage}}").splitlines()
        return {name: used for name, used in (row.split("|") for row in rows) if name.startswith(self.project)}


def describe(folder: Path, profile: str, **changed: str) -> ComposedOffice:
    """A project with secrets of its own in a new .env; nothing is started."""
    folder.mkdir(parents=True, exist_ok=True)
    passwords = {name: secrets.token_urlsafe(12) for name in (OPERATOR, "approver", "director")}
    machine = (
        "AIRFLOW_DB_PASSWORD", "TOWNRETURN_DB_PASSWORD", "REDIS_PASSWORD", "AIRFLOW_SECRET_KEY", "AIRFLOW_JWT_SECRET",
        "SERVICE_PASSWORD",
    )  # fmt: skip
    port = str(_free_port())
    given = {name: secrets.token_hex(32) for name in machine} | {
        "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "OPERATOR_PASSWORD": passwords[OPERATOR],
        "ACCOUNTS": " ".join(f"{name}:{passwords[name]}" for name in ("approver", "director")),
        "COMPOSE_PROFILES": "celery",
        "TOWNRETURN_PORT": port,
        **changed,
    }
    env_file = folder / "filled.env"
    env_file.write_text("".join(f"{name}='{value}'\n" for name, value in given.items()), encoding="utf-8")
    return ComposedOffice(env_file, f"townreturn-drill-{profile}", profile, f"http://127.0.0.1:{port}", passwords)


def clean_environment() -> dict[str, str]:
    """What ``docker`` needs of ours: variables given here would go before those of .env."""
    kept = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT")
    return {name: value for name, value in os.environ.items() if name in kept}


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout


def wait_for(what: str, look: Callable[[], T | None], seconds: int = 180) -> T:
    """What ``look`` finds, looked for twice a second; the test fails when it never comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(0.5)
    pytest.fail(f"waited {seconds} s for {what}")


def tell_time(what: str, begun: float) -> None:
    """A measured time, for docs/measurements.md; shown by ``pytest -s``."""
    print(f"\n{what}: {time.monotonic() - begun:.0f} s", flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
