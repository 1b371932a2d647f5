"""What a cell says as a number: exact, and never repaired in silence.

docs/numbers-in-cells.md lists every form of dirt with its answer; a test reads that table.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from townreturn.intake.labels import FULL_WIDTH, ZERO_WIDTH
from townreturn.spreadsheets.workbook import RawValue
from townreturn.wording import say

FLOAT_NOISE = Decimal("1e-9")
LIMIT = Decimal(10) ** 12
"""No town counts or collects a million million; a larger number is a slip of the keyboard."""

_NUMBER = r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(_NUMBER, re.ASCII)
_WITH_UNIT = re.compile(rf"({_NUMBER}) ?(?:\(([^\d\s]{{1,4}})\)|([^\d\s().,+-]{{1,4}}))", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d?-\d\d?([T ][\d:.]*)?|\d\d?:\d\d(:\d\d)?(\.\d+)?|(\d{4}年)?\d{1,2}月\d{1,2}日", re.ASCII
)
_LETTER = re.compile(r"[A-Za-z_]")
_TWO_NUMBERS = re.compile(r"\d[^\d.,]+\d", re.ASCII)
_TIDY = re.compile(r" *[\d.,+-]+ *", re.ASCII)
_NOTHING = frozenset(say("WORDS_FOR_NOTHING").split())
"""Some of them mean “not asked” or “not known”, so none is read as 0."""
_UNITS = frozenset(say("UNITS_PEOPLE_WRITE").split())
"""Behind a number, one that is not the indicator's own is a different figure and is returned."""


@dataclass(frozen=True)
class Reading:
    """A value or the ``fault`` that returns it; ``notice`` is what the sender is told of an accepted one.

    ``unit``: the unit written in the cell, if one was.
    """

    value: Decimal | None
    fault: str = ""
    notice: str = ""
    unit: str = ""


def read_number(value: RawValue, unit: str = "") -> Reading:
    """A cell that is not blank as a number in the indicator's ``unit`` of measure."""
    if isinstance(value, bool):
        return Reading(None, "NOT_A_NUMBER")
    if isinstance(value, int | float):
        return _read_float(value)
    return _read_text(value or "", unit)


@lru_cache(maxsize=4096)
def _read_float(value: float) -> Reading:
    number = Decimal(repr(value))
    if not number.is_finite():
        return Reading(None, "NOT_FINITE")
    reading = _within_limit(number)
    return reading if reading.value is None else Reading(_without_float_noise(reading.value))


def _read_text(text: str, unit: str) -> Reading:
    plain = plain_figure(text).removeprefix("'")
    if _PLAIN.fullmatch(plain):
        is_tidy = _TIDY.fullmatch(text) is not None
        return _within_limit(_decimal(plain), "TEXT_AS_NUMBER" if is_tidy else "NUMBER_TIDIED")
    if match := _WITH_UNIT.fullmatch(plain):
        return _read_with_unit(match[1], match[2] or match[3], unit)
    return Reading(None, next((code for code, fits in _FAULTS.items() if fits(plain)), "NOT_A_NUMBER"))


def _read_with_unit(number: str, written: str, unit: str) -> Reading:
    if written == plain_figure(unit):
        return _within_limit(_decimal(number), "UNIT_IN_CELL", written)
    return Reading(None, "UNIT_DIFFERS" if written in _UNITS else "NOT_A_NUMBER", unit=written)


_FAULTS: dict[str, Callable[[str], object]] = {
    "NO_FIGURE": _NOTHING.__contains__,
    "DATE_NOT_NUMBER": _MOMENT.fullmatch,
    "TWO_NUMBERS": lambda plain: _TWO_NUMBERS.search(plain) and not _LETTER.search(plain),
}
"""Why a text is no number, the first that fits: each has a sentence of its own."""


def plain_figure(text: str) -> str:
    """Half-width, with ordinary single spaces inside and none around."""
    return " ".join(text.translate(FULL_WIDTH).translate(ZERO_WIDTH).split())


def is_blank(value: RawValue) -> bool:
    """Nothing, or nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.translate(ZERO_WIDTH).strip())


def _decimal(plain: str) -> Decimal:
    """Exact; a zero is 0, whatever sign and decimals were typed."""
    return Decimal(plain.replace(",", "")) or Decimal(0)


def _within_limit(value: Decimal, notice: str = "", unit: str = "") -> Reading:
    if abs(value) >= LIMIT:
        return Reading(None, "NUMBER_TOO_LARGE")
    return Reading(value, notice=notice, unit=unit)


def _without_float_noise(value: Decimal) -> Decimal:
    """0.30000000000000004 is the spreadsheet's 0.3: rounded only when nothing else is lost."""
    rounded = value.quantize(Decimal("0.000001"))
    near = abs(value - rounded) < FLOAT_NOISE and (rounded != 0 or value == 0)
    return _shortest(rounded if near else value)


def _shortest(value: Decimal) -> Decimal:
    shortened = value.normalize() if value else Decimal(0)
    exponent = shortened.as_tuple().exponent
    return shortened.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else shortened
