"""``deliver``, ``deliveries`` and ``pdf``: who is written to, what the record says of it."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from delivered_issues import CITY, addressed, after_due, compile_correction, compile_january, publish
from posted_letters import Clock, ScriptedChannel
from townreturn import month
from townreturn.cli import deliveries, messages
from townreturn.domain.message import Undelivered
from townreturn.month import printing
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from written_plans import write_plan

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(home: Path) -> Office:
    return open_office(Settings.from_environment(os.environ))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, office: Office) -> Clock:
    clock = Clock(after_due(office))
    for module in (deliveries, messages):
        monkeypatch.setattr(module, "read_clock", clock)
    return clock


def set_up_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNRETURN_PLAN", str(write_plan(tmp_path, CITY)))


def test_a_recipient_whose_address_becomes_known_is_written_to_once(
    office: Office, run: Run, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("deliver", "2018-01") == (2, "", "2018-01 没有发布过这一号；已发布的号：无\n")
    publish(office, compile_january(office), clock.now)
    nobody = "2018-01 没有要分送的：接收方和单位以前都已送过，或者方案中没有登记接收方的邮箱\n"
    assert run("deliver", "2018-01") == (0, nobody, "")
    set_up_city(tmp_path, monkeypatch)
    assert run("deliver", "2018-01", "--issue", "0") == (
        0,
        "市打假办\tcity@example.cn\t【送达】清溪镇2018年1月打假统计月报、打假形势分析会材料\n写好 1 封，等待发出\n",
        "",
    )
    assert run("deliver", "2018-01")[1] == nobody


def test_the_record_shows_files_hashes_and_every_attempt(
    office: Office, run: Run, clock: Clock, tmp_path: Path
) -> None:
    assert run("deliveries") == (0, "没有分送过\n", "")
    town = addressed(office, tmp_path, CITY)
    folder = Path(publish(town, compile_january(town), clock.now))
    mail = ScriptedChannel(script=[Undelivered("down", is_final=False)], only_with_address=True)
    month.send_posted(town, [mail], clock)
    clock.move(minutes=10)
    month.send_posted(town, [mail], clock)
    assert run("resend", "1", "--as", "clerk", "--reason", "对方误删")[0] == 0
    month.send_posted(town, [mail], clock)
    status, printed, _ = run("deliveries", "2018-01")
    assert status == 0
    first, *others = printed.split("\n\n")
    lines = [line.split() for line in first.splitlines()]
    assert first.startswith("1　2018-01 原发　市打假办（city@example.cn）　2018-02-01 01:00:00 写成\n")
    hashes = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
    assert {line[2]: line[1] for line in lines if line[0] == "文件"}.items() <= hashes.items()
    assert [line[1:] for line in lines if line[0] == "发送"] == [
        ["2018-02-01", "01:00:00", "mail", "未送出，将自动重试", "down"],
        ["2018-02-01", "01:10:00", "mail", "已送出"],
        ["2018-02-01", "01:10:00", "mail", "已安排重发", "clerk：对方误删"],
        ["2018-02-01", "01:10:00", "mail", "已送出"],
    ]
    assert len(others) == 11, "the units"
    assert all("没有一个渠道能送这封通知" in one for one in others)


def test_for_programs_the_record_is_json(office: Office, run: Run, clock: Clock, tmp_path: Path) -> None:
    town = addressed(office, tmp_path, CITY)
    publish(town, compile_january(town), clock.now)
    publish(town, compile_correction(town, clock.now), clock.now)
    month.send_posted(town, [ScriptedChannel()], clock)
    found = json.loads(run("deliveries", "--json")[1])
    city = [one for one in found if one["addressee"] == "市打假办"]
    assert [(one["issue"], [made["outcome"] for made in one["attempts"]]) for one in city] == [
        (0, ["withdrawn"]), (1, ["sent"]),
    ]  # fmt: skip
    assert {one["kind"] for one in found} == {"delivery", "bulletin"}
    assert all(len(file["sha256"]) == 64 for one in found for file in one["files"])


def test_pdf_without_libreoffice(office: Office, run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(office, compile_january(office), clock.now)
    monkeypatch.setattr(printing, "find_program", lambda: None)
    assert run("pdf", "2018-01") == (2, "", "没有找到 LibreOffice，未生成 PDF\n")
