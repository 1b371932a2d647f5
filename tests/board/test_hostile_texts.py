"""Texts from units and from outside are shown as texts, whatever they look like."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl.cell import Cell

from asked_board import IN_HAND, MARCH, OPENED, Ask, asking, file_in_inbox
from filled_workbook import FilledWorkbook
from page_text import Page, read_page
from stored_reports import make_report, on_time, open_register
from townreturn import month
from townreturn.domain.findings import CellRef, Finding, Severity, Verdict
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, CategoryReport, Judgement, Submission, TextEntry
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.entered import write_entered
from townreturn.store.periods import Alert, record_alert

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*191}}{%raw%}"
FILE_NAME = "<img src=x onerror=alert(1)>\"';{{7*191}}\u202exslx.exe\r\nSet-Cookie: a=b.xlsx"
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
    assert "1337" not in page.text


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


def test_a_file_that_a_figure_comes_from_is_named_and_nothing_more(ask: Ask) -> None:
    page = read_page(ask("/figures/2018-02/tobacco/cases_filed/current").text)
    assert_harmless(page)
    [name] = [text for text in page.links if "onerror" in text]
    assert "\u202e" not in name
    assert ask(page.links[name].removeprefix("/board")).content == GOLDEN.read_bytes()


def test_what_units_explain_is_text(small_office: Office) -> None:
    """A question and its answer on a figure, and a remark of the unit's own, each of them markup."""
    plan = small_office.plans.plans[0]
    remark = TextEntry("explanations", {"indicator": MARKUP, "reason": MARKUP}, CellRef("审核说明", "A3"))
    report = make_report(plan, "tobacco", {"cases_filed": 2}, entries=(remark,))
    asked = Finding(
        "HIGH", Severity.VERIFYING, MARKUP, "tobacco", indicator="cases_filed", explanation=f"答{MARKUP}"
    )  # fmt: skip
    store_judged(small_office, plan, report, (asked,))
    ask = asking(small_office)
    page = read_page(ask("/preview?period=2018-01").text)
    assert_harmless(page)
    assert page.row("①")[-2:] == [f"{MARKUP}。", f"答{MARKUP}"]
    assert page.text.count(MARKUP) == 4, "question, answer, and subject and reason of the remark"
    figure = read_page(ask("/figures/2018-01/tobacco/cases_filed/current").text)
    assert_harmless(figure)
    assert f"答{MARKUP}" in figure.text


def store_judged(office: Office, plan: Plan, report: CategoryReport, findings: tuple[Finding, ...]) -> None:
    received, digest = on_time(plan, "2018-01"), "ab" * 32
    submission = Submission(
        Arrival("a.xlsx", digest, received), "yancao", Period("2018-01"), plan.form.edition, (report,), ()
    )
    with writing(office.engine) as tx:
        register = open_register(tx, plan.town_code, "2018-01", [digest])
        register.enter(plan, submission, [Judgement(report, findings, Verdict.EXPLAINED)], Verdict.EXPLAINED, received)
        write_entered(tx, [register.entered(plan)])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_address_says_is_shown_as_text_too(ask: Ask, language: str) -> None:
    text = quote(MARKUP, safe="")
    for path in (
        f"/?period={text}&lang={language}", f"/history/{text}?lang={language}", f"/preview?period={text}",
        f"/preview?measure={text}&lang={language}", f"/figures/2018-02/{text}/cases_filed/current?lang={language}",
        f"/figures/2018-02/total/{text}/current",
    ):  # fmt: skip
        answer = ask(path)
        assert answer.status_code == 404
        assert_harmless(read_page(answer.text))
    assert_harmless(read_page(ask(f"/?lang={quote(MARKUP)}").text))


def write(cell: Cell, text: str) -> None:
    """As a text, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"


def spoil(book: FilledWorkbook) -> None:
    write(book.cell("cases_filed"), MARKUP)
    write(book.beside(book.plan.form.anchors.filled_by), MARKUP)
    book.add_entry("problems", {"problem": MARKUP, "suggestion": "x"})
    book.add_entry("explanations", {"indicator": MARKUP, "reason": MARKUP})
    page = book.book[book.plan.form.section("problems").sheet]
    write(page.cell(9, 3), '=HYPERLINK("javascript:alert(1)","x")')
    book.book.create_sheet("<b>{{7-191}}").cell(1, 1).value = MARKUP


def test_whatever_a_unit_writes_into_its_cells_is_shown_as_text(
    small_office: Office, send: Callable[..., Path]
) -> None:
    send(small_office, "yancao", "2018-03", spoil, name="a.xlsx")
    send(small_office, "yancao", "2018-03", name="b.xlsx")
    month.take_in(small_office, IN_HAND)
    ask = asking(small_office)
    first, second = ask("/api/periods/2018-03/history").json()["received"]
    shown = ""
    for path in (*(f"/submissions/{first['id']}?sheet={number}" for number in range(10)),
                 f"/submissions/{second['id']}", f"/submissions/{second['id']}?against={first['id']}", "/quality",
                 "/unfiled"):  # fmt: skip
        answer = ask(path)
        assert answer.status_code == 200, path
        page = read_page(answer.text)
        assert_harmless(page)
        assert not [value for name, value in page.attributes if name == "href" and "javascript" in (value or "")]
        shown += page.text
    assert '=HYPERLINK("javascript:alert(1)","x")' in shown, "a formula as text is a text"
    assert "<b>{{7-191}}" in shown
    assert shown.count(MARKUP) > 10
