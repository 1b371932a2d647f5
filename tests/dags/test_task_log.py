"""A line of a task's log bears what it is about, as Airflow writes it for the supervisor."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
TASK = """
import logging, sys
from airflow.sdk.log import configure_logging
configure_logging(json_output=True, output=sys.stdout.buffer, sending_to_supervisor=True, log_level="INFO")
from task_log import log_line, work_on
work_on("2018-03")
log_line("收到“甲.xlsx”", unit="yancao", submission="47ee1cea")
logging.getLogger("townreturn.month.lineage").warning("血缘")
"""
"""What the child of a task does, its log to standard output."""


def test_lines_bear_period_unit_and_submission_whoever_writes_them(tmp_path: Path) -> None:
    paths = [str(PROJECT / name) for name in ("dags", "plugins", "include")]
    environment = {"PYTHONPATH": ":".join(paths), "AIRFLOW_HOME": str(tmp_path), "TOWNRETURN_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", TASK], capture_output=True, check=True, env=environment | {"PATH": "/usr/bin:/bin"}
    )
    told, logged = [json.loads(line) for line in done.stdout.splitlines() if b"2018-03" in line]
    assert told["event"] == "收到“甲.xlsx”"
    assert (told["period"], told["unit"], told["submission"]) == ("2018-03", "yancao", "47ee1cea")
    assert (logged["event"], logged["period"]) == ("血缘", "2018-03")
