"""The period of a run: from its key, from the form, or refused."""

from datetime import UTC, datetime

import pytest

from townreturn.domain.errors import Misuse


@pytest.mark.parametrize(
    ("key", "typed"),
    [("2018-03", None), (None, "2018-03"), (None, " 2018-03 "), ("2018-03", "2018-03"), ("2018-03", "")],
)
def test_key_and_form_say_the_same(key: str | None, typed: str | None) -> None:
    from run_work import key_given

    assert key_given(key, typed) == "2018-03"


@pytest.mark.parametrize(
    ("key", "typed", "reason"),
    [
        (None, None, "没有填写报告期"),
        (None, "", "没有填写报告期"),
        ("2018-03", "2018-04", "“2018-04”与分区键“2018-03”不一致"),
        (None, "2018-3", "2018-3"),
        (None, "2018年3月", "2018年3月"),
    ],
)
def test_anything_else_is_refused(key: str | None, typed: str | None, reason: str) -> None:
    from run_work import key_given

    with pytest.raises(Misuse) as refusal:
        key_given(key, typed)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("run_type", "day", "backfilled"),
    [
        ("backfill", 27, False),
        ("backfill", 31, True),
        ("scheduled", 27, False),
        ("scheduled", 31, False),
        ("manual", 27, False),
        ("manual", 31, True),
    ],
)
def test_who_starts_a_period_late_judges_nobody_late(run_type: str, day: int, backfilled: bool) -> None:
    from runs import is_backfill

    due_at = datetime(2018, 3, 31, 16, tzinfo=UTC)
    assert is_backfill(run_type, due_at, datetime(2018, 3, day, 16, tzinfo=UTC)) is backfilled
