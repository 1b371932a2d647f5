"""Sample submissions: the issued templates, filled with plausible figures, and the answers to them."""

import json
import os
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period, ReportingCalendar, periods_between
from townreturn.domain.plan import Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.samples.explaining import Chain, explain_filings, history_of
from townreturn.samples.faults import Delivery, FileNames, deliveries, mishap_of, rejected_categories
from townreturn.samples.figures import chain_figures
from townreturn.samples.filing import Filing, compose_filing
from townreturn.templates import blank_workbook
from townreturn.templates.assignment import Assignment
from townreturn.templates.filling import fill_template
from townreturn.wording import say

ANSWERS = "answers.json"
_SATURDAY = 5


def write_samples(
    plans: PlanBook, rules: Callable[[str], Path], first: Period, last: Period, seed: int, folder: Path,
    faults: bool = False,
) -> Path:  # fmt: skip
    """Write ``folder/<period>/*.xlsx`` for every lead unit and the answer file, whose path it returns.

    ``rules`` gives the folder of a form edition's suites: what they ask about a file is explained
    in it, as if every period since the first plan had been sent in. The answers hold each file's
    true received time (also its mtime), its fault (late, wrong, duplicate, corrected, or null) and
    the intended figures; ``missing`` lists what was not sent. Raises Misuse for a reversed range
    and for a period without a plan in force.
    """
    if last < first:
        raise Misuse("SAMPLE_RANGE_REVERSED", first=first, last=last)
    in_force = {period: plans.in_force(period) for period in periods_between(first, last)}
    chain = chain_figures(plans, last, seed)
    files: list[dict[str, object]] = []
    missing: list[dict[str, object]] = []
    for period, plan in in_force.items():
        for filing in _compose_all(plans, rules(plan.form.edition), period, chain, seed, faults):
            sent = _deliver(plans, filing, seed, faults)
            _write_files(filing, sent, folder)
            files += [_answer(one) for one in sent]
            if not sent:
                missing.append({"period": period.key, "unit": filing.unit.code, "categories": list(filing.figures)})
    answers = {"seed": seed, "town": plans.town_code, "files": files, "missing": missing}
    return _write_answers(folder / ANSWERS, answers)


def _compose_all(plans: PlanBook, rules: Path, period: Period, chain: Chain, seed: int, faults: bool) -> list[Filing]:
    """What every lead unit would send for a period, explained; judged in one batch."""
    filings = [compose_filing(plans, period, unit, chain, seed) for unit in plans.in_force(period).reporting_units]

    def rejected(earlier: Period) -> frozenset[str]:
        return rejected_categories(plans, earlier, chain, seed) if faults else frozenset()

    return explain_filings(filings, history_of(plans, chain, period, rejected), rules, seed)


def _deliver(plans: PlanBook, filing: Filing, seed: int, faults: bool) -> list[Delivery]:
    rng = Random(f"{seed}/{plans.town_code}/{filing.unit.code}/{filing.period}/delivery")  # noqa: S311
    mishap = mishap_of(plans, filing.period, filing.unit, seed) if faults else None
    received_at = _received(filing.plan.calendar, filing.period, rng)
    return deliveries(filing, _names(filing.unit, filing.period, rng), received_at, mishap)


def _received(calendar: ReportingCalendar, period: Period, rng: Random) -> datetime:
    """A time in office hours between the close of the period and its due time, not at a weekend if possible."""
    opened = calendar.end(period).date()
    span = (calendar.shown_due(period).date() - opened).days
    days = [opened + timedelta(days=step) for step in range(span + 1)]
    day = rng.choice([day for day in days if day.weekday() < _SATURDAY] or days)
    return datetime.combine(day, time(8, 30), calendar.zone) + timedelta(seconds=rng.randrange(9 * 3600))


def _names(unit: Unit, period: Period, rng: Random) -> FileNames:
    """Names as people give them; what a file is must be read inside it."""
    names = say("SAMPLE_FILE_NAMES", unit=unit.name, period=period, year=period.year, month=period.month).split("|")
    name = rng.choice(names).replace("/", "_")
    revised, copied = say("SAMPLE_REVISED_NAME", name=name), say("SAMPLE_COPIED_NAME", name=name)
    return FileNames(f"{name}.xlsx", f"{revised}.xlsx", f"{copied}.xlsx")


def _write_files(filing: Filing, sent: list[Delivery], folder: Path) -> None:
    if not sent:
        return
    target = folder / filing.period.key
    target.mkdir(parents=True, exist_ok=True)
    template = blank_workbook(Assignment(filing.plan, filing.period, filing.unit))
    for one in sent:
        _put(target / one.name, fill_template(template, one.filing.plan, one.filing.contents), one.received_at)


def _put(path: Path, content: bytes, received_at: datetime) -> None:
    """Write aside, then rename, so that an inbox never shows half a file."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    aside.write_bytes(content)
    os.utime(aside, (received_at.timestamp(), received_at.timestamp()))
    aside.replace(path)


def _answer(one: Delivery) -> dict[str, object]:
    categories = {
        code: {
            "zero_return": month.zero_return,
            "figures": {indicator: str(value) for indicator, value in month.values.items()},
        }
        for code, month in one.filing.figures.items()
    }
    detail = {"what": one.what, "category": one.category or None} if one.what else None
    return {
        "file": f"{one.filing.period.key}/{one.name}",
        "period": one.filing.period.key,
        "unit": one.filing.unit.code,
        "received_at": one.received_at.isoformat(),
        "fault": one.fault,
        "detail": detail,
        "categories": categories,
    }


def _write_answers(path: Path, answers: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    aside.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)
    return path
