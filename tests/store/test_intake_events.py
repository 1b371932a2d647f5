"""What the audit trail says of files taken in, and the hash by which changed rows are told."""

from datetime import UTC, datetime

from sqlalchemy import select, text

from stored_reports import make_report, on_time, open_register, store_report
from townreturn.domain.audit import EventKind
from townreturn.domain.findings import CellRef, Finding, Severity, Verdict
from townreturn.domain.period import Period
from townreturn.domain.submission import Arrival, Judgement, Submission, TextEntry
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.entered import write_entered
from townreturn.store.figures_hash import figures_hashes, hash_of_rows
from townreturn.store.schema import reports
from townreturn.store.trail import read_chain

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)


def enter(office: Office, *, again: bool = False) -> None:
    """A file with one explained finding, one notice and a text row; then, if wanted, its copy."""
    plan = office.plans.plans[0]
    entry = TextEntry("key_cases", {"title": "“假烟”案"}, CellRef("重点案件", "A5"))
    report = make_report(plan, "tobacco", {"cases_filed": 3}, entries=(entry,))
    asked = Finding("OUTLIER", Severity.VERIFYING, "？", "tobacco", indicator="cases_filed", explanation="集中整治")
    found = (asked, Finding("FULL_WIDTH", Severity.INFO, "！", "tobacco"))
    judgement = Judgement(report, found, Verdict.EXPLAINED)
    with writing(office.engine) as tx:
        register = open_register(tx, "qingxi", "2018-01", ["ab" * 32])
        for name in ("a.xlsx", "b.xlsx")[: 2 if again else 1]:
            arrival = Arrival(name, "ab" * 32, on_time(plan, "2018-01"))
            submission = Submission(arrival, "yancao", Period("2018-01"), plan.form.edition, (report,), (), "张三")
            if register.first_with_bytes(arrival.file_hash):
                register.enter_duplicate(submission, NOW)
            else:
                register.enter(plan, submission, [judgement], Verdict.EXPLAINED, NOW)
        write_entered(tx, [register.entered(plan)])


def test_what_came_what_was_found_and_what_was_explained(office: Office) -> None:
    enter(office, again=True)
    with reading(office.engine) as tx:
        received, checked, explained, copy = (one.event for one in read_chain(tx, "qingxi-2018", "2018-01"))
        [hashed] = figures_hashes(tx, tx.scalars(select(reports.c.id))).values()
    assert received.kind is copy.kind is EventKind.RECEIVED
    assert received.at == NOW
    assert received.details == {
        "disposition": "accepted_with_explanations", "edition": "edition-2018", "file_hash": "ab" * 32,
        "file_name": "a.xlsx", "filled_by": "张三", "is_duplicate": False,
        "received_at": "2018-01-27T16:00:00.000000+00:00", "unit": "yancao",
    }  # fmt: skip
    assert (copy.details["file_name"], copy.details["is_duplicate"]) == ("b.xlsx", True)
    named = {"category": "tobacco", "entry_number": 1, "file_hash": "ab" * 32, "unit": "yancao"}
    assert (checked.kind, explained.kind) == (EventKind.CHECKED, EventKind.EXPLAINED)
    assert checked.details == named | {
        "verdict": "accepted_with_explanations", "zero_return": False, "findings": ["verifying 1", "info 1"],
        "figures_hash": hashed,
    }  # fmt: skip
    assert explained.details == named | {"code": "OUTLIER", "indicator": "cases_filed", "text": "集中整治"}


def test_a_changed_fact_or_text_row_changes_the_hash(office: Office) -> None:
    enter(office)
    with reading(office.engine) as tx:
        before = figures_hashes(tx, [1])
    for change in (
        "UPDATE facts SET scaled = 4 WHERE indicator = 'cases_filed'",
        "UPDATE entries SET fields = '{}'",
        "DELETE FROM facts WHERE indicator = 'cases_filed'",
    ):
        with office.engine.connect() as connection:
            lift_protection(office, connection)
            connection.execute(text(change))
            assert figures_hashes(connection, [1]) != before
            connection.rollback()
    with reading(office.engine) as tx:
        assert figures_hashes(tx, [1]) == before


def lift_protection(office: Office, connection: object) -> None:
    """As somebody with all rights would."""
    for table in ("facts", "entries"):
        if office.engine.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))  # type: ignore[attr-defined]
        else:
            for deed in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{deed}"))  # type: ignore[attr-defined]


def test_rows_hash_alike_in_whatever_order_the_database_gives_them() -> None:
    facts = [("a", "reported", 1, 0, "1", "统计表", "D8"), ("b", "blank", None, 2, "", "统计表", "D9")]
    entries = [(0, "key_cases", "{}", "重点案件", "A5"), (1, "key_cases", "{}", "重点案件", "A6")]
    assert hash_of_rows(facts, entries) == hash_of_rows(facts[::-1], entries[::-1])
    assert hash_of_rows(facts, []) != hash_of_rows([], entries)
    # sha256 of '[[],[]]'
    assert hash_of_rows([], []) == "643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726"


def test_reports_in_separate_writes_continue_one_chain(office: Office) -> None:
    for number in range(3):
        store_report(office, "building", "2018-01", {"cases_filed": number}, number=number)
    with reading(office.engine) as tx:
        chain = read_chain(tx, "qingxi-2018", "2018-01")
    assert [one.number for one in chain] == [1, 2, 3, 4, 5, 6]
    assert all(one.is_whole for one in chain)
    assert [later.previous_hash for later in chain[1:]] == [earlier.hash for earlier in chain[:-1]]
