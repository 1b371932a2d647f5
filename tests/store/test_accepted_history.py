"""The history a period is judged by: accepted figures of the year before and of the next period."""

from decimal import Decimal

from sqlalchemy import event

from stored_reports import store_report
from townreturn.domain.findings import Verdict
from townreturn.domain.history import History, PastFigure
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.reports import accepted_histories


def history_of(office: Office, period: str) -> History:
    with reading(office.engine) as tx:
        return accepted_histories(tx, office.plans.plans[0], Period(period)).shared


def test_it_reaches_a_year_back_and_one_period_ahead(office: Office) -> None:
    for key in periods_between(Period("2018-01"), Period("2018-12")):
        store_report(office, "tobacco", key.key, {"premises_inspected": key.month, "goods_value": f"{key.month}.05"})
    history = history_of(office, "2018-11")
    assert history.figures["tobacco", "premises_inspected"] == {
        back: PastFigure(Decimal(11 - back), "yancao") for back in (-1, *range(1, 11))
    }
    assert history.value("tobacco", "goods_value", 1) == Decimal("10.05")
    assert history.value("tobacco", "goods_value", -1) == Decimal("12.05")
    assert history_of(office, "2018-12").value("tobacco", "goods_value", 11) == Decimal("1.05")


def test_only_what_was_accepted_is_history(office: Office) -> None:
    store_report(office, "tobacco", "2018-01", {"premises_inspected": 100})
    store_report(office, "tobacco", "2018-01", {"premises_inspected": 999}, number=1, verdict=Verdict.RETURNED)
    store_report(office, "building", "2018-01", {"premises_inspected": 5}, verdict=Verdict.RETURNED)
    history = history_of(office, "2018-02")
    assert history.value("tobacco", "premises_inspected", 1) == 100
    assert history.value("building", "premises_inspected", 1) is None
    assert history.value("tobacco", "premises_inspected", 2) is None
    assert history.value("tobacco", "media_reports", 1) == 0, "an accepted zero is a figure"


def test_the_newest_accepted_report_counts_and_explained_ones_do_too(office: Office) -> None:
    store_report(office, "tobacco", "2018-01", {"premises_inspected": 100})
    store_report(office, "tobacco", "2018-01", {"premises_inspected": 300}, number=1, verdict=Verdict.EXPLAINED)
    assert history_of(office, "2018-02").value("tobacco", "premises_inspected", 1) == 300


def test_the_period_itself_is_not_its_own_history(office: Office) -> None:
    store_report(office, "tobacco", "2018-02", {"premises_inspected": 100})
    assert history_of(office, "2018-02") == History({})


def test_it_costs_one_query_whatever_is_stored(small_office: Office) -> None:
    for category in ("tobacco", "building", "ecommerce"):
        for key in ("2018-01", "2018-02", "2018-03"):
            store_report(small_office, category, key)
    statements: list[str] = []
    event.listen(small_office.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert len(history_of(small_office, "2018-04").figures) > 80
    assert sum(one.startswith("SELECT") for one in statements) == 1
