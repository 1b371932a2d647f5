"""Colours and signs of all charts: told apart in grey and by colour-blind eyes, for shade and sign differ too.

The hues are those of Okabe and Ito (Color Universal Design, 2008).
"""

from dataclasses import dataclass

from townreturn.publishing.charts.data import Gap
from townreturn.publishing.charts.timeliness_map import Mark

INK, RULE, FAINT = "#222222", "#8C8C8C", "#D0D0D0"
THIS_YEAR, LAST_YEAR = "#0072B2", "#A9CBE3"
BREAK = "#B34700"
PAPER = "#FFFFFF"


@dataclass(frozen=True)
class Shade:
    """How a mark looks: the ground it stands on, and its own colour."""

    ground: str
    ink: str = INK


MARK_SHADES = {
    Mark.ON_TIME: Shade("#F1F6FA"),
    Mark.LATE: Shade("#F0B93A"),
    Mark.RETURNED: Shade("#C25400", PAPER),
    Mark.MISSING: Shade("#2B2B2B", PAPER),
    Mark.BACKFILLED: Shade("#C4DDF0"),
    Mark.EXEMPTED: Shade("#D9D9D9"),
    Mark.OPEN: Shade(PAPER),
}
GAP_MARKERS = {Gap.MISSING: "x", Gap.EXEMPTED: "D"}
"""As matplotlib names them; hollow."""
