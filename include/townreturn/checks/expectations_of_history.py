"""Expectations on a figure against its own past: change, magnitude, outlier.

Amounts carry at most two decimals, so they are compared as whole hundredths: 3.9 is not more than
30 % above 3.0, whatever floating point makes of it.
"""

from typing import Any, ClassVar

import numpy as np
import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

from townreturn.checks.expectations import DOMAIN_KEYS

_MAD_OF_A_NORMAL = 1.4826
"""A normal distribution's standard deviation over its MAD, by which the two are made comparable."""
_NOISE = 1e-6
"""What floating point may add to hundredths; medians may be halves of them, so they are not rounded."""


def _hundredths(column: "pd.Series[float]") -> "pd.Series[float]":
    return (column.astype(float) * 100).round()


def _floors(unit_of_measure: "pd.Series[str]", floor: float, floor_by_unit: dict[str, float]) -> "pd.Series[float]":
    """The least difference worth asking about, by unit of measure, in hundredths."""
    return _hundredths(unit_of_measure.map(floor_by_unit).astype(float).fillna(floor))


class ChangeIsWithin(MulticolumnMapMetricProvider):
    """Rows (value, base, unit of measure) within ``beyond_pct`` % of the base, or nearer than the floor."""

    condition_metric_name = "multicolumn_values.change_within"
    condition_domain_keys = DOMAIN_KEYS
    condition_value_keys = ("beyond_pct", "floor", "floor_by_unit")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **bounds: Any) -> "pd.Series[bool]":  # noqa: N805
        value, base = (_hundredths(column_list.iloc[:, place]) for place in (0, 1))
        change = (value - base).abs()
        floors = _floors(column_list.iloc[:, 2], bounds["floor"], bounds["floor_by_unit"])
        is_within: pd.Series[bool] = change * 100 <= base * bounds["beyond_pct"]
        return is_within | (change < floors)


class FoldIsOutside(MulticolumnMapMetricProvider):
    """Rows (value, base) of which neither is ``least`` to ``most`` times the other; zeros never are."""

    condition_metric_name = "multicolumn_values.fold_outside"
    condition_domain_keys = DOMAIN_KEYS
    condition_value_keys = ("least", "most")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **bounds: Any) -> "pd.Series[bool]":  # noqa: N805
        amounts = (column_list.astype(float) * 100).round()
        small, large = amounts.min(axis=1), amounts.max(axis=1)
        is_outside: pd.Series[bool] = (large < small * bounds["least"]) | (large > small * bounds["most"])
        return is_outside | (small <= 0)


class NearOwnMedian(MulticolumnMapMetricProvider):
    """Rows (value, median, MAD, periods known, unit of measure) that are no outliers.

    That is: within ``threshold`` robust deviations of the median, nearer than the floor, or with a
    past of less than ``least_count`` periods. The deviation is taken as at least
    ``least_spread_pct`` % of the median: a past without any spread (MAD 0) would make every
    flicker an outlier.
    """

    condition_metric_name = "multicolumn_values.near_own_median"
    condition_domain_keys = DOMAIN_KEYS
    condition_value_keys = ("threshold", "least_spread_pct", "least_count", "floor", "floor_by_unit")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **bounds: Any) -> "pd.Series[bool]":  # noqa: N805
        value, median, mad = (column_list.iloc[:, place].astype(float) * 100 for place in range(3))
        deviation = np.maximum(mad * _MAD_OF_A_NORMAL, median * (bounds["least_spread_pct"] / 100))
        distance = (value - median).abs()
        is_small: pd.Series[bool] = (
            distance < _floors(column_list.iloc[:, 4], bounds["floor"], bounds["floor_by_unit"]) - _NOISE
        )
        is_near: pd.Series[bool] = distance <= deviation * bounds["threshold"] + _NOISE
        is_young: pd.Series[bool] = column_list.iloc[:, 3].astype(float) < bounds["least_count"]
        return is_near | is_small | is_young


class ExpectChangeWithin(MulticolumnMapExpectation):
    """Expect a value within ±``beyond_pct`` % of a base, differences below the floor left out."""

    beyond_pct: float
    floor: float
    floor_by_unit: dict[str, float]
    map_metric: ClassVar[str] = "multicolumn_values.change_within"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "beyond_pct", "floor", "floor_by_unit")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "beyond_pct", "floor", "floor_by_unit")


class ExpectFoldOutside(MulticolumnMapExpectation):
    """Expect that a value is not a certain number of times its base, nor the base of the value."""

    least: float
    most: float
    map_metric: ClassVar[str] = "multicolumn_values.fold_outside"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "least", "most")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "least", "most")


class ExpectNearOwnMedian(MulticolumnMapExpectation):
    """Expect a value near the median of its past, by the median absolute deviation."""

    threshold: float
    least_spread_pct: float
    least_count: int
    floor: float
    floor_by_unit: dict[str, float]
    map_metric: ClassVar[str] = "multicolumn_values.near_own_median"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", *NearOwnMedian.condition_value_keys)
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", *NearOwnMedian.condition_value_keys)
