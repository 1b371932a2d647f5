"""A month on the board of a running Airflow, in a browser: from a faulty workbook to the published return.

The tests of this module share one Airflow and run in their order. Whoever sits at the screen uses it as people do:
Airflow's own sign-in, its menu, and the board in its frame.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, FrameLocator, Page, expect

from driven_browser import SCREEN, needs_chromium, open_chromium
from golden_month import HERE, drop_into, read_expected
from published_months import AFTER_DUE, JANUARY, publish_newest
from served_board import sandbox_of_airflow
from site_on_airflow import Site, run_site, wait_for
from townreturn import month
from townreturn.office import Office
from townreturn.operating.environment import OPERATOR

pytestmark = [pytest.mark.e2e, needs_chromium]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ACTS = "main form[method=post], main .door, main .deeds"
PATIENCE = 40_000
"""Milliseconds: the first upload imports the rules' library."""
SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """January is published; of February only the workbook of 镇住建局 has not come, and the run has not begun."""
    yield from run_site(tmp_path_factory.mktemp("site"), publish_january, onlookers=("onlooker",))


def publish_january(office: Office) -> None:
    drop_into(Path(office.inbox.path), "2018-01")
    drop_into(Path(office.inbox.path), "2018-02", but="zhujian")
    month.open_period(office, JANUARY, datetime.fromisoformat("2018-01-26T00:00:00+08:00"), "", backfilled=False)
    month.take_in(office, AFTER_DUE)
    publish_newest(office, month.compile_return(office, JANUARY, AFTER_DUE))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def sign_in(site: Site, browser: Browser) -> Iterator[SignIn]:
    """``sign_in(account, language)``: Airflow's home page of an account; nothing on the board may ask or complain."""
    contexts, heard = [], list[str]()

    def hear_dialog(dialog: Dialog) -> None:
        heard.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def hear_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "/board" in message.location["url"]:
            heard.append(message.text)

    def sign_in(account: str, language: str = "zh-CN") -> Page:
        context = open_context(browser, site, language)
        contexts.append(context)
        context.on("dialog", hear_dialog)
        context.on("console", hear_console)
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Username").fill(account)
        page.get_by_label("Password").fill(site.installation.passwords()[account])
        page.get_by_role("button", name="Sign in").click()
        return page

    yield sign_in
    opened = [len(context.pages) for context in contexts]
    for context in contexts:
        context.close()
    assert heard == []
    assert set(opened) == {1}, "a window of its own"


def open_context(browser: Browser, site: Site, language: str) -> BrowserContext:
    context = browser.new_context(base_url=site.installation.address, viewport=SCREEN, locale=language)
    context.set_default_timeout(PATIENCE)
    return context


def open_board(page: Page, menu: str = "浏览") -> FrameLocator:
    """By Airflow's own menu; the frame that the board is in."""
    page.get_by_role("button", name=menu).click()
    page.get_by_role("menuitem", name="报送看板").click()
    board = page.frame_locator("iframe")
    expect(board.locator("h1")).to_be_visible()
    return board


@pytest.fixture(scope="module")
def operator(sign_in: SignIn) -> Page:
    return sign_in(OPERATOR)


@pytest.fixture(scope="module")
def board(operator: Page) -> FrameLocator:
    """The operator's."""
    return open_board(operator)


def upload(board: FrameLocator, name: str) -> None:
    board.get_by_label("工作簿", exact=True).set_input_files(HERE / "inbox" / name)
    board.get_by_role("button", name="上传工作簿").click()


def test_airflow_shows_the_board_in_its_frame(operator: Page, board: FrameLocator) -> None:
    frame = operator.locator("iframe")
    assert frame.get_attribute("sandbox") == sandbox_of_airflow()
    assert operator.evaluate("document.querySelector('iframe').offsetWidth / innerWidth") > 0.8
    expect(board.locator("h1")).to_have_text("清溪镇 2018-01")
    expect(board.locator(".asker")).to_have_text("operator（可操作）")


def test_a_faulty_workbook_shows_what_is_wrong_on_its_cell(board: FrameLocator) -> None:
    board.get_by_role("link", name="为镇住建局上传工作簿").click()
    upload(board, "2018-02-zhujian-wrong.xlsx")
    expect(board.get_by_role("status")).to_have_text("退回")
    board.get_by_role("link", name="在原表上查看").click()
    cell = board.locator("td.mark.mandatory")
    expect(cell).to_have_text("91")  # 9, and the number of the finding
    cell.get_by_role("link").click()
    # 1 at the start and 1 filed, none closed
    expect(board.locator("tr:target")).to_contain_text("期末在办填的是 9，应等于 期初在办 1 ＋立案 1 －结案 0 －撤案 0")


def test_the_corrected_workbook_is_accepted(board: FrameLocator) -> None:
    board.get_by_role("link", name="报送看板").click()
    board.get_by_role("link", name="为镇住建局上传工作簿").click()
    upload(board, "2018-02-zhujian.xlsx")
    expect(board.get_by_role("status")).to_have_text("通过（有说明）")
    board.get_by_role("link", name="在原表上查看").click()
    expect(board.locator("table.changes tbody td")).to_have_text(["期末在办（宗）", "9 D19", "2 D19"])


def test_the_operator_has_the_month_worked(board: FrameLocator) -> None:
    board.get_by_role("link", name="历史").click()
    board.get_by_role("link", name="补办往期").click()
    board.get_by_label("从").select_option("2018-02")
    board.get_by_label("到").select_option("2018-02")
    board.get_by_label("原因").fill("二月报表已报齐")
    board.get_by_label("我已核对以上内容，确认办理").check()
    board.get_by_role("button", name="补办往期").click()
    expect(board.get_by_role("heading", name="已办理")).to_be_visible()


def test_to_an_onlooker_with_airflow_in_english_it_speaks_english_and_offers_no_act(
    sign_in: SignIn, board: FrameLocator
) -> None:  # fmt: skip
    page = sign_in("onlooker", language="en-US")
    english = open_board(page, menu="Browse")
    expect(english.locator("html[lang=en] footer")).to_be_visible()
    labels = english.locator("nav a, thead th, dt, label, button, .state").all_inner_texts()
    assert [one for one in labels if CHINESE.search(one)] == []
    assert len(labels) > 20
    assert english.locator(ACTS).count() == 0
    board.get_by_role("link", name="报送看板").click()
    expect(board.locator(ACTS).first).to_be_visible()


def test_the_approver_approves_on_the_board(site: Site, sign_in: SignIn) -> None:
    run = site.run_of("2018-02")
    with site.client() as client:
        wait_for("the question", lambda: any(one.run_id == run.run_id for one in client.questions()) or None)
    board = open_board(sign_in("approver"))
    expect(board.locator("h1")).to_have_text("清溪镇 2018-02")
    expect(board.locator(ACTS)).to_have_text(["审批"])
    board.get_by_role("link", name="审批", exact=True).click()
    board.get_by_label("批准").check()
    board.get_by_label("审批意见").fill("同意")
    board.get_by_label("我已核对以上内容，确认办理").check()
    board.get_by_role("button", name="提交审批意见").click()
    expect(board.get_by_role("status")).to_contain_text("已同时答复 Airflow")
    assert site.wait_until_over(run.run_id) == "success"


def test_the_published_return_is_downloaded_with_the_figures_worked_out_by_hand(
    site: Site, operator: Page, board: FrameLocator, tmp_path: Path
) -> None:  # fmt: skip
    board.get_by_role("link", name="历史").click()
    board.get_by_role("link", name="查看 2018-02 的文件与回执").click()
    with operator.expect_download() as told:
        board.get_by_role("link", name="清溪镇打假统计月报_2018年2月.xlsx").click()
    told.value.save_as(tmp_path / "return.xlsx")
    book, labels = load_workbook(tmp_path / "return.xlsx", data_only=True), site.office.plans.plans[0].form.by_code
    sheets = {"current": totals(book["本期"]), "ytd": totals(book["本年累计"])}
    expected = [one for one in read_expected() if one.category == "total"]
    assert len(expected) > 40
    for one in expected:
        assert Decimal(str(sheets[one.measure][labels[one.indicator].label])) == one.value, one


def totals(sheet: Worksheet) -> dict[str, object]:
    """Label of an indicator → what stands in its row under 合计."""
    [column] = [cell.column for row in sheet.iter_rows() for cell in row if cell.value == "合计"]
    return {str(row[1].value): row[column - 1].value for row in sheet.iter_rows()}
