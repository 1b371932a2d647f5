"""Every page of the board as the browser tests show it: a row for each route, more where a page has other faces."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_type_hints
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse


@dataclass(frozen=True)
class Shown:
    """``name`` of its picture; ``account``: who looks at it; ``data``: paths of the API that give what the page
    shows, whatever the language."""

    name: str
    route: str
    path: str
    query: str = ""
    data: tuple[str, ...] = ()
    account: str = "operator"

    def with_files(self, numbers: Mapping[str, int]) -> "Shown":
        """The same with the numbers of files in its paths."""
        return replace(
            self, path=self.path.format_map(numbers), data=tuple(one.format_map(numbers) for one in self.data)
        )

    def address(self, **query: str) -> str:
        """The page by itself, below the host."""
        told = "&".join(part for part in (self.query, urlencode(query)) if part)
        return f"/board{self.path}" + (f"?{told}" if told else "")

    def framed(self) -> str:
        """The page in a frame like Airflow's."""
        return f"/framed{self.path}?{urlencode({'query': self.query})}"


_FIGURE = "/figures/{period}/{category}/{indicator}/{measure}"

PAGES = (
    Shown("period", "/", "/", data=("/periods/2018-03", "/periods/2018-03/duties")),
    Shown("period-published", "/", "/", "period=2018-02", data=("/periods/2018-02", "/periods/2018-02/duties")),
    Shown("preview", "/preview", "/preview", data=("/periods/2018-03/preview",)),
    Shown(
        "preview-against", "/preview", "/preview", "period=2018-02&measure=month_on_month&issue=1&against=0",
        data=("/periods/2018-02/preview?measure=month_on_month&issue=1&against=0",),
    ),
    Shown(
        "figure", _FIGURE, "/figures/2018-02/total/cases_filed/ytd", "issue=0",
        data=("/periods/2018-02/figures/total/cases_filed/ytd?issue=0",),
    ),
    Shown("quality", "/quality", "/quality", data=("/quality",)),
    Shown("rules", "/rules", "/rules", data=("/rules",)),
    Shown("history", "/history", "/history", data=("/periods",)),
    Shown("history-of-period", "/history/{period}", "/history/2018-02", data=("/periods/2018-02/history",)),
    Shown(
        "verification", "/verification/{period}", "/verification/2018-01", data=("/periods/2018-01/verification",)
    ),
    Shown(
        "submission", "/submissions/{arrival_id}", "/submissions/{returned}",
        data=("/submissions/{returned}", "/submissions/{returned}/sheets/2"),
    ),
    Shown(
        "submission-compared", "/submissions/{arrival_id}", "/submissions/{accepted}", "sheet=3",
        data=("/submissions/{accepted}", "/submissions/{accepted}/sheets/3"),
    ),
    Shown(
        "exclusion", "/submissions/{arrival_id}/exclusion", "/submissions/{accepted}/exclusion",
        data=("/submissions/{accepted}",),
    ),
    Shown(
        "readmission", "/submissions/{arrival_id}/readmission", "/submissions/{excluded}/readmission",
        data=("/submissions/{excluded}",),
    ),
    Shown(
        "obligation", "/obligations/{period}/{category}", "/obligations/2018-03/building",
        data=("/periods/2018-03/obligations/building",),
    ),
    Shown(
        "duty", "/duties/{period}/{kind}/{unit}", "/duties/2018-03/work_plan/zhujian",
        data=("/periods/2018-03/duties/work_plan/zhujian",),
    ),
    Shown("reminder", "/reminder/{period}", "/reminder/2018-03", data=("/periods/2018-03/outstanding",)),
    Shown("letters", "/messages", "/messages", data=("/messages",)),
    Shown("letter", "/messages/{message_id}", "/messages/{refused}", data=("/messages/{refused}",)),
    Shown(
        "decision", "/decision/{period}", "/decision/2018-03", data=("/periods/2018-03/decision",), account="approver"
    ),
    Shown("correction", "/correction/{period}", "/correction/2018-01", data=("/periods/2018-01/preview",)),
    Shown("backfill", "/backfill", "/backfill"),
    Shown("intake", "/intake", "/intake"),
    Shown("upload", "/upload", "/upload"),
    Shown("trends", "/trends", "/trends", data=("/trends",)),
    Shown("trends-category", "/trends", "/trends", "indicator=goods_value&category=tobacco&category=building",
          data=("/trends?indicator=goods_value&category=tobacco&category=building",)),
    Shown("own", "/own", "/own", data=("/own",), account="reporter"),
    Shown("unfiled", "/unfiled", "/unfiled", data=("/unfiled",)),
)  # fmt: skip


def routes_of_pages(board: FastAPI) -> set[str]:
    """The paths that answer a GET with a page; ``/``, which leads reporters elsewhere, says less of its answer."""
    routes = [one for one in board.routes if isinstance(one, APIRoute) and "GET" in one.methods]
    return {"/"} | {one.path for one in routes if get_type_hints(one.endpoint).get("return") is HTMLResponse}
