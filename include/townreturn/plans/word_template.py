"""The Word template that a plan may name for its briefing; whatever a briefing would miss in it is said at load."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from townreturn.domain.briefing_styles import Style, TableStyle
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.plans.beside import ReadBeside, plain_name
from townreturn.strict_yaml import StrictDocument
from townreturn.wording import say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section

KEY = "briefing_template"
_MACROS = "vba"


@dataclass(frozen=True)
class Pages:
    """The first sections of a template of either orientation (竖排, 横排): size, margins, grid and footers."""

    upright: "Section"
    across: "Section"


def read_word_template(document: StrictDocument, data: dict[str, Any], read: ReadBeside) -> KeptFile | None:
    """The template that a plan's data name, None where they name none; a fault names what the template lacks."""
    if data.get(KEY) is None:
        return None
    name = plain_name(document, (KEY,), data[KEY])
    _, content = read(name, FileKind.WORD_TEMPLATE)
    file = KeptFile(FileKind.WORD_TEMPLATE, name, content)
    for fault in _faults(file):
        document.fail((KEY,), "CONFIG_BAD_VALUE", detail=fault)
    return file


def open_template(content: bytes) -> "WordDocument":
    """The template as a document; raises one of many errors when it is none."""
    from docx import Document

    return Document(io.BytesIO(content))


def find_pages(document: "WordDocument") -> Pages | None:
    """The pages of both orientations; None when one of them is missing."""
    found = {_is_across(one): one for one in reversed(document.sections)}
    return Pages(found[False], found[True]) if len(found) == 2 else None


def _is_across(section: "Section") -> bool:
    return (section.page_width or 0) > (section.page_height or 0)


def _faults(file: KeptFile) -> Iterator[str]:
    try:
        document = open_template(file.content)
    except Exception:  # noqa: BLE001 - whatever is no Word document is the same fault here
        yield say("BRIEFING_TEMPLATE_NOT_WORD", name=file.name)
        return
    if any(_MACROS in str(part.partname).lower() for part in document.part.package.iter_parts()):
        yield say("BRIEFING_TEMPLATE_MACROS", name=file.name)
    if lacking := list(_missing_styles(document)):
        yield say("BRIEFING_TEMPLATE_LACKS", name=file.name, styles=say("LIST_SEPARATOR").join(lacking))
    if find_pages(document) is None:
        yield say("BRIEFING_TEMPLATE_PAGES", name=file.name)


def _missing_styles(document: "WordDocument") -> Iterator[str]:
    """The names of those that are not there, or are there as styles of something else."""
    from docx.enum.style import WD_STYLE_TYPE

    there = {(one.name, one.type) for one in document.styles}
    needed = [(say(f"STYLE_{one.name}"), WD_STYLE_TYPE.PARAGRAPH) for one in Style]
    needed += [(say(f"TABLE_STYLE_{one.name}"), WD_STYLE_TYPE.TABLE) for one in TableStyle]
    yield from (name for name, kind in needed if (name, kind) not in there)
