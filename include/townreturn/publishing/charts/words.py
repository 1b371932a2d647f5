"""What charts say: numbers, shares, what stands in place of a value, marks and their names."""

from decimal import Decimal
from fractions import Fraction

from townreturn.domain.form import Indicator
from townreturn.domain.percentages import in_pct
from townreturn.publishing.charts.data import Gap, Point, Share, SharesChart
from townreturn.publishing.charts.timeliness_map import Mark
from townreturn.wording import say

_GAP_CODES = {Gap.MISSING: "AMOUNT_MISSING", Gap.EXEMPTED: "STANDING_EXEMPTED"}


def number_text(indicator: Indicator, value: Decimal) -> str:
    """The number as the form has it, without its unit."""
    return f"{value:,.{indicator.decimals}f}"


def gap_word(gap: Gap | None) -> str:
    """未报 or 免报; nothing where there was no category yet."""
    return say(_GAP_CODES[gap]) if gap else ""


def scale_of(indicator: Indicator, greatest: Decimal) -> list[tuple[float, str]]:
    """What is written along an axis: 0 and the greatest value."""
    ends = {0.0: "0", float(greatest): number_text(indicator, greatest)} if greatest else {0.0: "0"}
    return list(ends.items())


def point_text(indicator: Indicator, point: Point) -> str:
    """「5宗」, or the word that stands for no value."""
    return gap_word(point.gap) if point.value is None else number_text(indicator, point.value) + indicator.unit


def title_of_shares(chart: SharesChart) -> str:
    """「立案（本期，单位：宗）」."""
    return say("CHART_SHARES_TITLE", label=chart.indicator.label, unit=chart.indicator.unit)


def share_text(indicator: Indicator, share: Share) -> str:
    """「5宗，45.5%」, or the word that stands for no value."""
    text = point_text(indicator, share.point)
    return text if share.share is None else say("CHART_SHARE", amount=text, pct=_pct(share.share))


def _pct(share: Fraction) -> str:
    """What is there is never 0.0%."""
    return say("CHART_SHARE_TINY") if share and not in_pct(share) else f"{in_pct(share)}%"


def mark_sign(mark: Mark | None) -> str:
    """One character; nothing where nothing is known."""
    return say(f"MARK_{mark.name}_SIGN") if mark else ""


def mark_name(mark: Mark) -> str:
    """What the sign means."""
    return say(f"MARK_{mark.name}")
