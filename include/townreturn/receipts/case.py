"""What a receipt is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Judgement, Submission


@dataclass(frozen=True)
class ReceiptCase:
    """A file with its judgements; ``first_name`` is set when the same bytes came in before.

    ``names_first``: that came from the unit that this receipt is for, which may be told the name.
    ``remarks``: category → a sentence on what stands for it, beyond this file. ``marked_copy`` is
    the name of the marked copy that goes out with the receipt, empty when there is none.
    ``is_rehearsal``: the file was only checked, nothing was received.
    """

    submission: Submission
    judgements: Sequence[Judgement]
    disposition: Verdict
    first_name: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)
    marked_copy: str = ""
    is_rehearsal: bool = False
    names_first: bool = True
