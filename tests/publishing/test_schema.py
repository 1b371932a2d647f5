"""The JSON Schemas: what is published fits them, anything else does not, and they say what every field is."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from golden_documents import golden_return
from spans_of_briefing import figures_in
from townreturn.domain.canonical import canonical_json, read_canonical
from townreturn.domain.canonical_mark import LATER
from townreturn.domain.obligation import ObligationKind, ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing import schema
from townreturn.publishing.briefing import write_briefing_twin
from townreturn.publishing.naming import BRIEFING_SCHEMA, RETURN_SCHEMA
from townreturn.publishing.schema import SCHEMAS, describe_shape, schema_text
from townreturn.publishing.twin_shapes import TwinSpan
from townreturn.wording import texts

COMMITTED = Path(__file__).parents[2] / "docs" / "schemas"
FIXTURES = (
    "town_return",
    "explained_return",
    "complete_return",
    "corrected_return",
    "return_after_a_correction",
    "judged_return",
    "return_with_duties",
    "compared_return",
    "full_month",
    "poor_month",
)
Document = dict[str, Any]
Spoil = Callable[[Document], object]


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    when: datetime
    value: Decimal | None


@dataclass(frozen=True)
class Trend:
    points: tuple[Point, ...]
    by_name: dict[str, Point]
    colour: Colour | None
    later: bool = field(default=False, metadata=LATER)


@pytest.fixture(scope="session")
def return_with_duties(corrected_return: TownReturn) -> TownReturn:
    state, judged = ObligationState.RECEIVED, Timeliness.ON_TIME
    received_at = datetime(2018, 3, 28, 1, 2, 3, 500000, tzinfo=UTC)
    duty = Standing("", "yancao", state, judged, 1, received_at, kind=ObligationKind.WORK_PLAN)
    return replace(corrected_return, duties=(duty,))


@pytest.fixture(scope="session")
def full_month() -> TownReturn:
    return golden_return("full")


@pytest.fixture(scope="session")
def poor_month() -> TownReturn:
    return golden_return("poor")


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(name)), format_checker=Draft202012Validator.FORMAT_CHECKER)


def document_of(town_return: TownReturn) -> Document:
    read: Document = json.loads(canonical_json(town_return))
    return read


@pytest.fixture
def briefing_of(plan: Plan, tmp_path: Path) -> Callable[[TownReturn], Document]:
    def write(town_return: TownReturn) -> Document:
        """As it is published: from the canonical text."""
        path = tmp_path / "b.json"
        write_briefing_twin(read_canonical(canonical_json(town_return)), plan, path, date(2018, 4, 2))
        read: Document = json.loads(path.read_text("utf-8"))
        return read

    return write


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_copy_is_what_is_built(name: str) -> None:
    """To write both anew: from pathlib import Path; schema.write_schemas(Path("docs/schemas"))."""
    assert (COMMITTED / name).read_text("utf-8") == schema_text(name)
    Draft202012Validator.check_schema(json.loads(schema_text(name)))


@pytest.mark.parametrize("name", FIXTURES)
def test_every_return_fits(
    name: str, request: pytest.FixtureRequest, briefing_of: Callable[[TownReturn], Document]
) -> None:
    town_return: TownReturn = request.getfixturevalue(name)
    validator(RETURN_SCHEMA).validate(document_of(town_return))
    validator(BRIEFING_SCHEMA).validate(briefing_of(town_return))


def test_published_months_fit_the_schemas_beside_them(two_months: Path) -> None:
    folders = sorted(two_months.glob("outbox/2018-*/issue-0"))
    assert len(folders) == 2
    for folder in folders:
        for pattern, name in (("*打假统计月报_*.json", RETURN_SCHEMA), ("打假形势分析会材料_*.json", BRIEFING_SCHEMA)):
            [data] = folder.glob(pattern)
            beside = json.loads((folder / name).read_text("utf-8"))
            Draft202012Validator(beside).validate(json.loads(data.read_text("utf-8")))


def current(document: Document) -> Document:
    amount: Document = document["cells"][0]["current"]
    return amount


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda one: one.pop("standings"), "'standings' is a required property"),
        (lambda one: current(one).pop("expected"), "'expected' is a required property"),
        (lambda one: current(one).update(value=42), "42 is not valid"),
        (lambda one: current(one).update(value="042"), "'042' is not valid"),
        (lambda one: current(one).update(value="4.20"), "'4.20' is not valid"),
        (lambda one: current(one).update(value="-0"), "'-0' is not valid"),
        (lambda one: current(one).update(value="4e1"), "'4e1' is not valid"),
        (lambda one: current(one).update(status="perhaps"), "'perhaps' is not one of"),
        (lambda one: current(one).update(reported="1"), "'1' is not of type 'integer'"),
        (lambda one: one.update(extra=1), "'extra' was unexpected"),
        (lambda one: current(one).update(note=""), "'note' was unexpected"),
        (lambda one: one["entries"][0]["values"].update(title=1), "1 is not of type 'string'"),
        (lambda one: one["standings"][0].update(received_at="2018-03-28T09:02:03+08:00"), "is not valid under any"),
        (lambda one: one["standings"][0].update(state="lost"), "'lost' is not one of"),
        (lambda one: one["changes"][0].update(measure="currently"), "'currently' is not valid"),
    ],
)
def test_other_documents_do_not_fit(return_with_duties: TownReturn, spoil: Spoil, complaint: str) -> None:
    document = document_of(return_with_duties)
    spoil(document)
    [found] = validator(RETURN_SCHEMA).iter_errors(document)
    assert complaint in found.message


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda one: one.pop("plan"), "'plan' is a required property"),
        (lambda one: one["paragraphs"][0].update(style="loud"), "'loud' is not one of"),
        (lambda one: next(figures_in(one)).update(value=42), "42 is not valid"),
        (lambda one: next(figures_in(one)).update(kind="rumour"), "'rumour' is not one of"),
        (lambda one: next(figures_in(one)).update(whim=1), "'whim' was unexpected"),
    ],
)
def test_other_briefings_do_not_fit(
    town_return: TownReturn, briefing_of: Callable[[TownReturn], Document], spoil: Spoil, complaint: str
) -> None:
    document = briefing_of(town_return)
    spoil(document)
    [found] = validator(BRIEFING_SCHEMA).iter_errors(document)
    assert complaint in found.message


def test_contents_without_the_later_fields_fit(town_return: TownReturn) -> None:
    document = document_of(town_return)
    assert not {"notes", "changes", "breaks", "league", "duties"} & document.keys(), "what 0.1.0 published"
    validator(RETURN_SCHEMA).validate(document)


def test_the_briefings_schema_knows_no_detail_that_no_span_has(
    request: pytest.FixtureRequest, briefing_of: Callable[[TownReturn], Document]
) -> None:
    found: set[str] = set()
    for name in FIXTURES:
        twin = briefing_of(request.getfixturevalue(name))
        found |= {key for one in twin["paragraphs"] for span in one["figures"] for key in span}
    assert found == TwinSpan.__dataclass_fields__.keys()


def test_every_text_of_a_record_or_field_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    monkeypatch.setattr(schema, "say", lambda code: asked.add(code) or f"{code}：x")
    for root in SCHEMAS.values():
        describe_shape(root)
    assert asked == {code for code in texts() if code.startswith(("SHAPE_", "FIELD_"))}


def _definitions(told: Document) -> Iterator[Document]:
    yield told
    yield from told["$defs"].values()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_value_of_an_enumeration_is_explained(name: str) -> None:
    for one in _definitions(json.loads(schema_text(name))):
        words = re.findall(r"[a-z_]+", one["description"])
        assert [word for word in words if word in one.get("enum", ())] == one.get("enum", [])
        assert one["title"]
        assert all(field["title"] and field["description"] for field in one.get("properties", {}).values())


def test_any_record_can_be_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is added to the return: nested records, tuples, maps, decimals, instants, enumerations, None."""

    monkeypatch.setattr(schema, "say", lambda code: f"{code}：x")
    told = describe_shape(Trend)
    assert told["required"] == ["points", "by_name", "colour"]
    assert told["properties"]["points"] == {
        "title": "FIELD_TREND_POINTS", "description": "x", "type": "array", "items": {"$ref": "#/$defs/Point"},
    }  # fmt: skip
    assert told["properties"]["by_name"]["additionalProperties"] == {"$ref": "#/$defs/Point"}
    good = {"points": [{"when": "2018-03-28T01:02:03+00:00", "value": None}], "by_name": {}, "colour": "red"}
    Draft202012Validator(told).validate(good)
    for bad in ({**good, "colour": "blue"}, {**good, "later": None}, {**good, "points": {}}):
        assert list(Draft202012Validator(told).iter_errors(bad))
