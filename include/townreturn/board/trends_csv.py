"""The figures of 趋势与对比 as CSV, with the columns of the machine-readable twin."""

import csv
import io
from collections.abc import Iterator

from townreturn.board.trends_view import TrendLine, TrendsView
from townreturn.publishing.twin import neutralise

COLUMNS = (
    "town",
    "period",
    "issue",
    "category",
    "indicator",
    "measure",
    "value",
    "unit",
    "status",
    "category_name",
    "indicator_name",
)


def write_trends(view: TrendsView, town: str) -> bytes:
    """UTF-8 with a byte order mark, for spreadsheets; one row per period and column, ascending.

    ``value`` and ``issue`` are empty where there is none, and ``status`` says why; it is that of a PointStatus.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(view, town))
    return out.getvalue().encode("utf-8-sig")


def _rows(view: TrendsView, town: str) -> Iterator[list[str]]:
    for place in range(len(view.periods)):
        for line in view.lines:
            yield _row(view, town, place, line)


def _row(view: TrendsView, town: str, place: int, line: TrendLine) -> list[str]:
    period, point = view.periods[place], line.curve.points[place]
    issue = "" if period.issue is None else str(period.issue)
    value = "" if point.value is None else f"{point.value:f}"
    before = [town, period.period, issue, line.column.category, view.indicator, view.measure.value]
    after = [view.unit, point.status.value, line.column.heading, view.label]
    return [*map(neutralise, before), value, *map(neutralise, after)]
