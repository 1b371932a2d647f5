"""How numbers are said in sentences: the form's decimals, thousands separated, 亿元 where they grow that long."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from townreturn.domain.form import Indicator
from townreturn.domain.percentages import in_pct
from townreturn.wording import say

_HUNDREDTH = Decimal("0.01")
_HUNDRED_MILLION = Decimal(100_000_000)


def say_amount(value: Decimal, indicator: Indicator) -> str:
    """「11宗」, 「1,037.88万元」 as in the tables; from 1 亿元 on 「约12.35亿元」, without 约 where that is exact."""
    yuan = value * _yuan_in(indicator)
    if abs(yuan) < _HUNDRED_MILLION:
        return f"{value:,.{indicator.decimals}f}{indicator.unit}"
    exact = yuan / _HUNDRED_MILLION
    rounded = exact.quantize(_HUNDREDTH, ROUND_HALF_UP)
    return say("AMOUNT_LARGE" if rounded == exact else "AMOUNT_LARGE_ABOUT", number=f"{rounded:,}")


def say_pct(pct: Decimal) -> str:
    """「12.5%」, without a sign: the words before it say where it goes."""
    return f"{abs(pct):,.1f}%"


def say_share(share: Fraction) -> str:
    """「27.3%」 of an exact share."""
    return say_pct(in_pct(share))


def _yuan_in(indicator: Indicator) -> int:
    """How many 元 the indicator's unit is; 0 where it is no money."""
    return {say("UNIT_YUAN"): 1, say("UNIT_TEN_THOUSAND_YUAN"): 10_000}.get(indicator.unit, 0)
