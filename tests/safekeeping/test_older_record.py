"""An office that was in use before there was an audit trail: which rows are that old comes back too."""

from pathlib import Path

from sqlalchemy import Connection, Engine

from database_of_0002 import fill
from empty_place import NOW, Place
from townreturn.domain.audit import Event, EventKind
from townreturn.safekeeping.tables import dump_rows, load_table, reflect_tables
from townreturn.settings import Settings
from townreturn.store.engine import connect, reading, writing
from townreturn.store.inspection import read_older
from townreturn.store.migrations import migrate, migrating
from townreturn.store.trail import append_events


def an_engine(settings: Settings) -> Engine:
    settings.home.mkdir(parents=True, exist_ok=True)
    return connect(settings.database_url)


def dump(tx: Connection, folder: Path) -> dict[str, int]:
    counts = {}
    for table in reflect_tables(tx):
        path = folder / "tables" / f"{table.name}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            counts[table.name] = dump_rows(tx, table, file)
    return counts


def test_it_comes_back_on_the_other_engine(place: Place, tmp_path: Path) -> None:
    """Though nothing can be called older once there is an event."""
    source, other = an_engine(place()), an_engine(place("postgresql"))
    with migrating(source) as tx:
        fill(tx)
    migrate(source)
    with writing(source) as tx:
        append_events(tx, "qingxi", "qingxi-2018", "2018-01", [Event(EventKind.DELIVERED, NOW, {"issue": 0})])
    with reading(source) as tx:
        older, counts = read_older(tx), dump(tx, tmp_path)
    migrate(other)
    with writing(other) as tx:
        for table in reflect_tables(tx):
            load_table(tx, table, tmp_path, counts[table.name])
    with reading(other) as tx:
        assert read_older(tx) == older != {}
    for engine in (source, other):
        engine.dispose()
