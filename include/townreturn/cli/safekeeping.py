"""Commands for safekeeping: everything into one file, and back into an empty place."""

import argparse
import sys
from pathlib import Path

from townreturn import month
from townreturn.cli.opening import read_clock, read_settings
from townreturn.office import open_offices
from townreturn.wording import say


def back_up(options: argparse.Namespace) -> int:
    """``backup``: prints what was written, and the SHA-256 to keep apart from it."""
    office, *others = open_offices(read_settings())
    taken = month.back_up(office, Path(options.to).absolute(), read_clock(), others)
    rows, files = taken.row_count, taken.file_count
    told = say("BACKUP_TAKEN", file=taken.path, rows=rows, files=files, size=taken.size, sha256=taken.sha256)
    sys.stdout.write(told + "\n")
    for place in taken.lost_issues:
        sys.stdout.write(say("BACKUP_ISSUE_LOST", place=place) + "\n")
    return 0


def restore(options: argparse.Namespace) -> int:
    """``restore``: prints what came back, and which periods an Airflow run of then still holds."""
    settings = read_settings()
    restored = month.restore(settings, Path(options.source))
    told = say(
        "BACKUP_RESTORED", taken_at=f"{restored.taken_at:%Y-%m-%d %H:%M}", rows=restored.row_count,
        files=restored.file_count, issues=restored.issue_count, outbox=settings.outbox,
    )  # fmt: skip
    sys.stdout.write(told + "\n")
    if restored.held:
        sys.stdout.write(say("BACKUP_HELD", periods="、".join(restored.held)) + "\n")
    return 0
