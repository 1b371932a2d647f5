"""`make bench`: what the steps cost in CPU, as ratios measured in one run.

Prints a table and writes bench/results.json: [{name, value, unit, note}]. CPU seconds of a process
and its children; medians of three runs. Imports are paid before the clock starts.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.bulk_load import measure_bulk_load
from bench.deadline_day import prepared_office, read_bare
from bench.measuring import cpu_seconds, median_cpu_seconds, row
from bench.obvious import read_with_pandas, validate_each
from bench.rendering import measure_rendering
from bench.workbooks import FIRST, PERIOD, write_deadline_day, write_year

from townreturn import month
from townreturn.domain.form import Form
from townreturn.domain.period import periods_between
from townreturn.office import Office, open_office
from townreturn.settings import Settings

DAYS = (500, 5000)
RESULTS = Path(__file__).parent / "results.json"
Row = dict[str, object]


def measure_deadline_day(count: int, form: Form, newest: list[Path], folder: Path) -> list[Row]:
    """In a process of its own, so that the memory is that of this intake alone."""
    write_deadline_day(form, newest, count, folder / f"day-{count}")
    command = [sys.executable, "-m", "bench.deadline_day", str(count), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    day = json.loads(done.stdout)
    tail = "" if count == DAYS[0] else f"_{count}"
    note = f"{count} files, {day['returned']:.0f} of them faulty: pre-flight to commit"
    return [
        row(f"intake_submissions_per_cpu_s{tail}", count / day["safe"], "files/CPU-s", note),
        row(f"intake_ratio_to_calamine{tail}", day["safe"] / day["bare"], "×", "the same / bare read"),
        row(f"bare_read_per_cpu_s{tail}", count / day["bare"], "files/CPU-s", "python-calamine alone"),
        row(
            f"whole_intake_per_cpu_s{tail}",
            count / day["whole"],
            "files/CPU-s",
            "with archive, receipts, marked copies",
        ),
        row(f"intake_peak_memory{tail}", day["memory"], "MB", "the larger of process and child"),
    ]


def measure_obvious_design(office: Office, samples: list[Path]) -> list[Row]:
    """A few files are enough: the cost of each is the same."""
    few = samples[-6:]
    bare = median_cpu_seconds(lambda: read_bare(few)) / len(few)
    reading = median_cpu_seconds(lambda: read_with_pandas(few)) / len(few)
    validating = median_cpu_seconds(lambda: validate_each(office, few)) / len(few)
    return [
        row("obvious_read_ratio", reading / bare, "×", "pandas + openpyxl / bare read"),
        row("obvious_validation_ratio", validating / bare, "×", "one GX run a submission / bare read"),
        row("obvious_submissions_per_cpu_s", 1 / (reading + validating), "files/CPU-s", "both together"),
    ]


def measure_year(samples: list[Path], folder: Path) -> list[Row]:
    """The worst case for batches: six files a period, then twelve returns."""
    office = prepared_office(folder / "home", (), samples)
    now = datetime.now(UTC) + timedelta(minutes=1)
    intake = cpu_seconds(lambda: month.take_in(office, now))
    published = cpu_seconds(lambda: publish_all(office))
    return [
        row("year_intake_per_cpu_s", len(samples) / intake, "files/CPU-s", "twelve periods, a batch each"),
        row("publish_cpu_s_per_period", published / 12, "CPU-s", "compile, check, approve, publish"),
        *measure_rendering(office),
    ]


def publish_all(office: Office) -> None:
    for period in periods_between(FIRST, PERIOD):
        now = datetime.now(UTC)
        compilation = month.compile_return(office, period, now)
        month.check_return(office, compilation)
        month.record_decision(
            office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
        )
        month.publish(office, compilation, now)


def measure(folder: Path) -> list[Row]:
    office = open_office(Settings.from_environment({**os.environ, "TOWNRETURN_HOME": str(folder / "plans")}))
    samples = write_year(office, folder / "samples")
    form = office.plans.in_force(PERIOD).form
    newest = [path for path in samples if path.parent.name == PERIOD.key]
    days = [one for count in DAYS for one in measure_deadline_day(count, form, newest, folder)]
    loaded = measure_bulk_load(office, sorted((folder / f"day-{DAYS[0]}").iterdir()))
    return [*days, *measure_obvious_design(office, samples), *measure_year(samples, folder), *loaded]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder))
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for one in results:
        print(f"{one['name']:<36}{one['value']:>12} {one['unit']:<12} {one['note']}")


if __name__ == "__main__":
    main()
