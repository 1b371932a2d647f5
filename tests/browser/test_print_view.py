"""On paper: black on white, without what can only be pressed, within the width of the sheet."""

import pytest
from shown_pages import PAGES, Shown

from driven_browser import SignIn, needs_chromium

pytestmark = needs_chromium
PAPER_WIDTH = 718
"""Of A4 upright between margins of 1 cm, in CSS pixels."""


@pytest.mark.parametrize("name", [one.name for one in PAGES])
def test_every_page_prints_black_on_white(sign_in: SignIn, pages: dict[str, Shown], name: str) -> None:
    page = sign_in(pages[name].account, theme="dark").new_page()
    page.goto(pages[name].address())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert not page.locator("nav:visible").count(), "a menu on paper"
    assert page.locator("h1").first.is_visible()
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
    assert size >= 9, "too small to read"
