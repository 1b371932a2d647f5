"""The month of one office above, stage by stage: its plan, intake, return, documents, and the pages of the board."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bench.subordinates import LoadAbove, write_into

from asked_board import asking
from levels_of_government import newest_issue, write_upper
from townreturn import month
from townreturn.domain.errors import Broken
from townreturn.domain.town_return import TOTAL, Measure
from townreturn.office import Office, open_offices
from townreturn.publishing.naming import issue_folder, pdf_folder
from townreturn.settings import Settings

APPROVER = "shengzhang"
INDICATOR = "cases_filed"


class AboveMonth:
    """A folder of its own and a database; ``sizes``: bytes of each page asked and document made, by name; ``told``:
    why there is no PDF."""

    def __init__(self, load: LoadAbove, folder: Path, url: str) -> None:
        self.load, self.period = load, load.drawn.period
        plans = folder / "plans"
        plans.mkdir(parents=True)
        # By its size: one database may hold several.
        write_upper(plans, f"above{load.count}", "上级", "province", load.subordinates, APPROVER)
        self._settings = Settings.from_environment(
            {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": str(plans), "TOWNRETURN_DATABASE_URL": url}
        )
        self._compilation = 0
        self._due: datetime
        self._now: datetime
        self.office: Office
        self.sizes: dict[str, int] = {}
        self.told: list[str] = []

    def load_plan(self) -> None:
        """As a process does when it starts."""
        [self.office] = open_offices(self._settings)
        self._due = self.office.plans.calendar.due_at(self.period)
        self._now = self._due + timedelta(days=4)

    def write(self) -> None:
        write_into(Path(self.office.inbox.path), self.load, self._due)

    def open_period(self) -> None:
        month.open_period(self.office, self.period, self._due - timedelta(days=5), "", backfilled=False)

    def take_in(self) -> None:
        month.take_in(self.office, self._now)

    def compile_return(self) -> None:
        self._compilation = month.compile_return(self.office, self.period, self._now)

    def check_return(self) -> None:
        month.check_return(self.office, self._compilation)

    def ask_pages(self) -> None:
        """Those that somebody looks at before approving."""
        for name, path in (("period", f"/?period={self.period}"), ("preview", f"/preview?period={self.period}")):
            self._ask(name, path)

    def approve(self) -> None:
        month.record_decision(
            self.office, self._compilation, account=APPROVER, approved=True, comment="同意", sent_back=(), run_id="",
            now=self._now,
        )  # fmt: skip

    def publish(self) -> None:
        month.publish(self.office, self._compilation, self._now)
        self._weigh(issue_folder(self.period, 0))

    def print_pdf(self) -> None:
        """A large one may be more than LibreOffice is given time for."""
        try:
            month.print_issue(self.office, self.period)
        except Broken as fault:
            self.told.append(str(fault))
        else:
            self._weigh(pdf_folder(self.period, 0))

    def trace(self) -> None:
        """A total: every category of every subordinate."""
        traced = month.trace(self.office, self.period, TOTAL, INDICATOR, Measure.CURRENT)
        assert all(one.adds_up for one in traced.tree.walk())

    def ask_figure(self) -> None:
        self._ask("figure", f"/figures/{self.period}/{TOTAL}/{INDICATOR}/{Measure.CURRENT}")

    def compare_with_load(self) -> None:
        """What is published of each category's indicator is the sum of what the load wrote of the subordinates in."""
        drawn, issue = self.load.drawn, newest_issue(self.office, self.period)
        counted = (drawn.written * drawn.accepted[:, drawn.columns.category_of]).sum(axis=0).tolist()
        stated = [issue.cell(category, one.code) for category, one in drawn.columns.cells]
        expected = [
            Decimal(total).scaleb(-one.decimals) for (_, one), total in zip(drawn.columns.cells, counted, strict=True)
        ]
        assert [one and one.current.value for one in stated] == expected

    def _ask(self, name: str, path: str) -> None:
        answer = asking(self.office, self._now)(path, accept_language="zh-CN")
        assert answer.status_code == 200, (path, answer.status_code)
        self.sizes[name] = len(answer.content)

    def _weigh(self, folder: str) -> None:
        files = sorted(Path(self.office.outbox.path, folder).iterdir())
        self.sizes |= {one.name: one.stat().st_size for one in files}


STAGES: dict[str, Callable[[AboveMonth], None]] = {
    "load plan": AboveMonth.load_plan,
    "write": AboveMonth.write,
    "open": AboveMonth.open_period,
    "take_in": AboveMonth.take_in,
    "compile": AboveMonth.compile_return,
    "check": AboveMonth.check_return,
    "pages before approval": AboveMonth.ask_pages,
    "approve": AboveMonth.approve,
    "publish": AboveMonth.publish,
    "PDF": AboveMonth.print_pdf,
    "trace a total": AboveMonth.trace,
    "page of a total": AboveMonth.ask_figure,
}
