"""A backup that is damaged, hostile or does not belong here is refused, and then nothing has been restored."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from database_of_0002 import fill, rows_of_0002
from empty_place import NOW, Place
from townreturn import month
from townreturn.domain.canonical import content_hash
from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.month import restoring
from townreturn.office import Office, open_office
from townreturn.safekeeping.manifest import FORMAT, BackupManifest, table_member
from townreturn.safekeeping.packing import Packer, writing_aside
from townreturn.safekeeping.tables import dump_rows, reflect_tables
from townreturn.settings import Settings
from townreturn.store.engine import connect, reading
from townreturn.store.migrations import HEAD, migrating
from townreturn.store.returns import find_compilation
from townreturn.store.schema import metadata, reports

Members = dict[str, bytes]
NOTHING = "没有恢复任何内容"


def read_members(backup: Path) -> Members:
    with tarfile.open(backup) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}


def write_members(target: Path, members: Members, *others: tarfile.TarInfo) -> Path:
    """A tar of the members, and then of what has no bytes of its own."""
    with tarfile.open(target, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for one in others:
            tar.addfile(one)
    return target


def sealed(members: Members, **claims: Any) -> Members:
    """The members with a manifest that fits them, as whoever forges a backup would write it."""
    content = {name: one for name, one in members.items() if not name.startswith("manifest.")}
    listed = {name: {"sha256": hashlib.sha256(one).hexdigest(), "size": len(one)} for name, one in content.items()}
    written = json.dumps(json.loads(members["manifest.json"]) | {"members": listed} | claims).encode()
    return content | {"manifest.json": written, "manifest.sha256": hashlib.sha256(written).hexdigest().encode()}


def require_nothing_there(settings: Settings) -> None:
    """No file, and no row; what a restore made for itself is gone too."""
    kept = [path for path in settings.home.rglob("*") if path.is_file() and not path.name.startswith("townreturn.db")]
    assert kept == []
    assert [path for path in settings.home.iterdir() if path.name.startswith(".")] == []
    engine = connect(settings.database_url)
    with reading(engine) as tx:
        for table in reflect_tables(tx):
            assert tx.execute(select(table)).first() is None, table.name
    engine.dispose()


def refused(settings: Settings, backup: Path, pattern: str) -> None:
    with pytest.raises(Broken, match=pattern) as error:
        month.restore(settings, backup)
    assert NOTHING in str(error.value)
    assert "\n" not in str(error.value)
    require_nothing_there(settings)


def test_one_byte_of_any_member(backup: Path, place: Place, tmp_path: Path) -> None:
    settings, members = place(), read_members(backup)
    for name, content in members.items():
        middle = len(content) // 2
        altered = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        spoilt = write_members(tmp_path / "spoilt.tar", members | {name: altered})
        named = "manifest.json" if name.startswith("manifest.") else name
        refused(settings, spoilt, f"{named} 与清单不符")
    assert len(members) > len(metadata.tables)


def test_a_backup_cut_short(backup: Path, place: Place, tmp_path: Path) -> None:
    settings, content = place(), backup.read_bytes().rstrip(b"\0")  # a tar ends with empty room
    for share in range(10):
        (tmp_path / "cut.tar").write_bytes(content[: len(content) * share // 10])
        refused(settings, tmp_path / "cut.tar", "不是本软件的备份，或者不完整|与清单不符")


@pytest.mark.parametrize("content", [b"", b"x" * 4096, gzip.compress(b"x", mtime=0), b"\0" * 10240])
def test_what_is_no_backup(place: Place, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    refused(place(), tmp_path / "other", "不是本软件的备份，或者不完整")


def test_members_too_many_or_too_few(backup: Path, place: Place, tmp_path: Path) -> None:
    settings, members = place(), read_members(backup)
    archived = next(name for name in members if name.startswith("archive/"))
    added = write_members(tmp_path / "a.tar", members | {"receipts/more.txt": b"x"})
    refused(settings, added, "receipts/more.txt 不在清单上")
    fewer = write_members(tmp_path / "b.tar", {name: one for name, one in members.items() if name != archived})
    refused(settings, fewer, f"缺少 {archived}")
    twice = tarfile.TarInfo(archived)
    refused(settings, write_members(tmp_path / "c.tar", members, twice), f"{archived} 不在清单上")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/evil", "../evil", "receipts/../../evil", "receipts//evil", "receipts/./evil", "townreturn.db", "evil",
        "receipts/.hidden", "tables/../../evil", "receipts\\evil", "inbox/evil.xlsx", ".", "receipts",
    ],
)  # fmt: skip
def test_places_outside(backup: Path, place: Place, tmp_path: Path, name: str) -> None:
    """Even when the manifest says so."""
    forged = write_members(tmp_path / "forged.tar", sealed(read_members(backup) | {name: b"x"}))
    refused(place(), forged, "不在清单上，或者不是普通文件")
    assert not list(tmp_path.rglob("*evil*"))


def test_archived_bytes_under_another_name(backup: Path, place: Place, tmp_path: Path) -> None:
    name = f"archive/ab/{'ab' * 32}"
    forged = write_members(tmp_path / "forged.tar", sealed(read_members(backup) | {name: b"x"}))
    refused(place(), forged, f"{name} 与清单不符")


def test_a_file_where_a_folder_is(backup: Path, place: Place, tmp_path: Path) -> None:
    more = {"receipts/a": b"x", "receipts/a/b": b"x"}
    forged = write_members(tmp_path / "forged.tar", sealed(read_members(backup) | more))
    refused(place(), forged, "receipts/a/b 不在清单上，或者不是普通文件")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_what_is_no_plain_file(backup: Path, place: Place, tmp_path: Path, kind: bytes) -> None:
    members = sealed(read_members(backup) | {"receipts/odd": b""})
    content = members.pop("receipts/odd")
    assert content == b""
    odd = tarfile.TarInfo("receipts/odd")
    odd.type, odd.linkname = kind, "/etc/passwd"
    refused(place(), write_members(tmp_path / "odd.tar", members, odd), "receipts/odd 不在清单上，或者不是普通文件")


def test_a_sparse_file_claims_no_room(backup: Path, place: Place, tmp_path: Path) -> None:
    """A terabyte of nothing in a few bytes."""
    members = read_members(backup)
    target = write_members(tmp_path / "sparse.tar", members)
    odd = tarfile.TarInfo("receipts/odd")
    odd.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.size": str(1 << 40), "GNU.sparse.map": "0,0"}
    with tarfile.open(target, "a", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(odd)
    refused(place(), target, "receipts/odd 不在清单上")


def test_rows_that_fit_no_table(backup: Path, place: Place, tmp_path: Path) -> None:
    """With hashes that fit: what the database itself would not take is told as well."""
    settings, members = place(), read_members(backup)
    rows = gzip.decompress(members[table_member("arrivals")])
    for spoilt in (
        b"no json\n", b"[1]\n", b'{"id":9}\n', b"", rows + rows, rows.replace(b'"id":1', b'"id":%d' % (1 << 70)),
        rows.replace(b'"qingxi"', b'{"a":1}'), rows.replace(b'"duplicate_of":null', b'"duplicate_of":77'),
    ):  # fmt: skip
        assert spoilt != rows
        forged = sealed(members | {table_member("arrivals"): gzip.compress(spoilt)})
        refused(settings, write_members(tmp_path / "rows.tar", forged), "arrivals.jsonl.gz 不是该表的记录")
    forged = sealed(members | {table_member("arrivals"): b"not packed"})
    refused(settings, write_members(tmp_path / "rows.tar", forged), "arrivals.jsonl.gz 不是该表的记录")
    counts = json.loads(members["manifest.json"])["rows"]
    forged = sealed(members, rows={**counts, "pg_class": 1})
    refused(settings, write_members(tmp_path / "rows.tar", forged), f"表与数据库版本 {HEAD} 不符")


def test_rows_that_name_a_file_the_backup_lacks(backup: Path, place: Place, tmp_path: Path) -> None:
    members = read_members(backup)
    archived = next(name for name in members if name.startswith("archive/"))
    forged = sealed({name: one for name, one in members.items() if name != archived})
    refused(place(), write_members(tmp_path / "less.tar", forged), f"归档文件 {archived[-64:]} 不在其中")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_fails_at_the_very_end_leaves_nothing_and_can_be_tried_again(
    backup: Path, place: Place, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    settings = place(engine)
    with monkeypatch.context() as patch:

        def no_room(*_: object) -> int:
            raise OSError(28, "No space left on device")

        patch.setattr(restoring, "_deliver_issues", no_room)
        with pytest.raises(OSError, match="No space"):
            month.restore(settings, backup)
    require_nothing_there(settings)
    assert month.restore(settings, backup).row_count > 0


def test_only_an_empty_place(backup: Path, place: Place) -> None:
    settings = place()
    assert month.restore(settings, backup).row_count > 0
    with pytest.raises(Refused, match=f"{settings.home / 'archive'} 不是空的.*{NOTHING}"):
        month.restore(settings, backup)
    for name in ("archive", "receipts", "quarantine"):
        shutil.rmtree(settings.home / name)
    with pytest.raises(Refused, match=rf"数据库不是空的（表 \w+ 有记录）.*{NOTHING}"):
        month.restore(settings, backup)
    assert not (settings.home / "archive").exists()


def test_an_office_that_was_opened_and_never_used_is_empty(backup: Path, place: Place) -> None:
    settings = place()
    open_office(settings).engine.dispose()
    assert month.restore(settings, backup).row_count > 0


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_where_an_intake_has_run_it_is_said_what_to_do(backup: Path, place: Place, engine: str) -> None:
    """As when Airflow was started before the restore."""
    settings = place(engine)
    office = open_office(settings)
    month.take_in(office, NOW)
    with pytest.raises(Refused, match=f"已经收过文.*{NOTHING}；请先停止 Airflow，把数据目录 {settings.home} 移开"):
        month.restore(settings, backup)
    month.open_period(office, Period("2018-03"), NOW, "", backfilled=False)
    office.engine.dispose()
    with pytest.raises(Refused, match=f"数据库不是空的.*{NOTHING}"):
        month.restore(settings, backup)


def test_another_town_or_a_newer_program(backup: Path, place: Place, tmp_path: Path) -> None:
    settings, members = place(), read_members(backup)
    for claims, pattern in (
        ({"town": "liuhe"}, "这是 liuhe 的备份，而本处的工作方案属于 qingxi"),
        ({"schema": "0999", "software": "9.0"}, "更新的版本（9.0）"),
        ({"schema": "head"}, "更新的版本"),
        ({"schema": "0000"}, "更新的版本"),
        ({"schema": "*"}, "更新的版本"),
    ):
        with pytest.raises(Refused, match=pattern):
            month.restore(settings, write_members(tmp_path / "other.tar", sealed(members, **claims)))
        require_nothing_there(settings)
    forged = write_members(tmp_path / "other.tar", sealed(members, format=2))
    refused(settings, forged, "备份格式是 2")


def a_backup_of_0002(target: Path, folder: Path) -> Path:
    """The rows of 0.1.0 as a program of then would have packed them; of its files, the bytes stand for themselves."""
    engine = connect(f"sqlite:///{folder / 'old.db'}")
    rows: dict[str, int] = {}
    with migrating(engine) as tx:
        fill(tx)
    with reading(engine) as tx, writing_aside(target) as file:
        packer = Packer(file, NOW)
        for table in reflect_tables(tx):
            packed = io.BytesIO()
            rows[table.name] = dump_rows(tx, table, packed)
            packed.seek(0)
            packer.put(table_member(table.name), packed)
        packer.seal(BackupManifest(FORMAT, "qingxi", NOW, "0002", "0.1.0", rows, dict(packer.members)))
    engine.dispose()
    return target


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr(restoring, "named_hashes", lambda _: [])  # the hashes of those rows are made up
    settings = place(engine)
    month.restore(settings, a_backup_of_0002(tmp_path / "old.tar", tmp_path))
    office = open_office(settings)
    with reading(office.engine) as tx:
        numbers = tx.scalars(select(reports.c.entry_number).order_by(reports.c.id)).all()
        stored = find_compilation(tx, 5)
        assert set(inspect(tx).get_table_names()) - {"alembic_version"} == set(metadata.tables)
    assert numbers == [one["revision"] for one in rows_of_0002()["reports"]]
    assert content_hash(stored.town_return) == stored.content_hash
    office.engine.dispose()


def test_an_earlier_backup_wants_a_database_without_tables(place: Place, tmp_path: Path) -> None:
    settings = place()
    open_office(settings).engine.dispose()
    with pytest.raises(Refused, match="没有任何表的数据库"):
        month.restore(settings, a_backup_of_0002(tmp_path / "old.tar", tmp_path))
    require_nothing_there(settings)


@pytest.fixture
def published(small_office: Office, bring_in: Callable[..., Any], tmp_path: Path) -> Path:
    """A backup with one published issue."""
    now = bring_in(small_office, "2018-01")
    month.open_period(small_office, Period("2018-01"), now, "", backfilled=True)
    compilation = month.compile_return(small_office, Period("2018-01"), now)
    month.record_decision(
        small_office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    month.publish(small_office, compilation, now)
    month.back_up(small_office, tmp_path / "published.tar", NOW)
    return tmp_path / "published.tar"


@pytest.fixture(scope="module")
def two_issues(two_months: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup only to be read."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(two_months)}))
    path = tmp_path_factory.mktemp("two-issues") / "published.tar"
    month.back_up(office, path, NOW)
    office.engine.dispose()
    return path


def test_an_outbox_that_outlived_the_office(
    published: Path, small_office: Office, place: Place, tmp_path: Path
) -> None:
    """What lies there as it was published stays; anything else is not replaced."""
    outbox = tmp_path / "outlived"
    shutil.copytree(small_office.outbox.path, outbox)
    before = {path: path.stat().st_ino for path in outbox.rglob("*") if path.is_file()}
    assert month.restore(place(TOWNRETURN_OUTBOX_URL=str(outbox)), published).issue_count == 1
    assert {path: path.stat().st_ino for path in outbox.rglob("*") if path.is_file()} == before
    (outbox / "2018-01" / "issue-0" / "manifest.json").write_text("{}")
    settings = place(TOWNRETURN_OUTBOX_URL=str(outbox))
    with pytest.raises(Refused, match="issue-0 不是空的"):
        month.restore(settings, published)
    require_nothing_there(settings)
    assert (outbox / "2018-01" / "issue-0" / "manifest.json").read_text() == "{}"


@pytest.mark.parametrize("name", ["../evil.xlsx", "/tmp/evil.xlsx", ".evil", "a/evil"])
def test_a_published_name_leads_nowhere_else(two_issues: Path, place: Place, tmp_path: Path, name: str) -> None:
    members, member = read_members(two_issues), table_member("published_files")
    rows = [json.loads(line) for line in gzip.decompress(members[member]).splitlines()]
    next(one for one in rows if one["name"] == "manifest.json")["name"] = name
    packed = gzip.compress("".join(json.dumps(one) + "\n" for one in rows).encode())
    forged = write_members(tmp_path / "forged.tar", sealed(members | {member: packed}))
    refused(place(), forged, "published_files.jsonl.gz 不是该表的记录")
    assert not list(tmp_path.rglob("*evil*"))


def test_issues_of_before_files_were_archived_come_back_from_the_outbox(
    published: Path, small_office: Office, place: Place, tmp_path: Path
) -> None:
    """0.1.0 recorded no files; its issues are copied from the outbox, and told of when they are gone."""
    engine = small_office.engine
    with engine.begin() as tx:
        tx.exec_driver_sql("DROP TRIGGER published_files_no_delete")
        tx.exec_driver_sql("DELETE FROM published_files")
    assert month.back_up(small_office, tmp_path / "kept.tar", NOW).lost_issues == ()
    settings = place()
    assert month.restore(settings, tmp_path / "kept.tar").issue_count == 1
    folders = (Path(small_office.outbox.path), settings.home / "outbox")
    first, second = ({str(one.relative_to(top)): one.read_bytes() for one in top.rglob("*.*") if one.is_file()}
                     for top in folders)  # fmt: skip
    assert first == second
    assert "2018-01/issue-0/manifest.json" in first
    shutil.rmtree(small_office.outbox.path)
    assert month.back_up(small_office, tmp_path / "lost.tar", NOW).lost_issues == ("2018-01/issue-0",)
    assert month.restore(place(), tmp_path / "lost.tar").issue_count == 0
