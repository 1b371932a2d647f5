"""Once a night: a backup of our own store, the oldest backups away, and of Airflow old logs and records.

Of our own store nothing is ever deleted. What is due is told from the files that are there, so that a restart
neither forgets nor repeats a night.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from townreturn.domain.errors import StoreRefused
from townreturn.places import names_in, open_place
from townreturn.settings import Settings

_PREFIX = "townreturn-"
_LOOK_SECONDS, _AFTER_A_FAILURE_SECONDS = 60, 900
_LATE = timedelta(hours=26)
"""A day, and the time that a backup and its repetition take."""


@dataclass(frozen=True)
class Upkeep:
    """Where, when and how much: the variables that .env.example describes. ``hour`` is of the day in ``zone``."""

    archive: str
    backups: Path
    logs: Path
    zone: ZoneInfo
    hour: int
    kept: int
    log_days: int
    airflow_days: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Upkeep":
        """What the environment says; all of it is set in docker-compose.yaml."""
        numbers = {name: int(environment[name]) for name in ("BACKUP_HOUR", "BACKUPS_KEPT", "LOG_DAYS", "AIRFLOW_DAYS")}
        return cls(
            Settings.from_environment(environment).archive, Path("/backups"), Path("/opt/airflow/logs"),
            ZoneInfo(environment["AIRFLOW__CORE__DEFAULT_TIMEZONE"]),
            numbers["BACKUP_HOUR"], numbers["BACKUPS_KEPT"], numbers["LOG_DAYS"], numbers["AIRFLOW_DAYS"],
        )  # fmt: skip

    def backup_of(self, now: datetime) -> Path:
        """The file of a day's backup."""
        return self.backups / f"{_PREFIX}{now.astimezone(self.zone):%Y-%m-%d}.tar"

    def taken(self) -> list[Path]:
        """The backups that are there, oldest first."""
        return sorted(self.backups.glob(f"{_PREFIX}????-??-??.tar"))

    def has_records(self) -> bool:
        """Whether there is anything to back up: all that comes or goes lies in the archive. Raises StoreRefused."""
        return bool(names_in(open_place(self.archive)))

    def is_due(self, now: datetime) -> bool:
        """Whether a backup is to be taken: the day's one from its hour on, the very first at once."""
        if not self.taken():
            return self.has_records()
        return now.astimezone(self.zone).hour >= self.hour and not self.backup_of(now).exists()

    def is_late(self, now: datetime) -> bool:
        """Whether the newest backup is older than a day and some, or there is none of what is recorded."""
        newest = self.taken()[-1:]
        if not newest:
            return self.has_records()
        return now.timestamp() - newest[0].stat().st_mtime > _LATE.total_seconds()


def keep_up(upkeep: Upkeep, now: datetime) -> bool:
    """The night's work, each step whether or not the others succeed; whether the backup did."""
    is_taken = run("townreturn", "backup", str(upkeep.backup_of(now)))
    if is_taken:
        remove_old_backups(upkeep, now)
    remove_old_logs(upkeep, now)
    oldest = now - timedelta(days=upkeep.airflow_days)
    run("airflow", "db", "clean", "--clean-before-timestamp", oldest.isoformat(), "--skip-archive", "--yes")
    return is_taken


def remove_old_backups(upkeep: Upkeep, now: datetime) -> None:
    """All but the newest ``kept``, and what a backup cut off in the middle has left."""
    for path in upkeep.taken()[: -upkeep.kept]:
        path.unlink()
        tell(f"已删除最旧的备份 {path.name}。Removed the oldest backup {path.name}.")
    _remove_older(upkeep.backups.glob(".*.part"), now - timedelta(days=1))


def remove_old_logs(upkeep: Upkeep, now: datetime) -> None:
    """Airflow's log files without a line for ``log_days``, then the folders that have long been empty."""
    oldest = now - timedelta(days=upkeep.log_days)
    _remove_older((path for path in upkeep.logs.rglob("*") if path.is_file()), oldest)
    for folder in sorted((path for path in upkeep.logs.rglob("*") if path.is_dir()), reverse=True):
        if folder.stat().st_mtime < oldest.timestamp() and not any(folder.iterdir()):
            folder.rmdir()


def _remove_older(paths: Iterable[Path], oldest: datetime) -> None:
    for path in paths:
        if path.lstat().st_mtime < oldest.timestamp():
            path.unlink()


def run(*command: str) -> bool:
    """A command with its output in the container's log; whether it ended well."""
    code = subprocess.run(command, check=False).returncode  # noqa: S603 - our own two commands
    tell(f"{' '.join(command[:2])}：{'完成 done' if code == 0 else f'失败 failed ({code})'}")
    return code == 0


def tell(line: str) -> None:
    """A line for ``docker compose logs maintenance``."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def do_what_is_due(upkeep: Upkeep, now: datetime) -> bool:
    """The night's work if it is due; whether all is well. A store that is away is asked again as after a failure."""
    try:
        return keep_up(upkeep, now) if upkeep.is_due(now) else True
    except StoreRefused as fault:
        tell(str(fault))
        return False


def check(upkeep: Upkeep, now: datetime) -> int:
    """1 when the newest backup is late, or nobody can know whether one is lacking; 0 otherwise."""
    try:
        return int(upkeep.is_late(now))
    except StoreRefused as fault:
        tell(str(fault))
        return 1


def main(arguments: list[str]) -> int:
    """``check``: see there. Without arguments goes on for ever."""
    upkeep = Upkeep.of(os.environ)
    if arguments == ["check"]:
        return check(upkeep, datetime.now(UTC))
    while True:
        is_well = do_what_is_due(upkeep, datetime.now(UTC))
        time.sleep(_LOOK_SECONDS if is_well else _AFTER_A_FAILURE_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
