"""The channels in a real task: the connection comes from Airflow's own database, through its execution API."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
PROJECT = TESTS.parent


def test_a_task_sends_by_the_connection_in_airflows_database(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TOWNRETURN"))}
    paths = [PROJECT / "include", PROJECT / "plugins", PROJECT / "dags", TESTS]
    environment = inherited | {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "TOWNRETURN_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }
    done = subprocess.run(
        [sys.executable, TESTS / "dags" / "sending_in_a_task.py"],
        capture_output=True, text=True, env=environment, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    printed = done.stdout.splitlines()
    assert "1　镇住建局　请报送2018年3月打假统计月报（1）　mail　已送出" in printed
    assert "2　镇住建局　请报送2018年3月打假统计月报（2）　folder　已送出" in printed
    assert printed[-1] == "server: 请报送2018年3月打假统计月报（1）"
    assert len(list((tmp_path / "home" / "outbox" / "mail" / "2018-03").iterdir())) == 1
