"""Whatever can be pressed is reached by Tab alone, and one sees where one is."""

import pytest
from shown_pages import PAGES, Shown

from driven_browser import SignIn, needs_chromium, open_framed

pytestmark = needs_chromium
WATCH = """() => {
  // Of the choices of a group one is reached by Tab, the others from there by the arrows.
  const isFollower = (one) => one.type === "radio" &&
    one !== document.querySelector(`input[type=radio][name="${one.name}"]:not(:disabled)`);
  const all = "a[href], button, select, textarea, summary, input:not([type=hidden]), [tabindex='0']";
  const isPressed = (one) => one.checkVisibility() && !one.disabled && !isFollower(one);
  window.wanted = [...document.querySelectorAll(all)].filter(isPressed);
  window.reached = new Set();
  window.unseen = [];
  document.addEventListener("focusin", ({ target }) => {
    window.reached.add(target);
    const style = getComputedStyle(target), place = target.getBoundingClientRect();
    const isDrawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const isOnScreen = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
    if (!isDrawn || !isOnScreen) window.unseen.push(target.outerHTML);
  });
  // The field of a date has four stops.
  return window.wanted.length + 3 * document.querySelectorAll("input[type=date]").length;
}"""


@pytest.mark.parametrize("name", [one.name for one in PAGES])
def test_everything_is_reached_by_tab_and_seen(sign_in: SignIn, pages: dict[str, Shown], name: str) -> None:
    page = sign_in(pages[name].account).new_page()
    frame = open_framed(page, pages[name].framed())
    count = frame.evaluate(WATCH)
    assert count > 3, "the navigation at least"
    for _ in range(count + 1):
        page.keyboard.press("Tab")
    left_out = "window.wanted.filter((one) => !window.reached.has(one)).map((one) => one.outerHTML)"
    assert frame.evaluate(left_out) == []
    assert frame.evaluate("window.unseen") == []
