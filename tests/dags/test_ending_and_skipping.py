"""A task that ends says which of the tasks after it have nothing to do, and never of one that has."""

from collections.abc import Callable
from typing import Any

import pytest

from townreturn.domain.errors import Broken


class Instance:
    """A task instance as far as this is concerned: what it pushes."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def skipped_of(**why_idle: Callable[[], object]) -> list[str]:
    from airflow.sdk.exceptions import DownstreamTasksSkipped

    from runs import end_and_skip

    instance = Instance()
    with pytest.raises(DownstreamTasksSkipped) as ended:
        end_and_skip(instance, 7, **why_idle)
    assert instance.pushed == {"return_value": 7}
    return list(ended.value.tasks)


def test_only_what_has_nothing_to_do_is_skipped_and_the_log_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert skipped_of(send=lambda: None, deliver=lambda: "没有要发的信件") == ["deliver"]
    assert "deliver 跳过：没有要发的信件" in capsys.readouterr().out


def test_a_question_without_an_answer_is_left_to_its_task(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> object:
        raise Broken("RUNS_STALLED", seconds=1)

    assert skipped_of(announce_corrections=fail, send=lambda: "没有要发的信件") == ["send"]
    assert "看不出 announce_corrections 有没有事要办" in capsys.readouterr().out
