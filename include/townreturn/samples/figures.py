"""Plausible figures for every category and period: pure, deterministic, obeying the mandatory rules."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from townreturn.domain.form import Form, Indicator, Kind
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan_book import PlanBook
from townreturn.samples.profiles import BY_CATEGORY, ORDINARY, Profile

_SPRING_FESTIVAL = 2
_NOISE = 0.05
_CASES = {"cases_filed", "cases_closed", "cases_withdrawn"}


@dataclass(frozen=True)
class MonthFigures:
    """One category's true figures of a period, by indicator code; all flows are 0 in a zero return."""

    zero_return: bool
    values: dict[str, Decimal]


@dataclass(frozen=True)
class _Month:
    """What the levels of a month hang on."""

    profile: Profile
    month: int
    rng: Random

    def count(self, typical: float, inspection: bool = False) -> int:
        """A whole number near the seasonal level of the month."""
        season = self.profile.inspection_season if inspection else self.profile.season
        return self.near(typical * season[self.month - 1] / 100)

    def near(self, level: float) -> int:
        """A whole number near a level; below 1 it is often 0."""
        wanted = level * self.rng.uniform(1 - _NOISE, 1 + _NOISE)
        return int(wanted) + (self.rng.random() < wanted % 1)

    def share(self, whole: int, part: float) -> int:
        """How many of ``whole`` have something that a share ``part`` has."""
        return sum(self.rng.random() < part for _ in range(whole))

    def amount(self, typical: float, times: int = 1) -> Decimal:
        """Money or weight with two decimals; 0 when there is nothing to carry it."""
        level = sum(typical * self.rng.uniform(0.8, 1.2) for _ in range(times))
        return Decimal(round(level * 100)).scaleb(-2)


def chain_figures(plans: PlanBook, last: Period, seed: int) -> dict[tuple[Period, str], MonthFigures]:
    """Figures by (period, category code) from the first plan's first period to ``last``.

    The chain always starts at the same period, so that any later range continues it: each opening
    balance is the closing balance before it.
    """
    chain: dict[tuple[Period, str], MonthFigures] = {}
    closing: dict[str, int] = {}
    for period in periods_between(Period(plans.plans[0].validity.first), last):
        plan = plans.find(period)
        for category in plan.categories if plan else ():
            rng = Random(f"{seed}/{plans.town_code}/{category.code}/{period}")  # noqa: S311 - samples, not secrets
            form = plans.in_force(period).form
            figures = draft_month(form, category.code, period, closing.get(category.code), rng)
            chain[period, category.code] = figures
            closing[category.code] = int(figures.values[form.closing_stock])
    return chain


def draft_month(form: Form, category: str, period: Period, opening: int | None, rng: Random) -> MonthFigures:
    """One category's month; without an ``opening`` balance the chain starts with a likely one."""
    profile = BY_CATEGORY.get(category, ORDINARY)
    month = _Month(profile, period.month, rng)
    balance = month.near(profile.filed * 2) if opening is None else opening
    if profile.quiet and rng.random() < (0.7 if period.month == _SPRING_FESTIVAL else 0.08):
        return _nothing_happened(form, category, balance)
    wanted = form.indicators_of(category)
    cases = _cases(form, month, balance) if form.by_code.keys() >= _CASES else _standing_still(form, balance)
    drafted = _enforcement(month) | cases | _prosecution(month, cases, balance) | _checks(month)
    case_group = form.by_code[form.opening_stock].group
    others = tuple(one for one in wanted if one.code not in drafted and one.group != case_group)
    drafted |= _others(others, month, int(cases["cases_filed"]))
    return MonthFigures(zero_return=False, values={one.code: drafted.get(one.code, Decimal(0)) for one in wanted})


def _nothing_happened(form: Form, category: str, balance: int) -> MonthFigures:
    values = {one.code: Decimal(0) for one in form.indicators_of(category)}
    stocks = {form.opening_stock: Decimal(balance), form.closing_stock: Decimal(balance)}
    return MonthFigures(zero_return=True, values=values | stocks)


def _enforcement(month: _Month) -> dict[str, Decimal]:
    """Every action takes officers, so no inspection stands without them."""
    profile = month.profile
    actions = max(1, month.count(profile.actions, inspection=True))
    return _whole(
        enforcement_actions=actions,
        officers_deployed=max(actions, month.near(actions * profile.officers_per_action)),
        premises_inspected=month.count(profile.premises, inspection=True),
        markets_inspected=month.count(profile.markets, inspection=True),
        key_areas_rectified=month.count(profile.areas),
        publicity_events=month.count(profile.publicity),
        media_reports=month.count(profile.media),
    )


def _cases(form: Form, month: _Month, opening: int) -> dict[str, Decimal]:
    """closing = opening + filed - closed - withdrawn; money only where there is a case to carry it."""
    profile, rng = month.profile, month.rng
    filed = month.count(profile.filed)
    closed = rng.randint((opening + filed) // 3, (opening + filed + 1) * 3 // 5)
    withdrawn = month.share(min(1, opening + filed - closed), 0.08)
    counts = {
        form.opening_stock: opening,
        form.closing_stock: opening + filed - closed - withdrawn,
        form.major_cases: month.share(filed, 0.2),
        "cases_investigated": filed + month.near(profile.filed * 0.4),
        "cases_filed": filed,
        "cases_closed": closed,
        "cases_withdrawn": withdrawn,
        "dens_destroyed": month.share(filed, 0.3),
        "penalties_disclosed": max(0, closed - month.share(closed, 0.2)),
    }
    return _whole(**counts) | {
        "goods_value": month.amount(profile.case_value, filed),
        "fines_confiscations": month.amount(profile.case_fine, closed),
        "losses_recovered": month.amount(profile.case_value * 0.1, filed),
    }


def _standing_still(form: Form, opening: int) -> dict[str, Decimal]:
    """A form that names its cases otherwise: nothing moves, so that its balances hold all the same."""
    return _whole(**{form.opening_stock: opening, form.closing_stock: opening, form.major_cases: 0, "cases_filed": 0})


def _prosecution(month: _Month, cases: dict[str, Decimal], opening: int) -> dict[str, Decimal]:
    """Persons follow from cases transferred, but are never comparable with them."""
    transferred = month.share(opening + int(cases["cases_filed"]), 0.06)
    detained = sum(month.rng.randint(1, 4) for _ in range(transferred))
    return _whole(
        cases_transferred=transferred,
        persons_detained=detained,
        persons_arrested=month.share(detained, 0.5),
        persons_sentenced=month.share(detained, 0.2),
    )


def _checks(month: _Month) -> dict[str, Decimal]:
    """Samples taken and complaints handled; a reward is paid for some complaints, in steps of 100 yuan."""
    profile = month.profile
    tested = month.count(profile.sampled, inspection=True)
    received = month.count(profile.complaints)
    rewarded = month.share(received, 0.04)
    return _whole(
        samples_tested=tested,
        samples_failed=month.share(tested, profile.failed_share),
        complaints_received=received,
        complaints_resolved=month.near(received * 0.95),
        rewards_paid=sum(100 * month.rng.randint(2, 20) for _ in range(rewarded)),
    )


def _others(indicators: tuple[Indicator, ...], month: _Month, filed: int) -> dict[str, Decimal]:
    """The category's own indicators, and whatever else a form asks; the unknown get a small level."""
    profile = month.profile
    values: dict[str, Decimal] = {}
    for one in indicators:
        typical = profile.extras.get(one.code, 2.0)
        if one.code in profile.case_extras:
            values[one.code] = Decimal(month.share(filed, profile.case_extras[one.code]))
        elif one.kind is Kind.COUNT:
            values[one.code] = Decimal(month.count(typical))
        else:
            values[one.code] = month.amount(typical)
    return values


def _whole(**counts: int) -> dict[str, Decimal]:
    return {code: Decimal(count) for code, count in counts.items()}
