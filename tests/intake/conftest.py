"""``answer(unit, *spoils)``: the submission that intake makes of a spoiled workbook."""

from collections.abc import Callable
from typing import Any

import pytest
from drafts import Draft, Spoil, drafted, read

from filled_workbook import FilledWorkbook
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Submission


@pytest.fixture(scope="session")
def draft(filled: Callable[..., FilledWorkbook]) -> Callable[..., Draft]:
    def make(unit: str, *spoils: Spoil) -> Draft:
        return drafted(filled(unit, "2018-01"), *spoils)

    return make


@pytest.fixture(scope="session")
def answer(draft: Callable[..., Draft], plans: PlanBook) -> Callable[..., Submission]:
    def make(unit: str, *spoils: Spoil, **reading: Any) -> Submission:
        return read(draft(unit, *spoils), plans, **reading)

    return make
