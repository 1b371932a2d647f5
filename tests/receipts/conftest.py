"""What tests of receipts share: the plan, and the marked copy of a file as the office would make it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from receipt_cases import RECEIVED
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.copies import MarkingJob, mark_copies


@pytest.fixture(scope="session")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


@pytest.fixture
def sent(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> Callable[..., Path]:
    """``sent(*edits)``: 镇经科信局's workbook for February 2018 as a file."""

    def save(*edits: Callable[[FilledWorkbook], object], name: str = "sent.xlsx") -> Path:
        return filled("jingkexin", "2018-02", *edits).save(tmp_path / name, RECEIVED)

    return save


@pytest.fixture
def mark(plan: Plan, tmp_path: Path) -> Callable[[Path, ReceiptCase], Path]:
    """``mark(path, case)``: the marked copy, beside the original."""

    def make(path: Path, case: ReceiptCase) -> Path:
        [copy] = mark_copies([MarkingJob(path, case, plan)])
        assert copy is not None
        target = tmp_path / f"marked-{path.stem}.xlsx"
        target.write_bytes(copy)
        return target

    return make
