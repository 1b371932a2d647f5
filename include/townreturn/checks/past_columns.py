"""What each kind of cell is compared with: the columns of history, worked out once a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from townreturn.domain.form import Form, Indicator, Kind
from townreturn.domain.history import HISTORY_PERIODS, Reporter

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CellKinds:
    """One row a kind of cell – reporter, indicator – found by ``rows``: the reporter's key, then the indicator.

    ``position`` is the place of a common indicator in the form, -1 for an extra. Amounts are in
    the indicator's own unit, NaN where nothing was accepted: ``last`` period and ``year_ago`` of
    the category; ``usual``, the median of what the category reported in the past year, zeros left
    out; ``median`` and ``mad`` (median absolute deviation) over the unit's own ``past_count`` periods.
    """

    rows: dict[tuple[str, str | None, int], dict[str, int]]
    position: NDArray[np.int64]
    is_count: NDArray[np.bool_]
    is_money: NDArray[np.bool_]
    is_flow: NDArray[np.bool_]
    unit_of_measure: NDArray[np.object_]
    last: Floats
    year_ago: Floats
    usual: Floats
    median: Floats
    mad: Floats
    past_count: Floats


def build_cell_kinds(reporters: Sequence[Reporter], form: Form) -> CellKinds:
    """The kinds of cell that the reporters report."""
    rows: dict[tuple[str, str | None, int], dict[str, int]] = {}
    indicators: list[Indicator] = []
    own: list[list[float]] = []
    of_category: list[list[float]] = []
    for reporter in {one.key: one for one in reporters}.values():
        row_of = rows[reporter.key] = {}
        for one in form.indicators_of(reporter.category):
            row_of[one.code] = len(indicators)
            indicators.append(one)
            past, by_unit = _past(reporter, one.code)
            of_category.append(past)
            own.append(by_unit)
    return _kinds(rows, indicators, form, np.array(own), np.array(of_category))


def _past(reporter: Reporter, indicator: str) -> tuple[list[float], list[float]]:
    """The year before, last period first: of the category whoever reported it, and of the unit itself."""
    of_category, own = [np.nan] * HISTORY_PERIODS, [np.nan] * HISTORY_PERIODS
    for back, figure in reporter.history.figures.get((reporter.category, indicator), {}).items():
        if 1 <= back <= HISTORY_PERIODS:
            of_category[back - 1] = float(figure.value)
            if figure.unit == reporter.unit:
                own[back - 1] = float(figure.value)
    return of_category, own


def _kinds(
    rows: dict[tuple[str, str | None, int], dict[str, int]], indicators: list[Indicator], form: Form, own: Floats,
    of_category: Floats,
) -> CellKinds:  # fmt: skip
    own, of_category = (one.reshape(-1, HISTORY_PERIODS) for one in (own, of_category))
    positions = {one.code: place for place, one in enumerate(form.indicators)}
    median = _row_medians(own)
    return CellKinds(
        rows=rows,
        position=np.array([positions.get(one.code, -1) for one in indicators], dtype=np.int64),
        is_count=np.array([one.kind is Kind.COUNT for one in indicators], dtype=bool),
        is_money=np.array([one.kind is Kind.MONEY for one in indicators], dtype=bool),
        is_flow=np.array([not one.is_stock for one in indicators], dtype=bool),
        unit_of_measure=np.array([one.unit for one in indicators], dtype=object),
        last=of_category[:, 0],
        year_ago=of_category[:, HISTORY_PERIODS - 1],
        usual=_row_medians(np.where(of_category == 0, np.nan, of_category)),
        median=median,
        mad=_row_medians(np.abs(own - median[:, None])),
        past_count=(~np.isnan(own)).sum(axis=1).astype(float),
    )


def _row_medians(values: Floats) -> Floats:
    """The median of each row's numbers, NaN for a row without any."""
    medians = np.full(len(values), np.nan)
    known = ~np.isnan(values).all(axis=1)
    if known.any():
        medians[known] = np.nanmedian(values[known], axis=1)
    return medians
