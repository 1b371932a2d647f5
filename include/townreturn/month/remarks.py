"""What a unit must know of its obligations beyond the findings: what stands, what was sent back."""

from dataclasses import replace

from sqlalchemy import Connection

from townreturn.domain.findings import Verdict
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Judgement, Submission
from townreturn.store.reports import latest_reports
from townreturn.store.returns import find_publications
from townreturn.wording import say


def find_remarks(
    tx: Connection, plan: Plan, submission: Submission, judgements: list[Judgement], *, is_repeat: bool
) -> dict[str, str]:
    """Category → one sentence, where there is one to say; before the submission is stored."""
    if submission.period is None:
        return {}
    key = submission.period.key
    standing = latest_reports(tx, plan.town_code, key)
    published = key in find_publications(tx, plan.town_code, [key])
    remarks = {}
    for judgement in judgements:
        report = standing.get(judgement.report.category)
        if is_repeat and report is not None and report.is_sent_back:
            remarks[judgement.report.category] = say("REMARK_SENT_BACK")
        elif judgement.verdict is Verdict.RETURNED and report is not None and report.is_accepted:
            remarks[judgement.report.category] = say("REMARK_EARLIER_STANDS", revision=report.revision)
        elif judgement.verdict is not Verdict.RETURNED and published and not is_repeat:
            remarks[judgement.report.category] = say("REMARK_PUBLISHED_ALREADY")
    return remarks


def as_they_stand(judgements: list[Judgement], remarks: dict[str, str]) -> list[Judgement]:
    """The judgements of a repeated file: what an approver sent back stays returned."""
    sent_back = {category for category, remark in remarks.items() if remark == say("REMARK_SENT_BACK")}
    return [replace(one, verdict=Verdict.RETURNED) if one.report.category in sent_back else one for one in judgements]
