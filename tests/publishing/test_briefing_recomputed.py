"""The finished document read again: every number in its prose is a figure of the return, or follows from some."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from printed_briefing import printed_paragraphs
from recomputed_figures import check_paragraph
from townreturn.domain.form import Kind
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, TownReturn
from townreturn.publishing.briefing import write_briefing, write_briefing_twin
from townreturn.publishing.briefing_parts import compose_briefing
from townreturn.publishing.figure_origins import describe_span

ISSUED_ON = date(2018, 4, 2)
FIXTURES = ("town_return", "explained_return", "corrected_return", "judged_return", "compared_return")
WithHistory = Callable[[dict[tuple[str, str], str]], TownReturn]


def describe(town_return: TownReturn, plan: Plan) -> list[dict[str, Any]]:
    told = ((one.prose.text, one.prose.spans) for one in compose_briefing(town_return, plan, ISSUED_ON))
    return [
        {"text": text, "figures": [describe_span(span, text, town_return, plan) for span in spans]}
        for text, spans in told
    ]


@pytest.mark.parametrize("name", FIXTURES)
def test_every_number_of_the_document_follows_from_the_return(
    name: str, plan: Plan, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    town_return = request.getfixturevalue(name)
    write_briefing(town_return, plan, tmp_path / "b.docx", ISSUED_ON)
    write_briefing_twin(town_return, plan, tmp_path / "b.json", ISSUED_ON)
    printed = printed_paragraphs(tmp_path / "b.docx")
    twin = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["paragraphs"]
    checked = [
        check_paragraph({"text": text, "figures": told["figures"]}, town_return, plan)
        for text, told in zip(printed, twin, strict=True)
    ]
    assert sum(checked) > (250 if name == "compared_return" else 80)


def test_an_unbound_number_fails(compared_return: TownReturn, plan: Plan) -> None:
    with pytest.raises(AssertionError, match="has 0 origins"):
        check_paragraph({"text": "本期立案3宗。", "figures": []}, compared_return, plan)


def test_a_wrong_number_fails(compared_return: TownReturn, plan: Plan) -> None:
    place = {"category": "total", "indicator": "cases_filed", "measure": "current"}
    span = {"start": 4, "end": 7, "text": "18宗", "kind": "figure", **place}
    with pytest.raises(AssertionError, match="18宗"):
        check_paragraph({"text": "全镇立案18宗。", "figures": [span]}, compared_return, plan)


def texts_by_place(town_return: TownReturn, plan: Plan) -> dict[tuple[str, str], list[str]]:
    """The paragraphs that rest on each place: category and indicator."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in describe(town_return, plan):
        for place in {(span["category"], span["indicator"]) for span in one["figures"] if span["kind"] == "figure"}:
            found.setdefault(place, []).append(one["text"])
    return found


def test_who_changes_a_cell_changes_its_sentences(
    with_history: WithHistory, compared_return: TownReturn, plan: Plan
) -> None:
    before = texts_by_place(compared_return, plan)
    headlines = [one for one in plan.form.indicators if one.headline]
    for number, indicator in enumerate(headlines):
        category = plan.categories[number % len(plan.categories)].code
        value = "777" if indicator.kind is Kind.COUNT else "777.25"
        changed = with_history({(category, indicator.code): "1 " * 14 + value})
        after = texts_by_place(changed, plan)
        for place in ((category, indicator.code), (TOTAL, indicator.code)):
            assert after[place] != before[place], place
            cell = changed.cell(*place)
            assert cell is not None
            shown = f"{indicator.label}{cell.current.value:,.{indicator.decimals}f}{indicator.unit}"
            assert any(shown in text for text in after[place]), shown
        assert all(check_paragraph(one, changed, plan) >= 0 for one in describe(changed, plan))


HISTORIES = st.lists(st.one_of(st.integers(0, 9), st.integers(0, 400), st.none()), min_size=15, max_size=15)


@given(filed=HISTORIES, value=HISTORIES, tested=HISTORIES, failed=HISTORIES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_history_makes_the_prose_say_what_is_not_so(
    with_history: WithHistory, plan: Plan, filed: list[int], value: list[int], tested: list[int], failed: list[int]
) -> None:
    def tell(values: list[int], *, divided_by: int = 1) -> str:
        return " ".join("–" if one is None else str(Decimal(one) / divided_by) for one in values)

    town_return = with_history(
        {
            ("tobacco", "cases_filed"): tell(filed),
            ("food_drug", "goods_value"): tell(value, divided_by=4),
            ("building", "samples_tested"): tell(tested),
            ("building", "samples_failed"): tell(failed),
        }
    )
    assert sum(check_paragraph(one, town_return, plan) for one in describe(town_return, plan)) > 200
