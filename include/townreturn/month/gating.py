"""The second gate of one town's return or of many's: the same code, which validates a batch of towns at once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from townreturn.checks import gate
from townreturn.domain.errors import Broken, TownReturnError
from townreturn.domain.form import Form
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.publishing.archiving import GATE_SUITE
from townreturn.software import software_version
from townreturn.store.compiled_cells import CompiledCells, read_cells
from townreturn.store.engine import reading, writing
from townreturn.store.gates import passed_among, record_passed
from townreturn.store.published_contents import published_figures
from townreturn.store.report_contents import figures_of
from townreturn.store.reports import StoredFigure, accepted_by_town
from townreturn.store.returns import newest_by_town

BATCH = 100
"""Towns checked at once: a batch of the engine costs as much as the cells of ten."""


def check_return(office: Office, compilation_id: int) -> None:
    """The second gate; Broken names every cell that does not hold.

    What has passed it by the same rules is not checked again: the first check of a process takes ten seconds.
    """
    (fault,) = check_returns([office], [compilation_id])
    if fault is not None:
        raise fault


def check_returns(offices: Sequence[Office], compilation_ids: Sequence[int]) -> list[Exception | None]:
    """The same for many offices on one database, each with the id of its return: what would be raised, or None.

    What is wrong with one return, or keeps it from being checked, is no other's.
    """
    pairs = list(zip(offices, compilation_ids, strict=True))
    batches = (pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH))
    return [one for batch in batches for one in _check_batch(batch)]


def _check_batch(pairs: Sequence[tuple[Office, int]]) -> list[Exception | None]:
    """All together; where that fails, each by itself."""
    try:
        faults = _check_together(pairs)
    except Exception as fault:  # noqa: BLE001 - whatever it is
        if len(pairs) == 1:
            return [fault]
        return [found for one in pairs for found in _check_batch([one])]
    return [faults.get(key) for _, key in pairs]


@dataclass(frozen=True)
class _ToCheck:
    """A return at the gate; ``rules_hash`` names all that decides about it."""

    compiled: CompiledCells
    form: Form
    suite: Path
    rules_hash: str


def _check_together(pairs: Sequence[tuple[Office, int]]) -> dict[int, Exception]:
    """By id, what is wrong; what has passed is written down."""
    engine, faults = pairs[0][0].engine, dict[int, Exception]()
    with reading(engine) as tx:
        waiting = list(_not_passed(tx, pairs, faults))
        earlier = _earlier_in_the_year(tx, [one.compiled for one in waiting])
    for suite in sorted({one.suite for one in waiting}):
        alike = [one for one in waiting if one.suite == suite]
        gated = [
            gate.Gated(one.compiled.period, one.compiled.cells, earlier[one.compiled.id], one.form) for one in alike
        ]
        faults |= {
            one.compiled.id: found for one, found in zip(alike, gate.check_returns(gated, suite), strict=True) if found
        }
    passed = {one.compiled.id: one.rules_hash for one in waiting if one.compiled.id not in faults}
    if passed:
        scopes = {f"{one.compiled.town}/{one.compiled.period}" for one in waiting}
        with writing(engine, *scopes) as tx:
            record_passed(tx, passed)
    return faults


def _not_passed(
    tx: Connection, pairs: Sequence[tuple[Office, int]], faults: dict[int, Exception]
) -> Iterator[_ToCheck]:  # fmt: skip
    """Those that the gate has yet to look at; what keeps one from it goes to ``faults``."""
    ids = [key for _, key in pairs]
    compiled, passed = read_cells(tx, ids), passed_among(tx, ids)
    for office, key in pairs:
        try:
            found, suite = compiled[key], office.rules(GATE_SUITE)
            if isinstance(found, Broken):
                raise found
            form = office.plans.in_force(Period(found.period)).form
        except TownReturnError as fault:
            faults[key] = fault
            continue
        rules_hash = _hash_of_rules(suite, form)
        if (key, rules_hash) not in passed:
            yield _ToCheck(found, form, suite, rules_hash)


def _hash_of_rules(suite: Path, form: Form) -> str:
    """SHA-256 of all that decides at the gate: its rules, the form, this program."""
    parts = suite.read_bytes(), form.file.content if form.file else b"", software_version().encode()
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _earlier_in_the_year(tx: Connection, compiled: Sequence[CompiledCells]) -> dict[int, list[StoredFigure]]:
    """By id the figures of the year's earlier periods: as their newest issues state them, else as accepted."""
    found: dict[int, list[StoredFigure]] = {}
    for period in sorted({one.period for one in compiled}):
        alike = [one for one in compiled if one.period == period]
        keys = [one.key for one in Period(period).year_to_date if one.key < period]
        towns = [one.town for one in alike] if keys else []
        issues, accepted = newest_by_town(tx, towns, keys), accepted_by_town(tx, towns, keys)
        for one in alike:
            published = issues.get(one.town, ())
            stated = {key for key, _ in published}
            ids = [report for (key, _), report in accepted.get(one.town, {}).items() if key not in stated]
            found[one.id] = [*published_figures(tx, one.town, published), *(figures_of(tx, ids) if ids else ())]
    return found
