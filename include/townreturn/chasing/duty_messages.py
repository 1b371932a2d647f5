"""What units and operators are told about work plans, the area plan and reporters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from townreturn.chasing.contacts import Named, addresses_of
from townreturn.chasing.deliveries import Duty
from townreturn.chasing.reminders import ReachedStage, shown_instant
from townreturn.domain.document import Document
from townreturn.domain.duties import Addressee
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.obligation import ObligationKind, ObligationState, Timeliness
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.wording import say


@dataclass(frozen=True)
class Addressing:
    """The plan that is spoken of, and the reporters that units have named since it was written."""

    plan: Plan
    named: Mapping[str, Named]

    def to(self, unit: str, whom: Iterable[Addressee] = (Addressee.REPORTER,)) -> tuple[str, ...]:
        return addresses_of(self.plan, self.named, unit, whom)

    @property
    def title(self) -> str:
        return self.plan.title

    @property
    def coordinator(self) -> str:
        return self.plan.unit_by_code[self.plan.coordinating_unit].name


def is_duty_reminder(key: str) -> bool:
    """Whether a message's key is that of a reminder of this room; an announcement has no stage in it."""
    return key.startswith("duties/") and key.count("/") > 2


def plan_of_duty_reminder(key: str) -> str:
    """The code of the plan that a reminder was written under."""
    return key.split("/")[1]


def announcement_key(plan: Plan, unit: str) -> str:
    """Of the one message that tells a unit what it owes under a plan."""
    return f"duties/{plan.code}/{unit}"


def announce(addressing: Addressing, unit: str, outstanding: Sequence[Duty]) -> Message:
    """What a unit owes under a plan just issued, and how it is delivered."""
    day = _day(date.fromisoformat(addressing.plan.work_plans.issued_on))
    lines = [say("DUTIES_ANNOUNCED", title=addressing.title, day=day), *_lines(addressing.plan, outstanding, None)]
    subject = say("DUTIES_ANNOUNCED_SUBJECT", title=addressing.title)
    key = announcement_key(addressing.plan, unit)
    return _to_unit(addressing, key, unit, addressing.to(unit), subject, [*lines, "", *_how(addressing, outstanding)])


def remind(
    addressing: Addressing, unit: str, outstanding: Sequence[Duty], reached: ReachedStage, now: datetime
) -> Message:
    """Everything that a unit still owes, at a stage before or after something of it was due."""
    is_overdue = reached.stage.working_days > 0
    code = "DUTIES_OVERDUE_SUBJECT" if is_overdue else "DUTIES_REMINDED_SUBJECT"
    lines = [say("DUTIES_REMINDED", title=addressing.title), *_lines(addressing.plan, outstanding, now)]
    doubt = say("DUTIES_HOW_DOUBT", coordinator=addressing.coordinator)
    text = [*lines, "", *_how(addressing, outstanding), doubt]
    key = f"duties/{addressing.plan.code}/{unit}/{_stage_key(addressing.plan, reached)}"
    subject = say(code, title=addressing.title)
    return _to_unit(addressing, key, unit, addressing.to(unit, reached.stage.to), subject, text)


def summarise(addressing: Addressing, outstanding: Mapping[str, Sequence[Duty]], reached: ReachedStage) -> Message:
    """For the operators: who was reminded of what at a stage; ``outstanding`` by unit."""
    plan = addressing.plan
    lines = [say("DUTIES_SUMMARY", title=plan.title, due=shown_instant(plan, reached.due_at))]
    for unit, duties in outstanding.items():
        what = "、".join(_what_of(duty) for duty in duties)
        remark = "" if addressing.to(unit, reached.stage.to) else say("DUTIES_SUMMARY_NO_ADDRESS")
        lines.append(say("DUTIES_SUMMARY_LINE", unit=plan.unit_by_code[unit].name, what=what, remark=remark))
    key = f"duties-summary/{plan.code}/{_stage_key(plan, reached)}"
    subject = say("DUTIES_SUMMARY_SUBJECT", title=plan.title)
    return Message(key, MessageKind.SUMMARY, "", "", plan.contacts.operators, subject, _text(lines))


def confirm_document(addressing: Addressing, document: Document, duty: Duty, revision: int) -> Message:
    """The receipt of a document: when it came, and whether its unit is in time."""
    plan, standing = addressing.plan, duty.standing
    due = shown_instant(plan, duty.obligation.due_at)
    if standing.timeliness is Timeliness.LATE:
        timely = say("DOCUMENT_LATE", due=due)
    else:
        came_in_time = document.received_at < duty.obligation.due_at
        timely = say("DOCUMENT_IN_TIME" if came_in_time else "DOCUMENT_IN_TIME_BEFORE", due=due)
    what = say(f"OWED_{duty.kind}")
    received = {"received": _instant(plan, document.received_at), "revision": revision, "timely": timely}
    lines = [
        say("DOCUMENT_RECEIVED", what=what, file=one_line(document.file_name), **received),
        say("DOCUMENT_RECEIVED_NEXT", coordinator=addressing.coordinator),
    ]
    key = f"document/{plan.code}/{duty.kind}/{document.unit}/{document.file_hash}"
    subject = say("DOCUMENT_RECEIVED_SUBJECT", what=what)
    return _to_unit(addressing, key, document.unit, addressing.to(document.unit), subject, lines)


def return_document(
    addressing: Addressing, document: Document, duty: Duty, decision_id: int, now: datetime
) -> Message:  # fmt: skip
    """Tells a unit that its document was returned, why, and by when another one is due."""
    plan, what = addressing.plan, say(f"OWED_{duty.kind}")
    reason = document.decision.reason if document.decision else ""
    about = {"what": what, "file": one_line(document.file_name), "received": _instant(plan, document.received_at)}
    if duty.standing.is_delivered:
        follows = say("DOCUMENT_RETURNED_OTHER", revision=duty.standing.revision)
    else:
        is_overdue = now >= duty.obligation.due_at
        code = "DOCUMENT_RETURNED_OVERDUE" if is_overdue else "DOCUMENT_RETURNED_UNTIL"
        follows = say(code, due=shown_instant(plan, duty.obligation.due_at))
    lines = [say("DOCUMENT_RETURNED", reason=reason, **about), follows]
    subject = say("DOCUMENT_RETURNED_SUBJECT", what=what)
    key = f"document-returned/{decision_id}"
    return _to_unit(addressing, key, document.unit, addressing.to(document.unit), subject, lines)


def _to_unit(
    addressing: Addressing, key: str, unit: str, to: tuple[str, ...], subject: str, lines: Sequence[str]
) -> Message:  # fmt: skip
    name = addressing.plan.unit_by_code[unit].name
    return Message(
        key, MessageKind.WORK_PLAN, "", unit, to, subject, _text([say("DUTIES_GREETING", unit=name), *lines])
    )


def _lines(plan: Plan, duties: Sequence[Duty], now: datetime | None) -> Iterator[str]:
    """A numbered line for each; without a ``now`` nothing is overdue yet."""
    for number, duty in enumerate(duties, start=1):
        due_at = duty.obligation.due_at
        overdue = say("DUTY_OVERDUE") if now is not None and now >= due_at else ""
        returned = say("DUTY_RETURNED", reason=duty.returned_for) if duty.returned_for else ""
        what = say(f"OWED_{duty.kind}")
        yield say(
            "DUTY_LINE", number=number, what=what, due=shown_instant(plan, due_at), overdue=overdue, returned=returned
        )


def _how(addressing: Addressing, duties: Sequence[Duty]) -> Iterator[str]:
    kinds = {one.kind for one in duties}
    unit = addressing.plan.unit_by_code[duties[0].unit].name
    if kinds - {ObligationKind.REPORTER}:
        yield say("DUTIES_HOW_DOCUMENT", unit=unit)
    if ObligationKind.AREA_PLAN in kinds:
        yield say("DUTIES_HOW_AREA", unit=unit)
    if ObligationKind.REPORTER in kinds:
        yield say("DUTIES_HOW_REPORTER")
    by_mail = addressing.plan.contacts.mailbox
    yield say("DUTIES_HOW_BY_MAIL" if by_mail else "DUTIES_HOW_BY_HAND", coordinator=addressing.coordinator)


def _what_of(duty: Duty) -> str:
    what = say(f"OWED_{duty.kind}")
    is_returned = duty.standing.state is ObligationState.RETURNED
    return say("DUTIES_SUMMARY_RETURNED", what=what) if is_returned else what


def _stage_key(plan: Plan, reached: ReachedStage) -> str:
    """By the due instant too: what was extended goes through the stages once more."""
    return f"{reached.stage.code}/{reached.due_at.astimezone(plan.calendar.zone):%Y%m%dT%H%M}"


def _instant(plan: Plan, instant: datetime) -> str:
    local = instant.astimezone(plan.calendar.zone)
    return f"{_day(local.date())}{local:%H:%M:%S}"


def _day(day: date) -> str:
    return say("DAY_NAMED", year=day.year, month=day.month, day=day.day)


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
