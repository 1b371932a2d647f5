"""Many towns' submissions of a period, quickly: a province has 1 585 towns with six workbooks each.

The workbooks are those that the project issues to the six lead units of the packaged plan, filled in by
substitution. What was written is kept as arrays, an account of its own for whatever is made from it.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from bench.drawn_figures import Columns, Drawn, draw_periods
from bench.stencils import Stencil, number_mark, text_mark

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit, Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.plans import load_plan
from townreturn.templates import blank_workbook
from townreturn.templates.assignment import Assignment
from townreturn.templates.filling import CellValue, Contents, fill_template

LEVELS = {"city": 33, "province": 1_585, "nation": 40_466}
"""Towns of a level: of Dongguan, of Guangdong (towns and subdistricts), of the country."""
_THREE_DAYS = 3 * 86_400
"""In seconds: no period ends nearer to its due instant."""


@dataclass(frozen=True)
class Submission:
    """One file: whose, what it is called, its bytes, and when it is received."""

    town: int
    unit: str
    name: str
    content: bytes
    received_at: datetime


class Load:
    """``towns`` towns of the packaged plan over some periods, by seed; ``drawn`` says what their files hold."""

    def __init__(self, towns: int, periods: Sequence[Period], seed: int = 1) -> None:
        self.plan = load_plan("qingxi-2018")
        self.towns, self.seed = towns, seed
        # In force from the first of the periods, so that nothing is owed before it.
        self._validity = Validity(periods[0].key, self.plan.validity.last)
        self.drawn = draw_periods(self.plan, towns, periods, seed)
        self._stencil = cache(self._cut)

    def plans(self, town: int) -> PlanBook:
        """The plan of one town, without a file of its own. Its code is its own: the audit trail has a chain a plan."""
        code, validity = f"t{town + 1:04d}", self._validity
        plan = replace(self.plan, code=f"{code}-2018", town_code=code, town=f"第{town + 1:04d}镇", validity=validity)
        return PlanBook((plan,))

    def submissions(self, drawn: Drawn, towns: Sequence[int]) -> Iterator[Submission]:
        """Every unit's file of some towns, town by town."""
        due = self.plan.calendar.due_at(drawn.period)
        for town in towns:
            rng = Random(f"{self.seed}/{town}/{drawn.period}")
            name = self.plans(town).town
            numbers = dict(enumerate(map(text_of, drawn.written[town].tolist(), decimals_of(drawn.columns))))
            for place, unit in enumerate(self.plan.reporting_units):
                texts = draw_texts(name, rng)
                content = self._stencil(drawn.period, unit, _shape(drawn, town, self.plan, unit)).fill(numbers, texts)
                seconds = timedelta(seconds=rng.randrange(1, _THREE_DAYS))
                received_at = due + seconds if drawn.late[town, place] else due - seconds
                yield Submission(town, unit.code, f"打假月报_{drawn.period}_{unit.name}.xlsx", content, received_at)

    def _cut(self, period: Period, unit: Unit, shape: tuple[int | None, ...]) -> Stencil:
        plan = replace(self.plan, town=text_mark("town"))
        blank = blank_workbook(Assignment(plan, period, unit))
        return Stencil(fill_template(blank, plan, _marked(plan, unit, shape)))


def write_submissions(submissions: Iterator[Submission], inboxes: Sequence[Path]) -> int:
    """Put files into their towns' inboxes, which are made; how many there were."""
    count = 0
    for one in submissions:
        inboxes[one.town].mkdir(parents=True, exist_ok=True)
        path = inboxes[one.town] / one.name
        path.write_bytes(one.content)
        moment = one.received_at.timestamp()
        os.utime(path, (moment, moment))
        count += 1
    return count


def _shape(drawn: Drawn, town: int, plan: Plan, unit: Unit) -> tuple[int | None, ...]:
    """What decides of a workbook beyond its figures: by category how many 大案要案 it lists; None for 零申报."""
    columns = drawn.columns
    places = [columns.categories.index(one.code) for one in plan.categories_reported_by(unit.code)]
    major = columns.of(plan.form.major_cases)
    return tuple(None if drawn.quiet[town, one] else int(drawn.written[town, major[one]]) for one in places)


def _marked(plan: Plan, unit: Unit, shape: Sequence[int | None]) -> Contents:
    columns, form = Columns(plan), plan.form
    own = dict(zip((one.code for one in plan.categories_reported_by(unit.code)), shape, strict=True))
    cells: dict[tuple[str, str], CellValue] = {}
    for category, major in own.items():
        for one in form.indicators_of(category):
            is_blank = major is None and not one.is_stock
            cells[category, one.code] = None if is_blank else Decimal(number_mark(columns.place[category, one.code]))
    cover = {form.anchors.filled_by: text_mark("person"), form.anchors.phone: text_mark("phone")}
    cases = [(category, key_case(plan)) for category, major in own.items() for _ in range(major or 0)]
    return Contents(cover, {category: major is None for category, major in own.items()}, cells, {"key_cases": cases})


def key_case(plan: Plan) -> dict[str, str]:
    """The texts of a major case, by field; the street is a hole."""
    place = plan.town + text_mark("street")
    return {
        "title": f"{place}某商行销售假冒商品案", "date": "2018-01-15", "place": place, "goods": "假冒商品",
        "value": "1.40", "large": plan.form.yes, "stage": "立案",
        "summary": f"根据群众举报，在{place}查获涉嫌假冒商品一批，货值约1.40万元，现场予以扣押。",
    }  # fmt: skip


def draw_texts(town: str, rng: Random) -> dict[str, bytes]:
    """What goes into the holes for texts of one town's file."""
    texts = {
        "town": town,
        "person": rng.choice("张王李赵陈黄周吴") + rng.choice("伟芳娜敏静丽强磊"),
        "phone": f"0769-8700{rng.randrange(10_000):04d}",
        "street": f"第{rng.randrange(1, 100)}街",
    }
    return {name: text.encode() for name, text in texts.items()}


@cache
def decimals_of(columns: Columns) -> tuple[int, ...]:
    """By column."""
    return tuple(one.decimals for _, one in columns.cells)


def text_of(scaled: int, decimals: int) -> bytes:
    """A figure as it stands in a cell."""
    return b"%d.%02d" % divmod(scaled, 100) if decimals else b"%d" % scaled
