"""Texts from units and from outside are shown as texts, whatever they look like."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from asked_board import IN_HAND, MARCH, OPENED, Ask, asking, file_in_inbox
from page_text import Page, read_page
from townreturn import month
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.plan import PlanBook
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.periods import Alert, record_alert

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}{%raw%}"
FILE_NAME = "<img src=x onerror=alert(1)>\"';{{7*7}}\u202exslx.exe\r\nSet-Cookie: a=b.xlsx"
GOLDEN = Path(__file__).parents[1] / "golden" / "inbox" / "2018-02-yancao.xlsx"


@pytest.fixture
def ask(small_office: Office) -> Ask:
    """Markup wherever somebody outside, or an operator, can put a text."""
    plan = small_office.plans.plans[0]
    units = tuple(replace(one, name=f"{one.name}<b>{one.code}</b>") for one in plan.units)
    month.open_period(small_office, MARCH, OPENED, MARKUP, backfilled=False)
    file_in_inbox(small_office, FILE_NAME, GOLDEN.read_bytes(), OPENED - timedelta(days=25))
    month.take_in(small_office, IN_HAND)
    decided = month.Decided(AdjustmentKind.EXEMPTED, "clerk", MARKUP)
    month.adjust_statistics(small_office, MARCH, "building", decided, IN_HAND)
    with writing(small_office.engine) as tx:
        record_alert(tx, "qingxi", Alert(IN_HAND, "2018-03", MARKUP))
    return asking(replace(small_office, plans=PlanBook((replace(plan, units=units),))))


def assert_harmless(page: Page) -> None:
    assert page.tags.count("script") == 1, "our own"
    assert not {"img", "b"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert "49" not in page.text


def test_markup_is_shown_and_does_nothing(ask: Ask) -> None:
    page = read_page(ask("/?period=2018-03").text)
    assert_harmless(page)
    assert page.text.count(MARKUP) == 2, "the alert, and the reason of the exemption"
    assert page.row("2.建材")[0] == "镇住建局<b>zhujian</b>"
    assert page.links["本期月报的运行"].endswith(f"/runs/{quote(MARKUP, safe='')}")


def test_a_file_name_is_one_line_of_text_and_no_header(ask: Ask) -> None:
    page = read_page(ask("/history/2018-02").text)
    assert_harmless(page)
    [row] = [row for row in page.rows if "onerror" in "".join(row)]
    assert "\u202e" not in row[1]
    assert row[1].startswith("<img src=x onerror=alert(1)>")
    [received] = ask("/api/periods/2018-02/history").json()["received"]
    answer = ask(f"/received/{received['id']}/original")
    assert answer.content == GOLDEN.read_bytes()
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].isascii()
    assert '"' not in answer.headers["content-disposition"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_address_says_is_shown_as_text_too(ask: Ask, language: str) -> None:
    for path in (f"/?period={quote(MARKUP)}&lang={language}", f"/history/{quote(MARKUP, safe='')}?lang={language}"):
        answer = ask(path)
        assert answer.status_code == 404
        assert_harmless(read_page(answer.text))
    assert_harmless(read_page(ask(f"/?lang={quote(MARKUP)}").text))
