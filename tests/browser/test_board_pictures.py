"""docs/pictures/board shows each page and each answer once in light and once in dark: make board-pictures."""

from pictures import FOLDER, THEMES
from posted_pages import POSTED
from shown_pages import PAGES


def test_there_is_one_light_and_one_dark_picture_of_every_page() -> None:
    names = [one.name for one in (*PAGES, *POSTED)]
    assert len(names) == len(set(names))
    assert {one.name for one in FOLDER.iterdir()} == {f"{name}-{theme}.png" for name in names for theme in THEMES}
