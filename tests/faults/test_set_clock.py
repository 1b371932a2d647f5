"""The commands of two months as processes, on a machine whose clock is set back and forward by hours between and within
them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from conserved import read_sent, require_conserved
from set_clock import SetClock
from sqlalchemy import select

from golden_month import drop_into
from published_months import AFTER_DUE
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.schema import arrivals

pytestmark = pytest.mark.faults
JUMPS = tuple(timedelta(hours=hours) for hours in (0, -5, 7, -11, 3))


def received(office: Office) -> dict[str, datetime]:
    """File name → when it was received, as recorded."""
    with reading(office.engine) as tx:
        return {row.file_name: row.received_at for row in tx.execute(select(arrivals))}


def changed(inbox: Path) -> dict[str, datetime]:
    """File name → when it was put into the inbox."""
    return {path.name: datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in inbox.iterdir()}


def test_the_clock_is_set_under_every_command(tmp_path: Path) -> None:
    environment = {"TOWNRETURN_HOME": str(tmp_path / "home")}
    clock = SetClock(AFTER_DUE, JUMPS, tmp_path)
    shown = clock.show()
    assert any(later < earlier - 3600 for earlier, later in pairwise(shown)), "it is set back under a program"
    office, inbox = open_office(Settings.from_environment(environment)), tmp_path / "home" / "inbox"
    sent: dict[str, bytes] = {}
    due: dict[str, datetime] = {}
    for period in ("2018-01", "2018-02"):
        drop_into(inbox, period)
        sent, due = sent | read_sent(inbox), due | changed(inbox)
        for command in month_of(period):
            clock.run(environment, *command)
            assert received(office) == due, command
        assert (tmp_path / "home" / "outbox" / period / "issue-0" / "manifest.json").is_file()
    assert min(clock.steps.values()) > 1, "it was set under each"
    require_conserved(office, sent)


def month_of(period: str) -> list[tuple[str, ...]]:
    """What an operator types, an approver whose own unit reports, and the one who countersigns."""
    approvals = [("approve", period, "--as", one, "--comment", "同意") for one in ("director", "approver")]
    return [("intake",), ("compile", period), *approvals, ("publish", period), ("send",), ("intake",), ("verify",)]
