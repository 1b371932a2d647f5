"""The drills with real containers run only when they are asked for, and where there is an engine."""

import shutil
import subprocess
from pathlib import Path

import pytest

from composed_month import write_january


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_january(tmp_path_factory.mktemp("samples"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reason = _why_not(config)
    for item in items:
        if item.get_closest_marker("compose") and reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def _why_not(config: pytest.Config) -> str:
    if config.option.markexpr != "compose":
        return "brings up containers: make test-compose"
    if shutil.which("docker") is None:
        return "Docker is not installed"
    for command, missing in ((["compose", "version"], "Compose v2 is missing"), (["info"], "no engine answers")):
        if subprocess.run(["docker", *command], capture_output=True, check=False).returncode:
            return f"Docker is here, but {missing}"
    return ""
