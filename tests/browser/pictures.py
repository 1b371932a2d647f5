"""`make board-pictures`: photographs every page of the board, light and dark, into docs/pictures/board.

Whole pages, as wide as the screens of the office, with the data and the clock of the browser tests; what forms are
answered with comes last, for it changes the data.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page
from posted_pages import POSTED
from shown_pages import PAGES, Shown

from driven_browser import open_chromium, open_context
from full_board import number_files, open_full_office
from served_board import serve_board

FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "board"
THEMES = ("light", "dark")
_COLOURS = 128
"""Enough for letters on a plain ground, and a third of the bytes."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        office = open_full_office(Path(folder))
        with serve_board(office) as address, open_chromium() as browser:
            pages = {one.name: one.with_files(number_files(office)) for one in PAGES}
            for name, shown in pages.items():
                with open_context(browser, address, shown.account) as context:
                    _photograph(_open(context, shown), name)
            for posted in POSTED:
                form = pages[posted.form]
                with open_context(browser, address, form.account) as context:
                    page = _open(context, form)
                    posted.send(page.main_frame, office)
                    _photograph(page, posted.name)
        office.engine.dispose()


def _open(context: BrowserContext, shown: Shown) -> Page:
    page = context.new_page()
    page.goto(shown.address(), wait_until="load")
    return page


def _photograph(page: Page, name: str) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        few = picture.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(FOLDER / f"{name}-{theme}.png", optimize=True)


if __name__ == "__main__":
    main()
