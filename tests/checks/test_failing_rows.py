"""The narrowed expectations find the rows that Great Expectations' own full result names."""

from pathlib import Path

import great_expectations as gx
import numpy as np
import pandas as pd
import pytest
from great_expectations.expectations.registry import get_expectation_impl

from judged_reports import RULES
from townreturn.checks.batch import run_batch
from townreturn.checks.suites import Suite, load_suite

SUITES = [RULES / "edition-2018" / "cells.yaml", RULES / "edition-2018" / "reports.yaml", RULES / "town_return.yaml"]


def drawn(suite: Suite, seed: int) -> pd.DataFrame:
    """Small numbers with gaps in every column that the suite reads, so that every rule meets both."""
    draw = np.random.default_rng(seed)
    columns = sorted({column for rule in suite.rules for column in rule.columns})
    values = {one: draw.choice([np.nan, -1, 0, 1, 2, 2.25, 7, 90, 30_000], size=300) for one in columns}
    if "unit_of_measure" in values:
        values["unit_of_measure"] = draw.choice(["宗", "万元", "元"], size=300).astype(object)
    return pd.DataFrame(values)


def full_result(frame: pd.DataFrame, suite: Suite) -> dict[str, set[int]]:
    """The same rules as Great Expectations runs them by itself."""
    from townreturn.checks import expectations, expectations_of_history  # noqa: F401 - registers our own

    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("full").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    rules = [get_expectation_impl(one.expectation)(**one.kwargs, meta={"code": one.code}) for one in suite.rules]
    results = batch.validate(gx.ExpectationSuite(name="full", expectations=rules), result_format="COMPLETE").results
    return {
        one.expectation_config.meta["code"]: set(rows)
        for one in results
        if (rows := one.result.get("unexpected_index_list"))
    }


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_agree_on_every_rule(path: Path, seed: int) -> None:
    suite = load_suite(path)
    frame = drawn(suite, seed)
    found = {failure.rule.code: set(failure.rows) for failure in run_batch(frame, suite)}
    assert found == full_result(frame, suite)
    assert len(found) == len(suite.rules), "every rule meets a row that fails it"
