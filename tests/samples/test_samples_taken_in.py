"""Sample files through the real intake: faultless ones are accepted, faulty ones as the answers say."""

import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from stored_reports import findings_of_accepted
from townreturn import month
from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.samples import write_samples
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.reports import findings_of_period

FIRST, LAST = Period("2018-01"), Period("2018-12")
AFTER_ALL = datetime.fromisoformat("2019-01-20T08:00:00+08:00")


def a_year_taken_in(home: Path, *, faults: bool) -> tuple[Office, dict[str, Verdict], Any]:
    """The office, the verdict on each file and the answers; all months arrive at once."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home / "data")}))
    answers = write_samples(office.plans, office.rules, FIRST, LAST, 1, home / "samples", faults)
    told = json.loads(answers.read_text(encoding="utf-8"))
    for one in told["files"]:
        shutil.copy2(answers.parent / one["file"], Path(office.inbox.path) / one["file"].replace("/", "_"))
    taken = month.take_in(office, AFTER_ALL).taken
    return office, {one.file_name: one.disposition for one in taken}, told


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, Verdict], Any]:
    return a_year_taken_in(tmp_path_factory.mktemp("faultless"), faults=False)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, Verdict], Any]:
    return a_year_taken_in(tmp_path_factory.mktemp("faulty"), faults=True)


def findings(office: Office, period: str) -> list[Finding]:
    with reading(office.engine) as tx:
        return [finding for _, finding in findings_of_period(tx, office.plans.town_code, period)]


def test_a_faultless_year_is_accepted_with_its_explanations(faultless: tuple[Office, dict[str, Verdict], Any]) -> None:
    office, verdicts, _ = faultless
    counted = Counter(verdicts.values())
    assert counted.keys() == {Verdict.ACCEPTED, Verdict.EXPLAINED}
    assert counted.total() == 72
    assert counted[Verdict.EXPLAINED] >= 10
    with reading(office.engine) as tx:
        kept = [
            finding
            for number in range(1, 13)
            for _, finding in findings_of_accepted(tx, "qingxi", f"2018-{number:02d}")
            if finding.severity is Severity.VERIFYING
        ]
    assert len(kept) >= 15
    assert all(len(finding.explanation) > 10 for finding in kept)


def test_every_row_of_explanations_answers_a_question(faultless: tuple[Office, dict[str, Verdict], Any]) -> None:
    """As many rows on paper as explained findings in the store: none is asked and left, none unasked."""
    office, _, told = faultless
    for number in range(1, 13):
        period = f"2018-{number:02d}"
        explained = [one.explanation for one in findings(office, period) if one.severity is Severity.VERIFYING]
        written = [
            row[3]
            for answer in told["files"]
            if answer["period"] == period
            for row in read_explanations(samples_of(office) / answer["file"])
        ]
        assert Counter(written) == Counter(explained)


def samples_of(office: Office) -> Path:
    return Path(office.inbox.path).parents[1] / "samples"


def read_explanations(path: Path) -> list[list[Any]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("审核说明").to_python()
    top = next(number for number, row in enumerate(rows) if row[0] == "类别")
    return [row for row in rows[top + 1 :] if any(row)]


def test_a_faulty_year_is_answered_as_its_answers_say(faulty: tuple[Office, dict[str, Verdict], Any]) -> None:
    _, verdicts, told = faulty
    for one in told["files"]:
        verdict = verdicts[one["file"].replace("/", "_")]
        is_wrong = one["fault"] == "wrong"
        assert (verdict is Verdict.RETURNED) == is_wrong, one


def test_what_was_not_explained_is_returned_for_that(faulty: tuple[Office, dict[str, Verdict], Any]) -> None:
    office, _, told = faulty
    wrong = {one["detail"]["what"]: one for one in told["files"] if one["detail"]}
    unexplained, in_a_word = wrong["unexplained"], wrong["explained_in_a_word"]
    found = [one for one in findings(office, unexplained["period"]) if one.code == "INSPECTIONS_WITHOUT_OFFICERS"]
    assert [(one.category, one.explanation) for one in found] == [(unexplained["detail"]["category"], "")]
    too_short = [one for one in findings(office, in_a_word["period"]) if one.code == "EXPLANATION_TOO_SHORT"]
    assert [(one.category, one.value) for one in too_short] == [(in_a_word["detail"]["category"], "正常")]
