"""A correction through a real scheduler: March is published, a unit corrects it in May, 第1次更正 is published.

Then both issues are rebuilt elsewhere, byte for byte, and whoever tampers is found. The tests of
this module share one Airflow and run in their order. Figures are those of ``filled_workbook``:
each category files 3 cases and closes 1 a month, 期末在办 of month m is 2m + 2.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from site_on_airflow import Site, run_site
from townreturn import month
from townreturn.domain.period import Period
from townreturn.domain.town_return import FigureChange, Measure
from townreturn.office import Office
from townreturn.operating.airflow_client import CORRECTIONS
from townreturn.store.engine import reading
from townreturn.store.returns import find_issue, find_publications

pytestmark = pytest.mark.e2e
MARCH = "2018-03"
REASON = "复核台账时发现漏统计3月20日立案的1宗水泥案"
IN_MAY = datetime.fromisoformat("2018-05-10T09:30:00+08:00")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An Airflow whose office has published January and February from the command line."""
    yield from run_site(tmp_path_factory.mktemp("site"), prepare=publish_two_months)


def publish_two_months(office: Office) -> None:
    for key in ("2018-01", "2018-02"):
        period, received_at = Period(key), send_all(office, key)
        now = received_at + timedelta(hours=1)
        month.open_period(office, period, now, run_id="", backfilled=False)
        month.take_in(office, now)
        compilation = month.compile_return(office, period, now)
        month.record_decision(
            office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
        )
        month.publish(office, compilation, now)


def send_all(office: Office, period: str) -> datetime:
    """Every unit's workbook into the inbox, dated two days after reporting opens."""
    plan = office.plans.in_force(Period(period))
    received_at = plan.calendar.end(Period(period)) + timedelta(days=2)
    for unit in plan.reporting_units:
        put_into_inbox(office, FilledWorkbook(plan, unit, Period(period)), f"{unit.code}-{period}.xlsx", received_at)
    return received_at


def put_into_inbox(office: Office, book: FilledWorkbook, name: str, received_at: datetime) -> None:
    aside = book.save(office.archive.root / "out" / name, received_at)
    aside.rename(Path(office.inbox.path) / name)


def correct_march(office: Office) -> None:
    """建材 filed four cases, not three, so that five more than it began with are pending."""
    plan = office.plans.in_force(Period(MARCH))
    book = FilledWorkbook(plan, plan.unit_by_code["zhujian"], Period(MARCH))
    book.put("cases_filed", 4)
    book.put("cases_pending", 9)
    book.add_entry("explanations", {"indicator": "", "finding": "与已发布的数字不同", "reason": REASON})
    put_into_inbox(office, book, "zhujian-2018-03-更正.xlsx", IN_MAY)


def folder_of(site: Site, issue: int) -> Path:
    return Path(site.office.outbox.path) / MARCH / f"issue-{issue}"


def newest_issue(site: Site) -> int | None:
    with reading(site.office.engine) as tx:
        published = find_publications(tx, "qingxi", [MARCH]).get(MARCH)
    return published.issue if published else None


def test_march_is_published(site: Site) -> None:
    send_all(site.office, MARCH)
    site.backfill(MARCH)
    site.answer(MARCH, "Approve", "approver")
    assert site.wait_until_over(site.run_of(MARCH).run_id) == "success"
    assert newest_issue(site) == 0


def test_a_corrected_workbook_starts_a_correction(site: Site) -> None:
    correct_march(site.office)
    question = site.question_of(MARCH, CORRECTIONS)
    assert question.subject == "审批：清溪镇2018-03打假统计月报（第1次更正）"
    assert newest_issue(site) == 0, "nothing is published before it is approved"


def test_the_correction_is_approved_and_published(site: Site) -> None:
    site.answer(MARCH, "Approve", "approver", dag_id=CORRECTIONS)
    assert site.wait_until_over(site.run_of(MARCH, CORRECTIONS).run_id, CORRECTIONS) == "success"
    assert newest_issue(site) == 1


def test_it_lists_every_changed_figure(site: Site) -> None:
    with reading(site.office.engine) as tx:
        issue = find_issue(tx, "qingxi", MARCH, 1)
    assert issue is not None
    told = {(one.category, one.indicator, one.measure): (one.old, one.new) for one in issue.town_return.changes}
    expected = {
        ("building", "cases_filed", Measure.CURRENT): ("3", "4"),
        ("building", "cases_filed", Measure.YTD): ("9", "10"),  # 3 + 3 + 4
        ("building", "cases_filed", Measure.MONTH_ON_MONTH): ("0", "33.3"),  # 4 against 3
        ("total", "cases_filed", Measure.CURRENT): ("21", "22"),  # 6 × 3 + 4
        ("total", "cases_filed", Measure.YTD): ("63", "64"),
        ("total", "cases_filed", Measure.MONTH_ON_MONTH): ("0", "4.8"),  # 22 against 21
        ("building", "cases_pending", Measure.CURRENT): ("8", "9"),  # 6 + 4 − 1
        ("building", "cases_pending", Measure.YTD): ("8", "9"),
        ("building", "cases_pending", Measure.MONTH_ON_MONTH): ("33.3", "50"),  # 8, then 9, against 6
        ("total", "cases_pending", Measure.CURRENT): ("56", "57"),  # 6 × 8 + 9
        ("total", "cases_pending", Measure.YTD): ("56", "57"),
        ("total", "cases_pending", Measure.MONTH_ON_MONTH): ("33.3", "35.7"),  # 56, then 57, against 42
    }
    assert told == {place: tuple(map(Decimal, pair)) for place, pair in expected.items()}
    assert all(REASON in one.reason for one in issue.town_return.changes if one.category == "building")
    assert all(is_of_march(one) for one in issue.town_return.changes)


def is_of_march(change: FigureChange) -> bool:
    return change.period == MARCH


@pytest.mark.parametrize(
    ("zone", "seed", "locale"), [("America/New_York", "7", "C"), ("Asia/Kathmandu", "4242", "C.UTF-8")]
)
@pytest.mark.parametrize("issue", [0, 1])
def test_both_issues_are_rebuilt_byte_for_byte(
    site: Site, tmp_path: Path, issue: int, zone: str, seed: str, locale: str
) -> None:
    surroundings = {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale}
    rebuilt = tmp_path / "elsewhere"
    done = townreturn(site.office, "rebuild", MARCH, "--issue", str(issue), "--out", str(rebuilt), **surroundings)
    assert done.returncode == 0, done.stdout + done.stderr
    published = {path.name: path.read_bytes() for path in folder_of(site, issue).iterdir()}
    assert {path.name: path.read_bytes() for path in rebuilt.iterdir()} == published
    assert {Path(name).suffix for name in published} >= {".xlsx", ".docx", ".csv", ".json"}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE facts SET scaled = 7 WHERE indicator = 'cases_filed' AND report_id = {building}", "立案"),
        ("UPDATE events SET details = replace(details, 'approver', 'someone') WHERE kind = 'approved'", "留痕"),
    ],
)
def test_a_tampered_row_is_found_and_named(site: Site, tmp_path: Path, statement: str, named: str) -> None:
    office = copy_of(site.office, tmp_path)
    with sqlite3.connect(office / "townreturn.db") as database:
        for [trigger] in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        query = "SELECT max(id) FROM reports WHERE category = 'building' AND period = ?"
        [[building]] = database.execute(query, (MARCH,)).fetchall()
        assert database.execute(statement.format(building=building)).rowcount > 0
    done = verify(office)
    assert (done.returncode, named in done.stdout + done.stderr) == (1, True), done.stdout + done.stderr


def test_a_tampered_archive_byte_is_found_and_named(site: Site, tmp_path: Path) -> None:
    office = copy_of(site.office, tmp_path)
    assert verify(office).returncode == 0
    with reading(site.office.engine) as tx:
        issue = find_issue(tx, "qingxi", MARCH, 1)
    assert issue is not None
    source = next(one for one in issue.town_return.sources if one.category == "building")
    kept = office / "archive" / source.file_hash[:2] / source.file_hash
    content = bytearray(kept.read_bytes())
    content[100] ^= 1
    kept.chmod(0o600)
    kept.write_bytes(content)
    done = verify(office)
    assert (done.returncode, source.file_name in done.stdout + done.stderr) == (1, True), done.stdout + done.stderr


def copy_of(office: Office, folder: Path) -> Path:
    """The office's data as they stand, in another place: the database by SQLite's own backup."""
    home, copied = office.home, folder / "copy"
    shutil.copytree(home / "archive", copied / "archive")
    shutil.copytree(home / "outbox", copied / "outbox")
    with sqlite3.connect(home / "townreturn.db") as kept, sqlite3.connect(copied / "townreturn.db") as database:
        kept.backup(database)
    return copied


def verify(home: Path) -> subprocess.CompletedProcess[str]:
    return run_townreturn(home, "verify", MARCH)


def townreturn(office: Office, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_townreturn(office.home, *arguments, **environment)


def run_townreturn(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in its own process and in another directory."""
    surroundings = {**os.environ, "PYTHONUTF8": "1", **environment, "TOWNRETURN_HOME": str(home)}
    command = [str(Path(sys.executable).with_name("townreturn")), *arguments]
    return subprocess.run(command, env=surroundings, cwd="/", capture_output=True, text=True, check=False)
