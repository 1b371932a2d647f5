"""Many towns' offices on one machine: a home for each, one database and one archive for all."""

from pathlib import Path

from bench.loads import Load
from sqlalchemy import Engine

from townreturn.archive import open_archive
from townreturn.office import Office
from townreturn.places import open_place

_EXPECTATIONS = Path(__file__).parents[1] / "expectations"


def inbox_of(home: Path, town: int) -> Path:
    """Where a town's files are put before its office is opened."""
    return home / "towns" / f"t{town + 1:04d}" / "inbox"


def open_town(load: Load, town: int, home: Path, engine: Engine) -> Office:
    """The office of one town of a load, below ``home``; only its folders are made."""
    own = inbox_of(home, town).parent
    folders = {name: own / name for name in ("inbox", "outbox", "receipts", "quarantine")}
    for folder in (*folders.values(), home / "archive"):
        folder.mkdir(parents=True, exist_ok=True)
    return Office(
        plans=load.plans(town), engine=engine, inbox=open_place(str(folders["inbox"])),
        outbox=open_place(str(folders["outbox"])), archive=open_archive(str(home / "archive")), home=own,
        receipts=folders["receipts"], quarantine=folders["quarantine"], expectations=(_EXPECTATIONS,),
    )  # fmt: skip
