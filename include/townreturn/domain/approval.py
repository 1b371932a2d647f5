"""Maker is not checker (制审分离): whose approvals make a return an approved one.

A category's makers are its lead unit and whoever filled in the report; one file brings figures and
explanations. An approver of that unit, or of that name, approves like any other, but never alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from townreturn.domain.plan import Approver, Plan

Makers = Mapping[str, str]
"""Category → who filled in its report (填报人), as the cover says; the categories that are in."""

_REMARK = re.compile(r"\([^)]*\)")
_BETWEEN_NAMES = re.compile(r"[、,;/|&+]")


@dataclass(frozen=True)
class ApprovalStanding:
    """What the approvals of one content amount to.

    ``given`` has each approver once; ``uncovered`` are the categories that nobody free of conflict
    has approved; ``helpful`` the approvers whose approval would bring it further. In the order of the plan.
    """

    required: int
    given: tuple[Approver, ...]
    uncovered: tuple[str, ...]
    helpful: tuple[Approver, ...]

    @property
    def is_sufficient(self) -> bool:
        return self.lacking == 0 and not self.uncovered

    @property
    def lacking(self) -> int:
        """How many more approvers are needed, whoever they are."""
        return max(0, self.required - len(self.given))


def weigh(plan: Plan, makers: Makers, accounts: Iterable[str]) -> ApprovalStanding:
    """What approvals by some accounts amount to; accounts that the plan does not name count for nothing."""
    approved = set(accounts)
    given = tuple(one for one in plan.approvers if one.account in approved)
    conflicts = {one.account: set(conflicts_of(plan, makers, one)) for one in plan.approvers}
    codes = [one.code for one in plan.categories if one.code in makers]
    uncovered = tuple(code for code in codes if all(code in conflicts[one.account] for one in given))
    is_short = len(given) < plan.approvals_required
    helpful = tuple(
        one for one in plan.approvers
        if one not in given and (is_short or not set(uncovered) <= conflicts[one.account])
    )  # fmt: skip
    return ApprovalStanding(plan.approvals_required, given, uncovered, helpful)


def conflicts_of(plan: Plan, makers: Makers, approver: Approver) -> tuple[str, ...]:
    """The categories whose only approver this one must not be, in the order of the plan."""
    name = _plain(approver.name)
    return tuple(
        one.code for one in plan.categories
        if one.code in makers and (one.lead == approver.unit or name in _names(makers[one.code]))
    )  # fmt: skip


def _names(filled_by: str) -> set[str]:
    """The persons of a cover's 填报人: “张 三、李四（代）” are two."""
    plain = _REMARK.sub("", normalize("NFKC", filled_by))
    return {_plain(one) for one in _BETWEEN_NAMES.split(plain) if one.strip()}


def _plain(name: str) -> str:
    return "".join(normalize("NFKC", name).split()).casefold()
