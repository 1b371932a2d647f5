"""Lineage as OpenLineage events: valid by its schemas, and leading from published files back to the inbox."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from upath import UPath

from filled_workbook import FilledWorkbook
from golden_month import HERE
from townreturn import month
from townreturn.domain.period import Period
from townreturn.lineage import file_at, keep_events
from townreturn.office import Office
from townreturn.software import software_version

Event = dict[str, Any]
SPEC = {
    schema["$id"]: schema
    for schema in (json.loads(path.read_text("utf-8")) for path in (Path(__file__).parent / "spec").glob("*.json"))
}
REGISTRY: Any = Registry().with_resources([(key, Resource.from_contents(one)) for key, one in SPEC.items()])


def read_events(folder: Path) -> list[Event]:
    return [
        json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]


@pytest.fixture(scope="module")
def events(two_months: Path) -> list[Event]:
    """What publishing January and February has told."""
    return read_events(two_months / "lineage")


def runs_of(events: list[Event], job: str) -> list[Event]:
    return [one for one in events if one["eventType"] == "COMPLETE" and one["job"]["name"] == job]


def check(schema: str, value: object) -> None:
    Draft202012Validator({"$ref": schema}, registry=REGISTRY, format_checker=FormatChecker()).validate(value)


def test_every_event_is_one_by_the_specification(events: list[Event]) -> None:
    assert events
    for event in events:
        check(event["schemaURL"], event)


def test_every_facet_is_one_by_its_own_schema(events: list[Event]) -> None:
    seen = set()
    for event in events:
        holders = [event["run"]]
        for one in (*event.get("inputs", ()), *event.get("outputs", ())):
            holders += [{"facets": one[kind]} for kind in ("facets", "inputFacets", "outputFacets") if kind in one]
        for name, facet in [pair for holder in holders for pair in holder["facets"].items()]:
            check(facet["_schemaURL"], {name: facet})
            seen.add(name)
    assert seen == {"processing_engine", "nominalTime", "version", "outputStatistics", "dataQualityAssertions"}


def test_every_run_starts_and_completes_once_under_the_build_that_did_it(events: list[Event]) -> None:
    told: dict[str, list[str]] = {}
    for event in events:
        told.setdefault(event["run"]["runId"], []).append(event["eventType"])
        assert event["run"]["facets"]["processing_engine"]["version"] == software_version()
    assert {tuple(types) for types in told.values()} == {("START", "COMPLETE")}


def test_a_published_file_leads_back_to_the_files_of_the_inbox(events: list[Event], two_months: Path) -> None:
    made_from: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for event in events:
        for made in event.get("outputs", ()):
            origins = made_from.setdefault((made["namespace"], made["name"]), set())
            origins |= {(one["namespace"], one["name"]) for one in event["inputs"]}
    issue = two_months / "outbox" / "2018-02" / "issue-0"
    reached = {("file", str(next(issue.glob("*打假统计月报*.csv"))))}
    for _ in range(5):  # publish, compile, check, archive, and compile once more by way of January
        reached |= {origin for one in reached for origin in made_from.get(one, ())}
    sent = {path.name for path in (HERE / "inbox").glob("*.xlsx")}
    assert {Path(name).name for space, name in reached if space == "file" and "/inbox/" in name} == sent - {
        "2018-02-zhujian-wrong.xlsx"  # returned, so that nothing was made from it
    }


def test_a_period_is_named_by_its_first_instant_and_the_first_one_after_it(events: list[Event]) -> None:
    published = runs_of(events, "publish")
    assert [
        (one["run"]["facets"]["nominalTime"]["nominalStartTime"], one["run"]["facets"]["nominalTime"]["nominalEndTime"])
        for one in published
    ] == [
        ("2017-12-25T16:00:00+00:00", "2018-01-25T16:00:00+00:00"),
        ("2018-01-25T16:00:00+00:00", "2018-02-25T16:00:00+00:00"),
    ]


def test_a_returned_file_is_told_with_its_findings_by_rule_and_makes_no_submission(
    small_office: Office, send: Callable[..., Path]
) -> None:
    def spoil(book: FilledWorkbook) -> None:
        book.put("cases_filed", "abc")
        book.put("cases_closed", "abc")

    send(small_office, "yancao", "2018-01", spoil)
    month.take_in(small_office, datetime(2018, 2, 1, tzinfo=UTC))
    told = read_events(small_office.lineage)
    for event in told:
        check(event["schemaURL"], event)
    (judged,) = runs_of(told, "check")
    facet = judged["inputs"][0]["inputFacets"]["dataQualityAssertions"]
    check(facet["_schemaURL"], {"dataQualityAssertions": facet})
    assert "error" in {one["severity"] for one in facet["assertions"]}
    assert judged["outputs"] == []
    assert len({one["assertion"] for one in facet["assertions"]}) == len(facet["assertions"]), "a rule is told once"


def test_a_ledger_that_cannot_be_written_fails_nothing(
    small_office: Office, send: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    small_office.lineage.write_text("a file stands where the folder should be")
    send(small_office, "yancao", "2018-01")
    report = month.take_in(small_office, datetime(2018, 2, 1, tzinfo=UTC))
    assert len(report.taken) == 1
    assert "数据血缘没有记下" in caplog.text


def test_what_is_told_again_is_the_same_run(small_office: Office, bring_in: Callable[..., datetime]) -> None:
    now = bring_in(small_office, "2018-01")
    for _ in range(2):
        month.compile_return(small_office, Period("2018-01"), now)
    compiled = runs_of(read_events(small_office.lineage), "compile")
    assert len(compiled) == 2
    assert len({one["run"]["runId"] for one in compiled}) == 1


def test_files_are_named_by_the_naming_convention() -> None:
    local, bucket = file_at(UPath("/data/inbox/一月.xlsx")), file_at(UPath("memory://bucket/inbox/1.xlsx"))
    assert (local.namespace, local.name) == ("file", "/data/inbox/一月.xlsx")
    assert (bucket.namespace, bucket.name) == ("memory://bucket", "inbox/1.xlsx")


def test_what_is_told_at_once_does_not_run_into_each_other(tmp_path: Path) -> None:
    def tell(number: int) -> None:
        keep_events(tmp_path, [{"number": number, "long": "字" * 20_000}] * 3, datetime(2018, 2, 1, tzinfo=UTC))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell, range(40)))
    assert sorted(one["number"] for one in read_events(tmp_path)) == sorted([*range(40)] * 3)


def test_each_month_has_a_file_of_its_own(tmp_path: Path) -> None:
    for moment in (datetime(2018, 1, 31, 23, 59, tzinfo=UTC), datetime(2018, 2, 1, tzinfo=UTC)):
        keep_events(tmp_path, [{}], moment)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2018-01.jsonl", "2018-02.jsonl"]
