"""The DAGs of several towns: once a level, with the town in the form, and faults that stay a town's own."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from several_towns import environment_of, write_neighbours
from townreturn.domain.errors import Misuse
from written_plans import write_plan

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process tells that serves 清溪镇, 塘厦镇 and 东莞市."""
    folder = tmp_path_factory.mktemp("towns")
    plans = write_neighbours(folder / "plans")
    city = ("town_code: qingxi\n", "town_code: dongguan\nlevel: city\n")
    write_plan(plans, ("code: qingxi-2018\n", "code: dongguan-2018\n"), city, name="dongguan.yaml")
    paths = [PROJECT / name for name in ("include", "plugins", "dags", "tests")]
    own = {"PYTHONPATH": os.pathsep.join(map(str, paths)), "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, str(Path(__file__).with_name("towns_in_airflow.py")), str(PROJECT / "dags")]
    environment = {**os.environ, **environment_of(folder / "home", str(plans)), **own}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_there_is_a_monthly_dag_a_level_and_one_of_the_others(told: dict[str, Any]) -> None:
    assert told["faults"] == {}
    assert sorted(told["dags"]) == [
        "adjust_obligation", "corrections", "corrections_city", "monthly_return", "monthly_return_city", "reminders",
        "submission_intake", "work_plans",
    ]  # fmt: skip


def test_levels_and_intake_have_pools_of_their_own(told: dict[str, Any]) -> None:
    pools = {name: one["pools"] for name, one in told["dags"].items()}
    assert pools["monthly_return"] == pools["corrections"] == ["townreturn_town"]
    assert pools["monthly_return_city"] == pools["corrections_city"] == ["townreturn_city"]
    assert pools["submission_intake"] == pools["reminders"] == pools["work_plans"] == ["townreturn_intake"]
    assert told["dags"]["monthly_return"]["runs"] >= 16


def test_what_a_person_starts_asks_for_the_town(told: dict[str, Any]) -> None:
    asking = {name for name, one in told["dags"].items() if one["asks_town"]}
    assert asking == {"adjust_obligation", "corrections", "corrections_city", "monthly_return", "monthly_return_city"}


def test_the_timetable_of_a_level_has_its_towns(told: dict[str, Any]) -> None:
    towns = [one[0] for one in told["dags"]["monthly_return"]["timetable"]["towns"]]
    above = [one[0] for one in told["dags"]["monthly_return_city"]["timetable"]["towns"]]
    assert (towns, above) == (["qingxi", "tangxia"], ["dongguan"])


def test_a_fault_is_told_to_its_town_and_the_others_have_their_turn(told: dict[str, Any]) -> None:
    assert told["done"] == ["dongguan", "tangxia"]
    assert told["ended"] == "这些地方没有办成，其余的已办理：清溪镇"
    sentence = "submission_intake 的 take_in 失败（报告期 —）：disk is away；日志 http://log"
    assert told["told"] == {"dongguan": [], "qingxi": [sentence], "tangxia": []}


def test_an_inbox_that_is_never_read_keeps_no_other_town_from_reminding(told: dict[str, Any]) -> None:
    assert told["looks"] == [False, True], "after two intakes the others wait no longer"
    assert told["written"] == ["dongguan", "qingxi", "tangxia"]
    [(town, reason)] = told["unread"]
    assert town == "qingxi"
    assert "没有催报" in reason
    assert told["send_rule"] == "none_skipped", "what was written goes out though a town has failed"


def test_a_trigger_is_given_the_key_however_it_was_typed(told: dict[str, Any]) -> None:
    assert told["keys"] == ["tangxia~2018-03", "tangxia~2018-03", "2018-03", ""]


def test_a_unit_in_the_form_means_nothing_where_one_leads_the_category(told: dict[str, Any]) -> None:
    assert told["adjusted"] == [["yancao", "tobacco"]]


def test_an_intake_of_all_tells_every_town_of_a_file_that_is_for_none(told: dict[str, Any]) -> None:
    intake = told["intake"]
    assert (intake["taken"], intake["stray"]) == (0, ["dongguan", "qingxi", "tangxia"])
    assert intake["idle"]["announce_corrections"]
    assert intake["idle"]["send"] is None, "the notice of what was adjusted is still to go out"


def test_a_key_names_town_and_period() -> None:
    from run_work import key_given, key_of_run

    assert key_given("tangxia~2018-03", None) == key_given(None, " 2018-03", "tangxia") == "tangxia~2018-03"
    assert key_given("tangxia~2018-03", "2018-03", "tangxia") == "tangxia~2018-03"
    for given in (("tangxia~2018-03", "2018-03", "qingxi"), ("tangxia~2018-3", None, None)):
        with pytest.raises(Misuse):
            key_given(*given)
    assert key_of_run(SimpleNamespace(partition_key=None, conf={"period": "2018-03", "town": "a"})) == "a~2018-03"
    assert key_of_run(SimpleNamespace(partition_key="b~2018-03", conf=None)) == "b~2018-03"
    assert key_of_run(SimpleNamespace(partition_key=None, conf=None)) == ""


def test_a_deadline_is_that_of_the_runs_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that names none of several is watched by nobody: Airflow could not even create it otherwise."""
    from unpublished_alert import deadline_of

    later = ("due: {month_offset: 1, day: 1}", "due: {month_offset: 1, day: 6}")
    monkeypatch.setenv("TOWNRETURN_PLAN", str(write_neighbours(tmp_path / "plans", later)))
    now = datetime(2018, 3, 26, tzinfo=UTC)
    first, second = deadline_of("qingxi~2018-03", now), deadline_of("tangxia~2018-03", now)
    assert first is not None
    assert second is not None
    assert first < second
    assert deadline_of("2018-03", now) is None
    assert deadline_of("humen~2018-03", now) is None
