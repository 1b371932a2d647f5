"""The receipt as a page for mail: it says what the text says, and nothing in it acts or is fetched."""

import re
from html.parser import HTMLParser

from receipt_cases import case_of, judged, mandatory, notice, on_trial, question
from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.plan import Plan
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.page import write_html
from townreturn.receipts.text import write_text

NASTY = '<script>alert(1)</script><img src=x onerror=y>"\' style="\u202e\x00=HYPERLINK("http://x")&amp;'
ALLOWED = {"html", "head", "meta", "title", "body", "table", "tr", "td", "br"}


class Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def nasty_case() -> ReceiptCase:
    fault = Finding("NOT_A_NUMBER", Severity.MANDATORY, f"填的是“{NASTY}”", "children", CellRef(f"表{NASTY}", "D10"))
    explained = question("D8", "cases_filed", explanation=NASTY)
    return case_of(
        judged("children", fault, explained, on_trial("D7")), name=NASTY, first_name=NASTY, marked_copy=NASTY,
        remarks={"children": NASTY}, whole_file=[notice("A1", message=NASTY)],
    )  # fmt: skip


def test_text_from_outside_is_never_markup(plan: Plan) -> None:
    page = Page(write_html(nasty_case(), plan))
    assert page.tags == ALLOWED
    assert page.attributes <= {
        "lang", "http-equiv", "content", "name", "style", "role", "cellpadding", "cellspacing", "border", "width",
        "bgcolor", "colspan",
    }  # fmt: skip
    assert not page.open, "every element is closed"
    assert sum("<script>alert(1)</script>" in one for one in page.texts) >= 5, "it is shown as it was written"


def test_nothing_is_fetched_and_nothing_runs(plan: Plan) -> None:
    page = write_html(case_of(judged("children", mandatory("D10"))), plan)
    for one in ("http://", "https://", "url(", "src=", "href=", "@import", "<style", "<script", "javascript:"):
        assert one not in page


def test_it_says_what_the_text_says(plan: Plan) -> None:
    findings = (mandatory("D10"), question("D8", "cases_filed", explanation="元旦期间开展专项行动"), notice("D9"))
    case = case_of(
        judged("children", *findings), judged("appliances", on_trial("E9")), marked_copy="回执.xlsx",
        remarks={"appliances": "本次报送没有采用。"},
    )  # fmt: skip
    shown = "".join(Page(write_html(case, plan)).texts)
    assert "试行" not in shown
    for line in write_text(case, plan).splitlines():
        for piece in re.split(r"[\s：【】─]|\d\. |提示", line):
            assert piece in shown, piece
