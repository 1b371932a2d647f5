"""The message with which a unit gets its workbook: what, by when and how, and what stands in it already."""

from collections.abc import Iterator, Mapping, Sequence

from townreturn.chasing.contacts import Named, addresses_of, reporter_name
from townreturn.domain.message import Attachment, Message, MessageKind
from townreturn.domain.obligation import Obligation
from townreturn.domain.plan import Plan
from townreturn.templates import blank_workbook, workbook_name
from townreturn.templates.assignment import Assignment
from townreturn.wording import say


def opening_message(assignment: Assignment, owed: Sequence[Obligation], named: Mapping[str, Named]) -> Message:
    """To the unit's reporter; ``owed`` is what the unit owes of the period, ``named`` who was named reporter since."""
    plan, period, unit = assignment.plan, assignment.period, assignment.unit
    first_due = f"{min(plan.calendar.last_second(one.due_at) for one in owed):%Y-%m-%d}"
    return Message(
        key=f"opening/{period.key}/{unit.code}",
        kind=MessageKind.OPENING,
        period=period.key,
        unit=unit.code,
        to=addresses_of(plan, named, unit.code),
        subject=say("OPENING_SUBJECT", period=assignment.period_name, unit=unit.name, day=first_due),
        text="\n".join(_lines(assignment, owed, named)) + "\n",
        attachments=(Attachment(workbook_name(period, unit), blank_workbook(assignment)),),
    )


def _lines(assignment: Assignment, owed: Sequence[Obligation], named: Mapping[str, Named]) -> Iterator[str]:
    plan, unit, reporter = assignment.plan, assignment.unit, reporter_name(assignment.plan, named, assignment.unit.code)
    file = workbook_name(assignment.period, unit)
    yield say("OPENING_TO_REPORTER" if reporter else "OPENING_TO_UNIT", unit=unit.name, reporter=reporter)
    yield ""
    yield say("OPENING_WHAT", period=assignment.period_name, file=file)
    yield ""
    yield say("OPENING_SPAN", period=assignment.period_name, span=assignment.span)
    yield say("OPENING_CATEGORIES", categories=_headings(plan, owed))
    yield from _due(plan, owed)
    how = "OPENING_HOW_BY_MAIL" if plan.contacts.mailbox else "OPENING_HOW"
    yield say(how, mailbox=plan.contacts.mailbox, receiver=assignment.receiver.name)
    yield ""
    yield from _about_last(assignment)
    yield say("OPENING_RECEIPT", zero_return=assignment.form.anchors.zero_return, yes=assignment.form.yes)
    yield ""
    yield assignment.receiver.name


def _due(plan: Plan, owed: Sequence[Obligation]) -> Iterator[str]:
    """One line for what is due at one instant; more where some of it was extended."""
    for due in sorted({plan.calendar.last_second(one.due_at) for one in owed}):
        alike = [one for one in owed if plan.calendar.last_second(one.due_at) == due]
        named = "" if len(alike) == len(owed) else say("OPENING_DUE_OF", categories=_headings(plan, alike))
        yield say("OPENING_DUE", due=f"{due:%Y-%m-%d %H:%M:%S}", of=named)


def _about_last(assignment: Assignment) -> Iterator[str]:
    """What stands in the workbook already, and of which categories nothing does."""
    form, period = assignment.form, assignment.last_period_name
    labels = {"opening": form.by_code[form.opening_stock].label, "closing": form.by_code[form.closing_stock].label}
    known = [one for one in assignment.categories if assignment.knows_last(one)]
    unknown = [one.heading for one in assignment.categories if one not in known]
    of_other_scope = [one.heading for one in known if not assignment.is_comparable(one)]
    if len(of_other_scope) < len(known):
        yield say("OPENING_PREFILLED", period=period, mark=say("TEMPLATE_LAST_PERIOD"), **labels)
    if unknown:
        yield say("OPENING_NOT_PREFILLED", period=period, categories=say("TEMPLATE_JOIN").join(unknown), **labels)
    if of_other_scope:
        yield say("OPENING_OTHER_SCOPE", period=period, categories=say("TEMPLATE_JOIN").join(of_other_scope), **labels)


def _headings(plan: Plan, owed: Sequence[Obligation]) -> str:
    return say("TEMPLATE_JOIN").join(plan.category_by_code[one.category].heading for one in owed)
