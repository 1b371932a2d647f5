"""Two hundred people upload at the same moment, over HTTP, into each engine."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import httpx
import pytest
from conserved import require_conserved
from sqlalchemy import select

from asked_board import OPENED
from filled_workbook import FilledWorkbook
from served_board import serve_board
from townreturn import month
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.schema import reports

pytestmark = pytest.mark.faults
MARCH = Period("2018-03")
UPLOADS, SECONDS = 200, 300


def workbooks(office: Office, filled: Callable[..., FilledWorkbook], folder: Path) -> dict[str, tuple[str, bytes]]:
    """File name → unit and bytes: every unit's workbook over and over, each with another figure."""
    units = [unit.code for unit in office.plans.in_force(MARCH).reporting_units]
    made = {}
    for number in range(UPLOADS):
        unit = units[number % len(units)]
        book = filled(unit, MARCH.key, lambda book, n=number: book.put("premises_inspected", n + 1))
        path = book.save(folder / f"{number:03}.xlsx", OPENED + timedelta(hours=9))
        made[path.name] = (unit, path.read_bytes())
    return made


def test_two_hundred_upload_at_once(office: Office, filled: Callable[..., FilledWorkbook], tmp_path: Path) -> None:
    """Each is answered with its receipt, none is refused or kept waiting for ever, and revisions stay in one row."""
    month.open_period(office, MARCH, OPENED, "", backfilled=False)
    folder = tmp_path / "workbooks"
    folder.mkdir()
    made = workbooks(office, filled, folder)
    start = Barrier(UPLOADS)
    with serve_board(office) as address:

        def upload(name: str) -> int:
            unit, content = made[name]
            own = {"x-account": "operator", "sec-fetch-site": "same-origin"}
            start.wait()
            return httpx.post(f"{address}/board/upload", headers=own, data={"unit": unit},
                              files={"file": (name, content)}, timeout=SECONDS).status_code  # fmt: skip

        with ThreadPoolExecutor(UPLOADS) as pool:
            statuses = Counter(pool.map(upload, made))
    assert statuses == {200: UPLOADS}
    require_conserved(office, {name: content for name, (_, content) in made.items()})
    with reading(office.engine) as tx:
        numbers = tx.execute(select(reports.c.category, reports.c.entry_number)).all()
    assert len(numbers) == len(set(numbers))
