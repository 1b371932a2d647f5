"""The channel ``folder``: which letters, under which names, whole or not at all."""

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from upath import UPath

from posted_letters import ScriptedChannel, opening
from townreturn import files
from townreturn.domain.message import Letter, Undelivered
from townreturn.messaging import MailFrame, write_letter
from townreturn.messaging.folder import FolderChannel

WRITTEN = datetime.fromisoformat("2018-03-26T09:00:00+08:00")


def letter(addressee: str = "镇住建局", to: tuple[str, ...] = (), period: str = "2018-03") -> Letter:
    frame = MailFrame("qingxi", "清溪镇打假统计", "", addressee, WRITTEN)
    return write_letter(replace(opening(to=to), period=period), frame)


@pytest.fixture(params=["file", "memory"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> UPath:
    """On a disk, and on a store that knows no rename."""
    return UPath(tmp_path / "outbox") if request.param == "file" else UPath(f"memory://{uuid4().hex}/outbox")


def files_in(outbox: UPath) -> dict[str, bytes]:
    return {
        one.relative_to(outbox).as_posix() if hasattr(one, "relative_to") else one.path: one.read_bytes()
        for one in outbox.rglob("*")
        if one.is_file()
    }


def test_a_letter_is_a_file_by_period_time_kind_addressee_and_content(outbox: UPath) -> None:
    written = letter()
    folder = FolderChannel(outbox, mail=None)
    for _ in range(2):  # a second time it is the same file
        folder.deliver(written)
    assert files_in(outbox) == {"mail/2018-03/20180326T090000_opening_镇住建局_11143fcd.eml": written.content}


def test_a_letter_of_no_period_has_its_place_too(outbox: UPath) -> None:
    FolderChannel(outbox, mail=None).deliver(letter(period=""))
    [name] = files_in(outbox)
    assert name.startswith("mail/no-period/20180326T090000_opening_镇住建局_")


@pytest.mark.parametrize("addressee", ["../../x", "a/b\\c:d", "..", "行\n二", "长" * 200])
def test_no_addressee_leads_elsewhere(tmp_path: Path, addressee: str) -> None:
    FolderChannel(UPath(tmp_path), mail=None).deliver(letter(addressee))
    [path] = tmp_path.rglob("*.eml")
    assert path.parent == tmp_path / "mail" / "2018-03"


def test_it_carries_what_mail_does_not_and_all_where_there_is_no_mail(tmp_path: Path) -> None:
    mail = ScriptedChannel(only_with_address=True)
    with_address, without = letter(to=("a@example.cn",)), letter()
    beside, alone = FolderChannel(UPath(tmp_path), mail), FolderChannel(UPath(tmp_path), None)
    assert [beside.carries(one) for one in (with_address, without)] == [False, True]
    assert [alone.carries(one) for one in (with_address, without)] == [True, True]


def test_what_cannot_be_written_is_told_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(Undelivered, match="No space left") as fault:
        FolderChannel(UPath(tmp_path), mail=None).deliver(letter())
    assert not fault.value.is_final
    assert list(tmp_path.rglob("*.eml")) == []


def test_a_read_only_outbox_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(Undelivered):
        FolderChannel(UPath(tmp_path), mail=None).deliver(letter())
