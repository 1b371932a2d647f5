"""Makes the two returns whose documents are kept here: `python tests/golden/documents/make_returns.py`.

Samples of 2017 and 2018 go through the real intake, approval and publication. The full month is May
2018, with everything before it. The poor one is June 2018 as first corrected: two units sent nothing,
a category returned zero, and tobacco's report was replaced after publication.
"""

import shutil
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from townreturn import month
from townreturn.domain.canonical import canonical_json
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.office import Office, open_office
from townreturn.samples import write_samples
from townreturn.settings import Settings
from townreturn.spreadsheets.editing.cells import Cells
from townreturn.spreadsheets.editing.workbook import EditedWorkbook
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from inbox_files import drop  # noqa: E402 - the tests' own folder is not a package
from written_plans import valid, write_plan  # noqa: E402

FIRST, FULL, POOR = Period("2017-01"), Period("2018-05"), Period("2018-06")
SEED = 1
OUT = ("zhujian", "nonglinshui")
"""Who sends nothing in the poor month."""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        office = open_office(_settings(Path(name)))
        write_samples(office.plans, office.rules, FIRST, POOR, SEED, Path(name) / "samples")
        for period in periods_between(FIRST, POOR):
            published = _publish(office, period, Path(name) / "samples" / period.key)
            if period == FULL:
                (HERE / "full-return.json").write_text(canonical_json(published), encoding="utf-8")
        (HERE / "poor-return.json").write_text(canonical_json(_correct(office)), encoding="utf-8")


def _settings(folder: Path) -> Settings:
    last_year = write_plan(folder, ("code: qingxi-2018\n", "code: qingxi-2017\n"), valid("2017-01", "2017-12"))
    plans = f"{last_year},qingxi-2018"
    return Settings.from_environment({"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": plans})


def _publish(office: Office, period: Period, samples: Path) -> TownReturn:
    plan = office.plans.in_force(period)
    silent = {plan.unit_by_code[one].name for one in OUT} if period == POOR else set()
    for path in sorted(samples.glob("*.xlsx")):
        if _unit_of(plan, path) not in silent:
            shutil.copy2(path, Path(office.inbox.path) / f"{period}-{path.name}")
    return _approve(office, period, plan.calendar.due_at(period) + timedelta(hours=9))


def _unit_of(plan: Plan, path: Path) -> str:
    cells = _sheet(EditedWorkbook(path.read_bytes()), plan.form.sheets.cover)
    row, column = cells.find(plan.form.anchors.unit) or (0, 0)
    return str(cells.text(row, column + 1))


def _approve(office: Office, period: Period, now: datetime) -> TownReturn:
    month.open_period(office, period, office.plans.in_force(period).calendar.end(period), "", backfilled=False)
    month.take_in(office, now)
    return _issue(office, month.compile_return(office, period, now), now)


def _issue(office: Office, compilation: int, now: datetime) -> TownReturn:
    month.check_return(office, compilation)
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="同意", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)
    with reading(office.engine) as tx:
        return find_compilation(tx, compilation).town_return


def _correct(office: Office) -> TownReturn:
    """Tobacco's June report once more: two publicity events more, and the reason in 审核说明."""
    plan = office.plans.in_force(POOR)
    path = next(one for one in Path(office.inbox.path).parent.joinpath("archive").rglob("*") if _is_tobacco(plan, one))
    book = EditedWorkbook(path.read_bytes())
    indicator = plan.form.by_code["publicity_events"]
    statistics = _sheet(book, plan.form.sheets.statistics)
    row, _ = statistics.find(indicator.label) or (0, 0)
    _, unit_column = statistics.find(plan.form.anchors.unit_of_measure) or (0, 0)
    statistics.put(row, unit_column + 1, 4)
    reasons = _sheet(book, plan.form.section(plan.form.explanations).sheet)
    head, column = reasons.find(plan.form.anchors.category) or (0, 0)
    columns = reasons.in_row(head)
    free = next(row for row in range(head + 1, head + 50) if not reasons.text(row, column))
    reasons.put(free, column, plan.category_by_code["tobacco"].heading)
    (label,) = (one.label for one in plan.form.section(plan.form.explanations).fields if one.code == "reason")
    reasons.put(free, columns[label], "复核台账发现漏统计两次进市场宣传活动，现予补报")
    now = plan.calendar.due_at(POOR) + timedelta(days=3)
    drop(office, f"{POOR}-烟草更正.xlsx", now - timedelta(hours=2), book.pack())
    month.take_in(office, now)
    return _issue(office, month.compile_correction(office, POOR, now), now)


def _is_tobacco(plan: Plan, path: Path) -> bool:
    if not path.is_file() or path.read_bytes()[:2] != b"PK" or not _is_submission(plan, path):
        return False
    cells = _sheet(EditedWorkbook(path.read_bytes()), plan.form.sheets.statistics)
    row, column = cells.find(plan.form.anchors.period) or (0, 0)
    return cells.text(row, column + 1) == POOR.key and _unit_of(plan, path) == plan.lead_of("tobacco").name


def _is_submission(plan: Plan, path: Path) -> bool:
    try:
        return plan.form.sheets.statistics in EditedWorkbook(path.read_bytes()).sheet_names
    except Exception:  # noqa: BLE001 - the archive holds documents and returns as well
        return False


def _sheet(book: EditedWorkbook, name: str) -> Cells:
    sheet = book.sheet(name)
    if sheet is None:
        raise LookupError(name)
    return sheet.cells


if __name__ == "__main__":
    main()
