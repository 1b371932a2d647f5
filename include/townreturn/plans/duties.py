"""What a plan may lay down about reminding, work plans and addresses; everything else is refused."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from townreturn.domain.plan import Plan
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say

_MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+", re.ASCII)
_MOST_STAGES_APART = 60


def refuse_bad_duties(document: StrictDocument, plan: Plan) -> None:
    """Raises ConfigurationFault naming the key."""
    _refuse_bad_reminders(document, plan)
    _refuse_bad_work_plans(document, plan)
    for place, address in _addresses(plan):
        if not is_mail_address(address):
            document.fail(place, "CONFIG_BAD_VALUE", detail=say("MAIL_ADDRESS_WRONG", value=address))
    _refuse_range(document, ("publish_within_working_days",), plan.publish_within_working_days, 0, 60)


def is_mail_address(text: str) -> bool:
    """Whether it is a plain mail address: one that can stand in a header without being quoted."""
    local, _, domain = text.partition("@")
    is_plain = text.isascii() and len(text) <= 254 and _MAIL_ADDRESS.fullmatch(text) is not None
    return is_plain and all(all(part.split(".")) for part in (local, domain))


def _addresses(plan: Plan) -> Iterator[tuple[Location, str]]:
    """Every mail address of the plan with its place; those left empty are not known, and none."""
    for row, unit in enumerate(plan.units):
        yield from ((("units", row, key), getattr(unit, key)) for key in ("mail", "head_mail") if getattr(unit, key))
    for row, address in enumerate(plan.contacts.operators):
        yield ("contacts", "operators", row), address
    for row, recipient in enumerate(plan.recipients):
        if recipient.address:
            yield ("recipients", row, "address"), recipient.address
    if plan.contacts.mailbox:
        yield ("contacts", "mailbox"), plan.contacts.mailbox


def _refuse_bad_reminders(document: StrictDocument, plan: Plan) -> None:
    policy = plan.reminders
    if not 0 <= policy.hour <= 23:
        document.fail(("reminders", "hour"), "CONFIG_BAD_VALUE", detail=say("REMINDER_HOUR_RANGE"))
    for row, (before, stage) in enumerate(pairwise(policy.stages), start=1):
        if before.working_days >= stage.working_days:
            document.fail(("reminders", "stages", row), "CONFIG_BAD_VALUE", detail=say("REMINDER_ORDER"))
    codes = [one.code for one in policy.stages]
    for row, stage in enumerate(policy.stages):
        place = ("reminders", "stages", row)
        _refuse_range(document, (*place, "working_days"), stage.working_days, -_MOST_STAGES_APART, _MOST_STAGES_APART)
        if stage.code in codes[:row]:
            document.fail((*place, "code"), "CONFIG_DUPLICATE", value=stage.code)
        if not stage.to:
            document.fail((*place, "to"), "CONFIG_BAD_VALUE", detail=say("REMINDER_TO_NOBODY"))


def _refuse_bad_work_plans(document: StrictDocument, plan: Plan) -> None:
    duty = plan.work_plans
    _refuse_range(document, ("work_plans", "working_days"), duty.working_days, 0, _MOST_STAGES_APART)
    if duty.issued_on:
        try:
            date.fromisoformat(duty.issued_on)
        except ValueError:
            detail = say("ISSUED_ON_WRONG", value=duty.issued_on)
            document.fail(("work_plans", "issued_on"), "CONFIG_BAD_VALUE", detail=detail)


def _refuse_range(document: StrictDocument, place: Location, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        document.fail(place, "CONFIG_BAD_VALUE", detail=say("WORKING_DAYS_RANGE", least=least, most=most))
