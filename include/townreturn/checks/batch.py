"""One Great Expectations batch: a frame and a suite in, the rows that fail each rule out."""

from dataclasses import dataclass
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


def run_batch(frame: "pd.DataFrame", suite: Suite) -> list[Failure]:
    """Validate the frame as one batch; failures come in the suite's order.

    ``frame`` has unique integer labels as its index. Raises Broken when a rule could not be
    evaluated: that is a fault of the rule, not of the data.
    """
    if frame.empty:
        return []
    results = {result.expectation_config.meta["code"]: result for result in _validate(frame, suite)}
    failures = [Failure(rule, _failing_rows(rule, results[rule.code])) for rule in suite.rules]
    return [failure for failure in failures if failure.rows]


def _validate(frame: "pd.DataFrame", suite: Suite) -> list[Any]:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from townreturn.checks import expectations  # noqa: F401 - registers our own

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.variables.analytics_enabled = False
    asset = context.data_sources.add_pandas(suite.suite).add_dataframe_asset(suite.suite)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    configurations = [
        {"type": rule.expectation, "kwargs": rule.kwargs, "meta": {"code": rule.code}} for rule in suite.rules
    ]
    expectation_suite = gx.ExpectationSuite(name=suite.suite, expectations=configurations)
    return list(batch.validate(expectation_suite, result_format="COMPLETE").results)


def _failing_rows(rule: Rule, result: Any) -> tuple[Any, ...]:
    raised = result.exception_info or {}
    broken = raised.get("raised_exception") or any(
        isinstance(one, dict) and one.get("raised_exception") for one in raised.values()
    )
    if broken or (not result.success and "unexpected_index_list" not in result.result):
        raise Broken("RULE_BROKEN", rule=rule.code, detail=raised)
    return tuple(result.result.get("unexpected_index_list") or ())
