"""Chromium as tests drive it: Debian's, or the one that ``CHROMIUM`` names; never one that is downloaded."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, Request, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium, or set CHROMIUM=/path/to/it"
)
SCREEN = {"width": 1366, "height": 768}
"""What the office has on its desks."""
SignIn = Callable[..., BrowserContext]
"""``sign_in(account, theme, language)``: a browser of one account's, with what Airflow keeps in it."""


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """A browser without a window. While it is open, this thread has a running event loop: keep it to one module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def open_context(browser: Browser, address: str, account: str, language: str = "zh-CN") -> BrowserContext:
    """A browser of one account's on a served board."""
    headers = {"x-account": account}
    return browser.new_context(base_url=address, viewport=SCREEN, locale=language, extra_http_headers=headers)


def open_framed(page: Page, path: str) -> Frame:
    """The board's frame in a page with one, loaded."""
    page.goto(path, wait_until="load")
    [frame] = page.main_frame.child_frames
    frame.wait_for_load_state("load")
    return frame


@dataclass
class Complaints:
    """What a browser complains of while it shows a page: errors, CSP violations, other hosts, what did not load."""

    host: str
    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._hear_console)
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("request", self._hear_request)
        page.on("requestfailed", lambda request: self.heard.append(f"not loaded: {request.url} {request.failure}"))

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.heard.append(f"error: {message.text}")

    def _hear_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme != "data" and asked.netloc != self.host:
            self.heard.append(f"another host: {request.url}")
