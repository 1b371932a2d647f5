"""The load of one office above: a workbook a subordinate, as publishing writes it to hand up.

One unit, the subordinate, reports all seven categories. Written by substitution like the towns' own files, and kept as
arrays in the same way.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from bench.drawn_figures import Columns, Drawn, draw_periods
from bench.loads import Submission, decimals_of, draw_texts, key_case, text_of
from bench.stencils import Stencil, number_mark, text_mark

from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan, Unit
from townreturn.plans import load_plan
from townreturn.templates import blank_workbook
from townreturn.templates.assignment import Assignment
from townreturn.templates.filling import Contents, fill_template

_RECEIVER = "above"
_THREE_DAYS = 3 * 86_400
"""In seconds."""


class _CaseCategory(Category):
    """The hole for the category of a case: which has how many differs from town to town."""

    @property
    def heading(self) -> str:
        return text_mark(self.code)


class LoadAbove:
    """``count`` subordinates' workbooks of a period, by seed; ``drawn`` says what they hold, a row a subordinate."""

    def __init__(self, count: int, period: Period, seed: int = 1) -> None:
        packaged = load_plan("qingxi-2018")
        own = Unit(text_mark("code"), text_mark("town"))
        self.plan = replace(
            packaged, town=own.name, units=(own, Unit(_RECEIVER, "上级打假办")), coordinating_unit=_RECEIVER,
            categories=tuple(replace(one, lead=own.code) for one in packaged.categories),
        )  # fmt: skip
        self.count, self.seed = count, seed
        [self.drawn] = draw_periods(self.plan, count, [period], seed)
        self._stencil = cache(self._cut)

    @property
    def subordinates(self) -> list[tuple[str, str]]:
        """Their codes and names."""
        return [(f"t{number:04d}", f"第{number:04d}镇") for number in range(1, self.count + 1)]

    def submissions(self, due: datetime) -> Iterator[Submission]:
        """One a subordinate; ``due`` is when the office above wants them."""
        for place, (code, name) in enumerate(self.subordinates):
            rng = Random(f"{self.seed}/{place}/{self.drawn.period}")
            content = self._fill(place, draw_texts(name, rng) | {"code": code.encode()})
            seconds = timedelta(seconds=rng.randrange(1, _THREE_DAYS))
            received_at = due + seconds if self.drawn.late[place, 0] else due - seconds
            yield Submission(place, code, f"{code}_{name}打假统计月报_上报.xlsx", content, received_at)

    def _fill(self, place: int, texts: Mapping[str, bytes]) -> bytes:
        columns, row = self.drawn.columns, self.drawn.written[place].tolist()
        cases = _categories_of_cases(self.plan, self.drawn, place)
        numbers = dict(enumerate(map(text_of, row, decimals_of(columns))))
        headings = {_case_code(number): one.heading.encode() for number, one in enumerate(cases)}
        return self._stencil(tuple(self.drawn.quiet[place].tolist()), len(cases)).fill(numbers, {**texts, **headings})

    def _cut(self, quiet: tuple[bool, ...], cases: int) -> Stencil:
        """Of a workbook with so many cases; ``quiet`` by category, 零申报."""
        columns, plan = Columns(self.plan), self.plan
        blank = blank_workbook(Assignment(plan, self.drawn.period, plan.units[0], upward=True))
        cells = {(one, each.code): Decimal(number_mark(columns.place[one, each.code])) for one, each in columns.cells}
        cover = {plan.form.anchors.filled_by: text_mark("person"), plan.form.anchors.phone: text_mark("phone")}
        extra = tuple(_CaseCategory(_case_code(number), 0, "") for number in range(cases))
        entries = [(one.code, key_case(plan)) for one in extra]
        contents = Contents(cover, dict(zip(columns.categories, quiet, strict=True)), cells, {"key_cases": entries})
        return Stencil(fill_template(blank, replace(plan, categories=(*plan.categories, *extra)), contents))


def _case_code(number: int) -> str:
    return f"case{number}"


def _categories_of_cases(plan: Plan, drawn: Drawn, place: int) -> Sequence[Category]:
    """Of each 大案要案 that a subordinate lists."""
    counts = drawn.written[place, drawn.columns.of(plan.form.major_cases)].tolist()
    return [one for one, count in zip(plan.categories, counts, strict=True) for _ in range(count)]


def write_into(inbox: Path, load: LoadAbove, due: datetime) -> None:
    """Every file of a load into one inbox."""
    for one in load.submissions(due):
        path, moment = inbox / one.name, one.received_at.timestamp()
        path.write_bytes(one.content)
        os.utime(path, (moment, moment))
