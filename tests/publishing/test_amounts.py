"""Numbers as sentences have them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from townreturn.domain.plan import Plan
from townreturn.publishing.amounts import say_amount, say_share


@pytest.mark.parametrize(
    ("indicator", "value", "said"),
    [
        ("cases_filed", "0", "0宗"),
        ("officers_deployed", "16000", "16,000人次"),
        ("goods_value", "1037.88", "1,037.88万元"),
        ("goods_value", "9999.99", "9,999.99万元"),
        ("goods_value", "10000", "1.00亿元"),
        ("goods_value", "12345.67", "约1.23亿元"),
        ("goods_value", "123450", "约12.35亿元"),
        ("goods_value", "123400", "12.34亿元"),
        ("goods_value", "12345600000", "1,234,560.00亿元"),
        ("rewards_paid", "2000", "2,000.00元"),
        ("rewards_paid", "99999999.99", "99,999,999.99元"),
        ("rewards_paid", "100000000", "1.00亿元"),
    ],
)
def test_amounts_stand_as_in_the_tables_until_they_are_too_long(
    plan: Plan, indicator: str, value: str, said: str
) -> None:
    assert say_amount(Decimal(value), plan.form.by_code[indicator]) == said


def test_a_quantity_is_no_money(plan: Plan) -> None:
    assert say_amount(Decimal("123456789.5"), plan.form.by_code["cut_tobacco"]) == "123,456,789.50公斤"


def test_shares_round_half_up() -> None:
    assert [say_share(Fraction(*one)) for one in ((3, 11), (1, 2000), (1, 1))] == ["27.3%", "0.1%", "100.0%"]
