"""What the measures of the return are called."""

from townreturn.domain.town_return import Measure
from townreturn.wording import say

_MEASURE_CODES = {
    Measure.CURRENT: "MEASURE_CURRENT",
    Measure.YTD: "MEASURE_YTD",
    Measure.MONTH_ON_MONTH: "MEASURE_MONTH_ON_MONTH",
    Measure.YEAR_ON_YEAR: "MEASURE_YEAR_ON_YEAR",
    Measure.YTD_YEAR_ON_YEAR: "MEASURE_YTD_YEAR_ON_YEAR",
}


def measure_name(measure: Measure) -> str:
    """本期, 本年累计, 环比, 同比, 累计同比."""
    return say(_MEASURE_CODES[measure])
