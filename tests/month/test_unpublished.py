"""By when a return should be out, and that operators hear once of one that is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from townreturn import month
from townreturn.chasing.publishing_due import publish_by
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages

NOW = datetime.fromisoformat("2018-02-06T00:00:00+08:00")
JANUARY = Period("2018-01")


@pytest.mark.parametrize(
    ("period", "within", "expected"),
    [
        # 1 to 3 February 2018 is Thursday to Saturday.
        ("2018-01", 0, "2018-02-01T00:00"),
        ("2018-01", 1, "2018-02-02T00:00"),
        ("2018-01", 3, "2018-02-06T00:00"),
        # 1 April is a Sunday; 5 to 7 April are off, Sunday the 8th is worked.
        ("2018-03", 3, "2018-04-05T00:00"),
        ("2018-03", 4, "2018-04-09T00:00"),
        # National Day: nobody works before Monday, 8 October.
        ("2018-09", 1, "2018-10-09T00:00"),
    ],
)
def test_so_many_working_days_from_the_first_that_is_late(
    plans: PlanBook, period: str, within: int, expected: str
) -> None:
    plan = replace(plans.plans[0], publish_within_working_days=within)
    assert publish_by(plan, Period(period)) == datetime.fromisoformat(f"{expected}+08:00")


def test_operators_are_told_once(office: Office) -> None:
    [letter] = month.tell_unpublished(office, JANUARY, NOW)
    assert (letter.addressee, letter.subject) == ("镇经科信局经办人", "【月报未发布】清溪镇打假统计 2018-01")
    assert month.tell_unpublished(office, JANUARY, NOW) == ()
    [alert] = month.status_of(office, JANUARY, NOW).alerts
    assert alert.text == "2018-01 的月报到 2018-02-06 00:00 还没有发布，请在 Airflow 中看这一期停在哪一步"


def test_nobody_is_told_of_a_return_that_is_out(office: Office, bring_in: Callable[..., datetime]) -> None:
    month.open_period(office, JANUARY, NOW, "", backfilled=False)
    now = bring_in(office, JANUARY.key)
    compilation = month.compile_return(office, JANUARY, now)
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)
    assert month.tell_unpublished(office, JANUARY, NOW) == ()
    with reading(office.engine) as tx:
        assert [one for one in list_messages(tx, "qingxi") if one.kind == "alert"] == []
