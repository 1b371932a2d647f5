"""A served board with something on every page, and a browser to look at it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from shown_pages import PAGES, Shown

from driven_browser import SignIn, open_chromium, open_context
from full_board import number_files, open_full_office
from served_board import serve_board
from townreturn.office import Office


@pytest.fixture(scope="session")
def shown_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Looking at it changes nothing, so that one serves all tests."""
    office = open_full_office(tmp_path_factory.mktemp("shown"))
    yield office
    office.engine.dispose()


@pytest.fixture(scope="session")
def address(shown_office: Office) -> Iterator[str]:
    with serve_board(shown_office) as address:
        yield address


@pytest.fixture(scope="session")
def pages(shown_office: Office) -> dict[str, Shown]:
    """Name → the page, its files' numbers filled in."""
    numbers = number_files(shown_office)
    return {one.name: one.with_files(numbers) for one in PAGES}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def sign_in(browser: Browser, address: str) -> Iterator[SignIn]:
    """``sign_in(account, theme, language)``: a browser of one account's, with what Airflow keeps in it."""
    contexts = []

    def sign_in(account: str = "operator", theme: str = "light", language: str = "zh-CN") -> BrowserContext:
        context = open_context(browser, address, account, language)
        context.set_default_timeout(20_000)
        context.add_init_script(
            f"localStorage.setItem('theme', '{theme}'); localStorage.setItem('i18nextLng', '{language}');"
        )
        contexts.append(context)
        return context

    yield sign_in
    for context in contexts:
        context.close()
