"""Per cent: one decimal, half up, away from zero on both sides."""

from decimal import Decimal
from fractions import Fraction

import pytest

from townreturn.domain.percentages import in_pct


@pytest.mark.parametrize(
    ("share", "pct"),
    [
        (Fraction(3, 8), "37.5"), (Fraction(2, 3), "66.7"), (Fraction(1, 2000), "0.1"), (Fraction(-1, 2000), "-0.1"),
        (Fraction(1, 2001), "0.0"), (Fraction(-1, 3), "-33.3"), (Fraction(0), "0.0"), (Fraction(12345, 10000), "123.5"),
    ],
)  # fmt: skip
def test_in_pct(share: Fraction, pct: str) -> None:
    assert in_pct(share) == Decimal(pct)
