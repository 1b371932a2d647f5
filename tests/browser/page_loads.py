"""How long a page takes: until the server has answered, and until the browser has it all."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

from townreturn.domain.period import Period, periods_between

TEN_YEARS = periods_between(Period("2006-01"), Period("2015-12"))
"""What the large office has published besides the months that are shown."""
_TIMES = """() => {
  const [told] = performance.getEntriesByType("navigation");
  return told.loadEventEnd && [told.responseEnd - told.requestStart, told.loadEventEnd - told.startTime];
}"""


@dataclass(frozen=True)
class Load:
    """Milliseconds from the request to the end of the answer, and from the start to the end of loading."""

    server: float
    browser: float


def load_page(page: Page, address: str) -> Load:
    """As the browser itself measures it; scripts and style sheets are loaded, charts are drawn."""
    page.goto(address, wait_until="load")
    return Load(*page.wait_for_function(_TIMES).json_value())


def median_load(loads: Sequence[Load]) -> Load:
    return Load(statistics.median(one.server for one in loads), statistics.median(one.browser for one in loads))
