"""A template opened for filling: of a kind that can be filled, and of the version that the mapping is about."""

from townreturn.domain.kept_file import KeptFile
from townreturn.plans.superior.mapping import MappingFile, Version
from townreturn.plans.superior.resolving import resolve
from townreturn.spreadsheets.editing.filling import FillableWorkbook
from townreturn.spreadsheets.editing.package import NotEditable
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.reader_child import read_bytes
from townreturn.spreadsheets.workbook import FileKind
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say

_TEMPLATE = ("template",)


def open_template(document: StrictDocument, mapping: MappingFile, template: KeptFile) -> FillableWorkbook:
    """Raises ConfigurationFault where the template cannot be filled, or is not the one that was mapped."""
    if mapping.version is None and not mapping.sha256:
        document.fail(("version",), "CONFIG_MISSING_KEY")
    if mapping.sha256 and mapping.sha256.lower() != template.sha256:
        detail = say("SUPERIOR_TEMPLATE_CHANGED", name=template.name, found=template.sha256)
        document.fail(("sha256",), "CONFIG_BAD_VALUE", detail=detail)
    _refuse_kind(document, template)
    try:
        book = FillableWorkbook(template.content)
    except NotEditable as fault:
        detail = say("SUPERIOR_NOT_FILLABLE", name=template.name, detail=fault)
        document.fail(_TEMPLATE, "CONFIG_BAD_VALUE", detail=detail)
    if mapping.version is not None:
        _refuse_other_version(document, book, mapping.version)
    return book


def _refuse_kind(document: StrictDocument, template: KeptFile) -> None:
    """A whole, open xlsx workbook without macros."""
    try:
        raw = read_bytes(template.content)
    except CannotRead as fault:
        code = "SUPERIOR_ENCRYPTED" if fault.code == "FILE_ENCRYPTED" else "SUPERIOR_NOT_XLSX"
        document.fail(_TEMPLATE, "CONFIG_BAD_VALUE", detail=say(code, name=template.name))
    if raw.has_macros:
        document.fail(_TEMPLATE, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_MACROS", name=template.name))
    if raw.kind is not FileKind.XLSX:
        document.fail(_TEMPLATE, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_NOT_XLSX", name=template.name))


def _refuse_other_version(document: StrictDocument, book: FillableWorkbook, version: Version) -> None:
    cell = resolve(document, book, ("version", "cell"), version.cell)
    found = book.text(cell).strip()
    if found != version.text.strip():
        detail = say("SUPERIOR_OTHER_VERSION", cell=cell, expected=version.text, found=found)
        document.fail(("version", "text"), "CONFIG_BAD_VALUE", detail=detail)
