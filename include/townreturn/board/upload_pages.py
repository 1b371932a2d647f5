"""上传: a workbook for a unit, taken in at once, with its receipt on the screen."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Visit, uploading_visit
from townreturn.board.form_reading import read_form
from townreturn.board.history_view import tell_received
from townreturn.board.rendering import language_of, render
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.plan import Unit
from townreturn.foreign_text import storable
from townreturn.receipts.contents import compose_receipt
from townreturn.spreadsheets.limits import FILE_BYTES
from townreturn.store.arrivals import ArrivedFile, find_file
from townreturn.store.engine import reading
from townreturn.wording import say_in

for_reporters = APIRouter(include_in_schema=False)
"""Of the own unit."""
Uploading = Annotated[Visit, Depends(uploading_visit)]


@for_reporters.get("/upload")
def ask_upload(request: Request, visit: Uploading, unit: Annotated[str, Query(max_length=64)] = "") -> HTMLResponse:
    """The form."""
    return _form(request, visit, unit)


async def read_upload(request: Request, visit: Uploading) -> month.Upload:  # noqa: ARG001 - asked for first
    """What was sent, read only once it is known that the asker may; received when the last byte was here."""
    form = await read_form(request, most_files=1)
    try:
        unit, file = form.get("unit"), form.get("file")
        name, content = (file.filename or "", await file.read()) if isinstance(file, UploadFile) else ("", b"")
    finally:
        await form.close()
    clock: Callable[[], datetime] = request.app.state.clock
    return month.Upload(storable(unit) if isinstance(unit, str) else "", name, content, clock())


@for_reporters.post("/upload")
def upload(
    request: Request, visit: Uploading, sent: Annotated[month.Upload, Depends(read_upload)]
) -> HTMLResponse:  # fmt: skip
    """Take the file in and show the receipt that its unit gets."""
    try:
        if sent.unit not in {one.code for one in _choices(visit)}:
            raise Misuse("UPLOAD_UNIT_UNKNOWN", value=sent.unit)
        arrival_id, answer = month.take_in_upload(visit.office, sent, account=visit.asker.account)
    except (Misuse, Refused) as refusal:
        status = HTTPStatus.BAD_REQUEST if isinstance(refusal, Misuse) else HTTPStatus.CONFLICT
        told = say_in(language_of(request), refusal.code, **refusal.values)
        return _form(request, visit, sent.unit, status, told)
    receipt = compose_receipt(answer.case, answer.plan)
    file = tell_received(visit.office, _find(visit, arrival_id))
    return render(request, "receipt.html", receipt=receipt, file=file, page="upload", visit=visit)


def _form(
    request: Request, visit: Visit, unit: str, status: int = HTTPStatus.OK, refusal: str = ""
) -> HTMLResponse:  # fmt: skip
    return render(
        request, "upload.html", status=status, units=_choices(visit), unit=unit, most_mb=FILE_BYTES >> 20,
        refusal=refusal, page="upload", visit=visit,
    )  # fmt: skip


def _choices(visit: Visit) -> list[Unit]:
    """An operator uploads for every unit, a reporter for the own one."""
    units = month.uploading_units(visit.office.plans)
    return [one for one in units if visit.asker.may_act or one.code in visit.own_units]


def _find(visit: Visit, arrival_id: int) -> ArrivedFile:
    with reading(visit.office.engine) as tx:
        file = find_file(tx, visit.office.plans.town_code, arrival_id)
    assert file is not None  # noqa: S101 - it has just been entered
    return file
