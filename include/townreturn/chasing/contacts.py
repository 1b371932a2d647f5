"""Who is written to: a unit's reporter and head, the bureau's operators."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from townreturn.domain.duties import Addressee
from townreturn.domain.plan import Plan


class Named(Protocol):
    """A reporter that a unit has named since the plan was written."""

    @property
    def name(self) -> str: ...
    @property
    def mail(self) -> str: ...


def addresses_of(
    plan: Plan, named: Mapping[str, Named], unit: str, to: Iterable[Addressee] = (Addressee.REPORTER,)
) -> tuple[str, ...]:
    """The known mail addresses, each once; whom a unit named last goes before the plan's own reporter."""
    known = {
        Addressee.REPORTER: named[unit].mail if unit in named else plan.unit_by_code[unit].mail,
        Addressee.HEAD: plan.unit_by_code[unit].head_mail,
    }
    return tuple(dict.fromkeys(known[one] for one in to if known[one]))


def reporter_name(plan: Plan, named: Mapping[str, Named], unit: str) -> str:
    """The reporter's name; empty where nobody has been named."""
    return named[unit].name if unit in named else plan.unit_by_code[unit].reporter
