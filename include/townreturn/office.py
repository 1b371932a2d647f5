"""The office: plans, store and folders opened once and handed to every step."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from upath import UPath

from townreturn.archive import Archive, open_archive
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.plan import PlanBook
from townreturn.places import make_folder, open_place
from townreturn.plans import load_plan_book
from townreturn.settings import Settings
from townreturn.store.engine import connect
from townreturn.store.migrations import migrate


@dataclass(frozen=True)
class Office:
    """What a step works with; ``home`` is the data directory.

    ``inbox`` and ``outbox`` may lie on any store that fsspec knows, ``archive`` on an object store.
    """

    plans: PlanBook
    engine: Engine
    inbox: UPath
    outbox: UPath
    archive: Archive
    home: Path
    receipts: Path
    quarantine: Path
    expectations: tuple[Path, ...]

    @property
    def lineage(self) -> Path:
        """The folder of OpenLineage events; it is made when the first one is told."""
        return self.home / "lineage"

    def rules(self, name: str) -> Path:
        """A suite file, or the folder of a form edition's suites, by name.

        Raises ConfigurationFault when no folder of expectations has it.
        """
        return find_rules(self.expectations, name)


def find_rules(folders: Sequence[Path], name: str) -> Path:
    """A suite file or folder in the first folder of expectations that has it; see ``Office.rules``."""
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    raise ConfigurationFault("RULES_MISSING", name=name, folders="、".join(map(str, folders)))


def open_office(settings: Settings) -> Office:
    """Load the plans, bring the database up to date and make the local folders."""
    plans = load_plan_book(settings.plans)
    settings.home.mkdir(parents=True, exist_ok=True)
    folders = {name: settings.home / name for name in ("receipts", "quarantine")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    inbox, outbox = open_place(settings.inbox), open_place(settings.outbox)
    for place in (inbox, outbox, open_place(settings.archive)):
        make_folder(place)
    engine = connect(settings.database_url)
    migrate(engine)
    return Office(
        plans=plans, engine=engine, inbox=inbox, outbox=outbox, archive=open_archive(settings.archive),
        home=settings.home, expectations=settings.expectations, **folders,
    )  # fmt: skip


def open_this_office() -> Office:
    """The office that this process's environment names."""
    return open_office(Settings.from_environment(os.environ))
