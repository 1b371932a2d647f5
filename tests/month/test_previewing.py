"""What would be published next, looked at: equal to what is then compiled and published, and nothing is written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.domain.plan import Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Measure
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation, newest_compilation

JANUARY = Period("2018-01")
IN_MARCH = datetime.fromisoformat("2018-03-10T09:30:00+08:00")
FIGURES: Mapping[str, str | int] = {"cases_filed": 2, "cases_pending": 2, "goods_value": "1.50"}


@pytest.fixture
def collected(office: Office) -> Office:
    """January opened and due, 建材 still out."""
    now = _due(office)
    month.open_period(office, JANUARY, now, "", backfilled=False)
    store_all(office, "2018-01", without=("building",), figures=FIGURES)
    empty_the_inbox(office, now)
    return office


def _due(office: Office) -> datetime:
    return overdue(office.plans.plans[0], "2018-01")


def _publish(office: Office, compilation: int, now: datetime) -> None:
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)


def test_before_publication_it_is_what_is_then_compiled(collected: Office) -> None:
    now = _due(collected)
    shown = month.preview_return(collected, JANUARY, now)
    assert (shown.published_at, shown.issues, shown.why_not) == (None, (), "")
    cell = shown.town_return.cell(TOTAL, "cases_filed")
    assert cell is not None
    assert (cell.current.value, cell.current.reported) == (12, 6)  # six categories of 2
    with reading(collected.engine) as tx:
        assert newest_compilation(tx, "qingxi", "2018-01") is None, "to look is not to compile"
        compilation = month.compile_return(collected, JANUARY, now)
    with reading(collected.engine) as tx:
        assert find_compilation(tx, compilation).town_return == shown.town_return


def test_published_it_is_the_newest_issue_until_a_correction_would_follow(collected: Office) -> None:
    _publish(collected, month.compile_return(collected, JANUARY, _due(collected)), _due(collected))
    shown = month.preview_return(collected, JANUARY, IN_MARCH)
    assert (shown.town_return.issue, shown.issues) == (0, (0,))
    assert shown.published_at == _due(collected)
    assert "没有变化" in shown.why_not

    store_report(collected, "building", "2018-01", {"cases_filed": 5, "cases_pending": 5}, received_at=IN_MARCH)
    draft = month.preview_return(collected, JANUARY, IN_MARCH)
    assert (draft.town_return.issue, draft.published_at, draft.why_not) == (1, None, "")
    compilation = month.compile_correction(collected, JANUARY, IN_MARCH)
    with reading(collected.engine) as tx:
        assert find_compilation(tx, compilation).town_return == draft.town_return
    assert month.preview_return(collected, JANUARY, IN_MARCH, issue=0).town_return == shown.town_return


def test_differences_to_an_issue_are_those_of_figures_and_of_status(collected: Office) -> None:
    _publish(collected, month.compile_return(collected, JANUARY, _due(collected)), _due(collected))
    assert month.preview_return(collected, JANUARY, IN_MARCH, against=0).differences == ()
    store_report(collected, "building", "2018-01", {"cases_filed": 5, "cases_pending": 5}, received_at=IN_MARCH)
    shown = month.preview_return(collected, JANUARY, IN_MARCH, against=0)
    current = {
        (one.category, one.indicator): (one.old, one.new) for one in shown.differences if one.measure is Measure.CURRENT
    }
    assert current["building", "cases_filed"] == (None, 5)
    assert current[TOTAL, "cases_filed"] == (12, 17)
    assert current["building", "fines_confiscations"] == (None, 0), "未报 has become zero"
    assert ("food_drug", "cases_filed") not in current
    assert shown.against is not None
    assert shown.against.issue == 0
    with pytest.raises(Misuse, match="没有发布过这一号"):
        month.preview_return(collected, JANUARY, IN_MARCH, against=1)


def test_an_issue_is_told_by_the_plan_of_then_even_when_that_is_gone(collected: Office) -> None:
    _publish(collected, month.compile_return(collected, JANUARY, _due(collected)), _due(collected))
    plan = replace(collected.plans.plans[0], validity=Validity("2019-01", "2019-12"))
    later = replace(collected, plans=PlanBook((plan,)))
    assert month.preview_return(later, JANUARY, IN_MARCH).plan.title == collected.plans.plans[0].title
    with pytest.raises(Misuse, match="2018-03 没有生效的"):
        month.preview_return(later, Period("2018-03"), IN_MARCH)


def test_an_issue_that_was_not_published_is_refused(collected: Office) -> None:
    with pytest.raises(Misuse, match="没有发布过这一号；已发布的号：无"):
        month.preview_return(collected, JANUARY, IN_MARCH, issue=0)
