"""Airflow reads its settings when it is first imported: these tests give it a home of their own before."""

import os
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_HOME = tempfile.mkdtemp(prefix="townreturn-airflow-")

os.environ |= {
    "AIRFLOW_HOME": _HOME,
    "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
}
sys.path[:0] = [str(PROJECT / "dags"), str(PROJECT / "plugins")]
