"""数据质量: which rules are broken most, by unit and by period, over a range of periods."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from townreturn.board.finding_lines import Mark
from townreturn.board.period_list import list_periods
from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Severity
from townreturn.domain.period import Period
from townreturn.month.rules_in_words import tell_codes
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.finding_counts import FileCount, FindingCount, count_files, count_findings

_SHOWN_UNASKED = 12
"""Periods: a year."""


@dataclass(frozen=True)
class UnitName:
    """A unit, by its code where no plan names it; both texts are empty for files that name none."""

    unit: str
    name: str


@dataclass(frozen=True)
class RuleCount:
    """How often a rule was broken; ``by_unit`` in the order of the view's units, ``by_period`` of its periods.

    ``explained_count`` of them the unit has explained. ``text``: the rule in a few words.
    """

    code: str
    severity: Severity
    text: str
    count: int
    explained_count: int
    by_unit: tuple[int, ...]
    by_period: tuple[int, ...]


@dataclass(frozen=True)
class QualityLine:
    """A period: files that came in, those returned, findings by what they ask for, the rule broken most."""

    period: str
    file_count: int
    returned_count: int
    counts: dict[Mark, int]
    worst_text: str
    worst_count: int


@dataclass(frozen=True)
class QualityView:
    """Findings on every content that came in for the periods from ``first`` to ``last``; a copy's count once.

    ``unit`` is empty for all units; ``known_periods`` are those to choose from, the newest first.
    ``rules``: the most broken first, ``periods`` the newest first.
    """

    first: str
    last: str
    unit: str
    known_periods: tuple[str, ...]
    units: tuple[UnitName, ...]
    rules: tuple[RuleCount, ...]
    periods: tuple[QualityLine, ...]


def view_quality(office: Office, first: str, last: str, unit: str) -> QualityView:
    """By default the last year that anything is stored of, and every unit.

    Raises Misuse for a period or unit that cannot be, and for periods the wrong way round.
    """
    known = tuple(one.period for one in list_periods(office))
    first, last = _range(known, first, last)
    names = _names(office)
    if unit and unit not in names:
        raise Misuse("UNIT_UNKNOWN", value=unit)
    with reading(office.engine) as tx:
        found = count_findings(tx, office.plans.town_code, first, last)
        files = count_files(tx, office.plans.town_code, first, last)
    if unit:
        found, files = [one for one in found if one.unit == unit], [one for one in files if one.unit == unit]
    plan = (office.plans.find(Period(last)) if last else None) or office.plans.plans[-1]
    told = tell_codes(office, plan, {one.code for one in found})
    came = {one.unit for one in files}
    units = [*(code for code in names if code in came), *sorted(came - names.keys())]
    keys = sorted({one.period for one in files}, reverse=True)
    return QualityView(
        first, last, unit, known, tuple(UnitName(code, names.get(code, code)) for code in units),
        tuple(_count_rules(found, told, units, keys)), tuple(_line(key, found, told, files) for key in keys),
    )  # fmt: skip


def _range(known: Sequence[str], first: str, last: str) -> tuple[str, str]:
    newest = known[0] if known else ""
    last = Period(last).key if last else newest
    year_before = [one for one in known if one <= last][:_SHOWN_UNASKED]
    first = Period(first).key if first else min(year_before, default=last)
    if first > last:
        raise Misuse("BOARD_RANGE_REVERSED", first=first, last=last)
    return first, last


def _names(office: Office) -> dict[str, str]:
    """Every unit of every plan, by the newest name."""
    return {unit.code: unit.name for plan in office.plans.plans for unit in plan.units}


def _count_rules(
    found: Iterable[FindingCount], told: Mapping[str, str], units: Sequence[str], keys: Sequence[str]
) -> list[RuleCount]:
    grouped: dict[tuple[str, Severity], list[FindingCount]] = {}
    for one in found:
        grouped.setdefault((one.code, one.severity), []).append(one)
    counted = [
        _count_rule(code, severity, told[code], counts, units, keys) for (code, severity), counts in grouped.items()
    ]
    return sorted(counted, key=lambda one: (-one.count, one.code))


def _count_rule(
    code: str, severity: Severity, text: str, found: Sequence[FindingCount], units: Sequence[str], keys: Sequence[str]
) -> RuleCount:
    by_unit, by_period = Counter[str](), Counter[str]()
    for one in found:
        by_unit[one.unit] += one.count
        by_period[one.period] += one.count
    return RuleCount(
        code, severity, text, by_unit.total(), sum(one.explained_count for one in found),
        tuple(by_unit[one] for one in units), tuple(by_period[one] for one in keys),
    )  # fmt: skip


def _line(key: str, found: Iterable[FindingCount], told: Mapping[str, str], files: Iterable[FileCount]) -> QualityLine:
    came = [one for one in files if one.period == key]
    by_mark, by_code = Counter[Mark](), Counter[str]()
    for one in (one for one in found if one.period == key):
        by_code[one.code] += one.count
        by_mark[Mark.EXPLAINED] += one.explained_count
        by_mark[Mark(one.severity.value)] += one.count - one.explained_count
    worst = min(by_code, key=lambda code: (-by_code[code], code), default="")
    return QualityLine(
        key, sum(one.count for one in came), sum(one.returned_count for one in came),
        {mark: by_mark[mark] for mark in Mark}, told[worst] if worst else "", by_code[worst],
    )  # fmt: skip
