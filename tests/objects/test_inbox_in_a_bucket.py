"""An inbox on S3: whatever its files are called, and whoever looks into it."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox_trigger import list_files
from object_store import ObjectStore
from townreturn import month
from townreturn.domain.errors import StoreRefused
from townreturn.intake.inbox import list_inbox, remove_from_inbox
from townreturn.office import Office
from townreturn.places import open_place

NAMES = (
    "a b.xlsx", "三月 报表.xlsx", "100%.xlsx", "%41.xlsx", "#1.xlsx", "what?.xlsx", "a+b&c=d.xlsx", "一所/report.xlsx",
    "二所/report.xlsx", "quote'\".xlsx", "semi;colon.xlsx",
)  # fmt: skip


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_in_as_it_is_and_leaves(remote_office: Office, name: str) -> None:
    inbox = remote_office.inbox
    inbox.fs.pipe_file((inbox / name).path, name.encode())
    report = month.take_in(remote_office, later())
    assert [one.file_name for one in report.taken] == [name.rpartition("/")[2]]
    assert remote_office.archive.read(report.taken[0].file_hash) == name.encode()
    assert list_inbox(inbox, later()).whole == ()


def test_two_of_one_name_are_two_files(remote_office: Office) -> None:
    for folder in ("一所", "二所"):
        remote_office.inbox.fs.pipe_file((remote_office.inbox / folder / "report.xlsx").path, folder.encode())
    report = month.take_in(remote_office, later())
    assert [one.file_name for one in report.taken] == ["report.xlsx"] * 2
    assert len({one.file_hash for one in report.taken}) == 2


def test_the_mark_of_an_empty_folder_is_no_file(remote_office: Office) -> None:
    inbox = remote_office.inbox
    bucket, _, key = inbox.path.partition("/")
    for marked in (f"{key}/", f"{key}/empty/"):
        inbox.fs.call_s3("put_object", Bucket=bucket, Key=marked, Body=b"")
    assert list_inbox(inbox, later()).whole == ()
    assert list_files(str(inbox)) == frozenset()
    assert month.take_in(remote_office, later()).taken == ()


def test_what_lies_below_a_folder_without_a_name_is_told(remote_office: Office) -> None:
    inbox = remote_office.inbox
    bucket, _, key = inbox.path.partition("/")
    for name in ("/hidden.xlsx", "sub//c.xlsx", "sub/d.xlsx"):
        inbox.fs.call_s3("put_object", Bucket=bucket, Key=f"{key}/{name}", Body=name.encode())
    listing = list_inbox(inbox, later())
    assert [one.place for one in listing.whole] == ["sub/d.xlsx"]
    assert listing.refused == ("inbox//", "sub//")
    assert [one.file_name for one in month.take_in(remote_office, later()).taken] == ["d.xlsx"]


def test_the_trigger_sees_what_others_put_and_take(remote_office: Office) -> None:
    """Nothing that was listed once is believed: other processes fill the inbox."""
    url = str(remote_office.inbox)
    other = type(remote_office.inbox.fs)(skip_instance_cache=True)
    assert list_files(url) == frozenset()
    other.pipe_file(f"{remote_office.inbox.path}/一所/三月 报表#1.xlsx", b"1")
    [(name, size, first)] = list_files(url)
    assert (name, size) == ("三月 报表#1.xlsx", 1)
    other.rm_file(f"{remote_office.inbox.path}/一所/三月 报表#1.xlsx")
    assert list_files(url) == frozenset()
    assert first


def test_a_listing_costs_a_request_a_thousand_files(remote_office: Office, store: ObjectStore) -> None:
    for number in range(5):
        remote_office.inbox.fs.pipe_file((remote_office.inbox / f"{number}.xlsx").path, b"1")
    before = len(store.asked)
    assert len(list_files(str(remote_office.inbox))) == 5
    assert len(store.asked) - before == 1


def test_a_bucket_that_is_not_there_is_no_empty_inbox(store: ObjectStore) -> None:
    with pytest.raises(StoreRefused, match="s3://nobodys-bucket/inbox"):
        list_inbox(open_place("s3://nobodys-bucket/inbox"), later())
    assert not [path for method, path in store.asked if method == "PUT" and path.startswith("/nobodys-bucket")]


@pytest.mark.parametrize("name", ["a?.xlsx", "a*.xlsx", "a[b].xlsx"])
def test_a_name_that_is_also_a_pattern_takes_no_other_file_along(remote_office: Office, name: str) -> None:
    inbox = remote_office.inbox
    inbox.fs.pipe_file((inbox / name).path, b"1")
    [taken] = list_inbox(inbox, later()).whole
    digest = remote_office.archive.keep(b"1")
    inbox.fs.pipe_file((inbox / "ab.xlsx").path, b"came meanwhile")
    remove_from_inbox(taken, remote_office.archive, digest)
    assert [one.place for one in list_inbox(inbox, later()).whole] == ["ab.xlsx"]
