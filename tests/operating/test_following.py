"""Following runs: every question of a run has to wait before it may be answered."""

import pytest

from townreturn.domain.period import Period
from townreturn.operating import backfill
from townreturn.operating.airflow_client import Question
from townreturn.operating.backfill import ANSWER_AFTER_SECONDS, _Progress

APPROVE = Question("run-1", "approve", "审批")
COUNTERSIGN = Question("run-1", "countersign", "会签")


def test_a_second_question_of_a_run_waits_as_long_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow loses an answer that comes before it has noticed that the asking task has ended."""
    clock = [1000.0]
    monkeypatch.setattr(backfill.time, "monotonic", lambda: clock[0])
    progress = _Progress([Period("2018-01")])
    progress.run_ids["run-1"] = Period("2018-01")
    assert progress.ripe([APPROVE]) == []
    clock[0] += ANSWER_AFTER_SECONDS
    assert progress.ripe([APPROVE]) == [APPROVE]
    assert progress.ripe([COUNTERSIGN]) == []
    clock[0] += ANSWER_AFTER_SECONDS
    assert progress.ripe([COUNTERSIGN]) == [COUNTERSIGN]


def test_questions_of_other_runs_are_left_to_people() -> None:
    assert _Progress([Period("2018-01")]).ripe([APPROVE]) == []
