"""The embedded Airflow's environment, and care with processes that may not be ours."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from townreturn.domain.errors import Refused
from townreturn.domain.plan_book import PlanBook
from townreturn.operating import airflow_process
from townreturn.operating.airflow_family import find_airflow, has_lost_component, is_half_dead, record_leader
from townreturn.operating.airflow_process import start_airflow, stop_airflow
from townreturn.operating.environment import OPERATOR, SERVICE, Installation, airflow_environment
from townreturn.settings import Settings

THIS_START = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
"""Of the machine, as a record names it."""


@pytest.fixture
def installation(tmp_path: Path, plans: PlanBook) -> Installation:
    environment = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_PORT": "18080"}
    return Installation.of(Settings.from_environment(environment), (plans,), environment)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_another_airflows_settings_do_not_mix_in(installation: Installation) -> None:
    foreign = {"AIRFLOW_HOME": "/elsewhere", "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor", "LANG": "zh_CN.UTF-8"}
    ours = airflow_environment(installation, foreign)
    assert ours["AIRFLOW_HOME"] == str(installation.folder)
    assert ours["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert ours["LANG"] == "zh_CN.UTF-8"


def test_connections_of_ours_are_handed_on_but_not_the_account_of_our_tasks(installation: Installation) -> None:
    given = {"AIRFLOW_CONN_TOWNRETURN_SMTP": "smtp://mail", "AIRFLOW_CONN_TOWNRETURN_API": "http://other"}
    ours = airflow_environment(installation, given | {"AIRFLOW_CONN_SMTP_DEFAULT": "smtp://other"})
    assert ours["AIRFLOW_CONN_TOWNRETURN_SMTP"] == "smtp://mail"
    assert json.loads(ours["AIRFLOW_CONN_TOWNRETURN_API"])["login"] == SERVICE
    assert "AIRFLOW_CONN_SMTP_DEFAULT" not in ours


def test_it_listens_on_this_machine_only_and_the_approver_is_no_operator(installation: Installation) -> None:
    ours = airflow_environment(installation, {})
    assert (ours["AIRFLOW__API__HOST"], ours["AIRFLOW__API__PORT"]) == ("127.0.0.1", "18080")
    users = dict(user.split(":") for user in ours["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].split(","))
    assert users == {OPERATOR: "admin", SERVICE: "op", "approver": "user", "director": "user"}
    assert json.loads(ours["AIRFLOW_CONN_TOWNRETURN_API"])["login"] == SERVICE


def test_the_settings_survive_the_way_to_airflow(installation: Installation) -> None:
    again = Settings.from_environment(airflow_environment(installation, {}))
    assert set(again.expectations) == set(installation.settings.expectations)
    assert (again.home, again.inbox, again.plans, again.channels) == (
        installation.settings.home,
        installation.settings.inbox,
        installation.settings.plans,
        installation.settings.channels,
    )


def test_secrets_are_made_once_and_only_ours_to_read(installation: Installation) -> None:
    passwords, secret = installation.passwords(), installation.token_secret()
    assert sorted(passwords) == sorted([OPERATOR, SERVICE, "approver", "director"])
    assert len(set(passwords.values())) == 4
    assert len(secret) == 64
    assert (installation.passwords(), installation.token_secret()) == (passwords, secret)
    for file in (installation.accounts_file, installation.folder / "token_secret"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_taken_port_is_named(installation: Installation) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(Refused) as refusal:
            start_airflow(replace(installation, port=port), {})
    assert str(port) in str(refusal.value)
    assert "TOWNRETURN_PORT" in str(refusal.value)


@pytest.mark.parametrize(
    "record", ["", "{}", "not json", json.dumps({"pid": 999999999, "born": 1, "boot": THIS_START})]
)
def test_a_broken_or_stale_record_is_not_believed(installation: Installation, record: str) -> None:
    installation.folder.mkdir(parents=True)
    installation.process_file.write_text(record)
    assert find_airflow(installation) is None
    assert stop_airflow(installation) is False
    assert not installation.process_file.exists()


def test_a_stranger_with_our_old_pid_is_never_signalled(
    installation: Installation, stranger: subprocess.Popen[bytes]
) -> None:
    installation.folder.mkdir(parents=True)
    installation.process_file.write_text(json.dumps({"pid": stranger.pid, "born": 1, "boot": THIS_START}))
    assert stop_airflow(installation) is False
    assert stranger.poll() is None


@pytest.mark.parametrize("component", ["sleep 60", "true"], ids=["alive", "dead"])
def test_a_component_that_has_died_is_noticed(component: str) -> None:
    code = f"import subprocess, time; one = subprocess.Popen({component.split()}); time.sleep(60)"
    leader = psutil.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        while not leader.children():
            time.sleep(0.05)
        end = time.monotonic() + (10 if component == "true" else 0.5)
        while not has_lost_component(leader) and time.monotonic() < end:
            time.sleep(0.05)
        assert has_lost_component(leader) == (component == "true")
    finally:
        os.killpg(leader.pid, signal.SIGKILL)
        leader.wait()


ORPHAN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
LEADER = f"""
import os, subprocess, sys, time
if os.fork() == 0:
    orphan = subprocess.Popen([sys.executable, "-c", {ORPHAN!r}], stdout=subprocess.PIPE)
    orphan.stdout.readline()
    print(orphan.pid, flush=True)
    os._exit(0)
time.sleep(60)
"""


def test_what_a_killed_component_has_left_behind_is_stopped_too(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler's workers outlive it, and bear the signal that ends everything else."""
    monkeypatch.setattr(airflow_process, "STOP_SECONDS", 1)
    leader = psutil.Popen([sys.executable, "-c", LEADER], start_new_session=True, stdout=subprocess.PIPE)
    orphan = psutil.Process(int(leader.stdout.readline()))
    installation.folder.mkdir(parents=True)
    record_leader(installation, leader.pid)
    assert stop_airflow(installation)
    leader.wait(10)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def left_behind(installation: Installation) -> Iterator[Callable[[str], psutil.Process]]:
    """What a killed leader with a given AIRFLOW_HOME, recorded as ours, has left running."""
    left: list[psutil.Process] = []

    def kill_leader(home: str) -> psutil.Process:
        environment = {**os.environ, "AIRFLOW_HOME": home}
        leader = psutil.Popen([sys.executable, "-c", LEADER], start_new_session=True, stdout=-1, env=environment)
        left.append(psutil.Process(int(leader.stdout.readline())))
        installation.folder.mkdir(parents=True, exist_ok=True)
        record_leader(installation, leader.pid)
        leader.kill()
        leader.wait()
        return left[-1]

    yield kill_leader
    for one in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def test_what_a_killed_leader_has_left_behind_is_stopped(
    installation: Installation, left_behind: Callable[[str], psutil.Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airflow_process, "STOP_SECONDS", 1)
    orphan = left_behind(str(installation.folder))
    assert find_airflow(installation) is None
    assert is_half_dead(installation)
    assert stop_airflow(installation)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert not is_half_dead(installation), "and nobody misses what was stopped"


def test_what_another_airflows_leader_has_left_behind_is_never_signalled(
    installation: Installation, left_behind: Callable[[str], psutil.Process]
) -> None:
    """Its number was ours before."""
    orphan = left_behind("/elsewhere/airflow")
    assert stop_airflow(installation) is False
    assert orphan.is_running()


def test_what_is_older_than_our_leader_is_never_signalled(
    installation: Installation, left_behind: Callable[[str], psutil.Process]
) -> None:
    orphan = left_behind(str(installation.folder))
    record = json.loads(installation.process_file.read_text("utf-8"))
    installation.process_file.write_text(json.dumps(record | {"born": record["born"] + 100_000}), "utf-8")
    assert stop_airflow(installation) is False
    assert orphan.is_running()


def test_what_was_recorded_before_the_machine_was_started_anew_is_not_believed(
    installation: Installation, left_behind: Callable[[str], psutil.Process]
) -> None:
    """Ticks and pids begin again with every start of the machine."""
    orphan = left_behind(str(installation.folder))
    record = json.loads(installation.process_file.read_text("utf-8"))
    installation.process_file.write_text(json.dumps(record | {"boot": "another"}), "utf-8")
    assert stop_airflow(installation) is False
    assert orphan.is_running()


TITLED = """
import os, sys, time
from setproctitle import setproctitle
if os.fork() == 0:
    setproctitle("airflow scheduler " * 9)
    print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "another's"])
def test_a_title_alone_makes_nothing_ours(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, is_ours: bool
) -> None:
    """Another Airflow's title takes the place of its environment; ours keep theirs, which names our folder."""
    monkeypatch.setattr(airflow_process, "STOP_SECONDS", 1)
    environment = airflow_environment(installation, os.environ) if is_ours else {"AIRFLOW_HOME": "/elsewhere"}
    leader = psutil.Popen([sys.executable, "-c", TITLED], start_new_session=True, stdout=-1, env=environment)
    titled = psutil.Process(int(leader.stdout.readline()))
    installation.folder.mkdir(parents=True, exist_ok=True)
    record_leader(installation, leader.pid)
    leader.kill()
    leader.wait()
    try:
        assert stop_airflow(installation) is is_ours
        assert (titled.is_running() and titled.status() != psutil.STATUS_ZOMBIE) is not is_ours
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            titled.kill()


def test_a_leader_is_known_by_a_clock_that_nobody_sets(installation: Installation) -> None:
    """The time of day at which a process was born moves when the machine's clock is set."""
    installation.folder.mkdir(parents=True)
    record_leader(installation, os.getpid())
    born = json.loads(installation.process_file.read_text("utf-8"))["born"]
    assert born < time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")
    assert find_airflow(installation) == psutil.Process()
