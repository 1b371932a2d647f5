"""What axe finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame

GRAVE = {"serious", "critical"}


def faults_of(frame: Frame, *rules: str) -> list[str]:
    """What it finds serious or critical, with the elements; by some of its rules, or by all."""
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: list[dict[str, Any]] = Axe().run(frame, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found if one["impact"] in GRAVE for node in one["nodes"]
    ]  # fmt: skip
