"""What every DAG of this project must have, whatever it does."""

import itertools
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).parents[2] / "dags"
DAG_IDS = ("adjust_obligation", "corrections", "monthly_return", "reminders", "submission_intake", "work_plans")
AFTER_PUBLICATION = ("deliver", "print_pdf")
HEAVY = {
    "pandas",
    "great_expectations",
    "openpyxl",
    "xlsxwriter",
    "docx",
    "matplotlib",
    "python_calamine",
    "sqlalchemy",
}


@pytest.fixture(scope="module")
def dags() -> Mapping[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(DAGS))
    assert bag.import_errors == {}
    return bag.dags


def test_these_are_all_the_dags(dags: Mapping[str, Any]) -> None:
    assert sorted(dags) == sorted(DAG_IDS)


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_a_dag_explains_itself_in_chinese(dags: Mapping[str, Any], dag_id: str) -> None:
    assert any("一" <= character <= "鿿" for character in dags[dag_id].doc_md)
    assert len(dags[dag_id].doc_md) > 100
    assert "清溪镇" in dags[dag_id].tags
    assert dags[dag_id].catchup is False


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_every_task_has_owner_retries_and_notifier(dags: Mapping[str, Any], dag_id: str) -> None:
    for task in dags[dag_id].tasks:
        assert task.owner == "镇经科信局", task.task_id
        assert task.retries >= 2, task.task_id
        assert [type(one).__name__ for one in task.on_failure_callback] == ["OperatorAlert"], task.task_id


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_a_run_has_the_notifier_of_its_tasks(dags: Mapping[str, Any], dag_id: str) -> None:
    """A task whose process is killed calls nobody; its run does, in the DAG processor."""
    assert type(dags[dag_id].on_failure_callback).__name__ == "OperatorAlert"


def test_the_month_runs_in_its_order(dags: Mapping[str, Any]) -> None:
    monthly = dags["monthly_return"]
    order = ["open", "await_submissions", "compile", "approve", "countersign", "publish"]
    assert {task.task_id for task in monthly.tasks} == {*order, "hand_out", "send", *AFTER_PUBLICATION}
    assert monthly.get_task("hand_out").upstream_task_ids == {"open"}
    assert monthly.get_task("send").upstream_task_ids == {"hand_out"}
    for earlier, later in itertools.pairwise(order):
        assert later in monthly.get_task(earlier).downstream_task_ids


def test_a_correction_runs_in_its_order_and_ends_like_a_return(dags: Mapping[str, Any]) -> None:
    corrections = dags["corrections"]
    order = ["propose", "compile", "approve", "countersign", "publish", "announce_later"]
    assert {task.task_id for task in corrections.tasks} == {*order, *AFTER_PUBLICATION}
    for earlier, later in itertools.pairwise(order):
        assert later in corrections.get_task(earlier).downstream_task_ids


@pytest.mark.parametrize("dag_id", ["monthly_return", "corrections"])
@pytest.mark.parametrize("task_id", AFTER_PUBLICATION)
def test_what_is_published_is_sent_and_printed_by_tasks_that_nothing_waits_for(
    dags: Mapping[str, Any], dag_id: str, task_id: str
) -> None:
    """A mail server that is down, or no LibreOffice, keeps nothing from being published."""
    task = dags[dag_id].get_task(task_id)
    assert "publish" in task.upstream_task_ids
    assert task.downstream_task_ids == set()


def test_a_correction_is_started_by_what_intake_announces(dags: Mapping[str, Any]) -> None:
    [announced] = dags["submission_intake"].get_task("announce_corrections").outlets
    assert dags["corrections"].timetable.asset_condition == announced
    assert announced.name == "published_changed"


def test_reminders_look_into_the_inbox_before_they_write(dags: Mapping[str, Any]) -> None:
    reminders = dags["reminders"]
    order = ["find_due", "await_intake", "remind", "send"]
    assert [task.task_id for task in reminders.topological_sort()] == order
    for earlier, later in itertools.pairwise(order):
        assert later in reminders.get_task(earlier).downstream_task_ids
    assert reminders.get_task("await_intake").mode == "reschedule"
    assert reminders.timetable.expression == "0 9 * * *"


def test_the_form_of_an_adjustment_offers_every_category(dags: Mapping[str, Any]) -> None:
    params = dags["adjust_obligation"].params
    assert params.get_param("category").schema["enum"][0] == "food_drug"
    assert len(params.get_param("category").schema["enum"]) == 7 + 3, "and what the plan asks for as a whole"
    assert params.get_param("decision").schema["enum"] == ["extended", "exempted", "restored"]


def test_nobody_is_chased_for_work_plans_before_the_inbox_was_looked_into(dags: Mapping[str, Any]) -> None:
    chased = dags["work_plans"]
    assert [task.task_id for task in chased.topological_sort()] == ["find_due", "await_intake", "remind", "send"]
    assert chased.get_task("await_intake").mode == "reschedule"
    assert chased.max_active_runs == 1


def test_waiting_starts_no_process(dags: Mapping[str, Any]) -> None:
    waiting = dags["monthly_return"].get_task("await_submissions")
    assert waiting.start_from_trigger
    assert waiting.start_trigger_args.trigger_cls == "awaited_submissions.SubmissionsTrigger"
    assert waiting.start_trigger_args.timeout is None, "a period waits as long as it takes; operators are told"


@pytest.mark.parametrize("dag_id", ["reminders", "work_plans"])
def test_a_rescheduled_sensor_is_not_due_before_its_last_look_is_over(dags: Mapping[str, Any], dag_id: str) -> None:
    """Airflow may fail one that is due again before it has noticed the end of the last look."""
    assert dags[dag_id].get_task("await_intake").poke_interval >= 10


@pytest.mark.parametrize("dag_id", ["monthly_return", "corrections"])
def test_a_return_is_published_whether_or_not_somebody_had_to_countersign(dags: Mapping[str, Any], dag_id: str) -> None:
    publish = dags[dag_id].get_task("publish")
    assert publish.trigger_rule == "none_failed_min_one_success"
    assert {"compile", "approve", "countersign"} <= publish.upstream_task_ids


def test_only_the_plans_approvers_are_asked(dags: Mapping[str, Any]) -> None:
    for dag_id, task_id in itertools.product(("monthly_return", "corrections"), ("approve", "countersign")):
        task = dags[dag_id].get_task(task_id)
        assert [user["id"] for user in task.assigned_users] == ["approver", "director"]
        assert sorted(task.params) == ["comment", "sent_back"]


def test_intake_runs_one_at_a_time(dags: Mapping[str, Any]) -> None:
    assert dags["submission_intake"].max_active_runs == 1


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.name)
def test_dag_files_stay_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 80


READING = """
import os, sys
import airflow.sdk, airflow.timetables.trigger, airflow.providers.standard.operators.hitl
before = set(sys.modules)
sys.path[:0] = sys.argv[1:3]
for dag_id in sys.argv[3:]:
    if child := os.fork():
        assert os.waitpid(child, 0)[1] == 0, dag_id
        continue
    __import__(dag_id)
    print(dag_id, *{name.split(".")[0] for name in set(sys.modules) - before}, flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def imported_by_dag() -> dict[str, set[str]]:
    """What reading each DAG file imports beyond Airflow; each in a child of the one process that has Airflow."""
    command = [sys.executable, "-c", READING, str(DAGS), str(DAGS.parent / "plugins"), *DAG_IDS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: set(line[1:]) for line in lines if line and line[0] in DAG_IDS}


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_reading_a_dag_file_imports_nothing_heavy(dag_id: str, imported_by_dag: dict[str, set[str]]) -> None:
    """Measured as 0.1 s a file; the imports are what would spoil it."""
    imported = imported_by_dag[dag_id]
    assert "townreturn" in imported
    assert imported & HEAVY == set()


PRELOADING = """
import sys
sys.path[:0], sys.argv = sys.argv[1:3], ["airflow", *sys.argv[3:]]
import airflow.settings, airflow.sdk.execution_time.task_runner
import airflow_local_settings
before = set(sys.modules)
import corrections, monthly_return, reminders, submission_intake, work_plans
from townreturn import month
from townreturn.checks import expectations, expectations_of_history, failing_rows
from townreturn.publishing import briefing, submission, summary_page, workbook
print(*(set(sys.modules) - before))
"""


@pytest.mark.parametrize(
    ("executor", "command", "forks"),
    [
        ("LocalExecutor", "scheduler", True),
        ("LocalExecutor", "api-server", False),
        ("CeleryExecutor", "celery worker", True),
        ("CeleryExecutor", "scheduler", False),
    ],
)
def test_what_forks_tasks_has_imported_what_they_need(executor: str, command: str, forks: bool) -> None:
    """Measured as half a CPU second a task, and ten seconds one that checks; other processes stay small."""
    given = [sys.executable, "-c", PRELOADING, str(DAGS), str(DAGS.parent / "plugins"), *command.split()]
    environment = {**os.environ, "AIRFLOW__CORE__EXECUTOR": executor}
    done = subprocess.run(given, capture_output=True, text=True, check=True, env=environment)
    imported_later = {name.split(".")[0] for name in done.stdout.split()}
    assert (imported_later & {*HEAVY, "townreturn"} == set()) == forks
