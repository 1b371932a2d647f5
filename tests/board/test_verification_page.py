"""核验 on the board: what ``verify`` says, for operators, one at a time and not waited for without end."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from asked_board import Ask, asking
from page_text import read_page
from published_months import FEBRUARY, publish_months, tamper
from townreturn.archive import open_archive
from townreturn.board import verification
from townreturn.board.verification import Outcome, Verifier
from townreturn.month.verifying import Verified, verify
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files


def test_a_sound_period_is_whole_in_the_words_of_verify(ask: Ask, published: Office) -> None:
    page = read_page(ask("/verification/2018-02", "operator").text)
    assert "一致" in page.texts
    [told] = [one.text for one in verify(published, [FEBRUARY])]
    assert told in page.texts


def test_only_who_may_act_is_offered_it(ask: Ask) -> None:
    assert "核验这一期" in read_page(ask("/history/2018-02", "operator").text).links
    assert "核验这一期" not in read_page(ask("/history/2018-02").text).links
    assert "操作须有 Op 角色" in ask("/verification/2018-02").text


def test_an_altered_period_differs_and_no_place_on_our_disk_is_told(small_office: Office) -> None:
    publish_months(small_office)
    with reading(small_office.engine) as tx:
        file = find_files(tx, "qingxi", "2018-02", 0)[0]
    small_office.archive.path(file.file_hash).unlink()
    ask = asking(small_office)
    told = ask("/api/periods/2018-02/verification", "operator").json()
    assert told["outcome"] == "differs"
    assert "archive/" in told["text"]
    assert str(small_office.home) not in told["text"]
    tamper(small_office, "compilations", "UPDATE compilations SET content = '{}' WHERE period = '2018-02'")
    page = read_page(ask("/verification/2018-02", "operator").text)
    assert "不一致" in page.texts


def test_one_at_a_time_and_only_so_long(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    is_begun, may_end = Event(), Event()

    def verify_slowly(*_: Any) -> Iterator[Verified]:
        is_begun.set()
        may_end.wait(30)
        yield Verified("2018-02", is_whole=True, text="2018-02：一致")

    monkeypatch.setattr(verification, "verify", verify_slowly)
    verifier = Verifier(limit_seconds=0.01)
    assert verifier.verify(small_office, FEBRUARY).outcome is Outcome.TOO_LONG
    assert is_begun.wait(30)
    assert verifier.verify(small_office, FEBRUARY).outcome is Outcome.BUSY
    may_end.set()
    patient = Verifier(limit_seconds=30)
    assert patient.verify(small_office, FEBRUARY).outcome is Outcome.WHOLE
    assert patient.verify(small_office, FEBRUARY).outcome is Outcome.WHOLE, "its turn is given back"


@pytest.mark.parametrize("archive", ["originals", "/archive"])
def test_a_place_without_a_folder_above_takes_no_stroke_away(small_office: Office, archive: str) -> None:
    told = f"存档 {archive}/ab/abc 已改动，共 3/4 项，见 {small_office.home}/receipts/x 与 a/b"
    shown = verification._without_place(told, replace(small_office, archive=open_archive(archive)))
    assert shown == f"存档 {archive}/ab/abc 已改动，共 3/4 项，见 receipts/x 与 a/b"
