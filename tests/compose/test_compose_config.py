"""Docker Compose itself reads the file, where it is installed; no engine is needed."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings_given import settings_given

ROOT = Path(__file__).parents[2]
ALWAYS = {"check", "postgres", "airflow-init", "api-server", "dag-processor", "triggerer", "maintenance"}


def compose(folder: Path, given: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """``docker compose`` with a .env of its own."""
    env_file = folder / "filled.env"
    env_file.write_text("".join(f"{name}='{value}'\n" for name, value in given.items()), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "DOCKER_CONFIG")}
    command = ["docker", "compose", "--env-file", str(env_file), *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", autouse=True)
def _needs_compose() -> None:
    if shutil.which("docker") is None:
        pytest.skip("Docker is not installed")
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("Docker is here, but without Compose v2")


def read(folder: Path, given: dict[str, str], *arguments: str) -> dict[str, Any]:
    """The file as Compose resolves it."""
    done = compose(folder, given, *arguments, "config")
    assert done.returncode == 0, done.stderr
    resolved: dict[str, Any] = yaml.safe_load(done.stdout)
    return resolved


def test_without_a_profile_on_the_command_line_the_one_of_the_settings_is_taken(tmp_path: Path) -> None:
    assert set(read(tmp_path, settings_given())["services"]) == ALWAYS | {"redis", "scheduler", "worker"}


def test_single_on_the_command_line_goes_before_the_settings(tmp_path: Path) -> None:
    services = read(tmp_path, settings_given(), "--profile", "single")["services"]
    assert set(services) == ALWAYS | {"scheduler-single"}
    assert services["scheduler-single"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


@pytest.mark.parametrize("name", sorted(settings_given()))
def test_a_missing_secret_is_named_before_anything_starts(tmp_path: Path, name: str) -> None:
    done = compose(tmp_path, settings_given(**{name: ""}), "config", "-q")
    assert done.returncode != 0
    assert name in done.stderr
    assert "请在 .env 中填写" in done.stderr


def test_people_type_the_port_that_is_set(tmp_path: Path) -> None:
    services = read(tmp_path, settings_given(TOWNRETURN_PORT="8099"))["services"]
    assert services["api-server"]["environment"]["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8099"
    (port,) = services["api-server"]["ports"]
    assert (port["host_ip"], port["published"]) == ("127.0.0.1", "8099")


def test_backups_go_to_a_volume_or_to_a_folder(tmp_path: Path) -> None:
    for given, kind in (("backups", "volume"), ("/srv/backups", "bind")):
        services = read(tmp_path, settings_given(TOWNRETURN_BACKUPS=given))["services"]
        (mount,) = (one for one in services["maintenance"]["volumes"] if one["target"] == "/backups")
        assert mount["type"] == kind
