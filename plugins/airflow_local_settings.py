"""Read once by every Airflow process at its start; Airflow finds it because plugins/ is on its path.

The LocalExecutor forks tasks from the scheduler: what the scheduler has imported costs a task
nothing, while importing Great Expectations anew takes each task ten seconds, and matplotlib one.
"""

import sys

if "scheduler" in sys.argv[1:2]:
    import great_expectations  # noqa: F401 - for its cost only

    import townreturn.publishing.charts.canvas  # noqa: F401

__all__: list[str] = []
