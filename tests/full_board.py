"""An office in which every page of the board has something to show."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from asked_board import IN_HAND, MARCH, OPENED, REPORTING, begin_march
from golden_month import HERE
from inbox_files import drop
from issued_plan import CONTACTS
from posted_letters import Clock, ScriptedChannel, opening, post_all
from published_months import FEBRUARY, JANUARY, exclude_and_correct, publish_months
from ten_years import publish_periods
from townreturn import month
from townreturn.board.letter_view import view_letters
from townreturn.domain.message import Undelivered
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.arrivals import list_files
from townreturn.store.engine import reading, writing
from townreturn.store.periods import Alert, record_alert
from written_plans import valid, write_plan

BEFORE_MARCH = OPENED - timedelta(days=3)


def open_full_office(folder: Path, past: Sequence[Period] = ()) -> Office:
    """February corrected, a correction of January due; March in hand, with a file of nobody's, letters and an alert.

    The plan asks for work plans too, and knows the account that reports for 烟草's unit. Of the periods of a ``past``
    before 2017 another plan was in force, and all of them are published.
    """
    _write_plans(folder, past)
    office = reopen(folder)
    publish_periods(office, past)
    publish_months(office)
    exclude_and_correct(office)
    _exclude_of_january(office)
    drop(office, "会议纪要.pdf", OPENED + timedelta(hours=11))
    begin_march(office)
    month.take_in(office, IN_HAND - timedelta(hours=1))
    _write_letters(office)
    with writing(office.engine) as tx:
        record_alert(tx, office.plans.town_code, Alert(IN_HAND, MARCH.key, "建材的两个数字请电话核对。"))
    month.compile_return(office, MARCH, IN_HAND - timedelta(minutes=30))
    return office


def reopen(folder: Path) -> Office:
    """The office of a folder, or of a copy of one."""
    plans = ",".join(map(str, sorted(folder.glob("*.yaml"))))
    settings = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": plans}
    return open_office(Settings.from_environment(settings))


def number_files(office: Office) -> dict[str, int]:
    """What ``{returned}``, ``{accepted}`` and ``{excluded}``, files of February, and ``{refused}``, a letter, stand
    for in paths."""
    with reading(office.engine) as tx:
        files = {one.file_name: one.id for one in list_files(tx, office.plans.town_code, FEBRUARY.key)}
    names = {"returned": "zhujian-wrong", "accepted": "zhujian", "excluded": "yancao"}
    letters = view_letters(office, MARCH, IN_HAND, undelivered=True).letters
    refused = next(one.id for one in letters if any("no such user" in tried.detail for tried in one.attempts))
    return {key: files[f"2018-02-{name}.xlsx"] for key, name in names.items()} | {"refused": refused}


def _write_plans(folder: Path, past: Sequence[Period]) -> None:
    path = write_plan(folder, REPORTING, name="qingxi-2018.yaml")
    path.write_text(f"{path.read_text('utf-8')}\nwork_plans: {{issued_on: 2018-03-05}}\n{CONTACTS}\n", "utf-8")
    if past:
        in_force = valid(past[0].key, past[-1].key)
        write_plan(folder, in_force, ("code: qingxi-2018", "code: qingxi-past"), name="qingxi-past.yaml")


def _exclude_of_january(office: Office) -> None:
    content = (HERE / "inbox" / "2018-01-yancao.xlsx").read_bytes()
    month.exclude_file(
        office, JANUARY, hashlib.sha256(content).hexdigest(), account="operator", reason="该单位来电：误传",
        categories=(), lift=False, now=BEFORE_MARCH,
    )  # fmt: skip


def _write_letters(office: Office) -> None:
    """All there are sent, and one more; one refused, one unknown whether, one that waits, one without an address."""
    month.send_posted(office, [ScriptedChannel()], Clock())
    post_all(office, [opening(number) for number in range(1, 4)])
    script = [None, Undelivered("550 no such user", is_final=True), TimeoutError("timed out")]
    month.send_posted(office, [ScriptedChannel(script=script)], Clock())
    post_all(office, [opening(4), replace(opening(5), to=())])
