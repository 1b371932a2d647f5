"""The demo's second run: whether anything is left to do is read from the database alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from townreturn import month
from townreturn.domain.errors import Broken
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.operating import demo, run_demo
from townreturn.operating.environment import Installation
from townreturn.settings import Settings

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose Airflow must not be started: whoever tries is told so."""

    def refuse(_: Installation) -> None:
        raise Broken("RUNS_STALLED", seconds=0)

    monkeypatch.setattr(demo, "bring_up", refuse)
    return Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")})


def publish_empty(office: Office, key: str) -> None:
    """A period long overdue in which no unit reported: 0 of 7, approved all the same."""
    period = Period(key)
    month.open_period(office, period, NOW, "", backfilled=True)
    compilation = month.compile_return(office, period, NOW)
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=NOW
    )
    month.publish(office, compilation, NOW)


def every_file(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and "airflow" not in path.parts}


def test_published_in_the_database_means_nothing_changes(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    office = open_office(settings)
    for key in ("2018-01", "2018-02", "2018-03"):
        publish_empty(office, key)
    office.engine.dispose()
    run_demo(settings)
    before = every_file(settings.home)
    capsys.readouterr()
    assert run_demo(settings) == 0
    assert "没有任何变化" in capsys.readouterr().out
    assert every_file(settings.home) == before


def test_files_on_disk_are_not_taken_for_publications(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    office = open_office(settings)
    for key in ("2018-01", "2018-02", "2018-03"):
        publish_empty(office, key)
    office.engine.dispose()
    run_demo(settings)
    capsys.readouterr()
    for file in settings.home.glob("townreturn.db*"):
        file.unlink()
    with pytest.raises(Broken):
        run_demo(settings)
    assert "没有任何变化" not in capsys.readouterr().out


def test_one_period_unpublished_is_work_left(settings: Settings) -> None:
    office = open_office(settings)
    for key in ("2018-01", "2018-02"):
        publish_empty(office, key)
    with pytest.raises(Broken):
        run_demo(settings)
