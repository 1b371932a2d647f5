"""What a cell says as a number: exact, and never repaired in silence."""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from townreturn.spreadsheets.workbook import RawValue, plain_text

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms to ASCII and nothing else: NFKC would also read 3² as 32."""
_FLOAT_NOISE = Decimal("1e-9")
_LIMIT = Decimal(10) ** 12
"""No town counts or collects a million million; a larger number is a slip of the keyboard."""


@dataclass(frozen=True)
class Reading:
    """A value, or the code of the fault; ``normalised`` when the cell held text, not a number."""

    value: Decimal | None
    fault: str = ""
    normalised: bool = False


def read_number(value: RawValue) -> Reading:
    """A cell that is not blank as a number.

    Text is accepted when it is one number in full-width or ordinary digits, with thousands
    separators or spaces around it; anything else (12宗, 16/140, 1e3, dates, TRUE) is a fault.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Reading(None, "NOT_A_NUMBER")
    if isinstance(value, str):
        return _read_text(value)
    if not isfinite(value):
        return Reading(None, "NOT_A_NUMBER")
    reading = _within_limit(Decimal(repr(value)), normalised=False)
    return reading if reading.value is None else Reading(_without_float_noise(reading.value))


def _read_text(text: str) -> Reading:
    plain = text.translate(_FULL_WIDTH).strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return Reading(None, "NOT_A_NUMBER")
    return _within_limit(Decimal(plain), normalised=True)


def _within_limit(value: Decimal, *, normalised: bool) -> Reading:
    if abs(value) >= _LIMIT:
        return Reading(None, "NUMBER_TOO_LARGE")
    return Reading(value, normalised=normalised)


def _without_float_noise(value: Decimal) -> Decimal:
    """0.30000000000000004 is the spreadsheet's 0.3: rounded only when nothing else is lost."""
    rounded = value.quantize(Decimal("0.000001"))
    near = abs(value - rounded) < _FLOAT_NOISE and (rounded != 0 or value == 0)
    return _shortest(rounded if near else value)


def _shortest(value: Decimal) -> Decimal:
    shortened = value.normalize()
    exponent = shortened.as_tuple().exponent
    return shortened.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else shortened


def is_blank(value: RawValue) -> bool:
    """Nothing, or nothing but white space."""
    return value is None or (isinstance(value, str) and not plain_text(value).strip())
