"""The machine's clock jumps between the steps of two months: nothing is lost, and the record still fits together."""

from datetime import datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path

import pytest
from conserved import read_sent, require_conserved

from golden_month import drop_into
from published_months import AFTER_DUE, FEBRUARY, JANUARY
from townreturn import month
from townreturn.office import Office

pytestmark = pytest.mark.faults
JUMPS = (timedelta(hours=-3), timedelta(days=2), timedelta(days=-40), timedelta(days=400), timedelta(0))


def test_the_clock_jumps_between_all_steps(office: Office) -> None:
    jumps = cycle(JUMPS)
    told: list[datetime] = []

    def clock() -> datetime:
        told.append(AFTER_DUE + next(jumps))
        return told[-1]

    sent: dict[str, bytes] = {}
    for period in (JANUARY, FEBRUARY):
        drop_into(Path(office.inbox.path), period.key)
        sent |= read_sent(Path(office.inbox.path))
        month.open_period(office, period, clock(), "", backfilled=True)
        month.take_in(office, clock())
        compilation = month.compile_return(office, period, clock())
        for account in ("approver", "director"):
            if not month.ask_approval(office, compilation).standing.is_sufficient:
                month.record_decision(office, compilation, account=account, approved=True, comment="", sent_back=(),
                                      run_id="", now=clock())  # fmt: skip
        assert Path(month.publish(office, compilation, clock()), "manifest.json").is_file()
        month.take_in(office, clock())
    assert any(later < earlier for earlier, later in pairwise(told)), "it went back"
    require_conserved(office, sent)
