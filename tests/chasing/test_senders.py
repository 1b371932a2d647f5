"""Whose mails are believed to come from a unit."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from townreturn.chasing.senders import may_report_for, registered_senders
from townreturn.domain.plan import Plan, Unit, Validity
from townreturn.domain.plan_book import PlanBook

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Named:
    name: str
    mail: str


@pytest.fixture
def book(plans: PlanBook) -> PlanBook:
    """From 2019-01 市场监管分局 goes on with 食药监分局 and 工商分局, and 住建局 has a new reporter."""
    plan = plans.plans[0]
    old = (
        Unit("shiyaojian", "镇食药监分局", mail="Food@unit.example", head_mail="chief@unit.example"),
        Unit("gongshang", "镇工商分局", mail="trade@unit.example", head_mail="chief@unit.example"),
        Unit("zhujian", "镇住建局", mail="build@unit.example"),
        Unit("jingkexin", "镇经科信局"),
    )
    new = (
        Unit("shichang", "镇市场监管分局", mail="market@unit.example", succeeds=("shiyaojian", "gongshang")),
        Unit("zhujian", "镇住建局", mail="new@unit.example"),
        Unit("jingkexin", "镇经科信局"),
    )
    return PlanBook((with_units(plan, old, "2018-01", "2018-12"), with_units(plan, new, "2019-01", "2019-12")))


def with_units(plan: Plan, units: tuple[Unit, ...], first: str, last: str) -> Plan:
    return replace(plan, code=f"qingxi-{first[:4]}", units=units, validity=Validity(first, last))


def known(book: PlanBook, *day: int, **named: Named) -> dict[str, tuple[str, ...]]:
    return registered_senders(book, named, datetime(*day, tzinfo=SHANGHAI))  # type: ignore[arg-type]


def test_reporter_and_head_are_believed_in_small_letters(book: PlanBook) -> None:
    assert known(book, 2018, 4, 1) == {
        "food@unit.example": ("shiyaojian",),
        "trade@unit.example": ("gongshang",),
        "chief@unit.example": ("shiyaojian", "gongshang"),
        "build@unit.example": ("zhujian",),
    }


def test_a_reporter_named_since_goes_before_the_plans_own(book: PlanBook) -> None:
    senders = known(book, 2018, 4, 1, zhujian=Named("李四", "Li@unit.example"))
    assert "build@unit.example" not in senders
    assert senders["li@unit.example"] == ("zhujian",)


def test_nobody_is_registered_by_a_plan_to_come(book: PlanBook) -> None:
    assert "market@unit.example" not in known(book, 2018, 12, 25, 23, 59, 59)
    assert known(book, 2018, 12, 26)["market@unit.example"] == ("shichang",)


def test_while_the_old_plans_last_period_is_reported_both_addresses_count(book: PlanBook) -> None:
    """2018-12 is reported from 26 December on, when 2019-01 has begun; from 26 January on 2019-01 is."""
    assert {"build@unit.example", "new@unit.example"} <= known(book, 2018, 12, 31).keys()
    assert "build@unit.example" not in known(book, 2019, 1, 26)


def test_a_unit_that_is_no_more_may_still_send_what_it_owes(book: PlanBook) -> None:
    assert known(book, 2019, 6, 1)["food@unit.example"] == ("shiyaojian",)


def test_a_successor_reports_for_all_whose_work_it_goes_on_with(book: PlanBook) -> None:
    later = Unit("zhifa", "镇综合执法办", succeeds=("shichang",))
    last = with_units(book.plans[0], (later,), "2020-01", "2020-12")
    three = PlanBook((*book.plans, last))
    assert may_report_for(three, ["zhifa"]) == {"zhifa", "shichang", "shiyaojian", "gongshang"}
    assert may_report_for(three, ["shiyaojian"]) == {"shiyaojian"}
    assert may_report_for(three, ["zhujian", "gongshang"]) == {"zhujian", "gongshang"}
