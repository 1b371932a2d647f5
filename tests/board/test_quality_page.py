"""数据质量: findings counted by rule, unit and period, and the rules in words."""

from typing import Any

import pytest

from asked_board import Ask, asking
from page_text import read_page
from townreturn.board.quality_view import QualityView, view_quality
from townreturn.domain.findings import Severity
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.reports import findings_of_period


@pytest.fixture(scope="module")
def view(published: Office) -> QualityView:
    return view_quality(published, "", "", "")


def test_unasked_the_last_year_is_shown(view: QualityView) -> None:
    assert (view.first, view.last, view.known_periods) == ("2018-01", "2018-03", ("2018-03", "2018-02", "2018-01"))


def test_every_stored_finding_is_counted_once(view: QualityView, published: Office) -> None:
    """Against the findings themselves, counted one by one."""
    found = []
    with reading(published.engine) as tx:
        for period in ("2018-01", "2018-02", "2018-03"):
            found += [(period, unit, one) for unit, one in findings_of_period(tx, "qingxi", period)]
    assert found
    assert sum(one.count for one in view.rules) == len(found)
    units, periods = [one.unit for one in view.units], [one.period for one in view.periods]
    for rule in view.rules:
        of_rule = [row for row in found if row[2].code == rule.code and row[2].severity is rule.severity]
        assert rule.by_unit == tuple(sum(row[1] == unit for row in of_rule) for unit in units)
        assert rule.by_period == tuple(sum(row[0] == period for row in of_rule) for period in periods)
        assert rule.explained_count == sum(bool(row[2].explanation) for row in of_rule)


def test_the_golden_february_by_hand(view: QualityView) -> None:
    """Six contents, one returned for a balance that does not add up; seven changes explained."""
    [february] = [one for one in view.periods if one.period == "2018-02"]
    assert (february.file_count, february.returned_count) == (6, 1)
    assert {mark.value: count for mark, count in february.counts.items() if count} == {"mandatory": 1, "explained": 7}
    assert (february.worst_text, february.worst_count) == ("比上期变化超过30%", 7)
    assert [(one.code, one.severity, one.count) for one in view.rules] == [
        ("CHANGE_BEYOND_30", Severity.VERIFYING, 7), ("PENDING_DOES_NOT_BALANCE", Severity.MANDATORY, 1),
    ]  # fmt: skip


def test_one_unit_and_one_period_can_be_looked_at_alone(ask: Ask) -> None:
    page = read_page(ask("/quality?first=2018-02&last=2018-02&unit=zhujian").text)
    assert page.row("期末在办填的是…")[1:] == ["强制性", "1", "", "1"]
    assert page.row("比上期变化超过30%")[1:] == ["核实性", "2", "2", "2"]
    assert [row[:4] for row in page.rows if row[0].startswith("2018")] == [["2018-02", "2", "1", "1"]]
    assert page.links["审核规则"] == "/board/rules?period=2018-02"


@pytest.mark.parametrize("query", ["first=2018-03&last=2018-01", "first=x", "last=2018-13", "unit=x"])
def test_what_cannot_be_is_not_found(ask: Ask, query: str) -> None:
    assert ask(f"/quality?{query}").status_code == 404
    assert ask(f"/api/quality?{query}").status_code == 404


def test_before_anything_came_there_is_nothing_to_count(small_office: Office) -> None:
    ask = asking(small_office)
    assert "所选各期没有来件" in ask("/quality").text
    assert ask("/api/quality").json()["rules"] == []
    assert ask("/quality?first=2030-01&last=2030-02").status_code == 200


def test_every_rule_of_the_form_is_told_in_words_with_its_reason(ask: Ask) -> None:
    told: dict[str, Any] = ask("/api/rules?period=2018-02").json()
    assert (told["period"], told["edition"]) == ("2018-02", "edition-2018")
    assert [one["suite"] for one in told["suites"]] == ["cells", "reports", "town_return"]
    page = read_page(ask("/rules?period=2018-02").text)
    codes = [one["code"] for suite in told["suites"] for one in suite["rules"]]
    for code in codes:
        row = next(row for row in page.rows if row[1].endswith(f" {code}"))
        assert row[2], code
        assert row[3] == "一直施行"
    assert "{" not in page.text
    assert ask("/rules?period=1999-01").status_code == 404
