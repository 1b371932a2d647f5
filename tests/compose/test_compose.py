"""What the Compose set-up promises, read from its files: no engine is needed."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
AIRFLOW_SERVICES = {"airflow-init", "api-server", "scheduler", "dag-processor", "triggerer", "worker"}
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|_CONN|BROKER_URL|RESULT_BACKEND|DATABASE_URL")
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
    assert {services[name]["image"] for name in AIRFLOW_SERVICES} == {f"townreturn:{version}"}


def test_own_image_is_built_once_and_never_looked_for_elsewhere(services: dict[str, Any]) -> None:
    assert [name for name, one in services.items() if "build" in one] == ["airflow-init"]
    assert {name for name, one in services.items() if one.get("pull_policy") == "never"} == AIRFLOW_SERVICES


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
                assert [kind for _, kind in VARIABLE.findall(value)] in ([":?"], [":?", ":?"]), name
    for name, kind in VARIABLE.findall(text):
        assert kind == (":?" if SECRET.search(name) else ":-"), name
    assert {name for name, value in example.items() if SECRET.search(name) and value} == set()


def test_every_variable_stands_in_the_example_and_no_other(text: str, example: dict[str, str]) -> None:
    assert {name for name, _ in VARIABLE.findall(text)} == set(example)


def test_defaults_are_those_of_the_example(text: str, example: dict[str, str]) -> None:
    defaults = re.findall(r"\$\{(\w+):-([^}]*)\}", text)
    assert {name for name, _ in defaults} == {name for name in example if not SECRET.search(name)}
    assert all(example[name] == value for name, value in defaults)


def test_ports_are_published_on_this_machine_only(services: dict[str, Any]) -> None:
    published = [port for one in services.values() for port in one.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert services["api-server"]["ports"] == published


def test_nothing_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    for name in AIRFLOW_SERVICES - {"airflow-init"}:
        needs = {one: how["condition"] for one, how in services[name]["depends_on"].items()}
        assert needs["airflow-init"] == "service_completed_successfully"
        assert needs["postgres"] == needs["redis"] == "service_healthy"
    for name in ("scheduler", "triggerer", "worker"):
        assert services[name]["depends_on"]["api-server"]["condition"] == "service_healthy"


def test_everything_that_stays_up_is_checked(services: dict[str, Any]) -> None:
    for name in set(services) - {"airflow-init"}:
        check = services[name]["healthcheck"]
        slow = any(word in " ".join(check["test"]) for word in ("airflow jobs check", "celery"))
        assert int(check["timeout"].removesuffix("s")) >= (60 if slow else 5), name


def test_every_volume_is_named_or_one_of_our_files(text: str, services: dict[str, Any]) -> None:
    named = set(yaml.safe_load(text)["volumes"])
    for service in services.values():
        for source in (volume.split(":")[0] for volume in service["volumes"]):
            assert source in named or (ROOT / source).is_file(), source


def test_the_build_context_has_what_is_copied_and_no_secret() -> None:
    rules = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = [rule[1:] for rule in rules if rule.startswith("!")]
    assert "*" in rules
    for source in copied_sources():
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in kept, source
    assert not any(name.startswith(".env") for name in kept)


@pytest.mark.parametrize("name", ["compose/create-database.sh", "compose/init-airflow.sh", ".ci/run"])
def test_scripts_are_executable_and_parse(name: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & 0o111
    checked = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_accounts_that_are_made_are_those_that_are_used(text: str) -> None:
    """The plan's approvers, the operator and the account of our own tasks."""
    from townreturn.operating.environment import CONNECTION, OPERATOR, SERVICE
    from townreturn.plans import load_plan

    script = (ROOT / "compose" / "init-airflow.sh").read_text("utf-8")
    made = dict(re.findall(r"^create_account (\w+) (\w+) ", script, re.MULTILINE))
    approvers = {one.account for one in load_plan("qingxi-2018").approvers}
    assert made == {OPERATOR: "Admin", SERVICE: "Op"} | dict.fromkeys(approvers, "User")
    assert f'"login": "{SERVICE}"' in text
    assert f"AIRFLOW_CONN_{CONNECTION.upper()}" in text
