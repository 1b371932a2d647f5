"""What it costs to write the files of one issue, and to draw its pictures, with a year behind it."""

from datetime import date

from bench.measuring import median_cpu_seconds, row
from bench.workbooks import PERIOD

from townreturn.office import Office
from townreturn.publishing import render_issue
from townreturn.publishing.charts.canvas import drawing
from townreturn.publishing.charts.illustrations import list_illustrations
from townreturn.publishing.manifest import Issue
from townreturn.store.engine import reading
from townreturn.store.returns import newest_compilation


def measure_rendering(office: Office) -> list[dict[str, object]]:
    """Of the newest return of an office whose year is published; importing and the first use are paid before."""
    issue = newest_issue(office)
    render_issue(issue)
    rendering = median_cpu_seconds(lambda: render_issue(issue))
    drawing_all = median_cpu_seconds(lambda: draw_pictures(issue))
    return [
        row("render_issue_cpu_s", rendering, "CPU-s", "every file of one issue, a year behind it"),
        row("charts_cpu_s", drawing_all, "CPU-s", "of which the pictures of the briefing"),
    ]


def newest_issue(office: Office) -> Issue:
    plan = office.plans.in_force(PERIOD)
    with reading(office.engine) as tx:
        compilation = newest_compilation(tx, plan.town_code, PERIOD.key)
    if compilation is None:
        raise LookupError(PERIOD.key)
    return Issue(compilation.town_return, plan, compilation.content_hash, date(2019, 1, 4))


def draw_pictures(issue: Issue) -> None:
    with drawing():
        for one in list_illustrations(issue.town_return, issue.plan):
            one.draw()
