"""Printing: PDF of a published return and its briefing, beside the issue."""

from dataclasses import replace

from townreturn.domain.errors import Refused
from townreturn.domain.kept_file import KeptFile
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.rebuilding import read_published
from townreturn.office import Office
from townreturn.publishing.delivery import has_all, place_beside
from townreturn.publishing.naming import briefing_name, pdf_folder, workbook_name
from townreturn.publishing.pdf import find_program, hide_sheet, make_pdf
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation
from townreturn.wording import say


def print_issue(office: Office, period: Period, number: int | None = None) -> str:
    """The folder with the PDF of an issue, by default the newest; made once.

    Raises Misuse and Refused as ``rebuilding.read_published``; Refused where there is no LibreOffice;
    Broken when it makes none, or the archive has lost a file. Then no folder is there.
    """
    publication, files = read_published(office, period, number)
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, publication.compilation_id).town_return
    names = (workbook_name(town_return), briefing_name(town_return))
    documents = [_to_print(one, office.plans.in_force(period)) for one in files if one.name in names]
    folder = pdf_folder(period, publication.issue)
    if has_all(office.outbox / folder, [f"{one.name.rpartition('.')[0]}.pdf" for one in documents]):
        return str(office.outbox / folder)
    program = find_program()
    if program is None:
        raise Refused("PDF_NO_PROGRAM")
    return place_beside(office.outbox, folder, make_pdf(program, documents))


def _to_print(document: KeptFile, plan: Plan) -> KeptFile:
    """Above the town without 数据来源, which has a line for each figure of each subordinate: eight pages of each."""
    if not plan.subordinates or not document.name.endswith(".xlsx"):
        return document
    return replace(document, content=hide_sheet(document.content, say("RETURN_SHEET_SOURCES")))
