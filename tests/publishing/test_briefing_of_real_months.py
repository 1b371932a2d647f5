"""Every number of real briefings has one origin: the golden months, and a quarter of samples with faults."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from published_months import publish_newest
from recomputed_figures import check_paragraph
from spans_of_briefing import check_spans, figures_in
from townreturn import month
from townreturn.domain.canonical import read_canonical
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_office
from townreturn.samples import write_samples
from townreturn.settings import Settings

MARCH = Period("2018-03")
AFTER_ALL = datetime.fromisoformat("2018-05-20T08:00:00+08:00")


@pytest.fixture(scope="module")
def golden(two_months: Path) -> Iterator[Office]:
    office = _open(two_months)
    yield office
    office.engine.dispose()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """January to March as the samples with faults have them; what is returned stays 未报."""
    home = tmp_path_factory.mktemp("samples")
    office, periods = _open(home / "home"), periods_between(Period("2018-01"), MARCH)
    answers = write_samples(office.plans, office.rules, periods[0], MARCH, 1, home / "samples", faults=True)
    for one in json.loads(answers.read_text(encoding="utf-8"))["files"]:
        shutil.copy2(answers.parent / one["file"], Path(office.inbox.path) / one["file"].replace("/", "_"))
    month.take_in(office, AFTER_ALL)
    for period in periods:
        publish_newest(office, month.compile_return(office, period, AFTER_ALL))
    yield office
    office.engine.dispose()


def _open(home: Path) -> Office:
    return open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home)}))


def read_twins(office: Office) -> list[dict[str, Any]]:
    paths = sorted(Path(office.outbox.path).glob("*/issue-0/打假形势分析会材料_*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


@pytest.mark.parametrize(("months", "count"), [("golden", 2), ("samples", 3)])
def test_every_number_has_one_origin(months: str, count: int, request: pytest.FixtureRequest) -> None:
    twins = read_twins(request.getfixturevalue(months))
    assert len(twins) == count
    assert all(check_spans(twin) > 150 for twin in twins)


@pytest.mark.parametrize("months", ["golden", "samples"])
def test_every_number_follows_from_the_return(months: str, request: pytest.FixtureRequest) -> None:
    office: Office = request.getfixturevalue(months)
    for folder in sorted(Path(office.outbox.path).glob("*/issue-0")):
        [content], [twin] = folder.glob("清溪镇打假统计月报_*月.json"), folder.glob("打假形势分析会材料_*.json")
        town_return = read_canonical(content.read_text(encoding="utf-8"))
        told = json.loads(twin.read_text(encoding="utf-8"))["paragraphs"]
        plan = office.plans.in_force(Period(town_return.period))
        assert sum(check_paragraph(one, town_return, plan) for one in told) > 100


def test_sources_point_at_files_in_the_archive(golden: Office) -> None:
    named = {
        one["file_hash"] for twin in read_twins(golden) for span in figures_in(twin) for one in span.get("sources", ())
    }
    assert len(named) >= 10
    assert all(golden.archive.path(file_hash).is_file() for file_hash in named)
