"""What a unit must know of its obligations beyond the findings: what stands, what was sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Arrival, Judgement
from townreturn.store.reports import LatestReport
from townreturn.wording import say

_NEXT_OPENING = "NEXT_OPENING_DIFFERS"

Standing = Mapping[str, LatestReport]
"""Category → the report it stands by."""


@dataclass(frozen=True)
class Remarks:
    """``sentences``: category → what the receipt says of it; ``published_already`` names categories."""

    sentences: dict[str, str]
    published_already: frozenset[str]


def find_remarks(
    standing: Standing, arrival: Arrival, judgements: Sequence[Judgement], *, is_repeat: bool, is_published: bool
) -> Remarks:
    """What there is to say before the file is entered."""
    sentences: dict[str, str] = {}
    published_already = set[str]()
    for judgement in judgements:
        category = judgement.report.category
        sentence = _of_what_stands(standing.get(category), arrival, judgement, is_repeat)
        if not sentence and judgement.verdict is not Verdict.RETURNED and is_published and not is_repeat:
            published_already.add(category)
            sentence = say("REMARK_PUBLISHED_ALREADY")
        if sentence := sentence or _of_next_period(judgement):
            sentences[category] = sentence
    return Remarks(sentences, frozenset(published_already))


def _of_what_stands(report: LatestReport | None, arrival: Arrival, judgement: Judgement, is_repeat: bool) -> str:
    if report is None:
        return ""
    if is_repeat and report.is_sent_back:
        return say("REMARK_SENT_BACK")
    if judgement.verdict is Verdict.RETURNED:
        return say("REMARK_EARLIER_STANDS", revision=report.revision) if report.is_accepted else ""
    if is_repeat and report.file_hash != arrival.file_hash:
        return say("REMARK_OTHER_STANDS", revision=report.revision)
    return ""


def _of_next_period(judgement: Judgement) -> str:
    """A closing balance changed after the next period was accepted: that one has to follow."""
    is_explained = judgement.verdict is Verdict.EXPLAINED
    asked = is_explained and any(one.code == _NEXT_OPENING for one in judgement.findings)
    return say("REMARK_CORRECT_NEXT_PERIOD") if asked else ""


def has_news(judgements: Sequence[Judgement], standing: Standing) -> bool:
    """Whether a category would be accepted that is not accepted as things stand."""
    accepted = (one.report.category for one in judgements if one.verdict is not Verdict.RETURNED)
    return any(category not in standing or not standing[category].is_accepted for category in accepted)


def as_they_stand(judgements: Sequence[Judgement], standing: Standing) -> list[Judgement]:
    """The judgements of known bytes: what an approver sent back stays returned."""
    return [
        replace(one, verdict=Verdict.RETURNED) if _is_sent_back(one.report.category, standing) else one
        for one in judgements
    ]


def _is_sent_back(category: str, standing: Standing) -> bool:
    return category in standing and standing[category].is_sent_back
