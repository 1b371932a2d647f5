"""Texts with placeholders of a mapping file, and the name of the filled workbook."""

import re
from string import Formatter

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.superior import PLACEHOLDERS
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say

_NAME = ("file_name",)
_FORBIDDEN = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
"""What no file system takes, Windows among them."""
_IN_NAMES = ("town", "period", "year", "month")


def refuse_bad_placeholders(
    document: StrictDocument, at: Location, text: str, known: tuple[str, ...] = PLACEHOLDERS
) -> None:
    """Only names of ours stand in braces, and nothing is done to them; raises ConfigurationFault."""
    try:
        fields = [one for one in Formatter().parse(text) if one[1] is not None]
    except ValueError:
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_BRACES", value=text))
    for _, name, spec, conversion in fields:
        if name not in known or spec or conversion:
            names = say("LIST_SEPARATOR").join(f"{{{one}}}" for one in known)
            detail = say("SUPERIOR_PLACEHOLDER", value=name, known=names)
            document.fail(at, "CONFIG_BAD_VALUE", detail=detail)


def refuse_bad_file_name(document: StrictDocument, name: str, plan: Plan) -> None:
    """It names the period, ends in .xlsx, is no path, and begins like none of our own workbooks'."""
    refuse_bad_placeholders(document, _NAME, name, _IN_NAMES)
    if not name.endswith(".xlsx") or "{period}" not in name or _FORBIDDEN.search(name) or name != name.strip():
        document.fail(_NAME, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_FILE_NAME", value=name))
    period = Period(plan.validity.first)
    named = say("PERIOD_NAMED", year=period.year, month=period.month)
    made = name.format(town=plan.town, period=named, year=period.year, month=period.month)
    if made.startswith(say("RETURN_FILE", town=plan.town, period=named)):
        document.fail(_NAME, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_NAME_TAKEN", value=made))
