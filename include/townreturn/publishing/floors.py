"""From what size on something is worth saying in the briefing, and how much is said: the one home of these bounds.

They are our choice, and not those of the verifying rules (expectations): there a floor says from what difference
on a unit is worth a telephone call, here from what base on a percentage tells a listener more than it misleads.
A town has some ten cases a month; with the rules' floor of 20 it would never hear a percentage of them.
"""

from decimal import Decimal
from fractions import Fraction

from townreturn.domain.form import Indicator, Kind
from townreturn.wording import say

LEAST_MOVE_OF_HEADLINES = Fraction(6, 5)
LEAST_MOVE_OF_OTHERS = Fraction(3, 2)
"""A move worth a word, as ``weigh_move`` has it: some 20 % for what is told anyway, 50 % for what is told for it."""

LARGEST_PCT = Decimal(300)
"""Beyond it both sides say more than a percentage."""

LEAST_STREAK = 3
"""So many moves in one direction make a streak."""

LEAST_RECORD = 6
"""So many known periods, the last among them, make a record."""

LEAST_TESTED = Decimal(50)
"""A rate (不合格率) needs as many: of fewer, one more or less is above two points."""

LEAST_LEAD = Fraction(1, 4)
"""The share of a total from which on a category leads: seven have a seventh each on average."""

MOST_MOVES = 3
"""In one paragraph of 总体情况, and by each comparison of a category: a listener keeps no more."""

MOST_LEADS = 2
"""In the whole of 总体情况, where one category may lead everywhere."""


def floor_of(indicator: Indicator) -> Decimal:
    """The least base of a percentage or share: 5 things, 1 万元, 1 000 元, 1 of what is measured."""
    if indicator.kind is Kind.COUNT:
        return Decimal(5)
    return Decimal(1000) if indicator.unit == say("UNIT_YUAN") else Decimal(1)


def weigh_move(one: Decimal, other: Decimal, indicator: Indicator) -> Fraction:
    """How far apart two figures are: their ratio, at least 1, each with the floor added.

    So 1 and 2 things lie less apart than 100 and 130; without any logarithm, for order must not hang on rounding.
    """
    floor = floor_of(indicator)
    return Fraction(max(one, other) + floor) / Fraction(min(one, other) + floor)
