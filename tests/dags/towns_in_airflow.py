"""In a process of its own, for DAG files read their settings once: the DAGs of several towns, and a step for all."""

import json
import sys
from types import SimpleNamespace


def describe_dags() -> dict[str, object]:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    bag = DagBag(sys.argv[1])
    for one in bag.dags.values():
        DagSerialization.serialize_dag(one)
    return {
        "faults": bag.import_errors,
        "dags": {
            one.dag_id: {
                "pools": sorted({task.pool for task in one.tasks}),
                "runs": one.max_active_runs,
                "asks_town": "town" in one.params,
                "timetable": one.timetable.serialize() if one.dag_id.startswith("monthly") else None,
            }
            for one in bag.dags.values()
        },
    }


def work_for_all() -> dict[str, object]:
    """A step that fails for 清溪镇: who had it done, what the task ends with, and who is told."""
    from each_office import TownsFailed, fail_for, over_offices
    from operator_alert import OperatorAlert
    from townreturn.store.engine import reading
    from townreturn.store.periods import recent_alerts
    from wiring import open_offices

    def work(office):  # type: ignore[no-untyped-def]
        if office.called == "qingxi":
            raise OSError("disk is away")
        return office.called

    offices = open_offices()
    done, faults = over_offices(offices, work)
    try:
        fail_for(faults)
    except TownsFailed as failed:
        ended = failed
        task = SimpleNamespace(dag_id="submission_intake", task_id="take_in", log_url="http://log")
        run = SimpleNamespace(partition_key=None, conf=None)
        OperatorAlert().notify({"ti": task, "dag_run": run, "exception": failed})  # type: ignore[typeddict-item]
    with reading(offices[0].engine) as tx:
        told = {one.called: [alert.text for alert in recent_alerts(tx, one.called)] for one in offices}
    return {"done": done, "ended": str(ended), "told": told}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps({**describe_dags(), **work_for_all()}) + "\n")
