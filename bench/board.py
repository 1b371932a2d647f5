"""`make bench-board`: what each page of the board takes with three periods published, and with ten years more.

Prints milliseconds a page, the median of five after one that is not counted: until the server, a thread of this
process, has answered, and until Chromium has loaded all of it. The offices are those of tests/browser.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from page_loads import TEN_YEARS, Load, load_page, median_load
from playwright.sync_api import Browser
from shown_pages import PAGES

from driven_browser import open_chromium, open_context
from full_board import number_files, open_full_office
from served_board import serve_board
from townreturn.domain.period import Period

RUNS = 5


def measure(browser: Browser, folder: Path, past: Sequence[Period]) -> Iterator[Load]:
    """Every page of an office, in the order of ``PAGES``."""
    folder.mkdir()
    office = open_full_office(folder, past)
    numbers = number_files(office)
    with serve_board(office) as address:
        for shown in PAGES:
            with open_context(browser, address, shown.account) as context:
                page, path = context.new_page(), shown.with_files(numbers).address()
                loads = [load_page(page, path) for _ in range(RUNS + 1)]
            yield median_load(loads[1:])
    office.engine.dispose()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        few = list(measure(browser, Path(folder) / "few", ()))
        many = list(measure(browser, Path(folder) / "many", TEN_YEARS))
    print(f"{'':<22}{'3 periods':>20}{f'{len(TEN_YEARS) + 3} periods':>20}")
    print(f"{'ms':<22}{'server':>10}{'browser':>10}{'server':>10}{'browser':>10}")
    for shown, one, other in zip(PAGES, few, many, strict=True):
        print(
            f"{shown.name:<22}" + "".join(f"{ms:>10.0f}" for load in (one, other) for ms in (load.server, load.browser))
        )


if __name__ == "__main__":
    main()
