"""Files that are kept with an issue: what was published, and the plan, form, working days and rules it was made by."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class FileKind(StrEnum):
    """What a kept file is to its issue; the last four only where its plan names such files."""

    OUTPUT = "output"
    PLAN = "plan"
    FORM = "form"
    RULES = "rules"
    WORKING_DAYS = "working_days"
    MAPPING = "mapping"
    TEMPLATE = "template"
    WORD_TEMPLATE = "word_template"


BESIDE_THE_PLAN = (FileKind.WORKING_DAYS, FileKind.MAPPING, FileKind.TEMPLATE, FileKind.WORD_TEMPLATE)
"""Working days, the mapping to a superior's template, that template, and the Word template of briefings."""


@dataclass(frozen=True)
class KeptFile:
    """A file as it was read or is to be written: its kind, its name without a folder, its bytes."""

    kind: FileKind
    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()
