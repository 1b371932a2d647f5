"""A month in real containers, one worker killed in the middle of a task.

The tests of this module run in their order. What they print belongs in docs/measurements.md.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from composed_month import JANUARY, approve, bring_up, deliver, end_of, twin_of, verified
from composed_office import DATA, ROOT, ComposedOffice, describe, docker, tell_time, wait_for
from townreturn.operating.airflow_client import INTAKE

pytestmark = pytest.mark.compose


@pytest.fixture(scope="module")
def celery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposedOffice]:
    office = describe(tmp_path_factory.mktemp("celery"), "celery")
    try:
        bring_up(office, "--scale", "worker=2")
        yield office
    finally:
        office.compose("down", "--volumes", "--timeout", "20")


def try_of(office: ComposedOffice, run_id: str, task: str) -> dict[str, str]:
    """A task's state, number of tries and container, as Airflow's database has them."""
    which = f"run_id = '{run_id}' AND task_id = '{task}'"
    row = office.query("airflow", f"SELECT state, try_number, hostname FROM task_instance WHERE {which}")
    return dict(zip(("state", "tries", "container"), row.split("|"), strict=True))


def test_an_example_secret_creates_nothing(tmp_path: Path) -> None:
    office = describe(tmp_path, "refused", REDIS_PASSWORD="changeme")
    try:
        office.compose("build", "--quiet")
        office.compose("--profile", "celery", "up", "--detach", "--wait", may_fail=True)
        told = office.compose("logs", "--no-color", "check")
        assert "REDIS_PASSWORD 是示例或人人会猜的密码" in told
        assert {row["Service"] for row in office.states().values() if row["State"] != "created"} == {"check"}
    finally:
        office.compose("down", "--volumes", may_fail=True)


def test_only_accounts_of_the_settings_sign_in(celery: ComposedOffice) -> None:
    for account in celery.passwords:
        with celery.client(account) as client:
            assert client.knows("monthly_return")
    answer = httpx.post(
        f"{celery.address}/auth/token", json={"username": "admin", "password": "admin"}, trust_env=False
    )  # fmt: skip
    assert answer.status_code == 401


def test_a_worker_killed_in_the_middle_of_publishing_costs_minutes_and_no_file(
    celery: ComposedOffice, samples: list[Path]
) -> None:
    deliver(celery, samples)
    with celery.client() as client:
        run_id = client.trigger(JANUARY.key)
    # Whoever writes a publication waits from here on: its files are written by then, its row is not.
    with celery.holding("LOCK TABLE publications IN SHARE MODE"):
        approve(celery, run_id)
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'publications'::regclass"
        wait_for("publish to wait for the lock", lambda: celery.query("townreturn", waiting) or None)
        first = try_of(celery, run_id, "publish")
        assert first["state"] == "running"
        assert celery.run("ls", f"{DATA}/outbox/{JANUARY.key}").split() == ["issue-0"]
        assert celery.query("townreturn", "SELECT count(*) FROM publications") == "0"
        docker("kill", first["container"])
        begun = time.monotonic()
    assert end_of(celery, run_id, 600) == "success"
    tell_time("celery: from the death of the worker to the end of the run", begun)
    second = try_of(celery, run_id, "publish")
    assert second["state"] == "success"
    assert int(second["tries"]) == int(first["tries"]) + 1
    assert second["container"] != first["container"]
    assert "一致" in verified(celery)


def test_the_files_are_those_of_an_office_without_airflow(celery: ComposedOffice) -> None:
    assert [name for name, is_same in twin_of(celery).items() if not is_same] == []
    # It bears the instant of publication, and the head of the trail that all the others seal.
    assert [name for name, is_same in twin_of(celery, later=1).items() if not is_same] == ["manifest.json"]


def test_a_restored_backup_is_the_same_office(celery: ComposedOffice, tmp_path: Path) -> None:
    celery.run("townreturn", "backup", "/backups/drill.tar")
    drill = [
        "run", "--rm", "--no-deps", "-T", "-e", "TOWNRETURN_HOME=/tmp/drill",
        "-e", "TOWNRETURN_DATABASE_URL=sqlite:////tmp/drill/townreturn.db", "maintenance", "bash", "-c",
        "townreturn restore /backups/drill.tar && townreturn verify",
    ]  # fmt: skip
    assert "一致" in celery.compose(*drill)


def test_maintenance_has_kept_a_backup_and_clears_airflows_records(celery: ComposedOffice) -> None:
    assert "townreturn-" in celery.run("ls", "/backups")
    told = celery.compose("logs", "--no-color", "maintenance")
    assert "townreturn backup：完成 done" in told
    assert "airflow db：完成 done" in told
    assert {row["Health"] for row in celery.states().values() if row["Service"] == "maintenance"} == {"healthy"}


def test_what_the_containers_take(celery: ComposedOffice) -> None:
    print(json.dumps(celery.memory(), indent=1))


def test_a_second_start_changes_no_account(celery: ComposedOffice) -> None:
    celery.compose("up", "--detach", "--wait", "--scale", "worker=2")
    assert "已建立" not in celery.compose("logs", "--no-color", "--since", "2m", "airflow-init")
    assert "一致" in verified(celery)


def test_tasks_of_a_worker_import_nothing_of_ours_anew(celery: ComposedOffice, tmp_path: Path) -> None:
    """A worker that says what it imports: that of a task stands in the task's log."""
    telling = tmp_path / "telling.yaml"
    telling.write_text('services: {worker: {environment: {PYTHONPROFILEIMPORTTIME: "1"}}}', encoding="utf-8")
    files = ("--file", str(ROOT / "docker-compose.yaml"), "--file", str(telling))
    celery.compose(*files, "up", "--detach", "--wait", "--no-deps", "--scale", "worker=1", "worker")
    with celery.client() as client:
        run_id = client.trigger(None, dag_id=INTAKE)
        wait_for("the end of the intake", lambda: client.run(run_id, INTAKE).state == "success" or None)
    log = f"/opt/airflow/logs/dag_id={INTAKE}/run_id={run_id}/task_id=take_in/attempt=1.log"
    imported = [line for line in celery.run("cat", log).splitlines() if "import time:" in line]
    assert imported
    assert [
        line for line in imported if re.search(r"townreturn|great_expectations|pandas|matplotlib|psycopg", line)
    ] == []
