"""The letters in which a published issue goes out: to those who receive it, and to the units (信息通报)."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from townreturn.domain.kept_file import KeptFile
from townreturn.domain.message import Attachment, Message, MessageKind
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Deliverable, Plan, Recipient, Unit
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.completeness_sentences import say_completeness
from townreturn.publishing.correction_sentences import list_own_changes
from townreturn.publishing.league_sentences import say_league
from townreturn.publishing.naming import MANIFEST, full_unit_name, issue_name, period_name, say_day
from townreturn.publishing.reporting_sentences import say_reporting
from townreturn.publishing.standing_words import name_exempted, name_missing, say_late_by, say_state, say_timeliness
from townreturn.publishing.told_changes import tell_changes
from townreturn.publishing.work_plan_sentences import say_duties
from townreturn.wording import say

_TO_BE_READ_ALOUD = (".docx", ".html")
"""The endings of what the meeting reads."""


@dataclass(frozen=True)
class OutgoingIssue:
    """A published issue with its outputs; ``plan`` is the one it was published with, the return without personal
    data, as it is printed."""

    town_return: TownReturn
    plan: Plan
    issued_on: date
    files: tuple[KeptFile, ...]

    @property
    def title(self) -> str:
        """「清溪镇2018年3月」."""
        return self.town_return.town + period_name(self.town_return)

    def enclosed(self, receives: Sequence[Deliverable]) -> tuple[KeptFile, ...]:
        """The outputs that belong to what somebody receives, those to be read first."""
        chosen = [one for one in self.files if self._belongs_to(one) in receives]
        return tuple(sorted(chosen, key=lambda one: (_rank(one), one.name)))

    def _belongs_to(self, file: KeptFile) -> Deliverable | None:
        """JSON goes to nobody, the manifest apart: it is for the office's own programs, and the return's is the
        content that was approved, with what units wrote in full and unmasked.
        """
        suffix = PurePath(file.name).suffix
        if suffix in _TO_BE_READ_ALOUD:
            return Deliverable.BRIEFING
        return None if suffix == ".json" and file.name != MANIFEST else Deliverable.TOWN_RETURN


def _rank(file: KeptFile) -> int:
    order = (".xlsx", *_TO_BE_READ_ALOUD, ".csv")
    return order.index(ending) if (ending := PurePath(file.name).suffix) in order else len(order)


def delivery_message(issue: OutgoingIssue, recipient: Recipient) -> Message:
    """To one who receives the return, the briefing or both, with all of it in one letter."""
    town_return, enclosed = issue.town_return, issue.enclosed(recipient.receives)
    what = say("LIST_SEPARATOR").join(say(f"DELIVERED_{one}") for one in Deliverable if one in recipient.receives)
    # Of any length and content: a name cannot be a key.
    name = hashlib.sha256(recipient.name.encode()).hexdigest()[:16]
    mark = issue_name(town_return) or say("DELIVERY_MARK")
    return Message(
        key=f"delivery/{town_return.period}/{town_return.issue}/{name}",
        kind=MessageKind.DELIVERY,
        period=town_return.period,
        unit="",
        to=(recipient.address,),
        subject=say("DELIVERY_SUBJECT", mark=mark, title=issue.title, what=what),
        text="\n".join(_delivery_lines(issue, recipient, what, enclosed)) + "\n",
        attachments=_attached(enclosed),
        addressee=recipient.name,
    )


def bulletin_messages(issue: OutgoingIssue, units: Iterable[tuple[Unit, tuple[str, ...]]]) -> Iterator[Message]:
    """To member units, each with its addresses: how everybody reported, and the briefing; composed once for all."""
    town_return, enclosed = issue.town_return, issue.enclosed((Deliverable.BRIEFING,))
    mark = issue_name(town_return)
    subject = say("BULLETIN_SUBJECT", title=issue.title, mark=say("BULLETIN_MARK", mark=mark) if mark else "")
    text, attachments = "\n".join(_bulletin_lines(issue, enclosed)) + "\n", _attached(enclosed)
    for unit, to in units:
        yield Message(
            key=f"bulletin/{town_return.period}/{town_return.issue}/{unit.code}",
            kind=MessageKind.BULLETIN,
            period=town_return.period,
            unit=unit.code,
            to=to,
            subject=subject,
            text=f"{say('DELIVERY_TO', name=unit.name)}\n{text}",
            attachments=attachments,
        )


def _attached(files: Sequence[KeptFile]) -> tuple[Attachment, ...]:
    return tuple(Attachment(one.name, one.content) for one in files)


def _delivery_lines(
    issue: OutgoingIssue, recipient: Recipient, what: str, enclosed: Sequence[KeptFile]
) -> Iterator[str]:
    plan, period = issue.plan, Period(issue.town_return.period)
    yield say("DELIVERY_TO", name=recipient.name)
    yield ""
    yield say("DELIVERY_WHAT", title=issue.title, what=what)
    yield from _correction_lines(issue)
    yield ""
    first, last = say_day(plan.calendar.first_day(period)), say_day(plan.calendar.last_day(period))
    yield say("DELIVERY_SPAN", period=period_name(issue.town_return), first=first, last=last)
    yield say("DELIVERY_REPORTED", reported=_say_reported(issue))
    yield from _closing_lines(issue, enclosed)


def _bulletin_lines(issue: OutgoingIssue, enclosed: Sequence[KeptFile]) -> Iterator[str]:
    """What follows whom it is to."""
    town_return, plan = issue.town_return, issue.plan
    yield ""
    yield say("BULLETIN_WHAT", title=issue.title)
    yield from _correction_lines(issue)
    parts = (
        ("BULLETIN_REPORTING", say_reporting(town_return, plan).text, _standing_lines(issue)),
        ("BULLETIN_LEAGUE", say_league(town_return, plan).text, ()),
        ("BULLETIN_DUTIES", say_duties(town_return, plan).text, ()),
    )
    for number, (code, text, lines) in enumerate((one for one in parts if one[1]), start=1):
        yield from ("", say(code, number=say("BULLETIN_NUMBERS")[number - 1]), text, *lines)
    yield from _closing_lines(issue, enclosed)


def _standing_lines(issue: OutgoingIssue) -> list[str]:
    """A line for each category: whose it is, 已报, 零申报, 未报 or 免报, and in time or not; above the town none, for
    what is out has been told."""
    if issue.plan.subordinates:
        return []
    return [_say_standing(issue.plan, one) for one in issue.town_return.standings]


def _say_standing(plan: Plan, standing: Standing) -> str:
    category, unit = plan.category_by_code[standing.category], plan.unit_by_code[standing.unit]
    state, late = say_state(standing), say_late_by(standing)
    timely = say("BULLETIN_TIMELY", timely=say_timeliness(standing)) if standing.is_in else ""
    late = say("BULLETIN_LATE_BY", duration=late) if late else ""
    return say("BULLETIN_LINE", category=category.heading, unit=unit.name, state=state, timely=timely, late=late)


def _correction_lines(issue: OutgoingIssue) -> Iterator[str]:
    """That this is a correction, which issue it replaces, and what was changed; nothing for an original."""
    town_return = issue.town_return
    if not town_return.issue:
        return
    before = say("CORRECTION_NAMED", issue=town_return.issue - 1) if town_return.issue > 1 else say("ISSUE_ORIGINAL")
    yield ""
    yield say("DELIVERY_CORRECTION", issue=issue_name(town_return), before=before)
    own = [one for one in tell_changes(town_return, issue.plan) if one.is_own]
    figures, texts = ([one for one in own if one.is_text is is_text] for is_text in (False, True))
    if figures:
        names = say("LIST_SEPARATOR").join(dict.fromkeys(one.category for one in figures))
        yield say("DELIVERY_CHANGES", count=len(figures), categories=names)
        yield from (say("DELIVERY_CHANGE", text=one.text) for one in list_own_changes(town_return, issue.plan))
    if texts:
        yield say("DELIVERY_TEXTS", categories=say("LIST_SEPARATOR").join(one.category for one in texts))


def _say_reported(issue: OutgoingIssue) -> str:
    """How many categories are in, and which are not."""
    town_return, plan = issue.town_return, issue.plan
    if plan.subordinates:
        return say_completeness(town_return, plan).text
    expected = len(town_return.standings) - len(town_return.exempted)
    told = say("OVERVIEW_COUNT", expected=expected, reported=town_return.reported_count)
    missing, exempted = name_missing(town_return, plan), name_exempted(town_return, plan)
    told += say("DELIVERY_MISSING", names=missing) if missing else ""
    return told + (say("DELIVERY_EXEMPTED", names=exempted) if exempted else "")


def _closing_lines(issue: OutgoingIssue, enclosed: Sequence[KeptFile]) -> Iterator[str]:
    plan, bureau = issue.plan, full_unit_name(issue.plan, issue.plan.coordinating_unit)
    yield ""
    yield say("DELIVERY_ENCLOSED")
    yield from (say("DELIVERY_FILE", number=number, name=one.name) for number, one in enumerate(enclosed, start=1))
    if any(one.name == MANIFEST for one in enclosed):
        yield say("DELIVERY_MANIFEST", name=MANIFEST)
    yield ""
    yield say("DELIVERY_ASK_BY_MAIL" if plan.contacts.mailbox else "DELIVERY_ASK", unit=bureau)
    yield ""
    yield bureau
    yield say_day(issue.issued_on)
