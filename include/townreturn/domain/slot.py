"""The slot (报送项): what one accepted report fills in a period's return.

In a town a category has one lead unit, whoever that is at the time: the slot is the category, and its chain
runs on across a change of units. On a level above, every subordinate (下级单位) reports the category: a slot
is one category of one of them, and the category's figure is the sum over its slots.
"""

from typing import NamedTuple

_SEPARATOR = "@"


class Slot(NamedTuple):
    """A category's code, and the code of the subordinate whose part of it this is; empty where one unit leads it."""

    category: str
    subordinate: str = ""

    @property
    def key(self) -> str:
        """``building``, ``building@qingxi``: as forms, commands and the audit trail name it."""
        return _SEPARATOR.join(one for one in self if one)


def read_slot(key: str) -> Slot:
    """The slot of a key."""
    category, _, subordinate = key.partition(_SEPARATOR)
    return Slot(category, subordinate)
