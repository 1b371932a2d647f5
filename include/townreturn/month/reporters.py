"""Reporters (信息报送员): whom each unit has named, and since when."""

from dataclasses import dataclass
from datetime import datetime

from townreturn.chasing.plan_duties import plan_asking
from townreturn.domain.errors import Misuse
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.month.plan_duties import scope_of
from townreturn.month.stated import on_one_line, stated_account
from townreturn.office import Office
from townreturn.plans.duties import is_mail_address
from townreturn.store.engine import reading, writing
from townreturn.store.reporters import NamedReporter, first_named, record_reporter, reporters_of


@dataclass(frozen=True)
class KnownReporter:
    """A unit's reporter as it is written to now; ``named_at`` is None for one that only the plan names."""

    unit: Unit
    name: str
    mail: str
    named_at: datetime | None


def name_reporter(
    office: Office, unit: str, *, name: str, mail: str, account: str, named_at: datetime, now: datetime
) -> bool:  # fmt: skip
    """Record whom a unit has named; from now on messages go there. False when that stands already
    under the plan that asks for it.

    Raises Misuse for an unknown unit, an empty name, what is no mail address, or a missing account.
    """
    plan = _plan_with(office.plans, unit, now)
    name, mail = on_one_line(name), mail.strip()
    if not name:
        raise Misuse("REPORTER_NEEDS_NAME")
    if not is_mail_address(mail):
        raise Misuse("MAIL_ADDRESS_WRONG", value=mail)
    named = NamedReporter(unit, name, mail, min(named_at, now), stated_account(account), now)
    with writing(office.engine, scope_of(plan.town_code)) as tx:
        known = reporters_of(tx, plan.town_code).get(unit)
        since = first_named(tx, plan.town_code, plan.code).get(unit)
        is_known = known is not None and (known.name, known.mail) == (name, mail)
        if is_known and since is not None and since <= named.named_at:
            return False
        record_reporter(tx, plan.town_code, plan.code, named)
    return True


def list_reporters(office: Office, now: datetime) -> tuple[KnownReporter, ...]:
    """Every unit of the plan that asks for reporters, or of the newest; whom it named last goes before the plan's own.

    Name and mail are empty where nobody is known.
    """
    plan = _candidates(office.plans, now)[0]
    with reading(office.engine) as tx:
        named = reporters_of(tx, plan.town_code)
    return tuple(_known(unit, named.get(unit.code)) for unit in plan.units)


def _known(unit: Unit, named: NamedReporter | None) -> KnownReporter:
    if named is None:
        return KnownReporter(unit, unit.reporter, unit.mail, None)
    return KnownReporter(unit, named.name, named.mail, named.named_at)


def _plan_with(plans: PlanBook, unit: str, now: datetime) -> Plan:
    plan = next((one for one in _candidates(plans, now) if unit in one.unit_by_code), None)
    if plan is None:
        raise Misuse("UNIT_UNKNOWN", value=unit)
    return plan


def _candidates(plans: PlanBook, now: datetime) -> list[Plan]:
    """The plan that asks for names, then that in force, then the newest."""
    found = (plan_asking(plans, now), plans.find(plans.calendar.containing(now)), plans.plans[-1])
    return [one for one in found if one is not None]
