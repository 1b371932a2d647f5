"""What the Compose set-up promises, read from its files: no engine is needed."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import QueuePool

from townreturn.store.engine import connect

ROOT = Path(__file__).parents[2]
CELERY, SINGLE = {"redis", "scheduler", "worker"}, {"scheduler-single"}
OTHERS_IMAGES = {"postgres", "redis"}
ONCE = {"check", "airflow-init"}
SECRET = re.compile(r"PASSWORD|(?<!AWS_)SECRET|FERNET|_CONN|BROKER_URL|RESULT_BACKEND|DATABASE_URL|ACCOUNTS")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(:\?|:-|)")


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docker-compose.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def services(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def pins(name: str) -> dict[str, str]:
    rows = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)(?:\[.*?\])?==([^ ;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE
    )
    return dict(rows)


def copied_sources() -> list[str]:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    copies = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", dockerfile, re.MULTILINE)
    return [source for copy in copies for source in copy.split()]


def test_every_airflow_version_is_the_same() -> None:
    tag = re.search(
        r"^FROM apache/airflow:([\d.]+)-python3\.11$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = next(one for one in project["dependencies"] if one.startswith("apache-airflow=="))
    assert tag is not None
    assert pins("requirements.txt")["apache-airflow"] == tag[1]
    assert pins("requirements-compose.txt")["apache-airflow"] == tag[1]
    assert declared == f"apache-airflow=={tag[1]}"


def test_images_of_the_other_services(services: dict[str, Any]) -> None:
    assert services["postgres"]["image"] == "postgres:16"
    assert services["redis"]["image"] == "redis:7.2-bookworm"


def test_own_image_is_tagged_with_our_version(services: dict[str, Any]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {one["image"] for name, one in services.items() if name not in OTHERS_IMAGES} == {f"townreturn:{version}"}


def test_own_image_is_built_once_and_never_looked_for_elsewhere(services: dict[str, Any]) -> None:
    assert [name for name, one in services.items() if "build" in one] == ["check"]
    assert {name for name, one in services.items() if one.get("pull_policy") == "never"} == set(
        services
    ) - OTHERS_IMAGES


def test_celery_stays_below_the_release_that_breaks_its_provider() -> None:
    locked = pins("requirements-compose.txt")
    assert tuple(map(int, locked["celery"].split(".")[:2])) < (5, 7)
    for package in ("celery", "fab", "postgres", "redis"):
        assert f"apache-airflow-providers-{package}" in locked


def test_compose_lock_holds_the_runtime_lock_unchanged() -> None:
    runtime, compose = pins("requirements.txt"), pins("requirements-compose.txt")
    assert {name for name in runtime if compose.get(name) != runtime[name]} == set()


def test_every_locked_package_has_hashes() -> None:
    for entry in re.split(r"\n(?=\S)", (ROOT / "requirements-compose.txt").read_text("utf-8")):
        assert entry.startswith("#") or "--hash=sha256:" in entry, entry.splitlines()[0]


def test_no_secret_has_a_default(text: str, services: dict[str, Any], example: dict[str, str]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                assert {kind for _, kind in VARIABLE.findall(value)} == {":?"}, name
    for name, kind in VARIABLE.findall(text):
        assert kind == (":?" if SECRET.search(name) or name == "COMPOSE_PROFILES" else ":-"), name
    assert {name for name, value in example.items() if SECRET.search(name) and value} == set()


def test_every_secret_is_checked_before_anything_is_created(services: dict[str, Any], example: dict[str, str]) -> None:
    checked = services["check"]
    assert {name for name in example if SECRET.search(name)} <= set(checked["environment"])
    assert checked["volumes"] == []
    assert checked["depends_on"] == {}
    for name in OTHERS_IMAGES:
        assert services[name]["depends_on"] == {"check": {"condition": "service_completed_successfully"}}


def test_every_variable_stands_in_the_example_and_no_other(text: str, example: dict[str, str]) -> None:
    assert {name for name, _ in VARIABLE.findall(text)} == set(example)


def test_defaults_are_those_of_the_example(text: str, example: dict[str, str]) -> None:
    defaults = re.findall(r"\$\{(\w+):-([^{}]*)\}", text)
    computed = {"TOWNRETURN_ADDRESS": ""}
    required = {name for name in example if SECRET.search(name) or name == "COMPOSE_PROFILES"}
    assert {*(name for name, _ in defaults), *computed} == set(example) - required
    assert all(example[name] == value for name, value in [*defaults, *computed.items()])


def test_ports_are_published_on_this_machine_unless_something_else_is_said(services: dict[str, Any]) -> None:
    published = [port for one in services.values() for port in one.get("ports", [])]
    assert published == ["${TOWNRETURN_BIND:-127.0.0.1}:${TOWNRETURN_PORT:-8080}:8080"]
    assert services["api-server"]["ports"] == published


def test_each_profile_has_one_scheduler_and_only_celery_has_redis_and_workers(services: dict[str, Any]) -> None:
    assert {name for name, one in services.items() if one.get("profiles") == ["celery"]} == CELERY
    assert {name for name, one in services.items() if one.get("profiles") == ["single"]} == SINGLE
    assert {name for name, one in services.items() if "profiles" in one} == CELERY | SINGLE
    executors = {name: one["environment"].get("AIRFLOW__CORE__EXECUTOR") for name, one in services.items()}
    assert executors == {
        **dict.fromkeys(services), "scheduler": "CeleryExecutor", "worker": "CeleryExecutor",
        "scheduler-single": "LocalExecutor",
    }  # fmt: skip


def test_what_is_in_both_profiles_needs_nothing_of_one_of_them(services: dict[str, Any]) -> None:
    for name in set(services) - CELERY:
        assert not set(services[name]["depends_on"]) & CELERY, name
    for name in CELERY - {"redis"}:
        assert services[name]["depends_on"]["redis"] == {"condition": "service_healthy"}


def test_nothing_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    assert services["airflow-init"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in set(services) - ONCE - OTHERS_IMAGES:
        needs = {one: how["condition"] for one, how in services[name]["depends_on"].items()}
        assert needs["airflow-init"] == "service_completed_successfully"
        assert needs["postgres"] == "service_healthy"
        assert name in ("api-server", "maintenance") or needs["api-server"] == "service_healthy"


def test_everything_that_stays_up_is_checked_and_started_again(services: dict[str, Any]) -> None:
    for name in set(services) - ONCE:
        check = services[name]["healthcheck"]
        slow = "celery" in " ".join(check["test"])
        assert (30 if slow else 5) <= int(check["timeout"].removesuffix("s")) <= 30, name
        assert services[name]["restart"] == "unless-stopped", name
    assert {services[name]["restart"] for name in ONCE} == {"no"}


def test_no_container_may_more_than_it_has_to(services: dict[str, Any]) -> None:
    for name, one in services.items():
        assert one["user"].split(":")[0] not in ("0", "root"), name
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in one, name


def test_every_container_is_bounded_by_a_variable(services: dict[str, Any], example: dict[str, str]) -> None:
    for name, one in services.items():
        for bound in (one["mem_limit"], one["cpus"]):
            assert VARIABLE.match(bound), name
    assert {name for name in example if name.startswith("MEMORY_")} == {
        VARIABLE.match(one["mem_limit"])[1] for one in services.values()  # type: ignore[index]
    }  # fmt: skip


def test_every_container_has_time_to_stop_and_logs_that_end(services: dict[str, Any]) -> None:
    for name, one in services.items():
        assert one["stop_grace_period"] in ("30s", "1m", "2m"), name
        assert one["logging"]["driver"] == "json-file", name
        assert {"max-size", "max-file"} == set(one["logging"]["options"]), name
    for name in ("worker", "scheduler-single"):  # a task goes on until it is done
        assert services[name]["stop_grace_period"] == "2m"


def test_our_own_store_leaves_connections_for_airflow(services: dict[str, Any]) -> None:
    (told,) = re.findall(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))
    script = (ROOT / "compose" / "create-database.sh").read_text("utf-8")
    (ours,) = re.findall(r"CONNECTION LIMIT (\d+)", script)
    assert int(told) == 150
    assert int(ours) == 60


def test_the_sum_of_our_connections(services: dict[str, Any]) -> None:
    """As docs/compose.md reckons: two servers with a full pool, a connection a task, and five for commands."""
    pool = connect("postgresql://townreturn@postgres/townreturn").pool
    assert isinstance(pool, QueuePool)
    a_server = pool.size() + pool._max_overflow
    tasks = int(services["api-server"]["environment"]["AIRFLOW__CORE__PARALLELISM"])
    assert (a_server, tasks) == (15, 8)
    assert 2 * a_server + tasks + 5 <= 60
    told = (ROOT / "docs" / "compose.md").read_text("utf-8")
    assert "two times 15 and eight" in told


def test_every_volume_is_named_or_one_of_our_files(text: str, services: dict[str, Any]) -> None:
    named = set(yaml.safe_load(text)["volumes"])
    for service in services.values():
        for volume in service["volumes"]:
            source = re.sub(r"^\$\{\w+:-(\w+)\}", r"\1", volume).split(":")[0]
            assert source in named or (ROOT / source).is_file(), source


def test_the_build_context_has_what_is_copied_and_no_secret() -> None:
    rules = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = [rule[1:] for rule in rules if rule.startswith("!")]
    assert "*" in rules
    for source in copied_sources():
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in kept, source
    assert not any(name.startswith(".env") for name in kept)


@pytest.mark.parametrize(
    "name", ["compose/create-database.sh", "compose/init-airflow.sh", "compose/is-healthy.sh", ".ci/run"]
)
def test_scripts_are_executable_and_parse(name: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & 0o111
    checked = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_our_own_tasks_sign_in_as_the_account_that_is_made(text: str) -> None:
    from townreturn.operating.environment import CONNECTION, SERVICE

    assert f'"login": "{SERVICE}"' in text
    assert f"AIRFLOW_CONN_{CONNECTION.upper()}" in text
