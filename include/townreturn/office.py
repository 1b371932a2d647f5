"""The office: a town's plans, store and folders opened once and handed to every step."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from upath import UPath

from townreturn.archive import Archive, open_archive
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.plan_book import PlanBook
from townreturn.places import make_folder, open_place
from townreturn.plans import books_of_towns, load_plan_book, load_plan_books
from townreturn.settings import Settings
from townreturn.store.engine import connect
from townreturn.store.migrations import migrate


@dataclass(frozen=True)
class OfficeAbove:
    """The office that takes in this one's returns, by its town code and inbox."""

    town: str
    inbox: UPath


@dataclass(frozen=True)
class Office:
    """What a step works with; ``home`` is the data directory.

    ``towns``: the codes of all that are served from the same place; of several, keys, folders and addresses name
    the town. ``inbox`` and ``outbox`` may lie on any store that fsspec knows, ``archive`` on an object store. ``above``
    is None where this deployment does not serve the office above: returns go there by mail then.
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
    above: OfficeAbove | None = None
    towns: tuple[str, ...] = ()

    @property
    def is_among_several(self) -> bool:
        """Whether other towns are served from the same place."""
        return len(self.towns) > 1

    @property
    def called(self) -> str:
        """The town's code where it has to be told from others, empty where it is alone."""
        return self.plans.town_code if self.is_among_several else ""

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


def open_office(settings: Settings, town: str = "") -> Office:
    """Load a town's plans, bring the database up to date and make the local folders.

    Raises ConfigurationFault naming the towns where there are several and ``town`` is none of their codes.
    """
    plans = choose_book(settings, town)
    return _open(settings, plans, _bring_up(settings), books_of_towns(settings.plans))


def open_offices(settings: Settings) -> tuple[Office, ...]:
    """The office of every town that the settings name plans of, in the order of town codes, on one engine."""
    books = load_plan_books(settings.plans)
    engine = _bring_up(settings)
    towns = [one.town_code for one in books]
    return tuple(_open(settings, one, engine, towns) for one in books)


def choose_book(settings: Settings, town: str = "") -> PlanBook:
    """The plans of one town; nothing of another's is loaded. Raises ConfigurationFault as ``open_office``."""
    books = books_of_towns(settings.plans)
    named = "、".join(books)
    if town and town not in books:
        raise ConfigurationFault("TOWN_UNKNOWN", town=town, towns=named)
    if not town and len(books) > 1:
        raise ConfigurationFault("TOWN_NEEDED", towns=named)
    return load_plan_book(map(str, books[town or next(iter(books))]))


def _bring_up(settings: Settings) -> Engine:
    settings.home.mkdir(parents=True, exist_ok=True)
    make_folder(open_place(settings.archive))
    engine = connect(settings.database_url)
    migrate(engine)
    return engine


def _open(settings: Settings, plans: PlanBook, engine: Engine, towns: Collection[str]) -> Office:
    """Of several towns each has folders of its own, within those that one alone would have."""
    below = (plans.town_code,) if len(towns) > 1 else ()
    folders = {name: settings.home.joinpath(name, *below) for name in ("receipts", "quarantine")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    inbox, outbox = (open_place(place).joinpath(*below) for place in (settings.inbox, settings.outbox))
    for place in (inbox, outbox):
        make_folder(place)
    return Office(
        plans=plans, engine=engine, inbox=inbox, outbox=outbox, archive=open_archive(settings.archive),
        home=settings.home, expectations=settings.expectations, above=_above(settings, plans, towns),
        towns=tuple(towns), **folders,
    )  # fmt: skip


def _above(settings: Settings, plans: PlanBook, towns: Collection[str]) -> OfficeAbove | None:
    """The office that the newest plan reports to, if it is one of those served here."""
    town = plans.plans[-1].reports_to
    return OfficeAbove(town, open_place(settings.inbox) / town) if town in towns else None


def open_this_office(town: str = "") -> Office:
    """The office that this process's environment names."""
    return open_office(Settings.from_environment(os.environ), town)


def open_these_offices() -> tuple[Office, ...]:
    """All the offices that this process's environment names."""
    return open_offices(Settings.from_environment(os.environ))


def open_these_by_town() -> dict[str, Office]:
    """The same by town code, in their order."""
    return {one.plans.town_code: one for one in open_these_offices()}
