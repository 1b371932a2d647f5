"""Files by the numbers and hashes of our own record, and the board's own assets by name: never by a path."""

from importlib.resources import files
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Path
from starlette.responses import Response

from townreturn.board.access import Visit, reporting_visit, visit_of
from townreturn.board.history_view import Download, Part, read_published, read_received
from townreturn.domain.period import Period

router = APIRouter()
for_reporters = APIRouter()
"""Of the own unit."""

_ASSETS = {
    "board.css": ("board.css", "text/css"),
    "sheet.css": ("sheet.css", "text/css"),
    "trends.css": ("trends.css", "text/css"),
    "board.js": ("board.js", "text/javascript"),
    "trends.js": ("trends.js", "text/javascript"),
    "echarts.js": ("vendor/echarts.common.min.js", "text/javascript"),
}
"""Name → where it lies under static/, and what it is."""


class Attachment(Response):
    """A file to be kept, whatever it is."""

    media_type = "application/octet-stream"


@for_reporters.get("/static/{name}", include_in_schema=False)
def get_asset(name: str) -> Response:
    """A style sheet or a script."""
    if name not in _ASSETS:
        raise HTTPException(404)
    path, media_type = _ASSETS[name]
    return Response(files("townreturn.board").joinpath("static", path).read_bytes(), media_type=media_type)


@router.get("/files/{period}/{issue}/{file_hash}", response_class=Attachment)
def download_published(
    visit: Annotated[Visit, Depends(visit_of)],
    period: str,
    issue: Annotated[int, Path(ge=0, le=9999)],
    file_hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
) -> Attachment:
    """A file of a published issue, as it was published."""
    return attach(read_published(visit.office, Period(period), issue, file_hash))


@for_reporters.get("/received/{arrival_id}/{part}", response_class=Attachment)
def download_received(
    visit: Annotated[Visit, Depends(reporting_visit)], arrival_id: Annotated[int, Path(ge=1, lt=2**63)], part: Part
) -> Attachment:
    """A file that came in, or what it was answered with."""
    return attach(read_received(visit.office, arrival_id, part, visit.reach))


def attach(file: Download) -> Attachment:
    """Never shown in the browser, whatever it is; its name, which may be a sender's text, in ASCII only [RFC 8187]."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return Attachment(file.content, headers={"Content-Disposition": disposition})
