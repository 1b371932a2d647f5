"""数据质量 and the rules in words, as pages and as JSON."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Seeing, Visit
from townreturn.board.period_list import shown_periods
from townreturn.board.quality_view import QualityView, view_quality
from townreturn.board.rendering import render
from townreturn.domain.period import Period
from townreturn.month.rules_in_words import SuiteInWords, tell_rules

router = APIRouter()


@dataclass(frozen=True)
class RulesView:
    """The rules by which a period is checked, and those of its form that hold in other periods."""

    period: str
    plan: str
    edition: str
    suites: tuple[SuiteInWords, ...]


@router.get("/api/quality")
def get_quality(visit: Seeing, first: str = "", last: str = "", unit: str = "") -> QualityView:
    """How often each rule was broken, by unit and by period."""
    return view_quality(visit.office, first, last, unit)


@router.get("/api/rules")
def get_rules(visit: Seeing, period: str = "") -> RulesView:
    """The rules in words, by default of the period opened last."""
    return _view_rules(visit, period)


@router.get("/quality", include_in_schema=False)
def show_quality(request: Request, visit: Seeing, first: str = "", last: str = "", unit: str = "") -> HTMLResponse:
    """数据质量."""
    view = view_quality(visit.office, first, last, unit)
    units = {one.code: one.name for plan in visit.office.plans.plans for one in plan.units}
    return render(request, "quality.html", view=view, units=units, page="quality", visit=visit)


@router.get("/rules", include_in_schema=False)
def show_rules(request: Request, visit: Seeing, period: str = "") -> HTMLResponse:
    """审核规则 in words."""
    return render(request, "rules.html", view=_view_rules(visit, period), page="quality", visit=visit)


def _view_rules(visit: Visit, period: str) -> RulesView:
    shown = Period(period) if period else shown_periods(visit.office, visit.now)[1]
    plan = visit.office.plans.in_force(shown)
    return RulesView(shown.key, plan.title, plan.form.edition, tell_rules(visit.office, plan))
