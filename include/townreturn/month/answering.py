"""Where answers go: receipts by period and unit, and quarantined files with their notice."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from townreturn.domain.findings import Verdict
from townreturn.domain.message import Attachment
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival
from townreturn.files import write_for_now
from townreturn.office import Office
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.copies import MarkingJob, mark_copies
from townreturn.receipts.page import write_html
from townreturn.receipts.text import write_text
from townreturn.wording import say

_NAME_BYTES = 200


@dataclass(frozen=True)
class Answer:
    """What one file gets, by the plan it was judged by."""

    case: ReceiptCase
    plan: Plan


@dataclass(frozen=True)
class _Addressed:
    """An answer, and where its receipts go, without their endings."""

    answer: Answer
    place: Path

    @property
    def file_hash(self) -> str:
        return self.answer.case.submission.arrival.file_hash


@dataclass(frozen=True)
class Written:
    """An answer as it was written: its text, and of a file that was not accepted the page for mail and
    the marked copy (empty and None where there is none)."""

    answer: Answer
    text: str
    page: str
    marked_copy: Attachment | None

    @property
    def arrival(self) -> Arrival:
        return self.answer.case.submission.arrival


def write_answers(answers: Sequence[tuple[Office, Answer]]) -> list[tuple[Office, Written]]:
    """Write the receipts of files that offices have taken in, a quarantined file's beside its original bytes.

    Names hold no text from outside. Writing an answer again replaces it by the same. They are not
    settled on disk yet. The offices share an archive.
    """
    addressed = [_address(*one) for one in answers]
    copies: dict[Path, bytes] = {}
    if addressed:
        archive = answers[0][0].archive
        for one in addressed:
            if one.answer.case.disposition is Verdict.QUARANTINED:
                write_for_now(one.place.parent / "original.bin", archive.read(one.file_hash))
        marked = _returned(addressed)
        for start in range(0, len(marked), archive.most_lent):
            batch = marked[start : start + archive.most_lent]
            with archive.lend([one.file_hash for one in batch]) as paths:
                copies |= _mark([(one, paths[one.file_hash]) for one in batch])
    offices = (office for office, _ in answers)
    return [(office, _write(one, copies.get(one.place))) for office, one in zip(offices, addressed, strict=True)]


def write_receipts(answers: Sequence[tuple[Answer, Path]], places: Sequence[Path]) -> None:
    """Write the receipts of files checked before sending, each beside its ``place``."""
    named = (place.with_name(say("RECEIPT_NAME", name=_short(place.name))) for place in places)
    addressed = [_Addressed(answer, place) for (answer, _), place in zip(answers, named, strict=True)]
    sources = {one.place: source for one, (_, source) in zip(addressed, answers, strict=True)}
    copies = _mark([(one, sources[one.place]) for one in _returned(addressed)])
    for one in addressed:
        _write(one, copies.get(one.place))


def _returned(addressed: Sequence[_Addressed]) -> list[_Addressed]:
    return [one for one in addressed if one.answer.case.disposition is Verdict.RETURNED]


def _mark(returned: Sequence[tuple[_Addressed, Path]]) -> dict[Path, bytes]:
    """Place → the marked copy of the file at a path, where that can be opened."""
    copies = mark_copies([MarkingJob(path, one.answer.case, one.answer.plan) for one, path in returned])
    return {one.place: copy for (one, _), copy in zip(returned, copies, strict=True) if copy is not None}


def _write(one: _Addressed, copy: bytes | None) -> Written:
    """The text of every file; of one that is not accepted the page for mail too, and the marked copy that was made."""
    plan, case, marked_copy = one.answer.plan, one.answer.case, None
    if copy is not None:
        marked_copy = Attachment(_ended(one.place, ".xlsx").name, copy)
        case = replace(case, marked_copy=marked_copy.name)
        write_for_now(_ended(one.place, ".xlsx"), copy)
    text = write_text(case, plan)
    write_for_now(_ended(one.place, ".txt"), text.encode("utf-8-sig"))
    page = write_html(case, plan) if case.disposition in (Verdict.RETURNED, Verdict.QUARANTINED) else ""
    if page:
        write_for_now(_ended(one.place, ".html"), page.encode())
    return Written(replace(one.answer, case=case), text, page, marked_copy)


def _ended(place: Path, ending: str) -> Path:
    return place.with_name(place.name + ending)


def receipt_place(
    office: Office, plan: Plan, arrival: Arrival, unit: str, period: str, *, verdict: Verdict, is_copy: bool
) -> Path:  # fmt: skip
    """Where the receipts of a file lie, without their endings; ``period`` is empty where the file names none."""
    name = _name(plan, arrival, is_copy=is_copy)
    if verdict is Verdict.QUARANTINED:
        return office.quarantine / name / "receipt"
    return office.receipts / (period or "no-period") / f"{plan.unit_by_code[unit].name}_{name}"


def _address(office: Office, answer: Answer) -> _Addressed:
    submission = answer.case.submission
    period = submission.period.key if submission.period else ""
    place = receipt_place(
        office, answer.plan, submission.arrival, submission.unit or "", period,
        verdict=answer.case.disposition, is_copy=bool(answer.case.first_name),
    )  # fmt: skip
    return _Addressed(answer, place)


def _name(plan: Plan, arrival: Arrival, *, is_copy: bool) -> str:
    """By received time and content; a copy that came in the same second must not overwrite the first."""
    received = f"{arrival.received_at.astimezone(plan.calendar.zone):%Y%m%dT%H%M%S}"
    name = f"{received}_{arrival.file_hash[:8]}"
    if is_copy:
        name += f"_{hashlib.sha256(arrival.file_name.encode()).hexdigest()[:8]}"
    return name


def _short(name: str) -> str:
    """A name that leaves room for its endings: file systems take 255 bytes."""
    raw = os.fsencode(name)
    if len(raw) <= _NAME_BYTES:
        return name
    return raw[: _NAME_BYTES - 9].decode("utf-8", "ignore") + "_" + hashlib.sha256(raw).hexdigest()[:8]
