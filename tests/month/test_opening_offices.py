"""Offices of several towns: one database and archive, folders of their own."""

from pathlib import Path

import pytest

from several_towns import LIUHE, settings_of
from townreturn.domain.errors import ConfigurationFault
from townreturn.office import open_office, open_offices

BOTH = f"qingxi-2018,{LIUHE}"


def test_each_of_several_towns_has_folders_of_its_own(tmp_path: Path, sqlite_url: str) -> None:
    settings = settings_of(tmp_path / "home", BOTH, sqlite_url)
    liuhe, qingxi = open_offices(settings)
    assert (liuhe.plans.town_code, qingxi.plans.town_code) == ("liuhe", "qingxi")
    assert liuhe.engine is qingxi.engine
    assert liuhe.archive.url == qingxi.archive.url
    assert liuhe.home == qingxi.home
    assert liuhe.lineage == qingxi.lineage
    for name in ("inbox", "outbox", "receipts", "quarantine"):
        assert [str(getattr(one, name)) for one in (liuhe, qingxi)] == [
            str(tmp_path / "home" / name / town) for town in ("liuhe", "qingxi")
        ]
        assert (tmp_path / "home" / name / "liuhe").is_dir()
    liuhe.engine.dispose()


def test_one_town_alone_has_them_to_itself(tmp_path: Path, sqlite_url: str) -> None:
    settings = settings_of(tmp_path / "home", "qingxi-2018", sqlite_url)
    [alone] = open_offices(settings)
    named = open_office(settings, "qingxi")
    for office in (alone, named):
        assert str(office.inbox) == str(tmp_path / "home" / "inbox")
        assert office.receipts == tmp_path / "home" / "receipts"
        office.engine.dispose()


def test_of_several_towns_one_has_to_be_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home", BOTH)
    with pytest.raises(ConfigurationFault, match="liuhe、qingxi"):
        open_office(settings)
    with pytest.raises(ConfigurationFault, match="humen"):
        open_office(settings, "humen")
    assert not (tmp_path / "home").exists(), "nothing is made for a town that is not known"
    office = open_office(settings, "liuhe")
    assert str(office.outbox) == str(tmp_path / "home" / "outbox" / "liuhe")
    office.engine.dispose()
