"""Findings lead to a verdict; a file's verdict is its worst."""

import pytest

from townreturn.domain.findings import CellRef, Finding, Severity, Verdict, verdict_of, worst


def finding(severity: Severity) -> Finding:
    return Finding("ANY", severity, "任何")


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ([], Verdict.ACCEPTED),
        ([Severity.INFO], Verdict.ACCEPTED),
        ([Severity.INFO, Severity.MANDATORY], Verdict.RETURNED),
        ([Severity.VERIFYING], Verdict.RETURNED),
    ],
)
def test_verdict_of(severities: list[Severity], verdict: Verdict) -> None:
    assert verdict_of(map(finding, severities)) is verdict


def test_worst() -> None:
    assert worst([]) is Verdict.ACCEPTED
    assert worst([Verdict.ACCEPTED, Verdict.EXPLAINED]) is Verdict.EXPLAINED
    assert worst([Verdict.RETURNED, Verdict.ACCEPTED, Verdict.EXPLAINED]) is Verdict.RETURNED


def test_a_place_reads_as_people_write_it() -> None:
    assert str(CellRef("统计表", "D12")) == "统计表!D12"
    assert str(CellRef("统计表", "")) == "统计表"
