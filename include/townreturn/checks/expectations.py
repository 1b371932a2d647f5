"""The expectations that Great Expectations lacks: linear relations between columns of a row."""

from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

DOMAIN_KEYS = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")


def _weighted_sum(columns: pd.DataFrame, coefficients: list[int]) -> "pd.Series[float]":
    """Σ coefficient × column of every row; exact while counts stay below 2^53."""
    return (columns * coefficients).sum(axis=1)


class LinearIdentityHolds(MulticolumnMapMetricProvider):
    """Rows whose weighted sum is zero."""

    condition_metric_name = "multicolumn_values.linear_identity"
    condition_domain_keys = DOMAIN_KEYS
    condition_value_keys = ("coefficients",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, coefficients: list[int], **_: Any) -> "pd.Series[bool]":  # noqa: N805
        return _weighted_sum(column_list, coefficients) == 0


class LinearAtLeastZero(MulticolumnMapMetricProvider):
    """Rows whose weighted sum is zero or more."""

    condition_metric_name = "multicolumn_values.linear_at_least_zero"
    condition_domain_keys = DOMAIN_KEYS
    condition_value_keys = ("coefficients",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, coefficients: list[int], **_: Any) -> "pd.Series[bool]":  # noqa: N805
        return _weighted_sum(column_list, coefficients) >= 0


class LastPositiveWhereOthersAre(MulticolumnMapMetricProvider):
    """Rows whose last column is above zero, or whose other columns all are not."""

    condition_metric_name = "multicolumn_values.last_positive_where_others_are"
    condition_domain_keys = DOMAIN_KEYS
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> "pd.Series[bool]":  # noqa: N805
        is_positive = column_list > 0
        return is_positive.iloc[:, -1] | ~is_positive.iloc[:, :-1].any(axis=1)


class ExpectLinearIdentity(MulticolumnMapExpectation):
    """Expect Σ coefficient × column = 0 in every row."""

    coefficients: list[int]
    map_metric: ClassVar[str] = "multicolumn_values.linear_identity"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "coefficients")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "coefficients")


class ExpectLinearAtLeastZero(MulticolumnMapExpectation):
    """Expect Σ coefficient × column ≥ 0 in every row."""

    coefficients: list[int]
    map_metric: ClassVar[str] = "multicolumn_values.linear_at_least_zero"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "coefficients")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "coefficients")


class ExpectLastPositiveWhereOthersAre(MulticolumnMapExpectation):
    """Expect the last column above zero in every row where any of the others is."""

    map_metric: ClassVar[str] = "multicolumn_values.last_positive_where_others_are"
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)
