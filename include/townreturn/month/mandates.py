"""Who may report for which units: a file of another unit than its sender's is nobody's, whichever way it came."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from townreturn.chasing.senders import may_report_for
from townreturn.domain.submission import Submission
from townreturn.foreign_text import one_line
from townreturn.intake.faults import fault, quoted
from townreturn.month.answering import Answer
from townreturn.office import Office
from townreturn.store.periods import Alert
from townreturn.wording import say

MAILED, UPLOADED = "SENT_BY_ANOTHER_UNIT", "UPLOADED_FOR_ANOTHER_UNIT"
"""What is found in such a file, by the way it came."""
_ALERTS = {MAILED: "MAIL_ALERT_OTHER_UNIT", UPLOADED: "UPLOAD_ALERT_OTHER_UNIT"}


@dataclass(frozen=True)
class Mandate:
    """What a sender may report: ``sender`` is a mail address or an account, ``units`` the codes of the units
    whose files are believed to be his, ``unit_names`` his own as people name them; ``way`` MAILED or UPLOADED.
    """

    way: str
    sender: str
    units: frozenset[str]
    unit_names: str


def mandate_for(office: Office, way: str, sender: str, units: Sequence[str]) -> Mandate:
    """To report for some units, and for those whose work they go on with."""
    names = "、".join(name_unit(office, one) for one in dict.fromkeys(units))
    return Mandate(way, sender, may_report_for(office.plans, units), names)


def name_unit(office: Office, code: str) -> str:
    """By the newest plan that has the unit."""
    named = (plan.unit_by_code[code].name for plan in reversed(office.plans.plans) if code in plan.unit_by_code)
    return next(named, code)


def check_mandate(office: Office, submission: Submission, mandate: Mandate | None) -> Submission:
    """The submission; one of a unit that its sender may not report for is nobody's: it must not replace that
    unit's figures. Without a mandate, as in the inbox, anybody's files may lie there."""
    if mandate is None or submission.unit is None or submission.unit in mandate.units:
        return submission
    bureau = office.plans.plans[-1].coordinating_unit
    finding = fault(
        mandate.way, None, name_unit(office, submission.unit),
        sender=mandate.sender, own=mandate.unit_names, coordinator=name_unit(office, bureau),
    )  # fmt: skip
    return Submission(submission.arrival, None, None, None, (), (finding,))


def alerts_of(answers: Iterable[Answer], now: datetime) -> Iterator[Alert]:
    """What the operator is told of files of units that their sender may not report for."""
    for submission in (one.case.submission for one in answers):
        for finding in submission.findings:
            if finding.code in _ALERTS:
                name = quoted(one_line(submission.arrival.file_name))
                yield Alert(now, "", say(_ALERTS[finding.code], file=name, reason=finding.message))
