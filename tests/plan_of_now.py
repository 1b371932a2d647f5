"""The packaged plan as it would be for the months in which the tests run."""

from datetime import UTC, datetime
from pathlib import Path

import yaml

from townreturn.domain.period import Period
from townreturn.plans import PACKAGED

BUREAU = "return@qingxi.example"


def plan_of_now(folder: Path) -> Path:
    """The packaged plan as it would be for these months: due in a year, so that nothing is late by itself."""
    data = yaml.safe_load((PACKAGED / "qingxi-2018.yaml").read_text("utf-8"))
    now = datetime.now(UTC)
    this = Period.of(now.year, now.month)
    data["validity"] = {
        "first": Period.of(this.year, this.month - 2).key,
        "last": Period.of(this.year, this.month + 2).key,
    }
    data["calendar"]["due"]["month_offset"] = 12
    data["contacts"] = {"operators": ["clerk@qingxi.example"], "mailbox": BUREAU}
    for unit in data["units"]:
        unit["mail"] = f"{unit['code']}@qingxi.example"
    path = folder / "qingxi-now.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return path
