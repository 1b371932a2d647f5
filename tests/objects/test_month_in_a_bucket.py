"""A month with inbox, outbox and archive in a bucket of a real S3 server, from the units' workbooks to the issue."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from upath import UPath

from golden_month import HERE
from object_store import ObjectStore, rooms
from published_months import JANUARY
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.month.rebuilding import rebuild
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.wording import texts

WORKBOOKS = {path.name: path.read_bytes() for path in sorted((HERE / "inbox").glob("2018-01-*.xlsx"))}
NOTE = {"别的/note.txt": "本月无".encode()}


def put_into(office: Office, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        office.inbox.fs.pipe_file((office.inbox / name).path, content)


def publish_january(office: Office, now: datetime) -> str:
    month.open_period(office, JANUARY, now, "", backfilled=True)
    month.take_in(office, now)
    compilation = month.compile_return(office, JANUARY, now)
    month.record_decision(office, compilation, account="approver", approved=True, comment="同意", sent_back=(),
                          run_id="", now=now)  # fmt: skip
    return month.publish(office, compilation, now)


def files_in(folder: UPath) -> dict[str, bytes]:
    """Everything below a folder, by its place in it."""
    return {
        path[len(folder.path) :]: folder.fs.cat_file(path)
        for path in sorted(folder.fs.find(folder.path))
    }  # fmt: skip


def local_twin(remote: Office, folder: Path) -> Iterator[Office]:
    """An office on this machine, in whose inbox the same files lie since the same instants."""
    twin = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(folder)}))
    for path, info in remote.inbox.fs.find(remote.inbox.path, detail=True).items():
        target = Path(twin.inbox.path) / path[len(remote.inbox.path) + 1 :]
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(remote.inbox.fs.cat_file(path))
        changed = info["LastModified"].timestamp()
        os.utime(target, (changed, changed))
    yield twin
    twin.engine.dispose()


@pytest.fixture
def published(remote_office: Office, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """The office in the bucket and its twin, after the same month."""
    put_into(remote_office, WORKBOOKS | NOTE)
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    for twin in local_twin(remote_office, tmp_path / "local"):
        for office in (remote_office, twin):
            publish_january(office, now)
        yield remote_office, twin


def require_whole(office: Office) -> None:
    verified = list(verify(office))
    assert len(verified) >= 2
    assert [one.text for one in verified if not one.is_whole] == []


def test_what_is_published_from_a_bucket_is_what_is_published_from_a_disk(published: tuple[Office, Office]) -> None:
    remote, local = published
    ours, theirs = files_in(remote.outbox), files_in(local.outbox)
    assert len(ours) > 8
    assert ours == theirs
    assert files_in(remote.inbox) == {}
    assert {one.rpartition("/")[2] for one in files_in(UPath(remote.archive.url))} == set(local.archive.lying())
    require_whole(remote)


def test_nothing_of_the_three_folders_lies_on_this_machine(published: tuple[Office, Office]) -> None:
    remote, _ = published
    assert {"archive", "inbox", "outbox"}.isdisjoint(path.name for path in remote.home.iterdir())


def test_a_backup_comes_back_into_another_bucket(
    published: tuple[Office, Office], store: ObjectStore, tmp_path: Path
) -> None:
    remote, _ = published
    now = datetime.now(UTC)
    backup = month.back_up(remote, tmp_path / "backup.tar", now).path
    settings = Settings.from_environment(rooms(store.bucket(), tmp_path / "restored"))
    assert month.restore(settings, backup).issue_count == 1
    restored = open_office(settings)
    assert set(restored.archive.lying()) == set(remote.archive.lying())
    assert files_in(restored.outbox) == files_in(remote.outbox)
    require_whole(restored)
    restored.engine.dispose()
    taken = Settings.from_environment({**rooms("", tmp_path / "third"), "TOWNRETURN_ARCHIVE_URL": settings.archive,
                                       "TOWNRETURN_OUTBOX_URL": "", "TOWNRETURN_INBOX_URL": ""})  # fmt: skip
    with pytest.raises(Refused, match="不是空的"):
        month.restore(taken, backup)


def test_a_restore_that_fails_takes_back_what_it_put_there(
    published: tuple[Office, Office], store: ObjectStore, tmp_path: Path
) -> None:
    remote, _ = published
    backup = month.back_up(remote, tmp_path / "backup.tar", datetime.now(UTC)).path
    settings = Settings.from_environment(rooms(store.bucket(), tmp_path / "restored"))
    (UPath(settings.outbox) / "2018-01" / "issue-0" / "other.txt").write_bytes(b"another's")
    with pytest.raises(Refused, match="issue-0 不是空的"):
        month.restore(settings, backup)
    assert files_in(UPath(settings.archive)) == {}


def test_its_issue_is_rebuilt_from_the_bucket(published: tuple[Office, Office]) -> None:
    remote, _ = published
    assert rebuild(remote, JANUARY).is_exact


def test_lost_and_altered_files_are_found(published: tuple[Office, Office]) -> None:
    remote, _ = published
    content = WORKBOOKS["2018-01-yancao.xlsx"]
    file_hash = remote.archive.keep(content)
    fs, path = remote.outbox.fs, remote.archive.place(file_hash)
    for spoil, told in ((lambda: fs.pipe_file(path, b"altered"), "VERIFY_ARCHIVE_ALTERED"),
                        (lambda: fs.rm_file(path), "VERIFY_ARCHIVE_LOST")):  # fmt: skip
        spoil()
        [differing] = [one.text for one in verify(remote) if not one.is_whole]
        assert path in differing
        assert texts()[told].partition("“")[0] in differing
    remote.archive.keep(content)
    require_whole(remote)
