"""With Airflow in English, what the board says is English; what units, plan and rules say stays as it is."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIRequestContext
from shown_pages import PAGES, Shown

from driven_browser import SignIn, needs_chromium, open_framed
from townreturn.domain.plan_book import PlanBook
from townreturn.wording import english, say, texts

pytestmark = needs_chromium
QUOTED = ("/sheets/", "/decision")
"""What shows texts of others word for word: a unit's cells, what Airflow asks approvers."""
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
TEXTS = """() => {
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) texts.push(walk.currentNode.data);
  for (const one of document.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "alt", "placeholder"]) texts.push(one.getAttribute(name) ?? "");
  }
  return texts.map((one) => one.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""


def strings_of(value: object) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_of(one)


def data_of(request: APIRequestContext, shown: Shown, plans: PlanBook) -> list[str]:
    """What the page shows that nobody can translate, the longest first; what the API says, and the plan's names.

    What is said in English elsewhere on the board is no data, unless a unit or the return says it.
    """
    names = [one.name for plan in plans.plans for one in (*plan.units, *plan.categories)]
    given, quoted = set(names), {say("AMOUNT_MISSING"), say("CHANGE_INCOMPARABLE")}
    for path in shown.data:
        answer = request.get(f"/board/api{path}", headers={"x-account": shown.account})
        assert answer.ok, path
        found = set(strings_of(json.loads(answer.text())))
        (quoted if any(one in path for one in QUOTED) else given).update(found)
    labels = {texts()[code] for code in english()}
    return sorted((given - labels | quoted) - {""}, key=len, reverse=True)


def said_in_chinese(text: str, data: list[str]) -> str:
    """What is left of a text without the data in it."""
    for one in data:
        text = text.replace(one, "")
    return "".join(CHINESE.findall(text))


@pytest.mark.parametrize("name", [one.name for one in PAGES])
def test_labels_are_english(sign_in: SignIn, pages: dict[str, Shown], plans: PlanBook, name: str) -> None:
    context = sign_in(pages[name].account, language="en")
    frame = open_framed(context.new_page(), pages[name].framed())
    frame.wait_for_function("document.documentElement.lang === 'en'")
    frame.wait_for_load_state("load")
    data = data_of(context.request, pages[name], plans)
    left = {text: said for text in frame.evaluate(TEXTS) if (said := said_in_chinese(text, data))}
    assert left == {}


def test_a_label_in_chinese_is_found() -> None:
    assert said_in_chinese("Unit 镇住建局 退回", ["镇住建局"]) == "退回"
