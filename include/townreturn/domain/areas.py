"""Key areas (重点区域、重点市场、警示区域、警示市场): what units told of each, period by period."""

from dataclasses import dataclass
from unicodedata import normalize

SECTION = "key_areas"
NAME, NATURE, STATUS = "name", "nature", "status"
"""The section of a form in which units tell of them, and its fields, where a form has them."""


@dataclass(frozen=True)
class KeyArea:
    """An area that the plan names (方案列明), for any category and unit where it names none."""

    name: str
    nature: str = ""
    category: str = ""
    unit: str = ""


@dataclass(frozen=True)
class AreaStatus:
    """How an area stood by a unit's report of an earlier period, in the unit's own words."""

    period: str
    category: str
    unit: str
    name: str
    nature: str
    status: str


def area_key(name: str) -> str:
    """By which an area is found again: its name, full width or not, spaced or not. Nothing else makes two names one."""
    return "".join(normalize("NFKC", name).split()).casefold()
