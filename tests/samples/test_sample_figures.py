"""Drawn figures obey the mandatory rules in every seed and continue from call to call."""

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from townreturn.domain.form import Kind
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan_book import PlanBook
from townreturn.plans import load_plan_book
from townreturn.samples.figures import chain_figures, draft_month

YEAR = periods_between(Period("2018-01"), Period("2018-12"))


@pytest.fixture(scope="module")
def plans() -> PlanBook:
    return load_plan_book(["qingxi-2018"])


@pytest.mark.parametrize("seed", range(20))
def test_a_year_of_any_seed_obeys_the_mandatory_rules(plans: PlanBook, seed: int) -> None:
    form = plans.plans[0].form
    chain = chain_figures(plans, YEAR[-1], seed)
    assert len(chain) == 12 * 7
    for (period, category), month in chain.items():
        value = month.values
        assert list(value) == [one.code for one in form.indicators_of(category)]
        assert value["major_cases"] <= value["cases_filed"] <= value["cases_investigated"]
        assert value["samples_failed"] <= value["samples_tested"]
        moved = value["cases_filed"] - value["cases_closed"] - value["cases_withdrawn"]
        assert value["cases_pending"] == value["cases_open_at_start"] + moved >= 0
        assert value["cases_transferred"] <= value["cases_open_at_start"] + value["cases_filed"]
        assert min(value.values()) >= 0
        assert value["fines_confiscations"] == 0 or value["cases_closed"] > 0
        assert value["premises_inspected"] == 0 or value["officers_deployed"] > 0
        for code, figure in value.items():
            places = 0 if form.by_code[code].kind is Kind.COUNT else 2
            assert figure == round(figure, places)
        if period != YEAR[0]:
            assert value["cases_open_at_start"] == chain[period.previous, category].values["cases_pending"]


def test_a_zero_return_keeps_the_balance_and_nothing_else(plans: PlanBook) -> None:
    chain = chain_figures(plans, YEAR[-1], 1)
    zeros = [(category, month.values) for (_, category), month in chain.items() if month.zero_return]
    assert {category for category, _ in zeros} == {"children"}
    for _, values in zeros:
        assert values["cases_open_at_start"] == values["cases_pending"]
        stocks = {"cases_open_at_start", "cases_pending"}
        assert not any(figure for code, figure in values.items() if code not in stocks)


def test_the_chain_does_not_depend_on_where_it_ends(plans: PlanBook) -> None:
    quarter, year = (chain_figures(plans, Period(last), 7) for last in ("2018-03", "2018-12"))
    assert {key: year[key] for key in quarter} == quarter
    assert chain_figures(plans, Period("2018-03"), 8) != quarter


def test_the_spring_festival_slows_enforcement_but_not_food_inspections(plans: PlanBook) -> None:
    """Levels: building premises 38 × 85 % = 32.3 against 36.5; food samples 85 × 118 % = 100.3 against 90.1."""
    chains = [chain_figures(plans, Period("2018-02"), seed) for seed in range(30)]

    def mean(category: str, code: str, period: str) -> Decimal:
        return sum(chain[Period(period), category].values[code] for chain in chains) / Decimal(30)

    assert mean("building", "premises_inspected", "2018-02") < mean("building", "premises_inspected", "2018-01")
    assert mean("food_drug", "samples_tested", "2018-02") > mean("food_drug", "samples_tested", "2018-01")


def test_a_category_without_a_profile_gets_plausible_figures(plans: PlanBook) -> None:
    month = draft_month(plans.plans[0].form, "textiles", Period("2018-05"), 3, Random(0))
    assert month.values["cases_open_at_start"] == 3
    assert month.values["enforcement_actions"] > 0


def test_another_form_keeps_its_balances_too() -> None:
    """That form calls its cases otherwise: opening 2 + new 0 - done 0 = remaining 2, month after month."""
    other = load_plan_book([str(Path(__file__).parents[1] / "plans" / "liuhe-2018.yaml")])
    chain = chain_figures(other, Period("2018-04"), 1)
    assert {category for _, category in chain} >= {"seeds", "cables"}
    for month in chain.values():
        value = month.values
        assert value["remaining_cases"] == value["open_cases"] + value["new_cases"] - value["done_cases"]
        assert value["big_cases"] == 0
    assert any(month.values["inspections"] for month in chain.values())
