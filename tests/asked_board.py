"""The board as its tests ask it: by whoever the header ``x-account`` names, mounted as Airflow mounts it."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from starlette.testclient import TestClient

from stored_reports import empty_the_inbox, store_report
from townreturn import month
from townreturn.board import Asker, create_board
from townreturn.board.access import OpenAirflow, without_airflow
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.office import Office

Ask = Callable[..., Any]
"""``ask(path, account)``: the board's answer to one account; to nobody where it is empty."""
MARCH = Period("2018-03")
OPENED = datetime.fromisoformat("2018-03-26T00:00:00+08:00")
IN_HAND = datetime.fromisoformat("2018-03-29T12:00:00+08:00")
ASKERS = {
    "viewer": (False, True), "operator": (True, True), "approver": (False, True), "reporter": (False, False),
    "no_longer_named": (False, False),
}  # fmt: skip
"""Account → whether it may act, and whether it may see the board; approver and reporter are so by the plan."""
REPORTING = (
    "name: 市烟草专卖局第五分局, level: city}",
    "name: 市烟草专卖局第五分局, level: city, accounts: [reporter]}",
)
"""The change of the plan that makes the account reporter that of 烟草's unit."""


def identify(request: Request) -> Asker:
    account = request.headers.get("x-account", "")
    if not account:
        raise HTTPException(401)
    if account not in ASKERS:
        raise HTTPException(403)
    return Asker(account, *ASKERS[account])


def asking(
    office: Office, now: datetime | Callable[[], datetime] = IN_HAND, open_airflow: OpenAirflow = without_airflow
) -> Ask:  # fmt: skip
    clock = now if callable(now) else lambda: now
    airflow = FastAPI(openapi_url=None)
    airflow.mount("/board", create_board(lambda: office, identify, clock, open_airflow))
    client = TestClient(airflow, raise_server_exceptions=False, follow_redirects=False)

    def ask(
        path: str, account: str = "viewer", method: str = "GET", data: Any = None, files: Any = None, **headers: str
    ) -> Any:  # fmt: skip
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        own = {"x-account": account, "sec-fetch-site": "same-origin"}
        return client.request(method, f"/board{path}", headers={**own, **named}, data=data, files=files)

    return ask


def begin_march(office: Office) -> None:
    """March opened, 烟草 in, 建材 returned, the inbox read an hour ago."""
    month.open_period(office, MARCH, OPENED, "scheduled__2018-03__a/b?c", backfilled=False)
    store_report(office, "tobacco", "2018-03", received_at=OPENED + timedelta(hours=9))
    store_report(office, "building", "2018-03", verdict=Verdict.RETURNED, received_at=OPENED + timedelta(hours=10))
    empty_the_inbox(office, IN_HAND - timedelta(hours=1))


def file_in_inbox(office: Office, name: str, content: bytes, received_at: datetime) -> None:
    path = Path(office.inbox.path) / name
    path.write_bytes(content)
    os.utime(path, (received_at.timestamp(), received_at.timestamp()))
