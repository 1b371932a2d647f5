"""``remind``: the same as on the board, without Airflow."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from asked_board import IN_HAND, begin_march
from townreturn.cli import reminding
from townreturn.office import open_office
from townreturn.settings import Settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def march(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """烟草 in, 建材 returned, the others out."""
    monkeypatch.setattr(reminding, "read_clock", lambda: IN_HAND)
    begin_march(open_office(Settings.from_environment(os.environ)))


def test_units_are_reminded_once_and_it_is_said_who_and_what_comes_next(march: None, run: Run) -> None:
    by = ("--as", "operator", "--reason", "电话没有人接")
    status, printed, _ = run("remind", "2018-03", "--unit", "zhujian", "--unit", "jingkexin", *by)
    assert status == 0
    assert printed.splitlines() == [
        "2018-03 催报 2 个单位：镇住建局、镇经科信局",
        "没有登记邮箱，请用电话或 OA 通知：镇住建局、镇经科信局",
        "通知在下次发送时送出（Airflow 中每十分钟一次；没有 Airflow 的，执行 townreturn send 写成文件）",
    ]
    assert run("remind", "2018-03", "--unit", "zhujian", *by) == (
        2, "", "今天已经催报过：镇住建局（12:00）。同一单位一天只催一次，请只选其他单位，或者明天再催\n"
    )  # fmt: skip
