"""历史: every period with its issues; one period's files, changes and receipts, each to be downloaded by its number."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from asked_board import IN_HAND, Ask, asking
from page_text import read_page
from published_months import JANUARY, exclude_and_correct, publish_months
from townreturn.office import Office

OUTBOX_FILES = 12
"""Return, briefing, twins of both, and the manifest, as the README lists them."""


def test_the_history_lists_every_period_the_newest_first(ask: Ask) -> None:
    page = read_page(ask("/history").text)
    assert [row[0] for row in page.rows[1:]] == ["2018-03", "2018-02", "2018-01"]
    assert page.row("2018-02") == [
        "2018-02", "2018-01-26 至 2018-02-25", "2018-02-26 00:00", "2018-03-01 08:00", "", "查看",
    ]  # fmt: skip
    assert page.row("2018-03")[2:5] == ["2018-03-26 00:00", "尚未发布", ""]


def test_an_empty_office_has_an_empty_history(small_office: Office) -> None:
    ask = asking(small_office)
    assert "还没有任何报告期" in ask("/history").text
    shown = read_page(ask("/history/2018-01").text).text
    assert "尚未发布" in shown
    assert "没有来件" in shown


def test_every_published_file_is_downloaded_as_it_was_published(ask: Ask, published: Office) -> None:
    page = read_page(ask("/history/2018-02").text)
    folder = Path(published.outbox.path) / "2018-02" / "issue-0"
    delivered = sorted(folder.iterdir())
    assert len(delivered) == OUTBOX_FILES
    for path in delivered:
        answer = ask(page.links[path.name].removeprefix("/board"))
        assert answer.content == path.read_bytes(), path.name
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")


def test_plan_form_and_rules_in_force_are_kept_with_an_issue(ask: Ask) -> None:
    page = read_page(ask("/history/2018-02").text)
    assert page.row("qingxi-2018.yaml")[1] == "工作方案"
    assert "town_return.yaml" in page.links


def test_every_file_that_came_in_has_its_receipt(ask: Ask) -> None:
    """Six files; the one returned has a marked copy as well."""
    page = read_page(ask("/history/2018-02").text)
    assert page.row("2018-02-zhujian-wrong.xlsx") == [
        "镇住建局", "2018-02-zhujian-wrong.xlsx", "2018-02-26 09:00", "2018-03-01 08:00", "退回", "原件 回执 标注件",
    ]  # fmt: skip
    assert page.row("2018-02-yancao.xlsx")[-1] == "原件 回执"
    received = ask("/api/periods/2018-02/history").json()["received"]
    assert len(received) == 6
    for one in received:
        original = ask(f"/received/{one['id']}/original").content
        assert original == (Path(__file__).parents[1] / "golden" / "inbox" / one["file_name"]).read_bytes()
        receipt = ask(f"/received/{one['id']}/receipt").content.decode("utf-8-sig")
        assert one["unit_name"] in receipt
        assert one["file_name"] in receipt
    [returned] = [one for one in received if one["verdict"] == "returned"]
    marked = load_workbook(BytesIO(ask(f"/received/{returned['id']}/marked-copy").content))
    assert "审核回执" in marked.sheetnames


@pytest.mark.parametrize(
    "path",
    [
        "/files/2018-02/0/{other}", "/files/2018-02/1/{hash}", "/files/2018-01/0/{hash_of_return}",
        "/files/2018-02/-1/{hash}", "/files/2018-02/0/{HASH}", "/files/2018-02/0/{hash}/",
        "/files/2018-02/0/{hash}.xlsx",
        "/files/2018-02/0/..%2f..%2ftownreturn.db", "/files/2018-02/0/%2e%2e/%2e%2e/townreturn.db",
        "/files/..%2f..%2f/0/{hash}", "/files/2018-02/0//etc/passwd", "/static/..%2fframe.html", "/static/../app.py",
        "/static/%2e%2e/templates/frame.html", "/static/__init__.py", "/received/0/original",
        "/received/99999/original",
        "/received/9999999999999999999999/original", "/received/1/..%2foriginal", "/received/1/receipt.txt",
        "/received/-1/original", "/received/1/marked-copy",
    ],
)  # fmt: skip
def test_nothing_is_found_by_a_path_or_a_wrong_name(ask: Ask, path: str) -> None:
    files = {one["name"]: one["file_hash"] for one in ask("/api/periods/2018-02/history").json()["issues"][0]["files"]}
    known = files["manifest.json"]
    returned = next(file_hash for name, file_hash in files.items() if name.endswith(".xlsx"))
    asked = path.format(hash=known, HASH=known.upper(), other="0" * 64, hash_of_return=returned)
    assert ask(f"/files/2018-02/0/{known}").status_code == 200
    answer = ask(asked)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_changed_or_lost_bytes_are_never_handed_out(small_office: Office) -> None:
    publish_months(small_office)
    ask = asking(small_office)
    history = ask("/api/periods/2018-02/history").json()
    file, received = history["issues"][0]["files"][0], history["received"][0]
    addresses = (f"/files/2018-02/0/{file['file_hash']}", f"/received/{received['id']}/original")
    original = Path(__file__).parents[1] / "golden" / "inbox" / received["file_name"]
    hashes = (file["file_hash"], hashlib.sha256(original.read_bytes()).hexdigest())
    for address, file_hash in zip(addresses, hashes, strict=True):
        kept = small_office.archive.path(file_hash)
        kept.write_bytes(kept.read_bytes() + b" ")
        assert (ask(address).status_code, "townreturn" in ask(address).text) == (500, False)
        kept.unlink()
        assert ask(address).status_code == 500


def test_a_correction_stands_beside_its_original_with_what_it_changes(small_office: Office) -> None:
    publish_months(small_office)
    excluded = exclude_and_correct(small_office)
    page = read_page(asking(small_office, excluded)("/history/2018-02").text)
    assert page.texts.index("第1次更正") < page.texts.index("月报", page.texts.index("第1次更正"))
    current = [row for row in page.rows if row[:2] == ["2018-02", "烟草制品"] and row[3] == "本期"]
    assert current, "figures that are no longer there are told"
    assert all(row[5] == "未报" for row in current)
    told = asking(small_office, excluded)("/api/periods/2018-02/history").json()["issues"][1]["changes"]
    coded = [(one["category"], one["category_name"], one["measure"]) for one in told if one["period"] == "2018-02"]
    assert ("tobacco", "烟草制品", "current") in coded
    lines = read_page(asking(small_office, excluded)("/history").text).row("2018-02")
    assert lines[4] == f"第1次更正 {excluded:%Y-%m-%d %H:%M}"


def test_a_period_whose_plan_is_gone_still_has_its_history(published: Office) -> None:
    from dataclasses import replace

    from townreturn.domain.plan import Validity
    from townreturn.domain.plan_book import PlanBook

    plan = replace(published.plans.plans[0], validity=Validity("2018-02", "2018-12"))
    ask = asking(replace(published, plans=PlanBook((plan,))))
    page = read_page(ask("/history").text)
    assert page.row("2018-01")[1] == "没有现行工作方案"
    history = ask(f"/api/periods/{JANUARY}/history").json()
    assert len(history["issues"]) == 1
    assert ask(f"/received/{history['received'][0]['id']}/receipt").status_code == 200
    assert ask("/?period=2018-01").status_code == 404
    assert "2018-01" not in read_page(ask("/").text).texts, "nor is it offered"


def test_the_clock_plays_no_part_in_the_history(published: Office) -> None:
    first, later = (asking(published, IN_HAND + timedelta(days=days))("/history/2018-02").text for days in (0, 400))
    assert first == later
