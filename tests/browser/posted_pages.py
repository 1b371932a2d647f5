"""What the board answers to its forms, as the browser tests show it: a receipt, a refusal, an act that is done."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Frame

from asked_board import IN_HAND, MARCH
from filled_workbook import FilledWorkbook
from townreturn.office import Office


@dataclass(frozen=True)
class Posted:
    """``name`` of its picture; the name of the page that has the form; how it is filled in and sent."""

    name: str
    form: str
    send: Callable[[Frame, Office], None]


def send_faulty_workbook(frame: Frame, office: Office) -> None:
    """Of 建材: a number in words, one that does not follow from the others, and what needs an explanation."""
    plan = office.plans.in_force(MARCH)
    book = FilledWorkbook(plan, plan.unit_by_code["zhujian"], MARCH)
    book.put("premises_inspected", "约二十")
    book.put("cases_pending", 9)
    book.put("building_items_seized", "12宗")
    with TemporaryDirectory() as folder:
        path = book.save(Path(folder) / "2018-03-zhujian.xlsx", IN_HAND)
        frame.select_option("#unit", "zhujian")
        frame.set_input_files("#file", path)
        _press(frame)


def exclude_nothing(frame: Frame, office: Office) -> None:
    frame.uncheck("[name=categories]")
    exclude(frame, office)


def exclude(frame: Frame, office: Office) -> None:
    frame.fill("#reason", "该单位来电：误传了别的月份")
    frame.check("[name=confirmed]")
    _press(frame)


def _press(frame: Frame) -> None:
    with frame.expect_navigation(wait_until="load"):
        frame.click("button.deed")


POSTED = (
    Posted("receipt", "upload", send_faulty_workbook),
    Posted("refusal", "exclusion", exclude_nothing),
    Posted("done", "exclusion", exclude),
)
"""In this order: when the last is done, the form is gone."""
