"""What a setting may say by mistake about a store, and what must not come of it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from object_store import ObjectStore, rooms
from townreturn import month
from townreturn.archive import open_archive
from townreturn.domain.errors import ConfigurationFault, Refused, StoreRefused
from townreturn.local_archive import LocalArchive
from townreturn.month import restoring
from townreturn.office import Office, open_office
from townreturn.places import open_place
from townreturn.safekeeping.tables import named_hashes
from townreturn.settings import Settings
from townreturn.store.engine import reading

ABSENT = "ab" * 32


@pytest.mark.parametrize("ask", [
    lambda archive: archive.read(ABSENT), lambda archive: archive.has(ABSENT), lambda archive: archive.is_empty(),
    lambda archive: archive.open(ABSENT).__enter__(),
], ids=["read", "has", "is_empty", "open"])  # fmt: skip
def test_a_bucket_that_is_not_there_has_lost_nothing(store: ObjectStore, ask: Callable[[object], object]) -> None:
    """Letters whose mails are “lost” are given up for good."""
    archive = open_archive("s3://slip-of-the-pen/archive")
    with pytest.raises(StoreRefused, match="slip-of-the-pen"):
        ask(archive)


def test_what_is_not_in_a_bucket_that_is_there_is_not_there(remote_office: Office) -> None:
    assert not remote_office.archive.has(ABSENT)
    with pytest.raises(FileNotFoundError):
        remote_office.archive.read(ABSENT)


@pytest.mark.parametrize("url", [
    "s3://KEY:se/cret@bucket/archive", "s3://key:secret@bucket", "sftp://user:secret@host/inbox",
])  # fmt: skip
def test_a_password_in_a_place_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationFault, match="不能写账号密码") as refusal:
        open_place(url)
    assert "cret" not in str(refusal.value)


def test_an_archive_wants_a_store_that_shows_whole_files_only() -> None:
    with pytest.raises(ConfigurationFault, match="存档不能放在 ftp 上"):
        open_archive("ftp://127.0.0.1:1/archive")


def test_of_two_restores_at_once_into_one_bucket_one_is_refused_and_takes_nothing_away(
    store: ObjectStore, remote_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        remote_office.inbox.fs.pipe_file((remote_office.inbox / f"{number}.xlsx").path, f"junk {number}".encode())
    month.take_in(remote_office, datetime.now(UTC) + timedelta(minutes=1))
    month.back_up(remote_office, tmp_path / "backup.tar", datetime.now(UTC))
    settings = Settings.from_environment(rooms(store.bucket(), tmp_path / "new"))
    look, both_have_looked, outcomes = restoring._require_empty, Barrier(2), []

    def look_and_wait(*given: object) -> None:
        look(*given)  # type: ignore[arg-type]
        both_have_looked.wait()

    def restore() -> None:
        try:
            month.restore(settings, tmp_path / "backup.tar")
            outcomes.append("restored")
        except Refused as refusal:
            outcomes.append(refusal.code)

    monkeypatch.setattr(restoring, "_require_empty", look_and_wait)
    people = [Thread(target=restore) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(outcomes) == ["RESTORE_DATABASE_TAKEN", "restored"]
    office = open_office(settings)
    with reading(office.engine) as tx:
        named = set(named_hashes(tx))
    assert len(named) == 3
    assert set(office.archive.lying()) == named
    office.engine.dispose()


def test_a_local_archive_is_filled_in_its_place_and_emptied_again(tmp_path: Path) -> None:
    """Its folder may be where a disk is mounted, which nothing can be renamed over."""
    archive, folder = LocalArchive(tmp_path / "mounted"), LocalArchive(tmp_path / "unpacked")
    archive.root.mkdir()
    folder.root.mkdir()
    file_hash, place = folder.keep_for_now(b"a report"), archive.root.stat().st_ino
    with suppress(RuntimeError), archive.fill(folder.root):
        assert archive.read(file_hash) == b"a report"
        raise RuntimeError("what follows fails")
    assert archive.is_empty()
    assert archive.root.stat().st_ino == place
