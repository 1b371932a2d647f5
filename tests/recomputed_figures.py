"""Every number of the briefing's prose worked out anew from the return, by simpler means than the briefing's own."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from spans_of_briefing import NUMERALS
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnCell, TownReturn

Span = dict[str, Any]
_WAYS = ("compared", "rising", "falling", "level")


def check_paragraph(told: dict[str, Any], town_return: TownReturn, plan: Plan) -> int:
    """Every number is bound, every bound number what it should be, every word of direction right; how many were."""
    text, spans = told["text"], told["figures"]
    for run in NUMERALS.finditer(text):
        bound = [one for one in spans if one["start"] <= run.start() and run.end() <= one["end"]]
        assert len(bound) == 1, f"{run[0]} of {text} has {len(bound)} origins"
    checked = 0
    for span in spans:
        expected = _work_out(span, town_return, plan)
        if expected is not None:
            assert span["text"] in expected, (span, expected, text)
            checked += 1
            _check_direction(text[: span["start"]], span, town_return, plan)
    _check_level(told, town_return)
    return checked


def _work_out(span: Span, town_return: TownReturn, plan: Plan) -> set[str] | None:
    """What the text of a span may be; None where it rests on no figure of the return."""
    if span["kind"] == "count":
        return {str(_count(span, town_return))} if span["of"] in _WAYS else None
    works = {
        "figure": _figure, "base": _base, "difference": _difference, "share": _share, "rate": _rate,
        "points": _points, "streak": _streak, "record": _record, "first": _first,
    }  # fmt: skip
    return set(works[span["kind"]](span, town_return, plan)) if span["kind"] in works else None


def _cell(span: Span, town_return: TownReturn, indicator: str = "") -> ReturnCell:
    cell = town_return.cell(span["category"], indicator or span["indicator"])
    assert cell is not None
    return cell


def _amount(value: Decimal | None, indicator: str, plan: Plan) -> Iterator[str]:
    assert value is not None
    form = plan.form.by_code[indicator]
    yield f"{value:,.{0 if form.kind == 'count' else 2}f}{form.unit}"
    if not value:
        yield from ("零", "为零")


def _sides(span: Span, town_return: TownReturn) -> tuple[Decimal, Decimal]:
    cell, name = _cell(span, town_return), span["measure"]
    later = cell.ytd if name == "ytd_year_on_year" else cell.current
    bases = {"month_on_month": cell.previous, "year_on_year": cell.year_ago, "ytd_year_on_year": cell.ytd_year_ago}
    assert later.value is not None
    assert bases[name].value is not None
    return later.value, bases[name].value or Decimal(0)


def _figure(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    if span["measure"] in ("current", "ytd"):
        yield from _amount(getattr(_cell(span, town_return), span["measure"]).value, span["indicator"], plan)
    else:
        now, base = _sides(span, town_return)
        yield f"{_pct(abs(now - base), base)}%"


def _pct(part: Decimal, whole: Decimal) -> str:
    """Half up in whole thousandths, without rounding by any library."""
    share = Fraction(part) / Fraction(whole)
    thousandths = (share.numerator * 2000 + share.denominator) // (2 * share.denominator)
    return f"{thousandths // 10:,}.{thousandths % 10}"


def _base(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    yield from _amount(_sides(span, town_return)[1], span["indicator"], plan)


def _difference(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    now, base = _sides(span, town_return)
    yield from _amount(abs(now - base), span["indicator"], plan)


def _share(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    codes = [one.code for one in plan.categories]
    values = {code: town_return.cell(code, span["indicator"]).current.value for code in codes}  # type: ignore[union-attr]
    assert None not in values.values()
    assert sum(value == max(values.values()) for value in values.values()) == 1
    assert values[span["category"]] == max(values.values())
    yield f"{_pct(values[span['category']], sum(values.values()))}%"


def _rates(span: Span, town_return: TownReturn) -> tuple[str, str]:
    """This period's and last period's; the latter empty where one of its parts is missing."""
    cells = (_cell(span, town_return), _cell(span, town_return, span["of"]))
    part, whole = (one.current.value for one in cells)
    assert part is not None
    assert whole is not None
    assert whole >= 50
    before_part, before_whole = (one.previous.value for one in cells)
    return _pct(part, whole), _pct(before_part, before_whole) if before_part is not None and before_whole else ""


def _rate(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    yield _rates(span, town_return)[0] + "%"


def _points(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    now, before = map(Decimal, _rates(span, town_return))
    yield f"{abs(now - before)}"


def _values(span: Span, town_return: TownReturn, plan: Plan) -> list[Decimal | None]:
    """Of every known period up to this one; None where a part of a total is missing."""
    codes = [one.code for one in plan.categories] if span["category"] == "total" else [span["category"]]
    columns = []
    for code in codes:
        past = {(one.category, one.indicator): one.values for one in town_return.trend.series}
        unknown = (None,) * len(town_return.trend.periods)
        now = town_return.cell(code, span["indicator"])
        assert now is not None
        columns.append([*past.get((code, span["indicator"]), unknown), now.current.value])
    return [None if None in row else sum(row) for row in zip(*columns, strict=True)]  # type: ignore[arg-type]


def _streak(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    values = _values(span, town_return, plan)
    for way, word in ((1, "上升"), (-1, "下降")):
        count = 0
        while count + 1 < len(values):
            later, earlier = values[-1 - count], values[-2 - count]
            if later is None or earlier is None or (later - earlier) * way <= 0:
                break
            count += 1
        if count >= 3:
            yield f"连续{count}期{word}"


def _record(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    values = _values(span, town_return, plan)
    while None in values:
        values = values[values.index(None) + 1 :]
    *before, now = (one for one in values if one is not None)
    assert len(values) >= 6
    if now > max(before):
        yield f"为近{len(values)}期最高"
    if now < min(before):
        yield f"为近{len(values)}期最低"


def _first(span: Span, town_return: TownReturn, plan: Plan) -> Iterator[str]:
    values = list(zip((*town_return.trend.periods, town_return.period), _values(span, town_return, plan), strict=True))
    assert values[-1][1]
    period = next(key for key, value in reversed(values[:-1]) if value)
    between = [value for key, value in values[:-1] if key > period]
    assert len(between) >= 3
    assert set(between) == {0}
    year, month = period.split("-")
    yield f"自{year}年{int(month)}月以来首次"


def _count(span: Span, town_return: TownReturn) -> int:
    moved = {}
    for indicator in span["indicators"]:
        now, base = _sides({**span, "category": "total", "indicator": indicator}, town_return)
        moved[indicator] = (now > base) - (now < base)
    way = {"rising": 1, "falling": -1, "level": 0}.get(span["of"])
    assert way is None or set(moved.values()) == {way}
    return len(moved)


_LEAST = {"元": 1000}


def _check_direction(before: str, span: Span, town_return: TownReturn, plan: Plan) -> None:
    """增加, 增长, 增至 and 上升 where it grew, and the reverse; no percentage from a base that is too small."""
    is_change = span["kind"] == "figure" and span["measure"] not in ("current", "ytd")
    if not is_change and span["kind"] != "difference":
        return
    now, base = _sides(span, town_return)
    assert re.search(r"(增加|增长)$" if now > base else r"(减少|下降)$", before), (before, span)
    if span["kind"] == "figure":
        form = plan.form.by_code[span["indicator"]]
        assert base >= (5 if form.kind == "count" else _LEAST.get(form.unit, 1)), span
        assert base > 1 or form.kind != "count"


def _check_level(told: dict[str, Any], town_return: TownReturn) -> None:
    """「与上期持平」 stands right behind a figure that is the same as before."""
    for match in re.finditer("，与(上期|上年同期)持平", told["text"]):
        [span] = [one for one in told["figures"] if one["end"] == match.start()]
        if span["kind"] == "figure":
            cell = _cell(span, town_return)
            assert cell.current.value == (cell.previous if match[1] == "上期" else cell.year_ago).value
