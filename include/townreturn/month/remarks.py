"""What a unit must know of its obligations beyond the findings: what stands, what was sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Arrival, Judgement
from townreturn.foreign_text import one_line
from townreturn.store.chains import LatestReport
from townreturn.store.following import KnownBytes
from townreturn.wording import say

_NEXT_OPENING = "NEXT_OPENING_DIFFERS"

Standing = Mapping[str, LatestReport]
"""Category → the report that the unit's obligation stands by."""

Known = Mapping[str, KnownBytes]
"""Category → what became of the file's bytes before; without an entry they are new to the obligation."""


@dataclass(frozen=True)
class Remarks:
    """``sentences``: category → what the receipt says of it. ``to_correct`` and ``too_late`` are the
    categories that change a published period, before and after its window closed.
    """

    sentences: dict[str, str]
    to_correct: frozenset[str]
    too_late: frozenset[str]


@dataclass(frozen=True)
class Published:
    """A period that is published: what a receipt says of a change received before ``closes_at``, and of a later one."""

    closes_at: datetime
    within: str
    outside: str


def find_remarks(
    standing: Standing, known: Known, arrival: Arrival, judgements: Sequence[Judgement], published: Published | None
) -> Remarks:
    """What there is to say before the file is entered; ``judgements`` as they stand."""
    sentences: dict[str, str] = {}
    to_correct, too_late = set[str](), set[str]()
    for judgement in judgements:
        category = judgement.report.category
        sentence = _of_what_stands(standing.get(category), known.get(category), arrival, judgement)
        if not sentence and published and _is_accepted(judgement) and is_news(judgement, known):
            is_late = _received_at(arrival, known.get(category)) >= published.closes_at
            (too_late if is_late else to_correct).add(category)
            sentence = published.outside if is_late else published.within
        if sentence := sentence or _of_next_period(judgement):
            sentences[category] = sentence
    return Remarks(sentences, frozenset(to_correct), frozenset(too_late))


def _received_at(arrival: Arrival, known: KnownBytes | None) -> datetime:
    """When the content came first, as its chain has it."""
    return min(arrival.received_at, known.link.received_at) if known else arrival.received_at


def _of_what_stands(
    report: LatestReport | None, known: KnownBytes | None, arrival: Arrival, judgement: Judgement
) -> str:
    if known is not None and (exclusion := known.link.exclusion) is not None:
        return say("REMARK_EXCLUDED", reason=one_line(exclusion.reason))
    if known is not None and _is_sent_back(known, report):
        return say("REMARK_SENT_BACK")
    if report is None or not report.is_accepted:
        return ""
    if not _is_accepted(judgement):
        return say("REMARK_EARLIER_STANDS", revision=report.revision)
    if known is None:
        stands_later = (report.received_at, report.file_hash) > (arrival.received_at, arrival.file_hash)
        return say("REMARK_LATER_STANDS", revision=report.revision) if stands_later else ""
    repeats_another = report.file_hash != arrival.file_hash and not known.counts_again
    return say("REMARK_OTHER_STANDS", revision=report.revision) if repeats_another else ""


def _of_next_period(judgement: Judgement) -> str:
    """A closing balance changed after the next period was accepted: that one has to follow."""
    is_explained = judgement.verdict is Verdict.EXPLAINED
    asked = is_explained and any(one.code == _NEXT_OPENING for one in judgement.findings)
    return say("REMARK_CORRECT_NEXT_PERIOD") if asked else ""


def is_news(judgement: Judgement, known: Known) -> bool:
    """Whether a report is to be made: of new bytes always, of known ones if they are accepted by now."""
    bytes_before = known.get(judgement.report.category)
    return bytes_before is None or (bytes_before.counts_again and _is_accepted(judgement))


def as_they_stand(judgements: Sequence[Judgement], standing: Standing, known: Known) -> list[Judgement]:
    """The judgements of known bytes: what was sent back or excluded stays returned."""
    return [
        replace(one, verdict=Verdict.RETURNED) if _is_withdrawn(one.report.category, standing, known) else one
        for one in judgements
    ]


def _is_withdrawn(category: str, standing: Standing, known: Known) -> bool:
    bytes_before = known.get(category)
    if bytes_before is None:
        return False
    return bytes_before.link.exclusion is not None or _is_sent_back(bytes_before, standing.get(category))


def _is_sent_back(known: KnownBytes, report: LatestReport | None) -> bool:
    """Bytes that an approver sent back, or that could not stand because later ones were sent back."""
    waits = report is not None and report.is_sent_back and not known.counts_again
    return known.link.is_sent_back or waits


def _is_accepted(judgement: Judgement) -> bool:
    return judgement.verdict is not Verdict.RETURNED
