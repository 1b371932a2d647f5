"""The pages that answer a form, sent in Airflow's frame: well in light and in dark.

The tests of this module share one office, which their forms change, and run in their order.
"""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_faults import faults_of
from posted_pages import POSTED, Posted
from shown_pages import Shown

from driven_browser import Complaints, SignIn, needs_chromium, open_framed
from full_board import reopen
from served_board import serve_board
from townreturn.office import Office

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def changed_office(shown_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A copy, for the other tests look at the one that is shown."""
    office = reopen(shutil.copytree(shown_office.home.parent, tmp_path_factory.mktemp("changed") / "copy"))
    yield office
    office.engine.dispose()


@pytest.fixture(scope="module")
def address(changed_office: Office) -> Iterator[str]:
    with serve_board(changed_office) as address:
        yield address


@pytest.mark.parametrize("posted", POSTED, ids=lambda one: one.name)
def test_the_answer_is_well_in_light_and_can_be_read_in_dark(
    sign_in: SignIn, address: str, pages: dict[str, Shown], changed_office: Office, posted: Posted
) -> None:  # fmt: skip
    form = pages[posted.form]
    page = sign_in(form.account).new_page()
    complaints = Complaints(urlsplit(address).netloc)
    complaints.listen(page)
    frame = open_framed(page, form.framed())
    posted.send(frame, changed_office)
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it has to be scrolled sideways"
    assert faults_of(frame) == []
    frame.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert faults_of(frame, "color-contrast") == []
    assert [one for one in complaints.heard if "400 (Bad Request)" not in one] == []
