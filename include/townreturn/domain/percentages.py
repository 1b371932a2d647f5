"""How per cent are rounded, everywhere: one decimal, half up."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_TENTH = Decimal("0.1")


def in_pct(share: Fraction) -> Decimal:
    """An exact share or change in per cent, one decimal, half up: 2/3 is 66.7, -1/8 is -12.5."""
    exact = Decimal(share.numerator) * 100 / share.denominator
    return exact.quantize(_TENTH, ROUND_HALF_UP)
