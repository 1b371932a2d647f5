"""The superior's own template (上级表式) of a plan: its mapping read, and checked against template, plan and form."""

from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.domain.superior import FigureCell, SuperiorTemplate, TextCell
from townreturn.plans.beside import ReadBeside, plain_name
from townreturn.plans.superior.coverage import refuse_uncovered
from townreturn.plans.superior.mapping import MappingFile
from townreturn.plans.superior.naming import refuse_bad_file_name
from townreturn.plans.superior.opening import open_template
from townreturn.plans.superior.resolving import resolve_all
from townreturn.plans.superior.wanted import Wanted, list_wanted
from townreturn.spreadsheets.editing.filling import Cell
from townreturn.strict_yaml import Location, StrictDocument


def load_superior_template(
    plan_file: StrictDocument, at: Location, plan: Plan, read: ReadBeside, name: object
) -> SuperiorTemplate:
    """The mapping file that the plan names at this place, and the template that the mapping names.

    Whatever could stand in the way of filling it is found here, long before anything is published.
    Raises ConfigurationFault naming file, key and line.
    """
    path, content = read(plain_name(plan_file, at, name), FileKind.MAPPING)
    document = StrictDocument(path, content)
    mapping = document.read(MappingFile, document.data)
    refuse_bad_file_name(document, mapping.file_name, plan)
    wanted = list_wanted(document, mapping, plan)
    _, workbook = read(plain_name(document, ("template",), mapping.template), FileKind.TEMPLATE)
    template = KeptFile(FileKind.TEMPLATE, mapping.template, workbook)
    book = open_template(document, mapping, template)
    cells = resolve_all(document, book, wanted)
    refuse_uncovered(document, book, mapping, set(cells.values()))
    return _filled_by(mapping, template, KeptFile(FileKind.MAPPING, path.name, content), cells)


def _filled_by(mapping: MappingFile, template: KeptFile, file: KeptFile, cells: dict[Wanted, Cell]) -> SuperiorTemplate:
    figures = ((cell, one.figure) for one, cell in cells.items() if one.figure)
    texts = ((cell, one.text) for one, cell in cells.items() if not one.figure)
    return SuperiorTemplate(
        template=template,
        mapping=file,
        file_name=mapping.file_name,
        figures=tuple(FigureCell(cell.sheet, cell.row, cell.column, *figure) for cell, figure in figures),
        texts=tuple(TextCell(cell.sheet, cell.row, cell.column, text) for cell, text in texts),
        missing=mapping.missing,
        incomparable=mapping.incomparable,
        percent=mapping.percent,
    )
