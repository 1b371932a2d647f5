"""Whatever is done to a workbook, its file gets an answer, and what is accepted was read rightly.

`make fuzz` runs 20 000 mutants (FUZZ_INPUTS); the ordinary tests run a few hundred of the same.
"""

import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random

import pytest
from independent_reader import Cells, read_sheets
from mutations import is_well_formed, mutate, unpack

from townreturn import month
from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.domain.form import Indicator
from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan
from townreturn.domain.submission import Figure, FigureState
from townreturn.month import Answer
from townreturn.office import Office
from townreturn.samples import write_samples

INPUTS = int(os.environ.get("FUZZ_INPUTS", "400"))
SEED = int(os.environ.get("FUZZ_SEED", "2018"))
PERIOD = Period("2018-03")
AT_LEAST_WELL_FORMED = 0.3


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    from townreturn.plans import load_plan_book
    from townreturn.settings import Settings

    def rules(name: str) -> Path:
        return Settings.from_environment({}).expectations[-1] / name

    folder = tmp_path_factory.mktemp("originals")
    write_samples(load_plan_book(["qingxi-2018"]), rules, PERIOD, PERIOD, 1, folder)
    return sorted(folder.rglob("*.xlsx"))


def write_mutants(originals: list[Path], folder: Path, numbers: range) -> list[Path]:
    unpacked = [unpack(path.read_bytes()) for path in originals]
    paths = []
    for number in numbers:
        rng = Random(f"{SEED}/{number}")
        path = folder / f"{number:06d}.xlsx"
        path.write_bytes(mutate(rng.choice(unpacked), rng))
        paths.append(path)
    return paths


def test_every_mutant_gets_an_answer_and_what_is_accepted_was_read_rightly(
    small_office: Office, originals: list[Path], tmp_path: Path
) -> None:
    plan = small_office.plans.in_force(PERIOD)
    now = plan.calendar.end(PERIOD) + timedelta(days=1)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for start in range(0, INPUTS, month.TRAY):
        folder = tmp_path / str(start)
        folder.mkdir()
        paths = write_mutants(originals, folder, range(start, min(start + month.TRAY, INPUTS)))
        answers = [one for tray in month.check_files(small_office, paths, now) for one in tray]
        for path, answer in zip(paths, answers, strict=True):
            content = path.read_bytes()
            counts["well-formed"] += is_well_formed(content)
            counts[answer.case.disposition.value] += 1
            counts.update(f"code {code}" for code in {one.code for one in findings_of(answer)})
            faults += [f"{path.name}: {fault}" for fault in faults_of(answer, content, plan)]
            path.unlink()
    report(counts)
    assert not faults, "\n".join(faults[:50])
    assert counts["well-formed"] >= AT_LEAST_WELL_FORMED * INPUTS
    assert counts["accepted"] + counts["accepted_with_explanations"] > 0.05 * INPUTS, "accepted mutants were compared"


def findings_of(answer: Answer) -> list[Finding]:
    return [*answer.case.submission.findings, *(one for judged in answer.case.judgements for one in judged.findings)]


def faults_of(answer: Answer, content: bytes, plan: Plan) -> Iterator[str]:
    case = answer.case
    codes = {one.code for one in findings_of(answer)}
    if case.disposition in (Verdict.RETURNED, Verdict.QUARANTINED):
        if not any(one.severity in (Severity.MANDATORY, Severity.VERIFYING) for one in findings_of(answer)):
            yield "refused without a reason"
        if "FILE_BROKE_THE_READER" in codes:
            yield "it broke the reader"
    accepted = [one for one in case.judgements if one.verdict is not Verdict.RETURNED]
    sheets = dict(reversed(read_sheets(content))) if accepted else {}
    for judgement in accepted:
        category = plan.category_by_code[judgement.report.category]
        for figure in judgement.report.figures:
            indicator = plan.form.by_code[figure.indicator]
            if fault := disagreement(sheets.get(figure.at.sheet, {}), figure, indicator, category):
                yield f"{figure.at}: {fault}"


def disagreement(cells: Cells, figure: Figure, indicator: Indicator, category: Category) -> str:
    """Why the independent read gives another figure than the one accepted; empty when it does not."""
    row, column = place_of(figure.at.cell)
    labels = {plain(value) for (at_row, _), value in cells.items() if at_row == row}
    headings = {plain(value) for (_, at_column), value in cells.items() if at_column == column}
    if plain(indicator.label) not in labels:
        return f"its row is not labelled {indicator.label}"
    if not headings & {plain(category.heading), plain(category.name)}:
        return f"its column is not headed {category.heading}"
    value = cells.get((row, column), "")
    if isinstance(value, str) and not plain(value):
        return "" if figure.state is FigureState.ZERO else "it is blank"
    expected = number_of(value, indicator.unit)
    return "" if expected == figure.value else f"{value!r} was taken as {figure.value}"


def place_of(cell: str) -> tuple[int, int]:
    column = 0
    letters = cell.rstrip("0123456789")
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]), column


def plain(value: str | float) -> str:
    text = unicodedata.normalize("NFKC", str(value))
    return "".join(one for one in text if not one.isspace() and unicodedata.category(one) != "Cf").rstrip(":")


def number_of(value: str | float, unit: str) -> Decimal | None:
    if isinstance(value, float):
        return round(Decimal(repr(value)), 6).normalize() + 0
    try:
        return Decimal(plain(value).removeprefix("'").replace(",", "").removesuffix(plain(unit)))
    except InvalidOperation:
        return None


def report(counts: Counter[str]) -> None:
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{count:>8} {100 * count / INPUTS:5.1f} %  {name}\n")
