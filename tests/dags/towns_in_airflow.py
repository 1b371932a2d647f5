"""In a process of its own, for DAG files read their settings once: the DAGs of several towns, and a step for all."""

import json
import sys
from datetime import UTC, datetime, timedelta
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


def chase_for_all() -> dict[str, object]:
    """A chase in which 清溪镇's inbox is never read: how long the others wait, who is written to, who is told."""
    from airflow.sdk import DAG

    from chasing_order import chase
    from each_office import TownsFailed
    from townreturn.month import DueReminders

    written: list[str] = []

    def write(office, now):  # type: ignore[no-untyped-def]
        written.append(office.called)
        return ()

    with DAG("chase_of_test", schedule=None) as dag:
        chase(lambda office, now: DueReminders(1, office.called != "qingxi"), write)
    await_intake, remind = (dag.get_task(name).python_callable for name in ("await_intake", "remind"))  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    begun = [SimpleNamespace(start_date=now - timedelta(minutes=passed)) for passed in (1, 21)]
    faults = []
    try:
        remind(dag_run=SimpleNamespace(dag_id=dag.dag_id, run_id="manual"))
    except TownsFailed as failed:
        faults = failed.faults
    return {
        "looks": [await_intake(dag_run=one) for one in begun],
        "written": written,
        "unread": faults,
        "send_rule": dag.get_task("send").trigger_rule,
    }


def key_of_run() -> list[str]:
    """What a trigger is given of runs started by hand: by town and period, by a whole key, and by the period alone."""
    from jinja2.nativetypes import NativeEnvironment

    from wiring import PERIOD_OF_RUN

    template = NativeEnvironment().from_string(PERIOD_OF_RUN)
    run = SimpleNamespace(partition_key=None)
    typed = [("tangxia", " 2018-03 "), (None, "tangxia~2018-03"), (None, "2018-03"), ("tangxia", None)]
    return [template.render(dag_run=run, params={"town": town, "period": period}) for town, period in typed]


def adjust_of_led() -> list[list[str]]:
    """What is adjusted where the form names a unit for a category that another unit leads."""
    from airflow.dag_processing.dagbag import DagBag

    from townreturn.office import open_office
    from townreturn.store.adjustments import list_adjustments
    from townreturn.store.engine import reading
    from wiring import SETTINGS

    adjust = DagBag(sys.argv[1]).dags["adjust_obligation"].get_task("adjust").python_callable  # type: ignore[attr-defined]
    run = SimpleNamespace(triggering_user_name="operator", partition_key=None, dag_id="adjust_obligation", run_id="one")
    form = {"town": "tangxia", "period": "2018-03", "category": "tobacco", "unit": "gongshang", "until": None}
    adjust(dag_run=run, params={**form, "decision": "exempted", "reason": "停电"})
    with reading(open_office(SETTINGS, "tangxia").engine) as tx:
        return [[*map(str, obligation[1:])] for obligation, _ in list_adjustments(tx, "tangxia", "2018-03")]


def take_in_with_a_stray() -> dict[str, object]:
    """An intake that finds one file, beside the towns' folders: who is told, and what is left for tasks that follow."""
    from pathlib import Path

    from taking_in import take_in_everything, why_idle_after
    from townreturn.store.engine import reading
    from townreturn.store.periods import recent_alerts
    from wiring import open_offices

    offices = open_offices()
    (Path(offices[0].inbox.parent.path) / "stray.xlsx").write_bytes(b"of nobody")
    taken, _ = take_in_everything(offices)
    with reading(offices[0].engine) as tx:
        alerts = {one.called: [alert.text for alert in recent_alerts(tx, one.called)] for one in offices}
    told = sorted(town for town, texts in alerts.items() if any("stray.xlsx" in text for text in texts))
    return {"taken": taken, "stray": told, "idle": {task: ask() for task, ask in why_idle_after(offices).items()}}


if __name__ == "__main__":
    known = {**describe_dags(), **work_for_all(), **chase_for_all()}
    told = {"keys": key_of_run(), "adjusted": adjust_of_led(), "intake": take_in_with_a_stray()}
    sys.stdout.write("\n" + json.dumps(known | told) + "\n")
