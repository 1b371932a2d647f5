"""What did not pass the second gate cannot be approved, whoever asks and whenever it was compiled."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from stored_reports import store_all, store_report
from townreturn import month
from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.month import gating
from townreturn.office import Office
from townreturn.store.decisions import list_decisions, list_refusals
from townreturn.store.engine import reading
from townreturn.store.schema import passed_gates

JANUARY = Period("2018-01")
NOW = datetime(2018, 2, 2, tzinfo=UTC)
NO_MORE_THAN_FIVE = """\
suite: town_return
rules:
  - code: GATE_TOO_MANY
    severity: mandatory
    expectation: expect_column_values_to_be_between
    kwargs: {column: current, max_value: 5}
    message: "{category} {indicator} 多于 5"
"""


@pytest.fixture
def strict(small_office: Office, tmp_path: Path) -> Office:
    """An office whose own gate lets no figure over 5 through; January's figures are in, one of them too great."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "town_return.yaml").write_text(NO_MORE_THAN_FIVE, encoding="utf-8")
    office = replace(small_office, expectations=(rules, *small_office.expectations))
    store_all(office, "2018-01", without=("tobacco",))
    store_report(office, "tobacco", "2018-01", {"cases_filed": 6})
    return office


def decide(office: Office, compilation_id: int, *sent_back: str) -> None:
    month.record_decision(
        office, compilation_id, account="approver", approved=not sent_back, comment="请核对", sent_back=sent_back,
        run_id="run-1", now=NOW,
    )  # fmt: skip


def test_what_fails_the_gate_cannot_be_approved(strict: Office) -> None:
    key = month.compile_return(strict, JANUARY, NOW)
    with pytest.raises(Broken, match="2018-01 的汇总没有通过发布前检查") as refusal:
        decide(strict, key)
    assert "tobacco cases_filed 多于 5" in str(refusal.value)
    with reading(strict.engine) as tx:
        assert list_decisions(tx, "qingxi", "2018-01") == []
        assert list_refusals(tx, "qingxi", "2018-01") == []
    with pytest.raises(Refused, match="未经批准"):
        month.publish(strict, key, NOW)


def test_what_fails_the_gate_can_be_rejected(strict: Office) -> None:
    decide(strict, month.compile_return(strict, JANUARY, NOW), "tobacco")
    with reading(strict.engine) as tx:
        assert [one.sent_back for one in list_decisions(tx, "qingxi", "2018-01")] == [("tobacco",)]


def test_a_stale_approval_is_recorded_as_refused_though_the_gate_fails_by_now(strict: Office) -> None:
    """The run goes on from ``compile`` only when the refusal is on record."""
    key = month.compile_return(strict, JANUARY, NOW)
    store_report(strict, "tobacco", "2018-01", {"cases_filed": 5}, number=1)
    with pytest.raises(Refused, match="有变动"):
        decide(strict, key)
    assert month.runs_to_resume(strict) == ((JANUARY, "run-1"),)
    decide(strict, month.compile_return(strict, JANUARY, NOW))


APPROVE = """
import sys
from datetime import UTC, datetime
from townreturn import month
from townreturn.office import open_office
from townreturn.settings import Settings

home, database, key = sys.argv[1:]
office = open_office(Settings.from_environment({"TOWNRETURN_HOME": home, "TOWNRETURN_DATABASE_URL": database}))
given = {"account": "approver", "approved": True, "comment": "", "sent_back": (), "run_id": ""}
month.record_decision(office, int(key), now=datetime(2018, 2, 2, tzinfo=UTC), **given)
print("great_expectations" in sys.modules)
"""


def test_what_its_run_has_checked_is_approved_without_checking_it_again(small_office: Office) -> None:
    """Great Expectations takes ten seconds to import, for which an approver on the board would wait."""
    store_all(small_office, "2018-01")
    key = month.compile_return(small_office, JANUARY, NOW)
    month.check_return(small_office, key)
    database = small_office.engine.url.render_as_string(hide_password=False)
    given = [sys.executable, "-c", APPROVE, str(small_office.home), database, str(key)]
    done = subprocess.run(given, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    with reading(small_office.engine) as tx:
        assert [one.account for one in list_decisions(tx, "qingxi", "2018-01")] == ["approver"]


def test_rules_that_have_changed_since_are_asked_again(small_office: Office, tmp_path: Path) -> None:
    store_all(small_office, "2018-01", without=("tobacco",))
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 6})
    key = month.compile_return(small_office, JANUARY, NOW)
    month.check_return(small_office, key)
    (tmp_path / "town_return.yaml").write_text(NO_MORE_THAN_FIVE, encoding="utf-8")
    stricter = replace(small_office, expectations=(tmp_path, *small_office.expectations))
    with pytest.raises(Broken, match="tobacco cases_filed 多于 5"):
        decide(stricter, key)


def test_another_version_of_the_program_asks_again(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store_all(small_office, "2018-01")
    key = month.compile_return(small_office, JANUARY, NOW)

    def passes() -> int:
        month.check_return(small_office, key)
        with reading(small_office.engine) as tx:
            return tx.scalar(select(func.count()).select_from(passed_gates)) or 0

    assert (passes(), passes()) == (1, 1)
    monkeypatch.setattr(gating, "software_version", lambda: "a later one")
    assert (passes(), passes()) == (2, 2)
