"""Every page in Airflow's frame: it loads without complaint, fits the screen, and axe finds nothing serious."""

from urllib.parse import urlsplit

import pytest
from axe_faults import faults_of
from shown_pages import PAGES, Shown, routes_of_pages

from asked_board import identify
from driven_browser import Complaints, SignIn, needs_chromium, open_framed
from served_board import sandbox_of_airflow
from townreturn.board import create_board

pytestmark = needs_chromium


def test_these_are_all_the_pages() -> None:
    board = create_board(lambda: pytest.fail("nobody asks"), identify, lambda: pytest.fail("nobody asks"))
    assert {one.route for one in PAGES} == routes_of_pages(board)


def test_the_frame_may_do_what_airflow_lets_it() -> None:
    assert sandbox_of_airflow().split() == ["allow-scripts", "allow-same-origin", "allow-forms", "allow-downloads"]


@pytest.mark.parametrize("name", [one.name for one in PAGES])
def test_every_page_is_well_in_light(sign_in: SignIn, address: str, pages: dict[str, Shown], name: str) -> None:
    page = sign_in(pages[name].account).new_page()
    complaints = Complaints(urlsplit(address).netloc)
    complaints.listen(page)
    frame = open_framed(page, pages[name].framed())
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it has to be scrolled sideways"
    assert faults_of(frame) == []
    assert complaints.heard == []


@pytest.mark.parametrize("name", [one.name for one in PAGES])
def test_every_page_can_be_read_in_dark(sign_in: SignIn, pages: dict[str, Shown], name: str) -> None:
    frame = open_framed(sign_in(pages[name].account, theme="dark").new_page(), pages[name].framed())
    assert frame.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert faults_of(frame, "color-contrast") == []


def test_what_is_hard_to_read_or_has_no_name_is_found(sign_in: SignIn, pages: dict[str, Shown]) -> None:
    frame = open_framed(sign_in().new_page(), pages["history"].framed())
    frame.evaluate("document.querySelector('h1').style.color = '#dddddd'")
    frame.evaluate("document.querySelector('main a').textContent = ''")
    assert {one.split(":")[0] for one in faults_of(frame)} == {"color-contrast", "link-name"}
