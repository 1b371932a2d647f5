"""Maker is not checker (制审分离): whose approvals make a return an approved one.

A category's makers are the units that report it and whoever filled in the reports; one file brings
figures and explanations. An approver of that unit, or of that name, approves like any other, but never alone.
Where nobody is named, any approver may be the maker: then two approve, of whom one at most is.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from townreturn.domain.errors import Refused
from townreturn.domain.plan import Approver, Plan
from townreturn.domain.slot import Slot

Makers = Mapping[Slot, str]
"""Slot → who filled in its report (填报人), as the cover says; the slots that are in."""

CHANGED_MEANWHILE = ("CONTENT_CHANGED_MEANWHILE", "CORRECTION_CHANGED_MEANWHILE")
"""The codes of ``changed_meanwhile``: who works the return compiles it anew, and asks anew."""
_RUN_OF_LETTERS = re.compile(r"[^\W\d_]+")
_BESIDE_A_NAME = "代和及与同跟"
"""A single character beside a name that makes it no longer name: 张三代, 张三和."""
_WHERE_UNNAMED = 2
"""As many approvers as a category wants at least whose maker nobody knows."""


@dataclass(frozen=True)
class ApprovalStanding:
    """What the approvals of one content amount to.

    ``required`` approvers are needed, by the plan or because of ``unnamed``, the categories whose
    maker is not known. ``given`` has each approver once; ``uncovered`` are the categories that
    nobody free of conflict has approved; ``helpful`` the approvers whose approval would bring it
    further. In the order of the plan.
    """

    required: int
    given: tuple[Approver, ...]
    uncovered: tuple[str, ...]
    unnamed: tuple[str, ...]
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
    codes = _among(plan, {one.category for one in makers})
    uncovered = tuple(code for code in codes if all(code in conflicts[one.account] for one in given))
    unnamed = _among(plan, {one.category for one, name in makers.items() if not names_somebody(name)})
    required = max(plan.approvals_required, _WHERE_UNNAMED if unnamed else 0)
    is_short = len(given) < required
    helpful = tuple(
        one for one in plan.approvers
        if one not in given and (is_short or not set(uncovered) <= conflicts[one.account])
    )  # fmt: skip
    return ApprovalStanding(required, given, uncovered, unnamed, helpful)


def changed_meanwhile(period: str, issue: int) -> Refused:
    """Why an answer to what has changed since it was compiled does not count, and what to do."""
    if issue:
        return Refused("CORRECTION_CHANGED_MEANWHILE", period=period, issue=issue)
    return Refused("CONTENT_CHANGED_MEANWHILE", period=period)


def conflicts_of(plan: Plan, makers: Makers, approver: Approver) -> tuple[str, ...]:
    """The categories whose only approver this one must not be, in the order of the plan."""
    name = _plain(approver.name)
    own = (slot for slot, maker in makers.items() if _reports(plan, approver, slot) or _names(maker, name))
    return _among(plan, {slot.category for slot in own})


def _reports(plan: Plan, approver: Approver, slot: Slot) -> bool:
    """Whether a slot is reported by the approver's own unit."""
    category = plan.category_by_code.get(slot.category)
    return category is not None and bool(approver.unit) and (category.lead or slot.subordinate) == approver.unit


def _among(plan: Plan, codes: Collection[str]) -> tuple[str, ...]:
    """Categories in the order of the plan."""
    return tuple(one.code for one in plan.categories if one.code in codes)


def names_somebody(filled_by: str) -> bool:
    """Whether a cover's 填报人 is a name at all: not blank, a stroke, a number or a single character like 无."""
    return any(len(run) > 1 for run in _RUN_OF_LETTERS.findall(_plain(filled_by)))


def _names(filled_by: str, name: str) -> bool:
    """Whether a cover's 填报人 names a person, however it is written: “张 三”, “张三 李四”, “张三科长”.

    Better once too often, which costs a countersignature, than once too seldom. Only a name that is
    one character longer (赵一凡 for 赵一) is taken for somebody else's.
    """
    for run in _RUN_OF_LETTERS.findall(_plain(filled_by)):
        beside = run.replace(name, "", 1)
        if name and name in run and (len(beside) != 1 or beside in _BESIDE_A_NAME):
            return True
    return False


def same_name(one: str, other: str) -> bool:
    """Whether two texts are the same name but for spaces and width."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(normalize("NFKC", name).split()).casefold()
