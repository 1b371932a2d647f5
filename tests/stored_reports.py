"""Reports put straight into the store, as an intake run would leave them, without workbooks."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, select

from townreturn.domain.findings import CellRef, Finding, Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.submission import (
    Arrival,
    CategoryReport,
    Figure,
    FigureState,
    Judgement,
    Submission,
    TextEntry,
)
from townreturn.office import Office
from townreturn.store.arrivals import IntakeRun, record_intake_runs
from townreturn.store.engine import reading, writing
from townreturn.store.entered import write_entered
from townreturn.store.register import Register, open_registers
from townreturn.store.report_contents import figures_of, findings_of
from townreturn.store.reports import StoredFigure, accepted_ids
from townreturn.store.schema import arrivals

Figures = Mapping[str, str | int]


def on_time(plan: Plan, period: str) -> datetime:
    """Two days after reporting opens; no period is due before its third day."""
    return (plan.calendar.end(Period(period)) + timedelta(days=2)).astimezone(UTC)


def overdue(plan: Plan, period: str) -> datetime:
    return (plan.calendar.due_at(Period(period)) + timedelta(hours=1)).astimezone(UTC)


def make_report(
    plan: Plan, category: str, figures: Figures, zero_return: bool = False, entries: tuple[TextEntry, ...] = ()
) -> CategoryReport:
    """A category's report in which every figure not given is 0."""
    state = FigureState.ZERO if zero_return else FigureState.REPORTED
    rows = tuple(
        Figure(one.code, value, FigureState.REPORTED if value else state, str(value), CellRef("统计表", f"D{row}"))
        for row, one in enumerate(plan.form.indicators_of(category), start=8)
        for value in [Decimal(figures.get(one.code, 0))]
    )
    return CategoryReport(category, zero_return, rows, entries)


def open_register(tx: Connection, town: str, period: str, hashes: Iterable[str]) -> Register:
    """The register of a town and period for files with some hashes."""
    (register,) = open_registers(tx, period, {town: set(hashes)})
    return register


def record_report(
    tx: Connection, plan: Plan, report: CategoryReport, period: str, *, town: str = "", number: int = 0,
    verdict: Verdict = Verdict.ACCEPTED, received_at: datetime | None = None,
) -> None:  # fmt: skip
    """One file with one category; ``number`` tells files of one obligation apart, a minute from each other."""
    name = f"{report.category}-{period}-{number}.xlsx"
    received = received_at or on_time(plan, period) + timedelta(minutes=number)
    digest = hashlib.sha256(f"{town}{name}{verdict}{report}".encode()).hexdigest()
    arrival = Arrival(name, digest, received)
    submission = Submission(
        arrival,
        plan.category_by_code[report.category].lead,
        Period(period),
        plan.form.edition,
        (report,),
        (),
        filled_by="李四",
    )
    judgement = Judgement(report, (), verdict)
    register = open_register(tx, town or plan.town_code, period, [digest])
    register.enter(plan, submission, [judgement], verdict, received)
    write_entered(tx, [register.entered(plan)])


def store_report(
    office: Office, category: str, period: str, figures: Figures | None = None, *, number: int = 0,
    verdict: Verdict = Verdict.ACCEPTED, zero_return: bool = False, received_at: datetime | None = None,
) -> None:  # fmt: skip
    plan = office.plans.in_force(Period(period))
    report = make_report(plan, category, figures or {}, zero_return)
    with writing(office.engine) as tx:
        record_report(tx, plan, report, period, number=number, verdict=verdict, received_at=received_at)


def store_all(office: Office, period: str, *, without: tuple[str, ...] = (), figures: Figures | None = None) -> None:
    """An accepted report of every category but some."""
    for category in office.plans.in_force(Period(period)).categories:
        if category.code not in without:
            store_report(office, category.code, period, figures)


def empty_the_inbox(office: Office, now: datetime, left: int = 0) -> None:
    """An intake run that found nothing new."""
    with writing(office.engine) as tx:
        record_intake_runs(tx, [(office.plans.town_code, IntakeRun(now, now, 0, left))])


def accepted_figures(tx: Connection, town: str, periods: list[str]) -> list[StoredFigure]:
    """Every figure of the accepted reports of some periods."""
    return figures_of(tx, accepted_ids(tx, town, periods).values())


def findings_of_accepted(tx: Connection, town: str, period: str) -> list[tuple[str, Finding]]:
    """(unit, finding) of the reports that a period stands by."""
    return findings_of(tx, accepted_ids(tx, town, [period]).values(), period)


def originals(office: Office) -> list[Path]:
    """The bytes of units' files in the archive, each content once, in the order in which they were taken in."""
    with reading(office.engine) as tx:
        hashes = tx.scalars(select(arrivals.c.file_hash).order_by(arrivals.c.id))
        return [office.archive.path(one) for one in dict.fromkeys(hashes)]
