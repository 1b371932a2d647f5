"""Marked copies of senders' workbooks (标注件): made in child processes, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from townreturn.domain.plan import Plan
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.composing import compose_marking
from townreturn.spreadsheets.isolation import run_isolated


@dataclass(frozen=True)
class MarkingJob:
    """A file that was read, with its receipt's case, whose bytes stand at ``path``."""

    path: Path
    case: ReceiptCase
    plan: Plan


def mark_copies(jobs: Sequence[MarkingJob]) -> list[bytes | None]:
    """The marked copy of each file as xlsx bytes, in the order given; None where the file cannot be opened.

    The copy is itself a valid submission: the unit corrects or explains in it and sends it back.
    Raises Broken when no child process can be started.
    """
    encoder = msgspec.json.Encoder()
    markings = [encoder.encode(compose_marking(str(one.path.absolute()), one.case, one.plan)) for one in jobs]
    return [one or None for one in run_isolated("townreturn.receipts.marking_child", markings)]
