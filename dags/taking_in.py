"""What the intake's first task does: mail and inboxes of all offices, each line of its log under its town."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mailbox_imap import open_mailbox
from task_log import about, log_line, log_taken
from townreturn.wording import say
from wiring import clock

if TYPE_CHECKING:
    from each_office import Fault
    from townreturn.month import IntakeReport, MailReport
    from townreturn.office import Office


def take_in_everything(offices: "Sequence[Office]") -> "tuple[int, list[Fault]]":
    """How many files were taken in, and what kept an office from it; of one office alone that is raised."""
    from each_office import over_offices
    from townreturn import month
    from townreturn.operating.unclaimed import tell_unclaimed

    mails, faults = over_offices(offices, _collect)
    if len(offices) == 1:
        report = month.take_in(offices[0], clock(), mails[0][1])
        _log(report)
        return len(report.taken), []
    failed = {office.plans.town_code for office, _ in faults}
    able = [one for one in offices if one.plans.town_code not in failed]
    count = 0
    for one in month.take_in_all(able, clock(), dict(mails)) if able else []:
        about(town=one.town)
        if one.fault is None:
            _log(one.report)
            count += len(one.report.taken)
        else:
            log_line(say("OFFICE_FAILED", town=one.office.plans.town, reason=one.fault))
            faults.append((one.office, one.fault))
    tell_unclaimed(offices, clock())
    return count, faults


def why_idle_after(offices: "Sequence[Office]") -> "dict[str, Callable[[], object]]":
    """Why each task that follows has nothing to do, by its name; None where it has. For ``end_and_skip``."""
    from townreturn import month

    def announce_corrections() -> object:
        is_due = any(month.corrections_due(one, clock()) for one in offices)
        return None if is_due else say("NO_CORRECTIONS_DUE")

    def send() -> object:
        reasons = [month.why_nothing_to_send(one) for one in offices]
        return None if None in reasons else reasons[0]

    return {"announce_corrections": announce_corrections, "send": send}


def _collect(office: "Office") -> "tuple[str, MailReport]":
    from townreturn import month

    mail = month.collect_mail(office, open_mailbox(office.called), clock())
    for line in month.describe_mail(mail):
        log_line(line)
    return office.plans.town_code, mail


def _log(report: "IntakeReport") -> None:
    for one in report.taken:
        log_taken(one.file_name, one.file_hash, one.disposition, unit=one.unit, period=one.period)
    for paper in (recorded.document for recorded in report.documents):
        log_taken(paper.file_name, paper.file_hash, say("STATE_received"), unit=paper.unit, period=None)
    log_line(say("INTAKE_DONE", taken=len(report.taken), left=report.left_count))
