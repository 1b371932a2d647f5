"""Ten years of returns more make no page slow; how fast each is, `make bench-board` measures.

A machine that runs other things as well tells little of milliseconds, so that both offices are asked in turn.
"""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from page_loads import TEN_YEARS, load_page, median_load
from playwright.sync_api import Browser, Page
from shown_pages import PAGES, Shown

from driven_browser import needs_chromium, open_context
from full_board import number_files, open_full_office
from served_board import serve_board
from townreturn.office import Office

pytestmark = [pytest.mark.timing, needs_chromium]
RUNS = 3
SLACK, MOST = 300, 5000
"""Milliseconds: what a page may always take, and what none may."""


@pytest.fixture(scope="module")
def old_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = open_full_office(tmp_path_factory.mktemp("old"), TEN_YEARS)
    yield office
    office.engine.dispose()


@pytest.fixture(scope="module")
def old_address(old_office: Office) -> Iterator[str]:
    with serve_board(old_office) as address:
        yield address


@pytest.fixture(scope="module")
def page_of(browser: Browser) -> Callable[[str], Page]:
    """One for each account, kept, so that only the pages of the board are measured."""
    return cache(lambda account: open_context(browser, "", account).new_page())


@pytest.mark.parametrize("shown", PAGES, ids=lambda one: one.name)
def test_a_page_takes_about_as_long_with_ten_years_behind_it(
    page_of: Callable[[str], Page], address: str, old_address: str, pages: dict[str, Shown], old_office: Office,
    shown: Shown,
) -> None:  # fmt: skip
    few = address + pages[shown.name].address()
    many = old_address + shown.with_files(number_files(old_office)).address()
    page = page_of(shown.account)
    pairs = [(load_page(page, few), load_page(page, many)) for _ in range(RUNS)]
    young, old = (median_load(loads).browser for loads in zip(*pairs, strict=True))
    assert old <= 5 * young + SLACK
    assert old <= MOST
