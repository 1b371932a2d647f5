"""Issues published under a plan that knows where they are to go."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from posted_mails import Posted, posted
from stored_reports import Figures, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.message import MessageKind
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.plans import load_plan_book
from written_plans import write_plan

JANUARY = Period("2018-01")
CITY = ("{name: 市打假办, receives: [town_return, briefing]}",
        "{name: 市打假办, receives: [town_return, briefing], address: city@example.cn}")  # fmt: skip
MEETING = ("{name: 打假形势分析会, receives: [briefing]}",
           "{name: 打假形势分析会, receives: [briefing], address: meeting@example.cn}")  # fmt: skip
UNIT = ("{code: zhujian, name: 镇住建局}", "{code: zhujian, name: 镇住建局, mail: zhujian@example.cn}")
FIGURES = {"cases_filed": 4, "cases_pending": 4}


def addressed(office: Office, folder: Path, *changes: tuple[str, str]) -> Office:
    """The same office under the packaged plan with these changes."""
    return replace(office, plans=load_plan_book([str(write_plan(folder, *changes, name="qingxi-2018.yaml"))]))


def compile_january(office: Office, without: tuple[str, ...] = (), figures: Figures = FIGURES) -> int:
    """January of an opened period, compiled an hour after it was due: everything in time but what is left out."""
    plan = office.plans.plans[0]
    month.open_period(office, JANUARY, plan.calendar.end(JANUARY), "", backfilled=False)
    store_report(office, "tobacco", "2018-01", {}, verdict=Verdict.RETURNED)
    store_all(office, "2018-01", without=(*without, "tobacco"), figures=figures)
    store_report(office, "tobacco", "2018-01", figures, number=1)
    return month.compile_return(office, JANUARY, after_due(office))


def after_due(office: Office) -> datetime:
    """An hour after January was due."""
    return overdue(office.plans.plans[0], "2018-01")


def approve(office: Office, compilation: int, now: datetime, *, approved: bool = True) -> None:
    month.record_decision(
        office, compilation, account="approver", approved=approved, comment="同意" if approved else "重核",
        sent_back=() if approved else ("building",), run_id="", now=now,
    )  # fmt: skip


def publish(office: Office, compilation: int, now: datetime) -> str:
    approve(office, compilation, now)
    return month.publish(office, compilation, now)


def compile_correction(office: Office, now: datetime, filed: int = 5) -> int:
    """建材 has more cases filed than the 4 that were published; each correction more than the one before."""
    store_report(office, "building", "2018-01", {"cases_filed": filed, "cases_pending": filed}, number=filed)
    month.propose_correction(office, JANUARY, "c-1", now)
    return month.compile_correction(office, JANUARY, now, "c-1")


def deliveries(office: Office) -> dict[str, list[Posted]]:
    """Addressee → the letters with an issue for it, in their order."""
    found: dict[str, list[Posted]] = {}
    for one in posted(office):
        if one.stored.kind is MessageKind.DELIVERY:
            found.setdefault(one.stored.addressee, []).append(one)
    return found


def bulletins(office: Office) -> list[Posted]:
    return [one for one in posted(office) if one.stored.kind is MessageKind.BULLETIN]
