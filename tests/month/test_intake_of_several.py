"""One intake of several towns: read and judged together, and each is told what it would be told alone."""

import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from filled_workbook import FilledWorkbook
from several_towns import LIUHE, liuhe_figures, write_neighbours
from stored_rows import rows_of
from townreturn import month
from townreturn.checks import batch
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.month import submissions, trays
from townreturn.office import Office
from workbooks import fill_workbook

CAME = datetime(2018, 4, 2, 2, tzinfo=UTC)
NOW = CAME + timedelta(hours=1)
UNITS = ("zhujian", "shiyaojian", "gongshang")


@pytest.fixture
def neighbours(tmp_path: Path) -> Path:
    return write_neighbours(tmp_path / "plans")


def spoiled(book: FilledWorkbook) -> None:
    """One figure that is no count, and one that asks for a reason."""
    book.put("media_reports", -3)
    book.put("cases_open_at_start", 99)


def drop_all(offices: tuple[Office, ...], tmp_path: Path) -> None:
    """Of each town and period three files: one in order, one to be returned, and one that belongs to nobody.

    The files are written once, so that every place gets the same bytes.
    """
    for office in offices:
        plan = office.plans.plans[-1]
        made = tmp_path / "made" / plan.town_code
        if not made.exists():
            for month_of_year, key in enumerate(("2018-02", "2018-03")):
                for place, unit in enumerate(UNITS):
                    book = FilledWorkbook(plan, plan.unit_by_code[unit], Period(key))
                    if place == 1:
                        spoiled(book)
                    moment = CAME - timedelta(days=1 - month_of_year, minutes=7 * place)
                    book.save(made / f"{unit}-{key}.xlsx", moment)
            (made / "给你.txt").write_bytes(b"nobody's")
            os.utime(made / "给你.txt", (CAME.timestamp(),) * 2)
        for file in sorted(made.iterdir()):
            target = Path(office.inbox.path) / file.name
            target.write_bytes(file.read_bytes())
            os.utime(target, ns=(file.stat().st_mtime_ns,) * 2)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_each_town_gets_what_it_would_get_alone(
    opened: Callable[..., tuple[Office, ...]], neighbours: Path, tmp_path: Path, engine: str
) -> None:
    together = opened(str(neighbours), engine)
    drop_all(together, tmp_path)
    intakes = month.take_in_all(together, NOW, {})
    assert [(one.town, one.fault) for one in intakes] == [("qingxi", None), ("tangxia", None)]
    for office, intake in zip(together, intakes, strict=True):
        (alone,) = opened(str(neighbours / f"{office.plans.town_code}.yaml"), engine)
        drop_all((alone,), tmp_path)
        report = month.take_in(alone, NOW)
        assert intake.report == report
        assert {one.disposition for one in report.taken} == set(Verdict) - {Verdict.EXPLAINED}
        assert rows_of(office.engine, intake.town) == rows_of(alone.engine, intake.town)
        assert files_of(office.receipts) == files_of(alone.receipts)
        assert files_of(office.quarantine) == files_of(alone.quarantine)
        assert files_of(office.receipts)
        assert not files_of(Path(office.inbox.path))


def count(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[Any]:
    """What a function is called with, first argument only."""
    calls: list[Any] = []
    own = getattr(module, name)

    def counted(*given: Any, **named: Any) -> Any:
        calls.append(given[0])
        return own(*given, **named)

    monkeypatch.setattr(module, name, counted)
    return calls


def test_one_child_reads_and_one_batch_judges_for_all_towns_of_a_form(
    opened: Callable[..., tuple[Office, ...]], neighbours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = opened(str(neighbours))
    for office in offices:
        plan = office.plans.plans[0]
        for unit in UNITS:
            book = FilledWorkbook(plan, plan.unit_by_code[unit], Period("2018-03"))
            book.save(Path(office.inbox.path) / f"{unit}.xlsx", CAME)
    validated = count(monkeypatch, batch, "_validate")
    entered = count(monkeypatch, submissions, "enter_tray")
    read = count(monkeypatch, trays, "read_submissions")
    month.take_in_all(offices, NOW, {})
    assert len(validated) == 2, "one run of each of the two suites"
    assert (len(entered), len(entered[0]), len(read)) == (1, 6, 1)
    assert len(validated[1]) == 6, "three categories a town"


def test_a_towns_files_lie_in_one_tray_however_they_are_mixed_in_time(
    opened: Callable[..., tuple[Office, ...]], neighbours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = opened(str(neighbours))
    drop_all(offices, tmp_path)
    monkeypatch.setattr(submissions, "TRAY", 8)
    entered = count(monkeypatch, submissions, "enter_tray")
    month.take_in_all(offices, NOW, {})
    assert [{one.office.plans.town_code for one in tray} for tray in entered] == [{"qingxi"}, {"tangxia"}]
    for tray in entered:
        came = [one.arrival.received_at for one in tray]
        assert (len(came), came) == (7, sorted(came))


def test_trays_are_filled_with_whole_towns_and_only_a_larger_town_is_split() -> None:
    trays = submissions.trays_of_towns(["aa", "", "bbb", "c", "ddddddd", "e"], 5)
    assert ["".join(one) for one in trays] == ["aabbb", "c", "ddddd", "dde"]


def test_a_tray_asks_once_for_all_its_towns(opened: Callable[..., tuple[Office, ...]], neighbours: Path) -> None:
    counts = []
    for plans in (neighbours / "qingxi.yaml", neighbours):
        offices = opened(str(plans))
        for office in offices:
            plan = office.plans.plans[0]
            for unit in UNITS:
                book = FilledWorkbook(plan, plan.unit_by_code[unit], Period("2018-01"))
                book.save(Path(office.inbox.path) / f"{unit}.xlsx", CAME)
        put: list[str] = []
        event.listen(offices[0].engine, "before_cursor_execute", lambda *given, put=put: put.append(_alike(given[2])))
        intakes = month.take_in_all(offices, NOW, {})
        assert [len(one.report.taken) for one in intakes] == [3] * len(offices)
        # SQLite gives the id of one new row at a time.
        counts.append([one for one in put if not one.startswith("INSERT")])
    assert Counter(counts[1]) == Counter(counts[0])


def _alike(statement: str) -> str:
    """Whatever the number of values in a list."""
    return re.sub(r"\(\?(, \?)*\)", "(?)", statement)


def test_towns_on_other_forms_are_judged_by_their_own(
    opened: Callable[..., tuple[Office, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:

    liuhe, qingxi = opened(f"qingxi-2018,{LIUHE}")
    for office, unit in ((liuhe, "shijian"), (qingxi, "zhujian")):
        plan = office.plans.plans[0]
        target = Path(office.inbox.path) / f"{unit}.xlsx"
        if office is liuhe:
            fill_workbook(plan, plan.unit_by_code[unit], Period("2018-03"), target, figures=liuhe_figures(0))
            os.utime(target, (CAME.timestamp(),) * 2)
        else:
            FilledWorkbook(plan, plan.unit_by_code[unit], Period("2018-03")).save(target, CAME)
    validated = count(monkeypatch, batch, "_validate")
    intakes = month.take_in_all((liuhe, qingxi), NOW, {})
    assert [[one.disposition for one in intake.report.taken] for intake in intakes] == [[Verdict.ACCEPTED]] * 2
    assert len(validated) == 4


def test_the_fault_of_one_town_is_its_own(
    opened: Callable[..., tuple[Office, ...]], neighbours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of what stands in the way of one keeps another's files from being taken in."""
    offices = opened(str(neighbours))
    drop_all(offices, tmp_path)

    def find_none(office: Office, name: str, own: Any = Office.rules) -> Path:
        if office.plans.town_code == "qingxi" and name.startswith("edition"):
            raise ConfigurationFault("RULES_MISSING", name=name, folders="")
        return own(office, name)  # type: ignore[no-any-return]

    monkeypatch.setattr(Office, "rules", find_none)
    qingxi, tangxia = month.take_in_all(offices, NOW, {})
    assert isinstance(qingxi.fault, ConfigurationFault)
    assert (tangxia.fault, len(tangxia.report.taken)) == (None, 7)
    assert len(files_of(Path(offices[0].inbox.path))) == 7
    assert "intake_runs" not in rows_of(offices[0].engine, "qingxi"), "its inbox counts as not read"
    monkeypatch.undo()
    again = month.take_in_all(offices, NOW, {})
    assert [len(one.report.taken) for one in again] == [7, 0]


def test_an_inbox_that_is_not_shown_is_one_towns(
    opened: Callable[..., tuple[Office, ...]], neighbours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = opened(str(neighbours))
    drop_all(offices, tmp_path)
    own = submissions.list_inbox

    def refuse(inbox: Any, now: datetime) -> Any:
        if inbox.name == "tangxia":
            raise PermissionError(13, "Permission denied", str(inbox))
        return own(inbox, now)

    monkeypatch.setattr(submissions, "list_inbox", refuse)
    qingxi, tangxia = month.take_in_all(offices, NOW, {})
    assert (len(qingxi.report.taken), qingxi.fault) == (7, None)
    assert isinstance(tangxia.fault, PermissionError)


def test_empty_inboxes_cost_two_transactions_however_many_towns(
    opened: Callable[..., tuple[Office, ...]], neighbours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = opened(f"{neighbours},{LIUHE}")
    begun = [count(monkeypatch, submissions, name) for name in ("reading", "writing")]
    intakes = month.take_in_all(offices, NOW, {})
    assert [len(one) for one in begun] == [1, 1]
    assert [(one.town, one.report.left_count) for one in intakes] == [("liuhe", 0), ("qingxi", 0), ("tangxia", 0)]
    for office in offices:
        assert len(rows_of(office.engine, office.plans.town_code)["intake_runs"]) == 1
