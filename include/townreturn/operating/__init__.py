"""The embedded Airflow and what is done with it: demo, up, down, backfill."""

from townreturn.operating.backfill import run_backfill
from townreturn.operating.demo import run_demo
from townreturn.operating.running import run_down, run_up

__all__ = ["run_backfill", "run_demo", "run_down", "run_up"]
