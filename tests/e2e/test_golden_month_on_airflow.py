"""The golden month through a real scheduler: rejected once, sent again, approved, published.

The tests of this module share one Airflow and run in their order.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from filled_workbook import find
from golden_month import HERE, drop_into, read_expected
from site_on_airflow import Site, run_site, wait_for
from townreturn.domain.errors import Refused
from townreturn.store.decisions import last_decision, list_decisions, list_refusals
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts
from townreturn.store.returns import find_publications
from townreturn.store.schema import reports

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from run_site(tmp_path_factory.mktemp("site"))


def published_folder(site: Site, period: str) -> Path | None:
    with reading(site.office.engine) as tx:
        published = find_publications(tx, "qingxi", [period]).get(period)
    return Path(published.folder) if published else None


def alerts(site: Site, period: str) -> str:
    with reading(site.office.engine) as tx:
        return "\n".join(one.text for one in recent_alerts(tx, "qingxi") if one.period == period)


def test_a_dropped_file_is_taken_in_at_once(site: Site) -> None:
    begun = time.monotonic()
    drop_into(site.inbox, "2018-01")
    wait_for("an empty inbox", lambda: True if not list(site.inbox.glob("*.xlsx")) else None, seconds=60)
    assert time.monotonic() - begun < 60


def test_the_log_is_searched_by_period_unit_and_file_and_lineage_lies_beside_it(site: Site) -> None:
    content = (HERE / "inbox" / "2018-01-yancao.xlsx").read_bytes()
    ids = {"period": "2018-01", "unit": "yancao", "submission": hashlib.sha256(content).hexdigest()[:8]}
    logs = site.installation.folder / "logs" / "dag_id=submission_intake"

    def find_line() -> dict[str, str] | None:
        told = [json.loads(line) for path in logs.rglob("*.log") for line in path.read_text("utf-8").splitlines()]
        return next((one for one in told if ids.items() <= one.items()), None)

    assert "2018-01-yancao.xlsx" in wait_for("the line of a file in the log of its task", find_line)["event"]
    lineage = "".join(path.read_text("utf-8") for path in site.office.lineage.glob("*.jsonl"))
    assert hashlib.sha256(content).hexdigest() in lineage


def test_january_is_approved_and_published(site: Site) -> None:
    drop_into(site.inbox, "2018-02")
    site.backfill("2018-01", "2018-02")
    run = site.run_of("2018-01")
    assert run.run_id.startswith("backfill__2018-01__")
    question = site.question_of("2018-01")
    assert question.subject == "审批：清溪镇2018-01打假统计月报"
    with site.client() as operator, pytest.raises(Refused):
        operator.answer(question, "Approve", {"comment": "", "sent_back": []})
    assert site.states(site.run_of("2018-02").run_id)["compile"] == "", "January is not settled"
    site.answer_question(question, "Approve", "director", comment="同意")
    countersign = site.question_of("2018-01")
    assert (countersign.task_id, countersign.subject) == ("countersign", "会签：清溪镇2018-01打假统计月报")
    with site.client("director") as director, pytest.raises(Refused):
        director.answer(countersign, "Approve", {"comment": "", "sent_back": []})
    assert published_folder(site, "2018-01") is None
    site.answer_question(countersign, "Approve", "approver", comment="同意")
    assert site.wait_until_over(run.run_id) == "success"
    assert published_folder(site, "2018-01") is not None
    with reading(site.office.engine) as tx:
        decided = list_decisions(tx, "qingxi", "2018-01")
    assert [(one.account, one.approved, one.run_id) for one in decided] == [
        ("director", True, run.run_id),
        ("approver", True, run.run_id),
    ]


def test_a_rejected_february_ends_at_approve(site: Site) -> None:
    site.answer("2018-02", "Reject", "approver", comment="请核实建材数字", sent_back=["building"])
    run = site.run_of("2018-02")
    assert site.wait_until_over(run.run_id) == "failed"
    states = site.states(run.run_id)
    assert [states[one] for one in ("compile", "approve", "countersign", "publish")] == [
        "success", "failed", "upstream_failed", "upstream_failed",
    ]  # fmt: skip
    assert "镇住建局（建材）" in alerts(site, "2018-02")
    assert published_folder(site, "2018-02") is None


def test_an_approval_that_comes_too_late_is_refused_and_asked_anew(site: Site) -> None:
    """The rejected figures come again, and once more while the approver reads; the same run goes on each time."""
    run = site.run_of("2018-02")
    send_again(site, "李四")
    question = site.question_of("2018-02")
    count = building_reports(site)
    send_again(site, "王五")
    wait_for("the intake", lambda: True if building_reports(site) > count else None)
    with site.client("approver") as client:
        client.answer(question, "Approve", {"comment": "同意", "sent_back": []})
    assert site.wait_until_over(run.run_id) == "failed"
    assert "有变动" in alerts(site, "2018-02")
    with reading(site.office.engine) as tx:
        assert [one.account for one in list_refusals(tx, "qingxi", "2018-02")] == ["approver"]
    with site.client() as client:
        client.announce("submission_inbox")


def test_the_same_run_goes_on_when_the_figures_are_sent_again(site: Site) -> None:
    site.answer("2018-02", "Approve", "approver")
    run = site.run_of("2018-02")
    assert site.wait_until_over(run.run_id) == "success"
    states = site.states(run.run_id)
    idle = ("hand_out", "send", "countersign", "deliver", "print_pdf")
    assert {states.pop(one) for one in idle} == {"skipped"}, "nobody is written to of 补录, and nothing printed"
    assert set(states.values()) == {"success"}
    with reading(site.office.engine) as tx:
        decision = last_decision(tx, "qingxi", "2018-02")
    assert decision is not None
    assert (decision.approved, decision.account, decision.run_id) == (True, "approver", run.run_id)


def building_reports(site: Site) -> int:
    """How many reports of building materials have been taken in for February."""
    with reading(site.office.engine) as tx:
        return len(tx.execute(select(reports.c.id).filter_by(period="2018-02", category="building")).all())


def send_again(site: Site, signed_by: str) -> None:
    """The same figures in other bytes: someone else has signed."""
    drop_into(site.office.archive.root / "again", "2018-02", only="zhujian")
    file = site.office.archive.root / "again" / "2018-02-zhujian.xlsx"
    book = load_workbook(file)
    form = site.office.plans.plans[0].form
    cover = book[form.sheets.cover]
    label = find(cover, form.anchors.filled_by)
    cover.cell(label.row, label.column + 1, signed_by)
    book.save(file)
    file.rename(site.inbox / "again.xlsx")


def test_february_is_published_to_the_figure(site: Site) -> None:
    folder = published_folder(site, "2018-02")
    assert folder is not None
    [twin] = folder.glob("*打假统计月报*.json")
    cells = {(cell["category"], cell["indicator"]): cell for cell in json.loads(twin.read_text("utf-8"))["cells"]}
    for one in read_expected():
        amount = cells[one.category, one.indicator][one.measure]
        published = None if amount["value"] is None else Decimal(amount["value"])
        assert (published, amount["reported"], amount["expected"]) == (one.value, one.reported, one.expected), one
    [workbook] = folder.glob("*月.xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(workbook, data_only=True)["本期"].iter_rows()]
    filed = next(row for row in rows if "立案" in row)
    # 4 + 1 + 2 + (未报) + 0 + 1 + 1
    assert [value for value in filed if value not in (None, "立案", "宗")][-8:] == [4, 1, 2, "未报", 0, 1, 1, 9]


@pytest.mark.parametrize(
    ("period", "reason"),
    [(None, "没有填写报告期"), ("2018-3", "报告期“2018-3”不对"), ("2018-02", "")],
)
def test_a_manual_run_of_a_wrong_period_is_refused(site: Site, period: str | None, reason: str) -> None:
    with site.client() as client:
        run_id = client.trigger(period)
    assert site.wait_until_over(run_id) == "failed"
    states = site.states(run_id)
    assert (states["open"], states["compile"]) == ("failed", "upstream_failed")
    assert reason in alerts(site, period or "")


def test_a_period_without_a_plan_skips_and_alerts(site: Site) -> None:
    with site.client() as client:
        run_id = client.trigger("2019-04")
    assert site.wait_until_over(run_id) == "success"
    assert set(site.states(run_id).values()) == {"skipped"}
    assert "2019-04 没有生效的清溪镇打假工作方案" in alerts(site, "2019-04")
    assert published_folder(site, "2019-04") is None
