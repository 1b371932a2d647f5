"""One deadline day in a process of its own, so that its memory is its own: prints its figures as JSON.

`python -m bench.deadline_day COUNT FOLDER`; FOLDER holds the year's samples and the day's workbooks.
"""

import hashlib
import json
import os
import shutil
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measuring import RUNS, cpu_seconds, peak_megabytes
from bench.workbooks import PERIOD

from townreturn import month
from townreturn.domain.submission import Arrival
from townreturn.month.entering import enter_submissions, read_files
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import writing


def read_bare(paths: Iterable[Path]) -> None:
    """The limit to work towards: python-calamine alone, in this process, unsafe."""
    from python_calamine import CalamineWorkbook

    for path in paths:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def prepared_office(home: Path, past: Iterable[Path], arriving: Iterable[Path]) -> Office:
    """A year's past taken in, the deadline day's files lying in the inbox."""
    shutil.rmtree(home, ignore_errors=True)
    office = open_office(Settings.from_environment({**os.environ, "TOWNRETURN_HOME": str(home)}))
    put_into_inbox(office, past)
    month.take_in(office, datetime.now(UTC) + timedelta(minutes=1))
    put_into_inbox(office, arriving)
    return office


def put_into_inbox(office: Office, paths: Iterable[Path]) -> None:
    for path in paths:
        shutil.copy2(path, Path(str(office.inbox)) / f"{path.parent.name}-{path.name}")


def safe_path(office: Office, arriving: Sequence[Path], now: datetime) -> Counter[str]:
    """Pre-flight, isolated parse, one batch, store with its commit, receipt decision: verdicts by name."""
    verdicts: Counter[str] = Counter()
    for start in range(0, len(arriving), month.TRAY):
        files = [(arrival_of(path), path) for path in arriving[start : start + month.TRAY]]
        submissions = read_files(office, files)
        with writing(office.engine) as tx:
            answers = enter_submissions(tx, [(office, one) for one in submissions], now)
        verdicts.update(one.case.disposition.value for _, one in answers)
    return verdicts


def arrival_of(path: Path) -> Arrival:
    received_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Arrival(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), received_at)


def measure(count: int, folder: Path) -> dict[str, float]:
    """CPU seconds and memory of the deadline day; medians of three runs."""
    samples = sorted((folder / "samples").rglob("*.xlsx"))
    past = [path for path in samples if path.parent.name != PERIOD.key]
    arriving = sorted((folder / f"day-{count}").iterdir())
    bare, safe, whole, verdicts = [], [], [], Counter[str]()
    for _ in range(RUNS):
        now = datetime.now(UTC) + timedelta(minutes=1)
        office = prepared_office(folder / "home", past, ())
        safe.append(cpu_seconds(lambda: verdicts.update(safe_path(office, arriving, now))))  # noqa: B023
        office.engine.dispose()
        bare.append(cpu_seconds(lambda: read_bare(arriving)))
        office = prepared_office(folder / "home", past, arriving)
        whole.append(cpu_seconds(lambda: month.take_in(office, now)))  # noqa: B023
        office.engine.dispose()
    seconds = {name: statistics.median(runs) for name, runs in (("safe", safe), ("bare", bare), ("whole", whole))}
    return {**seconds, "memory": peak_megabytes(), "returned": verdicts["returned"] / RUNS}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))) + "\n")
