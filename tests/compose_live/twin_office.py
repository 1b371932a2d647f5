"""Run inside a container: the month once more without Airflow, on SQLite, and how its files compare.

From the same bytes, received at the same instants, and opened, compiled, approved and published at the same instants or
so many seconds later. Prints a JSON object: file → whether it is the same, byte for byte.
"""

import dataclasses
import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from townreturn import month
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.schema import arrivals, compilations, decisions, openings, publications


def rows(office: Office, table: Any, *order: Any) -> list[Any]:
    with reading(office.engine) as tx:
        return list(tx.execute(select(table).order_by(*order)))


def main(key: str, seconds: str) -> None:
    settings, period, later = Settings.from_environment(os.environ), Period(key), timedelta(seconds=int(seconds))
    ours = open_office(settings)
    home = Path(tempfile.mkdtemp())
    twin = open_office(
        dataclasses.replace(
            settings, home=home, database_url=f"sqlite:///{home / 'townreturn.db'}", inbox=str(home / "inbox"),
            outbox=str(home / "outbox"),
        )
    )  # fmt: skip
    arrived = rows(ours, arrivals, arrivals.c.id)
    for one in arrived:
        target = Path(twin.inbox.path) / one.file_name
        target.write_bytes(ours.archive.path(one.file_hash).read_bytes())
        os.utime(target, ns=(int(one.received_at.timestamp() * 1e6) * 1000,) * 2)
    (opening,), (compiled,) = rows(ours, openings), rows(ours, compilations)
    decided, (published,) = rows(ours, decisions, decisions.c.id), rows(ours, publications)
    month.take_in(twin, arrived[0].taken_in_at + later)
    month.open_period(twin, period, opening.opened_at + later, opening.run_id, opening.backfilled)
    compilation = month.compile_return(twin, period, compiled.compiled_at + later)
    for one in decided:
        month.record_decision(
            twin, compilation, account=one.account, approved=one.approved, comment=one.comment, sent_back=(),
            run_id=one.run_id, now=one.decided_at + later,
        )  # fmt: skip
    folder = Path(month.publish(twin, compilation, published.published_at + later))
    original = Path(ours.outbox.path) / key / "issue-0"
    names = {path.name for place in (folder, original) for path in place.iterdir()}
    same = {name: _bytes(folder / name) == _bytes(original / name) for name in sorted(names)}
    print(json.dumps(same, ensure_ascii=False))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    main(*sys.argv[1:])
