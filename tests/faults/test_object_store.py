"""A real object store over HTTP that refuses, breaks off, is slow, or is not there: at intake and at publication."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conserved import lying, require_conserved, require_whole
from remote_month import Fill, approved_january, later, put_into_inbox

from asked_board import asking
from object_store import ObjectStore, rooms, run_object_store
from published_months import AFTER_DUE, JANUARY
from townreturn import cli, month
from townreturn.domain.errors import StoreRefused
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts
from townreturn.store.returns import find_publications

pytestmark = pytest.mark.faults
WAYS: list[dict[str, Any]] = [{"status": 403}, {"status": 500}, {"status": 503}, {"cut": True}]
LISTING, GETTING = {"method": "GET", "part": "prefix=inbox/"}, {"method": "GET", "part": "/inbox/"}
ARCHIVING = {"method": "PUT", "part": "/archive/"}


def named(way: dict[str, Any]) -> str:
    return "-".join(str(value) for value in way.values() if value is not True) or "cut"


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    yield from run_object_store()


@pytest.fixture
def office(store: ObjectStore, tmp_path: Path) -> Iterator[Office]:
    office = open_office(Settings.from_environment(rooms(store.bucket(), tmp_path / "home")))
    yield office
    office.engine.dispose()


@pytest.fixture
def sent(office: Office, filled: Fill, tmp_path: Path) -> dict[str, bytes]:
    return put_into_inbox(office, filled, tmp_path / "workbooks")


def settings_of(office: Office) -> dict[str, str]:
    return rooms(office.archive.url.rpartition("/")[0], office.home)


def alerts(office: Office) -> list[str]:
    with reading(office.engine) as tx:
        return [one.text for one in recent_alerts(tx, "qingxi")]


def require_taken_in(office: Office, sent: dict[str, bytes]) -> None:
    """The next run ends as if nothing had been."""
    month.take_in(office, later())
    require_conserved(office, sent)


@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_store_does_not_show_its_inbox(
    store: ObjectStore, office: Office, sent: dict[str, bytes], way: dict[str, Any]
) -> None:
    """The run fails, and says which store it was."""
    with store.failing(**LISTING, **way) as fault:
        with pytest.raises(StoreRefused, match=str(office.inbox)):
            month.take_in(office, later())
        assert fault.fired
    assert alerts(office) == [], "no file is blamed for it"
    assert lying(office) == sorted(sent)
    require_taken_in(office, sent)


@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_store_does_not_give_one_file(
    store: ObjectStore, office: Office, sent: dict[str, bytes], way: dict[str, Any]
) -> None:
    """The others are taken in; it counts as left and the operator is told, of the store unless the file is locked."""
    with store.failing(method="GET", part="/inbox/accepted", **way) as fault:
        report = month.take_in(office, later())
        assert fault.fired
    assert sorted(one.file_name for one in report.taken) == ["note.txt", "returned.xlsx"]
    assert report.left_count == 1
    [told] = alerts(office)
    assert "accepted.xlsx" in told
    assert ("没有读取权限" in told) if way == {"status": 403} else (str(office.inbox) in told)
    require_taken_in(office, sent)


def test_a_store_goes_away_after_it_has_shown_its_inbox(
    store: ObjectStore, office: Office, sent: dict[str, bytes]
) -> None:
    """Not one file after another is told of: the store is."""
    with store.failing(method="GET", part="inbox/", spared=1, cut=True) as fault:
        with pytest.raises(StoreRefused, match=str(office.inbox)):
            month.take_in(office, later())
        assert fault.fired
    assert alerts(office) == []
    require_taken_in(office, sent)


@pytest.mark.parametrize("spared", [0, 2])
@pytest.mark.parametrize("way", WAYS, ids=named)
def test_an_archive_takes_nothing_more(
    store: ObjectStore, office: Office, sent: dict[str, bytes], way: dict[str, Any], spared: int
) -> None:
    """As when a disk is full: the run fails, no file is blamed, none leaves the inbox."""
    with store.failing(**ARCHIVING, **way, spared=spared) as fault:
        with pytest.raises(StoreRefused, match=office.archive.url):
            month.take_in(office, later())
        assert fault.fired
        assert lying(office) == sorted(sent)
    assert alerts(office) == [], "no file is blamed for it"
    require_taken_in(office, sent)


@pytest.mark.parametrize("what", [GETTING, ARCHIVING, LISTING], ids=["get", "put", "list"])
def test_a_connection_that_breaks_off_once_is_not_noticed(
    store: ObjectStore, office: Office, sent: dict[str, bytes], what: dict[str, str]
) -> None:
    with store.failing(**what, cut=True, times=1) as fault:
        assert len(month.take_in(office, later()).taken) == 3
        assert fault.fired == 1
    assert alerts(office) == []
    require_conserved(office, sent)


@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_store_keeps_the_inboxs_copy(
    store: ObjectStore, office: Office, sent: dict[str, bytes], way: dict[str, Any]
) -> None:
    """What is stored already is not stored again because its copy could not be removed, and keeps nothing up."""
    with store.failing(method="DELETE", part="/inbox/", **way) as fault:
        report = month.take_in(office, later())
        assert fault.fired
    assert (len(report.taken), report.left_count) == (len(sent), 0)
    assert len([one for one in alerts(office) if "没能从收件箱移走" in one]) == len(sent)
    assert lying(office) == sorted(sent)
    require_taken_in(office, sent)


def require_published(office: Office, compilation: int, sent: dict[str, bytes]) -> None:
    """Nothing was recorded; the next try publishes."""
    with reading(office.engine) as tx:
        assert find_publications(tx, "qingxi", [JANUARY.key]) == {}
    month.publish(office, compilation, AFTER_DUE)
    require_conserved(office, sent)


@pytest.mark.parametrize("what", [
    {"method": "PUT", "part": "/archive/"}, {"method": "PUT", "part": "/archive/", "spared": 5},
    {"method": "PUT", "part": "/outbox/"}, {"method": "PUT", "part": "/outbox/", "spared": 5},
    {"method": "PUT", "part": "manifest.json"}, {"method": "GET", "part": "prefix=outbox/"},
], ids=["archive", "archive-5", "outbox", "outbox-5", "manifest", "look"])  # fmt: skip
@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_store_fails_a_publication(
    store: ObjectStore, office: Office, sent: dict[str, bytes], way: dict[str, Any], what: dict[str, Any]
) -> None:
    compilation = approved_january(office)
    with store.failing(**what, **way) as fault:
        with pytest.raises(StoreRefused, match=f"{office.archive.url}|{office.outbox}"):
            month.publish(office, compilation, AFTER_DUE)
        assert fault.fired
    assert not any("manifest.json" in path for path in office.outbox.fs.find(office.outbox.path))
    require_published(office, compilation, sent)


def test_a_store_fails_while_a_half_published_issue_is_replaced(
    store: ObjectStore, office: Office, sent: dict[str, bytes]
) -> None:
    compilation = approved_january(office)
    with store.failing(method="PUT", part="manifest.json", status=503), pytest.raises(StoreRefused):
        month.publish(office, compilation, AFTER_DUE)
    with store.failing(method="DELETE", part="/outbox/", status=503) as fault:
        with pytest.raises(StoreRefused):
            month.publish(office, compilation, AFTER_DUE)
        assert fault.fired
    require_published(office, compilation, sent)


def test_nobody_listens_at_the_stores_address(store: ObjectStore, office: Office, sent: dict[str, bytes]) -> None:
    """At intake, at publication, at a verification, and when the office is opened."""
    with store.away():
        with pytest.raises(StoreRefused, match=str(office.inbox)):
            month.take_in(office, later())
        open_office(
            Settings.from_environment(rooms(office.archive.url.rpartition("/")[0], office.home))
        ).engine.dispose()
    assert alerts(office) == []
    compilation = approved_january(office)
    with store.away(), pytest.raises(StoreRefused):
        month.publish(office, compilation, AFTER_DUE)
    require_published(office, compilation, sent)
    with store.away(), pytest.raises(StoreRefused):
        require_whole(office)


def test_a_backup_is_not_made_of_half_an_archive(
    store: ObjectStore, office: Office, sent: dict[str, bytes], tmp_path: Path
) -> None:
    approved_january(office)
    target = tmp_path / "backup.tar"
    with store.failing(method="GET", part="/archive/", spared=1, cut=True) as fault:
        with pytest.raises(StoreRefused, match=office.archive.url):
            month.back_up(office, target, AFTER_DUE)
        assert fault.fired
    assert not target.exists()
    assert month.back_up(office, target, AFTER_DUE).file_count > 0
    require_conserved(office, sent)


def test_command_line_and_board_say_which_store_it_is(
    store: ObjectStore, office: Office, sent: dict[str, bytes], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    month.take_in(office, later())
    for name, value in settings_of(office).items():
        monkeypatch.setitem(os.environ, name, value)
    with store.away():
        assert cli.main(["verify"]) == 2
        told = capsys.readouterr().err
        form = {"data": {"unit": "yancao"}, "files": {"file": ("report.xlsx", sent["accepted.xlsx"])}}
        refused = asking(office, later())("/upload", "operator", "POST", **form)
    assert office.archive.url in told
    assert "与单位报来的文件无关" in told
    assert refused.status_code == 503
    assert "与单位报来的文件无关" in refused.text


def test_a_store_takes_a_tenth_of_a_second_a_request(
    store: ObjectStore, office: Office, sent: dict[str, bytes]
) -> None:
    with store.failing(seconds=0.1) as fault:
        month.publish(office, approved_january(office), AFTER_DUE)
        assert fault.fired > 50
    require_conserved(office, sent)
