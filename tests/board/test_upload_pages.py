"""上传 on the board: the receipt on the screen, for every unit by an operator, for the own one by its reporter."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from asked_board import IN_HAND, REPORTING, Ask, asking, begin_march
from filled_workbook import FilledWorkbook
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.spreadsheets.limits import FILE_BYTES
from townreturn.store.arrivals import ArrivedFile, list_files, list_unfiled
from townreturn.store.engine import reading
from written_plans import write_plan

Workbook = Callable[..., bytes]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    plan = write_plan(tmp_path, REPORTING)
    settings = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_PLAN": str(plan)}
    office = open_office(Settings.from_environment(settings))
    begin_march(office)
    yield office
    office.engine.dispose()


@pytest.fixture
def ask(office: Office) -> Ask:
    return asking(office)


@pytest.fixture
def workbook(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> Workbook:
    def make(unit: str, *edits: Callable[[FilledWorkbook], object]) -> bytes:
        return filled(unit, "2018-03", *edits).save(tmp_path / "made.xlsx", IN_HAND).read_bytes()

    return make


def spoil(book: FilledWorkbook) -> None:
    book.put("premises_inspected", "<b>一千</b>")


def send(ask: Ask, account: str, unit: str, content: bytes, name: str = "三月.xlsx", **headers: str) -> Any:
    return ask("/upload", account, "POST", {"unit": unit}, {"file": (name, content)}, **headers)


def uploads(office: Office) -> list[ArrivedFile]:
    with reading(office.engine) as tx:
        found = list_files(tx, "qingxi", "2018-03") + list_unfiled(tx, "qingxi", 99)
    return [one for one in found if one.uploaded_by]


def test_a_faulty_workbook_is_answered_on_the_screen_and_its_finding_is_a_click_away(
    office: Office, ask: Ask, workbook: Workbook
) -> None:
    answer = send(ask, "operator", "yancao", workbook("yancao", spoil))
    assert answer.status_code == 200
    assert "清溪镇打假统计月报" in answer.text
    assert '<span class="state returned">退回</span>' in answer.text
    assert '<span class="mark mandatory">必须改正</span>' in answer.text
    assert "&lt;b&gt;一千&lt;/b&gt;" in answer.text
    assert "<b>一千" not in answer.text
    [file] = uploads(office)
    assert (file.unit, file.uploaded_by, file.received_at) == ("yancao", "operator", IN_HAND)
    for path in (f"/submissions/{file.id}", f"/received/{file.id}/receipt", f"/received/{file.id}/marked-copy"):
        assert f'href="/board{path}"' in answer.text
        assert ask(path).status_code == 200
    assert "上传账号" in ask(f"/submissions/{file.id}").text
    receipt = ask(f"/received/{file.id}/receipt").content.decode("utf-8-sig")
    for line in receipt.splitlines()[-3:]:
        assert line in answer.text, "the same sentences of what to do next"


def test_the_corrected_one_is_accepted(ask: Ask, workbook: Workbook) -> None:
    send(ask, "reporter", "yancao", workbook("yancao", spoil))
    answer = send(ask, "reporter", "yancao", workbook("yancao"))
    assert '<span class="state accepted">' in answer.text
    page = ask("/own", "reporter").text
    assert '<span class="state accepted">' in page


@pytest.mark.parametrize(
    ("account", "unit", "status"),
    [("reporter", "zhujian", 400), ("operator", "elsewhere", 400), ("viewer", "yancao", 403), ("", "yancao", 401)],
)
def test_who_may_not_upload_for_a_unit_leaves_no_trace(
    office: Office, ask: Ask, workbook: Workbook, account: str, unit: str, status: int
) -> None:
    assert send(ask, account, unit, workbook("yancao")).status_code == status
    assert uploads(office) == []
    assert not any(path.is_file() for path in office.archive.root.rglob("*"))


def test_a_file_of_another_unit_is_not_taken_for_the_reporters_own(
    office: Office, ask: Ask, workbook: Workbook
) -> None:
    answer = send(ask, "reporter", "yancao", workbook("zhujian"))
    assert '<span class="state quarantined">' in answer.text
    assert "这份文件是“镇住建局”的报表，而账号 reporter 上传时选的单位是市烟草专卖局第五分局，没有采用" in answer.text
    [file] = uploads(office)
    assert (file.unit, file.period) == ("", "")
    assert ask(f"/submissions/{file.id}", "reporter").status_code == 200
    assert ask(f"/received/{file.id}/receipt", "reporter").status_code == 200
    assert "本账号上传的、认不出单位或报告期的文件" in ask("/own", "reporter").text


def test_nothing_chosen_is_asked_for(office: Office, ask: Ask) -> None:
    for files in (None, {"file": ("", b"")}):
        answer = ask("/upload", "operator", "POST", {"unit": "yancao"}, files)
        assert answer.status_code == 400
        assert "请先选择文件" in answer.text
        assert '<option value="yancao" selected>' in answer.text
    two_files = {"file": ("a.xlsx", b"1"), "other": ("b.xlsx", b"2")}
    assert ask("/upload", "operator", "POST", {"unit": "yancao"}, two_files).status_code == 400
    assert uploads(office) == []


@pytest.mark.parametrize("name", ["<script>alert(1)</script>.xlsx", "a\r\nX-Evil: 1.xlsx", "/etc/passwd", "长" * 300])
def test_a_hostile_name_is_text_and_nothing_else(office: Office, ask: Ask, workbook: Workbook, name: str) -> None:
    answer = send(ask, "operator", "yancao", workbook("yancao"), name)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    [file] = uploads(office)
    assert "/" not in file.file_name
    assert len(file.file_name.encode()) <= 255
    download = ask(f"/received/{file.id}/original")
    assert download.status_code == 200
    assert "x-evil" not in download.headers


def test_another_site_can_have_nothing_uploaded(office: Office, ask: Ask, workbook: Workbook) -> None:
    assert send(ask, "operator", "yancao", workbook("yancao"), sec_fetch_site="cross-site").status_code == 403
    assert uploads(office) == []


def test_what_fits_a_submission_is_let_through_and_told_by_its_receipt(ask: Ask) -> None:
    assert send(ask, "operator", "yancao", b"x" * FILE_BYTES).status_code == 200
    answer = send(ask, "operator", "yancao", b"x" * (FILE_BYTES + 1))
    assert answer.status_code == 200
    assert '<span class="state quarantined">' in answer.text


def test_the_time_received_is_when_all_of_it_was_here(office: Office, workbook: Workbook) -> None:
    """The clock is looked at again once the body has been read."""
    ticking = iter(IN_HAND + timedelta(minutes=one) for one in range(100))
    later: list[datetime] = []
    ask = asking(office, lambda: later.append(next(ticking)) or later[-1])
    send(ask, "operator", "yancao", workbook("yancao"))
    [file] = uploads(office)
    assert file.received_at == later[-1] > later[0]


def test_doors_are_shown_to_those_who_may(ask: Ask) -> None:
    assert 'href="/board/upload?unit=yancao"' in ask("/", "operator").text
    assert "/upload" not in ask("/", "viewer").text
    page = ask("/upload?unit=zhujian", "operator").text
    assert '<option value="zhujian" selected>镇住建局</option>' in page
    assert "镇住建局" not in ask("/upload?unit=zhujian", "reporter").text
