"""What a unit must know of its obligations beyond the findings: what stands, what was sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Judgement
from townreturn.store.reports import LatestReport
from townreturn.wording import say


@dataclass(frozen=True)
class Remarks:
    """``sentences``: category → what the receipt says of it; the others name categories of one kind."""

    sentences: dict[str, str]
    sent_back: frozenset[str]
    published_already: frozenset[str]


def find_remarks(
    standing: Mapping[str, LatestReport], judgements: Sequence[Judgement], *, is_repeat: bool, is_published: bool
) -> Remarks:
    """What there is to say before the file is entered; ``standing``: what each category stands by."""
    sentences: dict[str, str] = {}
    sent_back, published_already = set[str](), set[str]()
    for judgement in judgements:
        category = judgement.report.category
        report = standing.get(category)
        if is_repeat and report is not None and report.is_sent_back:
            sent_back.add(category)
            sentences[category] = say("REMARK_SENT_BACK")
        elif judgement.verdict is Verdict.RETURNED and report is not None and report.is_accepted:
            sentences[category] = say("REMARK_EARLIER_STANDS", revision=report.revision)
        elif judgement.verdict is not Verdict.RETURNED and is_published and not is_repeat:
            published_already.add(category)
            sentences[category] = say("REMARK_PUBLISHED_ALREADY")
    return Remarks(sentences, frozenset(sent_back), frozenset(published_already))


def as_they_stand(judgements: list[Judgement], remarks: Remarks) -> list[Judgement]:
    """The judgements of a repeated file: what an approver sent back stays returned."""
    return [
        replace(one, verdict=Verdict.RETURNED) if one.report.category in remarks.sent_back else one
        for one in judgements
    ]
