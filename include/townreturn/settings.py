"""Settings: where things lie and which plans are in force, from environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Every setting with its working default; the README lists the variables.

    ``inbox`` and ``outbox`` are URLs that fsspec knows (file paths by default), ``archive`` a path or one of an
    object store; none has a password in it. ``plans`` are
    packaged plan codes, paths to plan files or folders of them; ``expectations`` are the folders searched for
    suites, the project's own last; ``channels`` are the names of those that letters go out by.
    """

    home: Path
    database_url: str
    inbox: str
    outbox: str
    archive: str
    plans: tuple[str, ...]
    expectations: tuple[Path, ...]
    channels: tuple[str, ...]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read ``TOWNRETURN_*``; relative paths are taken from the working directory."""
        home = Path(environment.get("TOWNRETURN_HOME") or "data").absolute()
        return cls(
            home=home,
            database_url=environment.get("TOWNRETURN_DATABASE_URL") or f"sqlite:///{home / 'townreturn.db'}",
            inbox=environment.get("TOWNRETURN_INBOX_URL") or str(home / "inbox"),
            outbox=environment.get("TOWNRETURN_OUTBOX_URL") or str(home / "outbox"),
            archive=environment.get("TOWNRETURN_ARCHIVE_URL") or str(home / "archive"),
            plans=_names(environment.get("TOWNRETURN_PLAN")) or ("qingxi-2018",),
            expectations=(*_folders(environment.get("TOWNRETURN_EXPECTATIONS")), _beside_the_source()),
            channels=_names(environment.get("TOWNRETURN_CHANNELS")) or ("mail",),
        )


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (text or "").split(",") if one.strip())


def _folders(text: str | None) -> tuple[Path, ...]:
    return tuple(Path(folder).absolute() for folder in (text or "").split(os.pathsep) if folder)


def _beside_the_source() -> Path:
    return Path(__file__).parents[2] / "expectations"
