"""A sum over a break as people read it: marked in tables, said in sentences, with the reason below."""

from dataclasses import replace
from decimal import Decimal

import pytest

from changing_plans import load_three
from townreturn.compiling import compile_cells
from townreturn.compiling.summary import summarise_return
from townreturn.domain.breaks import breaks_around
from townreturn.domain.canonical import canonical_json, content_hash, read_canonical
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.category_sentences import say_category_ytd
from townreturn.publishing.figure_notes import list_common_cells, list_notes
from townreturn.publishing.group_sentences import say_group
from townreturn.publishing.number_formats import amount_format, figure_text
from townreturn.publishing.overall_sentences import say_summary, say_year_to_date
from townreturn.publishing.reporting_sentences import list_quality
from townreturn.publishing.twin import list_rows
from townreturn.store.reports import StoredFigure

NOVEMBER = Period("2018-11")
SCOPE = "3.烟草制品自2018年11月起口径有调整，与调整以前的数不作比较，合计也不作比较；累计跨调整前后的，是两种口径之和。"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PlanBook:
    return load_three(tmp_path_factory.mktemp("plans"))


@pytest.fixture(scope="module")
def plan(book: PlanBook) -> Plan:
    """The second plan without its new category: the scope of 3 is the only break."""
    second = book.plans[1]
    return replace(second, categories=second.categories[:-1])


@pytest.fixture(scope="module")
def town_return(book: PlanBook, plan: Plan) -> TownReturn:
    """立案 of every category 2 a month, all of 2017 and until November 2018."""
    breaks = breaks_around(PlanBook((book.plans[0], plan)), NOVEMBER)
    figures = [
        StoredFigure(period.key, category.code, "cases_filed", Decimal(2), is_zero_return=False)
        for period in periods_between(Period("2017-01"), NOVEMBER)
        for category in plan.categories
    ]
    standings = tuple(
        Standing(one.code, one.lead, ObligationState.ACCEPTED, Timeliness.ON_TIME) for one in plan.categories
    )
    cells = compile_cells(plan, NOVEMBER, figures, breaks)
    return TownReturn(
        "清溪镇", "qingxi", NOVEMBER.key, plan.code, plan.form.edition, 0, cells, standings, (), (), breaks=breaks
    )


def test_in_a_table_it_bears_a_mark_that_the_note_explains(town_return: TownReturn, plan: Plan) -> None:
    filed = plan.form.by_code["cases_filed"]
    cells = {code: town_return.cell(code, "cases_filed") for code in ("tobacco", "building", TOTAL)}
    texts = {code: figure_text(filed, cell.ytd, "未报") for code, cell in cells.items() if cell}
    assert texts == {"tobacco": "22△", "building": "22", TOTAL: "154△"}  # 11 × 2; 7 × 22
    assert [amount_format(filed, cell.ytd) for cell in cells.values() if cell] == ['#,##0"△"', "#,##0", '#,##0"△"']
    notes = list_notes(town_return, plan, list_common_cells(town_return, plan), [Measure.YTD], with_states=True)
    assert notes[:2] == ["△ 本年累计跨越口径变动，是变动前后之和。", SCOPE]
    assert not any("合计完整" in note for note in notes)


def test_a_table_of_current_figures_says_nothing_of_it(town_return: TownReturn, plan: Plan) -> None:
    cells = list_common_cells(town_return, plan)
    assert SCOPE not in list_notes(town_return, plan, cells, [Measure.CURRENT], with_states=True)
    compared = list_notes(town_return, plan, cells, [Measure.MONTH_ON_MONTH], with_states=True)
    assert compared[:2] == ["不可比：本期或对比期的数据不完整，或两期口径不同，不作比较。", SCOPE]


def test_in_the_briefing(town_return: TownReturn, plan: Plan) -> None:
    filed = [plan.form.by_code["cases_filed"]]
    # The other indicators were never reported in this year made by hand, so the year of the category lacks months.
    kept = replace(plan, form=replace(plan.form, indicators=tuple(filed), extras={}))
    assert say_year_to_date(town_return, kept).text == "本年累计（口径有变动，是变动前后之和），全镇立案154宗。"
    assert say_group(town_return, kept, "案件查处", filed).text == "案件查处方面，全镇立案14宗。"
    assert say_summary(town_return, kept).text == "总的看，与上期、上年同期口径不同，合计不作环比、同比。"
    assert say_category_ytd(town_return, kept, "tobacco").text == (
        "本年累计（口径有变动，是变动前后之和）：立案22宗。"
    )  # fmt: skip
    assert say_category_ytd(town_return, kept, "building").text == "本年累计：立案22宗。"
    assert SCOPE in [one.text for one in list_quality(town_return, plan)]


def test_for_the_approver(town_return: TownReturn, plan: Plan) -> None:
    lines = summarise_return(town_return, plan, [], "0" * 64).splitlines()
    assert f"- 口径变动：{SCOPE}" in lines
    assert "| 立案 | 宗 | 14 | 154（口径有变动） |" in lines


def test_in_the_twin(town_return: TownReturn, plan: Plan) -> None:
    rows = {(row[2], row[4]): row for row in list_rows(town_return, plan) if row[3] == "cases_filed"}
    assert rows["tobacco", "ytd"][5:9] == ["22", "宗", "changed_scope", "11/11"]
    assert rows["tobacco", "ytd_year_on_year"][5:8] == ["", "%", "incomparable"]
    assert rows["building", "ytd_year_on_year"][5:8] == ["0.0", "%", "ratio"]


def test_breaks_are_part_of_the_content_and_other_contents_keep_their_hash(town_return: TownReturn) -> None:
    assert read_canonical(canonical_json(town_return)) == town_return
    without = replace(town_return, breaks=())
    assert "breaks" not in canonical_json(without)
    assert content_hash(without) != content_hash(town_return)
