"""`make bench`: what the steps cost in CPU, as ratios measured in one run.

Prints a table and writes bench/results.json: [{name, value, unit, note}]. CPU seconds of this
process and its children; medians of three runs.
"""

import json
import os
import resource
import shutil
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from townreturn import month
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_office
from townreturn.samples import write_samples
from townreturn.settings import Settings

RUNS = 3
FIRST, LAST = Period("2018-01"), Period("2018-12")
RESULTS = Path(__file__).parent / "results.json"


def cpu_seconds(work: Callable[[], object]) -> float:
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def read_bare(paths: list[Path]) -> None:
    from python_calamine import CalamineWorkbook

    for path in paths:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def fresh_office(samples: list[Path], folder: Path) -> Office:
    shutil.rmtree(folder, ignore_errors=True)
    office = open_office(Settings.from_environment({**os.environ, "TOWNRETURN_HOME": str(folder)}))
    for path in samples:
        shutil.copy2(path, Path(str(office.inbox)) / f"{path.parent.name}-{path.name}")
    return office


def publish_all(office: Office) -> None:
    for period in periods_between(FIRST, LAST):
        now = datetime.now(UTC)
        compilation = month.compile_return(office, period, now)
        month.check_return(office, compilation)
        month.record_decision(
            office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
        )
        month.publish(office, compilation, now)


def measure(root: Path) -> list[dict[str, object]]:
    plans = open_office(Settings.from_environment({**os.environ, "TOWNRETURN_HOME": str(root / "plans")})).plans
    write_samples(plans, FIRST, LAST, 1, root / "samples")
    samples = sorted((root / "samples").rglob("*.xlsx"))
    warm = fresh_office(samples[:1], root / "warm")
    month.take_in(warm, datetime.now(UTC) + timedelta(seconds=5))  # imports are paid once, not measured
    bare = statistics.median(cpu_seconds(lambda: read_bare(samples)) for _ in range(RUNS))
    intake, publishing = [], []
    for run in range(RUNS):
        office = fresh_office(samples, root / f"run-{run}")
        now = datetime.now(UTC) + timedelta(seconds=5)
        intake.append(cpu_seconds(lambda office=office, now=now: month.take_in(office, now)))
        publishing.append(cpu_seconds(lambda office=office: publish_all(office)))
    whole, published = statistics.median(intake), statistics.median(publishing)
    count = len(samples)
    return [
        row("submissions", count, "files", "a year of one town, twelve periods"),
        row("bare_read_per_cpu_s", count / bare, "files/CPU-s", "python-calamine alone"),
        row("intake_submissions_per_cpu_s", count / whole, "files/CPU-s", "archive, child, twelve batches, store"),
        row("intake_ratio_to_calamine", whole / bare, "×", "the whole path against the bare read"),
        row("publish_cpu_s_per_period", published / 12, "CPU-s", "compile, check, approve, publish"),
    ]


def row(name: str, value: float, unit: str, note: str) -> dict[str, object]:
    return {"name": name, "value": round(value, 2), "unit": unit, "note": note}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder))
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for one in results:
        print(f"{one['name']:<32}{one['value']:>12} {one['unit']:<12} {one['note']}")


if __name__ == "__main__":
    main()
