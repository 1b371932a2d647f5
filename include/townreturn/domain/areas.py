"""Key areas (重点区域、重点市场、警示区域、警示市场): what units told of each, period by period."""

from dataclasses import dataclass

SECTION = "key_areas"
NAME, NATURE, STATUS = "name", "nature", "status"
"""The section of a form in which units tell of them, and its fields, where a form has them."""


@dataclass(frozen=True)
class AreaStatus:
    """How an area stood by a unit's report of an earlier period, in the unit's own words."""

    period: str
    category: str
    unit: str
    name: str
    nature: str
    status: str
