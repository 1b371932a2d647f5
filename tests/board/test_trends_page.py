"""趋势与对比: figures as published, gaps where there is none, corrections and breaks told."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from asked_board import IN_HAND, Ask, asking
from changing_plans import open_three
from golden_month import read_expected
from page_text import read_page
from small_returns import compile_small, publish_all
from stored_reports import on_time
from ten_years import publish_ten_years
from townreturn.domain.form import Form
from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import FigureChange, Measure, TownReturn
from townreturn.office import Office

FILED = "cases_filed"


def lines_of(answer: Any) -> dict[str, list[dict[str, Any]]]:
    """Category → its points."""
    assert answer.status_code == 200
    return {one["column"]["category"]: one["curve"]["points"] for one in answer.json()["lines"]}


def values_of(points: list[dict[str, Any]]) -> list[str | None]:
    return [one["value"] for one in points]


def test_every_figure_of_the_golden_month_is_as_reckoned_by_hand(ask: Ask) -> None:
    wanted = [one for one in read_expected() if one.measure in ("current", "ytd")]
    assert len(wanted) > 300
    for place in {(one.indicator, one.measure) for one in wanted}:
        answer = ask(f"/api/trends?indicator={place[0]}&measure={place[1]}&category=total" + all_categories(ask))
        assert [one["period"] for one in answer.json()["periods"]] == ["2018-01", "2018-02"], "March is a draft"
        found = lines_of(answer)
        for one in (one for one in wanted if (one.indicator, one.measure) == place):
            point = found[one.category][1]
            assert (point["value"] and Decimal(point["value"])) == one.value, one
            assert (point["status"] == "missing") == (one.value is None), one
            assert (point["status"] == "incomplete") == (0 < one.reported < one.expected), one


def all_categories(ask: Ask) -> str:
    columns = ask("/api/trends").json()["columns"]
    return "".join(f"&category={one['category']}" for one in columns)


@pytest.mark.parametrize(("measure", "sheet"), [("current", "本期"), ("month_on_month", "环比")])
def test_the_page_shows_what_the_published_workbook_shows(
    ask: Ask, published: Office, measure: str, sheet: str
) -> None:
    [path] = Path(published.outbox.path).glob("2018-02/issue-0/清溪镇打假统计月报_2018年2月.xlsx")
    rows = load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)
    [row] = [row for row in rows if "立案" in row]
    page = read_page(ask(f"/trends?measure={measure}" + all_categories(ask)).text)
    shown = page.row("2018-02")[1:]
    assert len(shown) == 8
    for text, value in zip(shown, row[-8:], strict=True):
        is_number = isinstance(value, int | float)
        number = text.removesuffix("（零申报）").rstrip("*%①②③④⑤⑥⑦⑧⑨")
        assert (float(number) == value) if is_number else (text == value), (text, value)


def test_a_gap_is_no_zero_anywhere(ask: Ask) -> None:
    """农资 did not report in February; 儿童用品 made a zero return."""
    answer = ask("/api/trends?category=agricultural&category=children")
    assert values_of(lines_of(answer)["agricultural"]) == ["2", None]
    assert values_of(lines_of(answer)["children"]) == ["1", "0"]
    text = ask("/trends?category=agricultural&category=children").text
    assert read_page(text).row("2018-02")[1:] == ["未报", "0（零申报）"]
    assert "未报：应报而没有报，不是零" in text
    gap, zero = (one["points"][1] for one in charts_of(text)["trend"]["lines"])
    assert (gap["value"], gap["text"], zero["value"]) == (None, "未报", 0)
    [row] = [one for one in csv_of(ask("/trends.csv?category=agricultural")) if one["period"] == "2018-02"]
    assert (row["value"], row["status"]) == ("", "missing")


def charts_of(html: str) -> Any:
    [block] = [one for one in html.split("<script")[1:] if one.startswith(' type="application/json" id="charts">')]
    return json.loads(block.partition(">")[2].partition("</script>")[0])


def csv_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf"), "by which spreadsheets know UTF-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_charts_draw_what_the_api_tells(ask: Ask) -> None:
    query = "?measure=ytd&category=tobacco&category=total&compared=tobacco"
    charts, told = charts_of(ask(f"/trends{query}").text), ask(f"/api/trends{query}").json()
    assert charts["trend"]["labels"] == ["2018-01", "2018-02"]
    drawn = [[point["value"] for point in line["points"]] for line in charts["trend"]["lines"]]
    assert drawn == [[4, 6], [15, 24]], "烟草 4+2; 合计 of all that is in"
    assert drawn == [[float(one["value"]) for one in line["curve"]["points"]] for line in told["lines"]]
    [year] = charts["years"]["lines"]
    assert [one["value"] for one in year["points"]] == [4, 6, *[None] * 10]
    assert year["points"][2]["text"] == "未发布"
    assert [one["hollow"] for one in charts["trend"]["lines"][1]["points"]] == [False, True], "农资 is not in"


def test_the_csv_has_a_row_for_every_period_and_category(ask: Ask) -> None:
    rows = csv_of(ask("/trends.csv?indicator=goods_value&category=tobacco&category=total"))
    assert [(row["period"], row["category"]) for row in rows] == [
        ("2018-01", "tobacco"), ("2018-01", "total"), ("2018-02", "tobacco"), ("2018-02", "total"),
    ]  # fmt: skip
    [expected] = [
        one for one in read_expected()
        if (one.category, one.indicator, one.measure) == ("tobacco", "goods_value", "current")
    ]  # fmt: skip
    assert Decimal(rows[2]["value"]) == expected.value
    assert (rows[2]["unit"], rows[2]["issue"], rows[2]["indicator_name"]) == ("万元", "0", "涉案货值")
    answer = ask("/trends.csv?indicator=goods_value")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%B6%89")


def test_an_extra_is_offered_for_its_category_alone_and_a_memo_has_no_total(ask: Ask) -> None:
    extra = ask("/api/trends?indicator=fake_cigarettes&category=building").json()
    assert [one["category"] for one in extra["columns"]] == ["tobacco"]
    assert [one["column"]["category"] for one in extra["lines"]] == ["tobacco"], "建材 has none"
    memo = ask("/api/trends?indicator=markets_inspected&category=total").json()
    assert "total" not in [one["category"] for one in memo["columns"]]
    assert len(memo["lines"]) == 7
    assert memo["comparison"]["column"]["category"] == "food_drug"


@pytest.mark.parametrize("query", ["indicator=nothing", "category=nothing", "compared=nothing", "measure=x", "year=x"])
@pytest.mark.parametrize("path", ["/trends", "/api/trends", "/trends.csv"])
def test_what_there_is_not_is_said(ask: Ask, path: str, query: str) -> None:
    assert ask(f"{path}?{query}").status_code == 404


def test_in_english_words_are_english(ask: Ask) -> None:
    page = read_page(ask("/trends?category=agricultural&category=total&lang=en").text)
    assert page.row("2018-02")[1:] == ["not reported", "9*"]
    assert "Trends" in page.links
    assert page.links["Download the data (CSV)"].endswith(
        "?indicator=cases_filed&measure=current&category=agricultural&category=total&lang=en"
    )


def test_before_anything_is_published_it_says_so(small_office: Office) -> None:
    ask = asking(small_office)
    assert "还没有发布过月报" in ask("/trends").text
    assert ask("/api/trends").json()["periods"] == []
    assert csv_of(ask("/trends.csv")) == []


def given(**values: str) -> dict[tuple[str, str, str], str]:
    """Cases filed on tobacco: 烟草立案 by month of 2018, ``m1`` to ``m12``."""
    return {(f"2018-{int(month[1:]):02d}", "tobacco", FILED): value for month, value in values.items()}


@pytest.fixture
def corrected(small_office: Office) -> Ask:
    """January 4, March 6, nothing published of February; then January corrected to 5, which moves March's 累计."""
    plan, april = small_office.plans.plans[0], on_time(small_office.plans.plans[0], "2018-03")
    moved = FigureChange("2018-03", "tobacco", FILED, Measure.YTD, Decimal(10), Decimal(11), "随一月更正")
    own = FigureChange("2018-01", "tobacco", FILED, Measure.YTD, Decimal(4), Decimal(5), "漏报一宗")
    january = replace(compile_small(plan, "2018-01", given(m1="5")), issue=1, changes=(own, moved))
    returns: list[TownReturn] = [
        compile_small(plan, "2018-01", given(m1="4")), compile_small(plan, "2018-03", given(m1="4", m3="6")), january,
    ]  # fmt: skip
    publish_all(small_office, [(april + timedelta(days=day), one) for day, one in enumerate(returns)])
    return asking(small_office)


def test_a_corrected_period_shows_its_newest_issue_and_says_which(corrected: Ask) -> None:
    answer = corrected("/api/trends?category=tobacco")
    assert [(one["period"], one["issue"]) for one in answer.json()["periods"]] == [
        ("2018-01", 1), ("2018-02", None), ("2018-03", 0),
    ]  # fmt: skip
    [points] = lines_of(answer).values()
    assert values_of(points) == ["5", None, "6"]
    assert [one["status"] for one in points] == ["reported", "unpublished", "reported"]
    html = corrected("/trends?category=tobacco").text
    page = read_page(html)
    assert page.row("2018-01 第1次更正")[1:] == ["5"]
    assert page.row("2018-02")[1:] == ["未发布"]
    assert page.links["5"] == "/board/figures/2018-01/tobacco/cases_filed/current?issue=1"
    [line] = charts_of(html)["trend"]["lines"]
    assert [one["mark"] for one in line["points"]] == ["第1次更正", "", ""]


def test_a_figure_that_a_later_correction_moved_is_marked_and_listed(corrected: Ask) -> None:
    answer = corrected("/api/trends?category=tobacco&measure=ytd")
    [points] = lines_of(answer).values()
    assert [one["is_moved"] for one in points] == [False, False, True], "January itself says 5 already"
    [line] = answer.json()["moved"]
    assert (line["period"], line["old"], line["new"], line["reason"]) == ("2018-03", "10宗", "11宗", "随一月更正")
    page = read_page(corrected("/trends?category=tobacco&measure=ytd").text)
    assert ["2018-03", "10*†"] in page.rows, "as it was published, of one period in three short"
    assert page.row("随一月更正")[-3:-1] == ["11宗", "+1"]
    assert corrected("/api/trends?category=building&compared=building&measure=ytd").json()["moved"] == []
    assert corrected("/api/trends?category=tobacco").json()["moved"] == [], "本期 does not move"


def test_periods_whose_plan_is_gone_are_shown_by_the_newest(corrected: Ask, small_office: Office) -> None:
    plan = small_office.plans.plans[0]
    later = replace(plan, validity=replace(plan.validity, first="2018-12"))
    told = asking(replace(small_office, plans=PlanBook((later,))))("/api/trends?category=tobacco&measure=ytd")
    assert values_of(lines_of(told)["tobacco"]) == ["5", None, "10"]
    assert told.json()["moved"][0]["new"] == "11宗"


def test_a_period_issued_after_the_correction_has_it_in_it(small_office: Office) -> None:
    plan, april = small_office.plans.plans[0], on_time(small_office.plans.plans[0], "2018-02")
    moved = FigureChange("2018-02", "tobacco", FILED, Measure.YTD, Decimal(10), Decimal(11), "随一月更正")
    returns: list[TownReturn] = [
        compile_small(plan, "2018-01", given(m1="4")), compile_small(plan, "2018-02", given(m1="4", m2="6")),
        replace(compile_small(plan, "2018-01", given(m1="5")), issue=1, changes=(moved,)),
        replace(compile_small(plan, "2018-02", given(m1="5", m2="6")), issue=1),
    ]  # fmt: skip
    publish_all(small_office, [(april + timedelta(days=day), one) for day, one in enumerate(returns)])
    answer = asking(small_office)("/api/trends?category=tobacco&measure=ytd")
    assert values_of(lines_of(answer)["tobacco"]) == ["5", "11"]
    assert answer.json()["moved"] == []


def test_what_was_not_owed_is_not_called_missing(small_office: Office) -> None:
    plan = small_office.plans.plans[0]
    january = compile_small(plan, "2018-01", given(m1="4"))
    standings = tuple(
        replace(one, state=ObligationState.EXEMPTED, timeliness=Timeliness.EXEMPTED)
        if one.category == "building" else one for one in january.standings
    )  # fmt: skip
    publish_all(small_office, [(on_time(plan, "2018-01"), replace(january, standings=standings))])
    ask = asking(small_office)
    found = lines_of(ask("/api/trends"))
    assert [found[one][0]["status"] for one in ("building", "children")] == ["exempted", "missing"]
    assert read_page(ask("/trends?category=building").text).row("2018-01")[1:] == ["免报"]


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A town whose plans change in November 2018 and January 2019, everything published."""
    office = open_three(tmp_path_factory.mktemp("changing"), first="2018-07")
    publish_ten_years(office)
    yield asking(office)
    office.engine.dispose()


def test_breaks_divide_the_lines_they_concern(changing: Ask) -> None:
    """Places from 2018-07: 4 is November, 6 is January 2019, the period of another length, 7 the one after it."""
    answer = changing("/api/trends" + "?category=total&category=tobacco&category=children&category=beauty")
    breaks = {one["column"]["category"]: one["curve"]["breaks"] for one in answer.json()["lines"]}
    assert breaks["children"] == [6, 7], "its unit changed, and nothing else"
    assert breaks["tobacco"] == [4, 6, 7], "of another scope from November on"
    assert breaks["total"] == [4, 6, 7]
    told = " ".join(answer.json()["breaks"])
    for name in ("3.烟草制品自2018年11月起口径有调整", "8.医疗美容产品自2018年11月起新增", "2019年1月因截止日变更"):
        assert name in told
    alone = changing("/api/trends?category=children&compared=children").json()["breaks"]
    assert [one[:7] for one in alone] == ["2019年1月"], "what concerns other categories is not told"


def test_a_category_that_was_not_there_yet_or_is_no_more_has_no_figures_then(changing: Ask) -> None:
    found = lines_of(changing("/api/trends?category=beauty&category=appliances"))
    assert [one["status"] for one in found["beauty"][:5]] == ["not_stated"] * 4 + ["reported"]
    assert [one["status"] for one in found["appliances"][5:8]] == ["reported", "not_stated", "not_stated"]
    assert values_of(found["beauty"][:4]) == [None] * 4


def test_an_indicator_of_an_earlier_form_can_still_be_chosen(changing: Ask) -> None:
    told = changing("/api/trends?indicator=penalties_disclosed&category=tobacco").json()
    assert "penalties_disclosed" in [one["code"] for one in told["indicators"]]
    assert [one["status"] for one in told["lines"][0]["curve"]["points"]][5:7] == ["reported", "not_stated"]


def test_years_are_compared_month_by_month(changing: Ask) -> None:
    told = changing("/api/trends?compared=children").json()
    comparison = told["comparison"]
    assert (comparison["known_years"], [one["year"] for one in comparison["years"]]) == ([2019, 2018], [2019, 2018])
    line = next(one["curve"]["points"] for one in told["lines"] if one["column"]["category"] == "children")
    assert comparison["years"][0]["curve"]["points"] == line[6:], "2019"
    assert comparison["years"][1]["curve"]["points"][6:] == line[:6], "2018 from July on"
    assert {one["status"] for one in comparison["years"][1]["curve"]["points"][:6]} == {"unpublished"}
    [only] = changing("/api/trends?year=2018&year=1999").json()["comparison"]["years"]
    assert only["year"] == 2018, "of 1999 there is nothing"


def test_the_year_to_date_begins_anew_in_january(three_years: Ask) -> None:
    for measure, starts in (("current", []), ("ytd", [12, 24])):
        [line] = charts_of(three_years(f"/trends?category=building&measure={measure}").text)["trend"]["lines"]
        assert line["starts"] == starts


@pytest.fixture
def three_years(small_office: Office) -> Ask:
    """One figure at the beginning and one at the end of three years under one plan."""
    plan = small_office.plans.plans[0]
    lasting = replace(plan, validity=replace(plan.validity, first="2016-01"))
    office = replace(small_office, plans=PlanBook((lasting,)))
    returns = [
        (on_time(lasting, period), compile_small(lasting, period, {(period, "building", FILED): "1"}))
        for period in ("2016-01", "2018-12")
    ]
    publish_all(office, returns)
    return asking(office)


def test_figures_of_another_unit_of_measure_are_told_and_not_drawn(small_office: Office) -> None:
    """As if 货值 were counted in 元 from 2019 on."""
    plan = small_office.plans.plans[0]
    value = {("2018-12", "tobacco", "goods_value"): "4.5"}
    publish_all(small_office, [(on_time(plan, "2018-12"), compile_small(plan, "2018-12", value))])
    later = replace(plan, code="later", validity=replace(plan.validity, first="2019-01", last="2019-12"))
    office = replace(small_office, plans=PlanBook((plan, replace(later, form=in_yuan(plan.form)))))
    [points] = lines_of(asking(office)("/api/trends?indicator=goods_value&category=tobacco")).values()
    assert points == [{"status": "other_unit", "text": "4.50万元", "value": None, "is_moved": False}]


def in_yuan(form: Form) -> Form:
    changed = tuple(replace(one, unit="元") if one.code == "goods_value" else one for one in form.indicators)
    return replace(form, indicators=changed)


HOSTILE = "=cmd|'/c calc'!A1</script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*191}}<!--"


def test_names_are_text_in_table_data_and_csv(published: Office) -> None:
    plan = published.plans.plans[0]
    categories = tuple(replace(one, name=HOSTILE) if one.code == "tobacco" else one for one in plan.categories)
    indicators = tuple(replace(one, label=HOSTILE) if one.code == FILED else one for one in plan.form.indicators)
    hostile = replace(plan, categories=categories, form=replace(plan.form, indicators=indicators))
    ask = asking(replace(published, plans=PlanBook((hostile,))), IN_HAND)
    html = ask("/trends").text
    page = read_page(html)
    assert page.tags.count("script") == 4, "the board's, the library, the page's, and its data"
    assert "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert "1337" not in page.text
    assert charts_of(html)["trend"]["lines"][2]["name"] == f"3.{HOSTILE}"
    rows = csv_of(ask("/trends.csv?category=tobacco"))
    assert {row["indicator_name"] for row in rows} == {f"'{HOSTILE}"}
