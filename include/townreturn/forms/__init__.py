"""The form editions, as data, and their strict loader."""

from functools import lru_cache
from pathlib import Path

from townreturn.domain.form import Across, Form, Indicator
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.strict_yaml import Location, Stamp, StrictDocument, stamp_of

PACKAGED = Path(__file__).parent


def load_form(name: str, beside: Path | None = None) -> Form:
    """The form edition called ``name``: a file beside the plan, else one of the package's own.

    Raises ConfigurationFault naming file, key and line for anything unknown, duplicate or dangling.
    """
    local = beside / f"{name}.yaml" if beside else None
    path = local if local and local.is_file() else PACKAGED / f"{name}.yaml"
    return _load(path, path.absolute(), stamp_of(path))


@lru_cache(maxsize=64)
def _load(path: Path, _place: Path, _stamp: Stamp | None) -> Form:
    """Towns share few editions: each is read once a process, for as long as its file stays as it is."""
    return _read(StrictDocument(path))


def load_kept_form(file: KeptFile) -> Form:
    """The form edition in a file's bytes, as they were kept; raises as ``load_form``."""
    return _read(StrictDocument(Path(file.name), file.content))


def _read(document: StrictDocument) -> Form:
    form = document.read(Form, document.data)
    _refuse_duplicates(document, form)
    _refuse_dangling(document, form)
    # Not a key of the file, so that the constructor refuses it there.
    object.__setattr__(form, "file", KeptFile(FileKind.FORM, document.path.name, document.content))
    return form


def _placed_indicators(form: Form) -> list[tuple[Location, Indicator]]:
    common = [(("indicators", row), one) for row, one in enumerate(form.indicators)]
    extra = [(("extras", category, row), one) for category, rows in form.extras.items() for row, one in enumerate(rows)]
    return [*common, *extra]


def _refuse_duplicates(document: StrictDocument, form: Form) -> None:
    """Codes and labels are how cells are found again, so neither may stand twice."""
    seen: set[str] = set()
    for place, one in _placed_indicators(form):
        for key, text in (("code", one.code), ("label", one.label)):
            _refuse_seen(document, (*place, key), text, seen)
    sheets = {form.sheets.instructions, form.sheets.cover, form.sheets.statistics}
    sections: set[str] = set()
    for row, section in enumerate(form.sections):
        _refuse_seen(document, ("sections", row, "sheet"), section.sheet, sheets)
        _refuse_seen(document, ("sections", row, "code"), section.code, sections)
        codes: set[str] = set()
        labels = {form.anchors.category}
        for column, field in enumerate(section.fields):
            _refuse_seen(document, ("sections", row, "fields", column, "code"), field.code, codes)
            _refuse_seen(document, ("sections", row, "fields", column, "label"), field.label, labels)


def _refuse_seen(document: StrictDocument, place: Location, text: str, seen: set[str]) -> None:
    if text in seen:
        document.fail(place, "CONFIG_DUPLICATE", value=text)
    seen.add(text)


def _refuse_dangling(document: StrictDocument, form: Form) -> None:
    common = {one.code for one in form.indicators}
    for key in ("opening_stock", "closing_stock", "major_cases"):
        if getattr(form, key) not in common:
            document.fail((key,), "CONFIG_DANGLING", value=getattr(form, key))
    for place, one in _placed_indicators(form):
        if one.rate and one.rate.of not in common:
            document.fail((*place, "rate", "of"), "CONFIG_DANGLING", value=one.rate.of)
    if form.explanations:
        _refuse_unfit_explanations(document, form)
    _refuse_undrawable(document, form)


def _refuse_unfit_explanations(document: StrictDocument, form: Form) -> None:
    """An explanation says of which figure, on which question and why."""
    fields = {one.code: {field.code for field in one.fields} for one in form.sections}
    if form.explanations not in fields:
        document.fail(("explanations",), "CONFIG_DANGLING", value=form.explanations)
    for code in ("indicator", "finding", "reason"):
        if code not in fields[form.explanations]:
            document.fail(("explanations",), "CONFIG_DANGLING", value=f"{form.explanations}.{code}")


def _refuse_undrawable(document: StrictDocument, form: Form) -> None:
    """Only common indicators are drawn; shares and totals only of those that are added up across categories."""
    drawn = [
        ("trend", form.charts.trend),
        ("years", form.charts.years),
        *(("shares", one) for one in form.charts.shares),
    ]
    additive = {one.code: one.across is Across.SUM for one in form.indicators}
    for key, code in drawn:
        if code and code not in additive:
            document.fail(("charts", key), "CONFIG_DANGLING", value=code)
        if code and key != "trend" and not additive[code]:
            document.fail(("charts", key), "CONFIG_CHART_WITHOUT_TOTAL", value=code)
