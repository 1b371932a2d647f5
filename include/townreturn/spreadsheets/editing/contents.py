"""What an edited copy may carry on: passive parts only, because it leaves the office under the office's name."""

from townreturn.spreadsheets.editing.package import NotEditable, Package
from townreturn.spreadsheets.editing.relations import ContentTypes, Relations

_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OPENXML, _EXCEL = "application/vnd.openxmlformats-", "application/vnd.ms-excel."
_MACRO_TYPES = {f"application/vnd.ms-office.{name}" for name in ("vbaProject", "vbaProjectSignature")}
_MACRO_TYPES |= {f"application/vnd.ms-office.vbaProjectSignature{name}" for name in ("Agile", "V3")}
_PASSIVE = {
    "application/xml",
    "image/png", "image/jpeg", "image/jpg", "image/gif", "image/bmp", "image/x-emf", "image/x-wmf", "image/tiff",
    _WORKBOOK_TYPE,
    f"{_OPENXML}officedocument.spreadsheetml.template.main+xml",
    f"{_EXCEL}sheet.macroEnabled.main+xml", f"{_EXCEL}template.macroEnabled.main+xml",
    *(f"{_OPENXML}officedocument.spreadsheetml.{name}+xml" for name in (
        "worksheet", "chartsheet", "styles", "sharedStrings", "comments", "calcChain", "table", "sheetMetadata",
        "pivotTable", "pivotCacheDefinition", "pivotCacheRecords",
    )),
    f"{_OPENXML}officedocument.spreadsheetml.printerSettings",
    *(f"{_OPENXML}officedocument.{name}+xml" for name in (
        "theme", "drawing", "drawingml.chart", "drawingml.chartshapes", "themeOverride", "extended-properties",
        "custom-properties", "customXmlProperties",
    )),
    f"{_OPENXML}officedocument.vmlDrawing",
    f"{_OPENXML}package.core-properties+xml", f"{_OPENXML}package.relationships+xml",
    f"{_EXCEL}threadedcomments+xml", f"{_EXCEL}person+xml",
    "application/vnd.ms-office.chartstyle+xml", "application/vnd.ms-office.chartcolorstyle+xml",
}  # fmt: skip
_OUTER_RELATIONS = {"officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail"}


def check_contents(package: Package, types: ContentTypes) -> None:
    """Raise NotEditable for what acts, fetches or embeds: add-ins, macro sheets, ActiveX, OLE, data connections.

    A list of what is allowed: what a later Excel may invent is refused until somebody has looked at it.
    """
    unknown = types.every() - _PASSIVE - _MACRO_TYPES
    if unknown:
        raise NotEditable(f"active or unknown: {min(unknown)}")
    if any(one.kind not in _OUTER_RELATIONS for one in Relations(package, "").all()):
        raise NotEditable("the package hangs on something else than its workbook")
    for name in package.names:
        if name.endswith(".rels") and b"External" in package.read(name):
            _check_outside(package, name)


def _check_outside(package: Package, name: str) -> None:
    """Links that a person clicks may lead outside; nothing may be fetched from there by opening."""
    source = name.removesuffix(".rels").replace("_rels/", "")
    if any(one.is_external and one.kind != "hyperlink" for one in Relations(package, source).all()):
        raise NotEditable("something is fetched from outside")


def take_out_macros(package: Package, types: ContentTypes, workbook: str, relations: Relations) -> None:
    """Drop the VBA project: nothing in the form needs one, mail filters refuse it, and nobody here has read it."""
    types.put(workbook, _WORKBOOK_TYPE)
    for part in relations.remove("vbaProject"):
        for one in Relations(package, part).all():
            package.remove(one.target)
        package.remove(Relations(package, part).part)
        package.remove(part)
        types.remove(part)
    for content_type in _MACRO_TYPES:
        types.remove_type(content_type)
