"""One Great Expectations batch: a frame and a suite in, the rows that fail each rule out."""

import gc
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from townreturn.checks.suites import Rule, Suite
from townreturn.domain.errors import Broken

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Failure:
    """A rule and the index labels of the rows that fail it."""

    rule: Rule
    rows: tuple[Any, ...]


@cache
def load_engine() -> None:
    """Import what a batch needs: that takes seconds the first time, for which no transaction should wait.

    The half million objects that it brings stay for ever: the collector of garbage is told not to look at them again.
    """
    from townreturn.checks import expectations, expectations_of_history  # noqa: F401 - for their cost only

    _whole_frame()
    gc.collect()
    gc.freeze()


def run_batch(frame: "pd.DataFrame", suite: Suite) -> list[Failure]:
    """Validate the frame as one batch; failures come in the suite's order.

    ``frame`` has unique integer labels as its index. Raises Broken when a rule could not be
    evaluated: that is a fault of the rule, not of the data.
    """
    if frame.empty or not suite.rules:
        return []
    results = {result.expectation_config.meta["code"]: result for result in _validate(frame, suite)}
    failures = [Failure(rule, _failing_rows(rule, results[rule.code])) for rule in suite.rules]
    return [failure for failure in failures if failure.rows]


def _validate(frame: "pd.DataFrame", suite: Suite) -> list[Any]:
    batch = _whole_frame().get_batch({"dataframe": frame})
    result = batch.validate(_expectation_suite(suite), result_format="COMPLETE")
    return list(result.results)


def _expectation_suite(suite: Suite) -> Any:
    import great_expectations as gx

    return gx.ExpectationSuite(name=suite.suite, expectations=[_expectation(rule) for rule in suite.rules])


def _expectation(rule: Rule) -> Any:
    from townreturn.checks import expectations, expectations_of_history  # noqa: F401 - registers our own
    from townreturn.checks.failing_rows import failing_rows_of

    try:
        return failing_rows_of(rule.expectation)(**rule.kwargs, meta={"code": rule.code})
    except Exception as fault:
        raise Broken("RULE_BROKEN", rule=rule.code, detail=fault) from fault


@cache
def _whole_frame() -> Any:
    """What turns a frame into a batch; made once a process, for it costs as much as two rules."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.variables.analytics_enabled = False
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("all")


def _failing_rows(rule: Rule, result: Any) -> tuple[Any, ...]:
    raised = result.exception_info or {}
    broken = raised.get("raised_exception") or any(
        isinstance(one, dict) and one.get("raised_exception") for one in raised.values()
    )
    if broken or (not result.success and "unexpected_index_list" not in result.result):
        raise Broken("RULE_BROKEN", rule=rule.code, detail=raised)
    return tuple(result.result.get("unexpected_index_list") or ())
