"""Which channels a run has: those that the setting names and that are set up, and the folder."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import channels
from mail_servers import set_up
from townreturn.domain.errors import ConfigurationFault
from townreturn.office import Office
from townreturn.settings import Settings

WECOM = '''
"""The channel ``wecom``."""

class Wecom:
    name = "{name}"
    is_repeatable = False
    closed = 0

    def carries(self, letter): return True
    def deliver(self, letter): pass
    def close(self): Wecom.closed += 1

def open_channel():
    return Wecom()
'''


@pytest.fixture
def name_channels(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    for name in ("SMTP", "WEBHOOK"):
        monkeypatch.delenv(f"AIRFLOW_CONN_TOWNRETURN_{name}", raising=False)

    def name_them(text: str) -> None:
        named = Settings.from_environment({"TOWNRETURN_CHANNELS": text}).channels
        monkeypatch.setattr(channels, "SETTINGS", replace(channels.SETTINGS, channels=named))

    return name_them


@pytest.fixture
def write_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """A file like those in plugins/."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name: str, text: str) -> None:
        (tmp_path / f"channel_{name}.py").write_text(text, "utf-8")
        monkeypatch.delitem(sys.modules, f"channel_{name}", raising=False)

    return write


def names(office: Office) -> list[str]:
    with channels.open_channels(office) as opened:
        return [one.name for one in opened]


def test_without_a_mail_server_there_is_the_folder_alone(small_office: Office, name_channels: Any) -> None:
    name_channels("")
    assert names(small_office) == ["folder"]


def test_mail_comes_first_and_the_folder_last(
    small_office: Office, name_channels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_channels(" mail, webhook ,mail")
    set_up(monkeypatch, 25)
    monkeypatch.setenv("AIRFLOW_CONN_TOWNRETURN_WEBHOOK", '{"conn_type": "http", "host": "https://oa.example.cn"}')
    assert names(small_office) == ["mail", "webhook", "folder"]


def test_a_channel_is_added_by_one_file_and_closed_after_the_run(
    small_office: Office, name_channels: Any, write_channel: Any
) -> None:
    write_channel("wecom", WECOM.format(name="wecom"))
    name_channels("mail,wecom")
    assert names(small_office) == ["wecom", "folder"]
    assert sys.modules["channel_wecom"].Wecom.closed == 1


@pytest.mark.parametrize("name", ["wechat", "../mail", "a.b", "folder"])
def test_a_name_without_a_file_is_refused(small_office: Office, name_channels: Any, name: str) -> None:
    name_channels(name)
    with pytest.raises(ConfigurationFault) as fault:
        names(small_office)
    assert f"TOWNRETURN_CHANNELS 中没有叫“{name}”的渠道" in str(fault.value)


def test_a_file_that_lacks_a_package_is_not_taken_for_missing(
    small_office: Office, name_channels: Any, write_channel: Any
) -> None:
    write_channel("wecom", "import no_such_package")
    name_channels("wecom")
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        names(small_office)


def test_a_channel_bears_the_name_of_its_file(small_office: Office, name_channels: Any, write_channel: Any) -> None:
    """Or it would take another's letters for its own."""
    write_channel("wecom", WECOM.format(name="mail"))
    name_channels("wecom")
    with pytest.raises(ConfigurationFault, match="渠道名应是“wecom”，不能是“mail”"):
        names(small_office)
