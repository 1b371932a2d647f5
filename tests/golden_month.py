"""The golden month as the tests read it: workbooks with their received times, and expected figures."""

import csv
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).parent / "golden"
RECEIVED_FIRST = "2018-02-26T09:00:00+08:00"
RECEIVED = {"2018-01": "2018-01-29T10:00:00+08:00", "2018-02": "2018-02-27T15:30:00+08:00"}


@dataclass(frozen=True)
class Expected:
    """One row of expected-2018-02.csv; the addends have been added up and agree with the value."""

    category: str
    indicator: str
    measure: str
    value: Decimal | None
    reported: int
    expected: int
    comparison: str


def read_expected() -> list[Expected]:
    """Every expected figure, its addends added up here; a slip in the file is an error."""
    rows = []
    for row in csv.DictReader((HERE / "expected-2018-02.csv").open(encoding="utf-8")):
        value = Decimal(row["value"]) if row["value"] else None
        addends = [Decimal(part) for part in row["addends"].split("+") if part]
        if value is not None and sum(addends) != value:
            raise AssertionError(f"the golden file itself is wrong: {row}")
        counts = int(row["reported"]), int(row["expected"])
        rows.append(Expected(row["category"], row["indicator"], row["measure"], value, *counts, row["comparison"]))
    return rows


def read_explanations() -> list[dict[str, str]]:
    """What the units wrote under 审核说明 in February, with the numbers that each question names."""
    return list(csv.DictReader((HERE / "explanations-2018-02.csv").open(encoding="utf-8")))


def drop_into(inbox: Path, period: str, *, only: str = "", but: str = "") -> None:
    """Copy a period's workbooks into an inbox with the received times of 2018."""
    inbox.mkdir(parents=True, exist_ok=True)
    for source in sorted((HERE / "inbox").glob(f"{period}-*{only}.xlsx")):
        if but and but in source.name:
            continue
        moment = RECEIVED_FIRST if "wrong" in source.name else RECEIVED[period]
        instant = datetime.fromisoformat(moment).timestamp()
        aside = inbox / f".{source.name}.part"
        shutil.copyfile(source, aside)
        os.utime(aside, (instant, instant))
        aside.rename(inbox / source.name)
