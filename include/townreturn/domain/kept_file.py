"""Files that are kept with an issue: what was published, and the plan, form, working days and rules it was made by."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class FileKind(StrEnum):
    """What a kept file is to its issue; of working days only where its plan names a file of them."""

    OUTPUT = "output"
    PLAN = "plan"
    FORM = "form"
    WORKING_DAYS = "working_days"
    RULES = "rules"


@dataclass(frozen=True)
class KeptFile:
    """A file as it was read or is to be written: its kind, its name without a folder, its bytes."""

    kind: FileKind
    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()
