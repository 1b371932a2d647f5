"""What the plans of several towns in one deployment must not have in common."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from townreturn.domain.errors import ConfigurationFault
from townreturn.plans.finding import code_in, variable_name

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Of one town among several: it is a folder's name and part of addresses and of run ids."""


def refuse_alike_towns(found: Mapping[str, Sequence[Path]]) -> None:
    """Raises ConfigurationFault; ``found`` is town code → the files of its plans."""
    _refuse_bad_town_codes(found)
    _refuse_code_twice(found)


def _refuse_bad_town_codes(found: Mapping[str, Sequence[Path]]) -> None:
    """Two codes that one connection's name stands for would have one mailbox."""
    named: dict[str, str] = {}
    for town, (path, *_) in found.items():
        if not _CODE.fullmatch(town):
            raise ConfigurationFault("TOWN_CODE_WRONG", value=town, file=path)
        if (first := named.setdefault(variable_name(town), town)) != town:
            raise ConfigurationFault("TOWN_CODES_ALIKE", value=town, first=first, file=path)


def _refuse_code_twice(found: Mapping[str, Sequence[Path]]) -> None:
    """A plan's code names its chain of the audit trail: two towns' would become one."""
    towns: dict[str, str] = {}
    for town, paths in found.items():
        for path in paths:
            code = code_in(path)
            if code and towns.setdefault(code, town) != town:
                raise ConfigurationFault("PLAN_CODE_TWICE", value=code, first=towns[code], second=town, file=path)
