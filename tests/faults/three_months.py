"""Three months of samples through a running Airflow, with files that are returned, nobody's, and sent twice."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from site_on_airflow import Site
from townreturn import month
from townreturn.domain.period import Period, periods_between
from townreturn.operating.airflow_client import MONTHLY, Question
from townreturn.operating.backfill import ANSWER_AFTER_SECONDS
from townreturn.operating.overview import published_of
from townreturn.operating.sample_delivery import drop_into_inbox
from townreturn.samples import write_samples

JANUARY, FEBRUARY, MARCH = PERIODS = tuple(periods_between(Period("2018-01"), Period("2018-03")))


def drop_samples(site: Site, folder: Path) -> dict[str, bytes]:
    """Three months with every fault that samples know, a note that is no workbook, and a copy; what was dropped."""
    office = site.office
    write_samples(office.plans, office.rules, JANUARY, MARCH, 1, folder, faults=True)
    first = min((folder / JANUARY.key).glob("*.xlsx"))
    shutil.copy2(first, folder / JANUARY.key / "copy.xlsx")
    (folder / JANUARY.key / "note.txt").write_text("本月无", encoding="utf-8")
    files = [path for period in PERIODS for path in sorted((folder / period.key).iterdir())]
    for path in files:
        drop_into_inbox(office, path)
    return {f"{path.parent.name}_{path.name}": path.read_bytes() for path in files}


@dataclass
class Approvers:
    """Whoever is asked approves, as soon as Airflow can hear it; asked again after a fault, they do so again."""

    site: Site
    asked_since: dict[Question, float] = field(default_factory=dict)

    def answer(self) -> None:
        now = time.monotonic()
        with self.site.client() as client:
            asked = [(one, client.run(one.run_id, one.dag_id).period) for one in client.questions()]
        self.asked_since = {one: self.asked_since.get(one, now) for one, _ in asked}
        for question, period in asked:
            is_ripe = now - self.asked_since[question] > ANSWER_AFTER_SECONDS
            if is_ripe and question.dag_id == MONTHLY and period not in published(self.site):
                account = month.most_helpful_approver(self.site.office, Period(period))
                self.site.answer_question(question, "Approve", account)
                del self.asked_since[question]


def published(site: Site, periods: Sequence[Period] = PERIODS) -> set[str]:
    """The keys of those that are out."""
    return set(published_of(site.office, periods))


def tries_of(site: Site, task_id: str) -> list[int]:
    """How often Airflow has started a task, run by run, as its own database says."""
    import sqlite3

    with sqlite3.connect(f"file:{site.installation.folder / 'airflow.db'}?mode=ro", uri=True) as airflow:
        rows = airflow.execute("SELECT try_number FROM task_instance WHERE task_id = ?", (task_id,)).fetchall()
    return sorted(number for (number,) in rows)
