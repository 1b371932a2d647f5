"""Two golden months taken in, approved and published, and what a database administrator could do to them."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from golden_month import HERE, drop_into
from townreturn import month
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import writing

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
AFTER_DUE = datetime.fromisoformat("2018-03-01T08:00:00+08:00")


def publish_months(office: Office) -> None:
    """January and February of 2018 as the golden month has them, published as originals."""
    for key in ("2018-01", "2018-02"):
        drop_into(Path(office.inbox.path), key)
    for period, opened in ((JANUARY, "2018-01-26T00:00:00+08:00"), (FEBRUARY, "2018-02-26T00:00:00+08:00")):
        month.open_period(office, period, datetime.fromisoformat(opened), "", backfilled=False)
    month.take_in(office, AFTER_DUE)
    for period in (JANUARY, FEBRUARY):
        publish_newest(office, month.compile_return(office, period, AFTER_DUE))


def publish_newest(office: Office, compilation_id: int) -> str:
    """Approve and publish a compilation; the folder."""
    month.record_decision(
        office, compilation_id, account="approver", approved=True, comment="同意", sent_back=(), run_id="",
        now=AFTER_DUE,
    )  # fmt: skip
    return month.publish(office, compilation_id, AFTER_DUE)


def exclude_and_correct(office: Office) -> datetime:
    """The tobacco bureau's February workbook is taken out again; what that leads to is approved and published."""
    now = AFTER_DUE + timedelta(days=1)
    name = "2018-02-yancao.xlsx"
    content = (HERE / "inbox" / name).read_bytes()
    file = hashlib.sha256(content).hexdigest()
    month.exclude_file(office, FEBRUARY, file, account="clerk", reason="误报", categories=(), lift=False, now=now)
    compilation = month.compile_correction(office, FEBRUARY, now)
    for account in ("approver", "director"):
        if not month.ask_approval(office, compilation).standing.is_sufficient:
            month.record_decision(
                office, compilation, account=account, approved=True, comment="", sent_back=(), run_id="", now=now
            )
    month.publish(office, compilation, now)
    return now


def tamper(office: Office, table: str, statement: str) -> None:
    """Change rows behind the program's back; the triggers that would refuse go first, as they would for him."""
    with writing(office.engine) as tx:
        if tx.dialect.name == "sqlite":
            triggers = tx.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
            )
            for name in list(triggers):
                tx.execute(text(f"DROP TRIGGER {name}"))
        else:
            tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        changed = tx.execute(text(statement))
        assert changed.rowcount > 0, "the tampering itself must have found something"
