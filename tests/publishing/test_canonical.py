"""The canonical text reads back exactly, and equal returns have equal text."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townreturn.domain.canonical import canonical_json, content_hash, read_canonical, text_hash
from townreturn.domain.errors import Broken
from townreturn.domain.town_return import (
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    ReturnCell,
    ReturnEntry,
    TownReturn,
)


def with_amount(town_return: TownReturn, value: Decimal) -> TownReturn:
    cell = replace(town_return.cells[0], current=Amount(value, AmountStatus.REPORTED, 1, 1))
    return replace(town_return, cells=(cell,), sources=())


def test_round_trip_is_exact(town_return: TownReturn) -> None:
    text = canonical_json(town_return)
    assert read_canonical(text) == town_return
    assert canonical_json(read_canonical(text)) == text


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_any_money_reads_back(value: Decimal) -> None:
    shape = TownReturn("镇", "t", "2018-03", "p", "e", 0, (), (), (), ())
    amount = Amount(value, AmountStatus.REPORTED, 1, 1)
    change = Change(ChangeStatus.ZERO_BASE)
    cell = ReturnCell("c", "i", amount, amount, amount, amount, amount, amount, change, change, change)
    assert read_canonical(canonical_json(replace(shape, cells=(cell,)))).cells == (cell,)


@given(values=st.dictionaries(st.text(), st.text()), issue=st.integers())
def test_the_text_is_the_one_that_json_itself_would_write(values: dict[str, str], issue: int) -> None:
    told = ReturnEntry("s", "c", "u", values)
    text = canonical_json(TownReturn("镇", "t", "2018-03", "p", "e", issue, (), (), (told,), ()))
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert read_canonical(text).entries == (told,)


def test_a_whole_return_is_written_as_json_itself_would_write_it(explained_return: TownReturn) -> None:
    text = canonical_json(explained_return)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert text_hash(text) == content_hash(explained_return)


def test_a_fault_deep_in_a_text_is_named_by_its_place(town_return: TownReturn) -> None:
    data = json.loads(canonical_json(town_return))
    data["cells"][1]["current"]["status"] = "strange"
    with pytest.raises(Broken, match=r"TownReturn\.cells\[1\]\.current\.status.*strange"):
        read_canonical(json.dumps(data))


def test_notes_read_back_and_count(town_return: TownReturn, explained_return: TownReturn) -> None:
    text = canonical_json(explained_return)
    assert read_canonical(text) == explained_return
    assert '"explanation":"节前集中检查"' in text
    assert content_hash(explained_return) != content_hash(town_return)
    first, *others = explained_return.notes
    reworded = replace(explained_return, notes=(replace(first, explanation="节前检查"), *others))
    assert content_hash(reworded) != content_hash(explained_return)


def test_a_return_stored_before_there_were_notes_keeps_its_hash(town_return: TownReturn) -> None:
    """The texts of then have no such key; written again they must be the same, or no approval would fit."""
    text = canonical_json(town_return)
    assert "notes" not in json.loads(text)
    assert read_canonical(text).notes == ()


def test_equal_numbers_and_instants_have_one_text(town_return: TownReturn) -> None:
    assert content_hash(with_amount(town_return, Decimal("12.5"))) == content_hash(
        with_amount(town_return, Decimal("12.500"))
    )
    assert '"value":"1000"' in canonical_json(with_amount(town_return, Decimal("1E+3")))
    assert '"value":"0"' in canonical_json(with_amount(town_return, Decimal("-0.00")))
    moved = tuple(
        replace(one, received_at=one.received_at and one.received_at.astimezone(timezone(timedelta(hours=8))))
        for one in town_return.standings
    )
    assert content_hash(replace(town_return, standings=moved)) == content_hash(town_return)


def test_any_changed_figure_changes_the_hash(town_return: TownReturn) -> None:
    assert content_hash(with_amount(town_return, Decimal("1.01"))) != content_hash(
        with_amount(town_return, Decimal("1.02"))
    )


def test_what_cannot_be_written_is_refused(town_return: TownReturn) -> None:
    with pytest.raises(Broken):
        canonical_json(with_amount(town_return, Decimal("NaN")))
    naive = replace(town_return.standings[0], received_at=datetime(2018, 3, 1))  # noqa: DTZ001 - the fault itself
    with pytest.raises(Broken):
        canonical_json(replace(town_return, standings=(naive,)))


@pytest.mark.parametrize(("key", "value"), [("issue", "0"), ("issue", True), ("cells", {}), ("town", None), ("odd", 1)])
def test_a_text_that_does_not_fit_is_refused(town_return: TownReturn, key: str, value: object) -> None:
    data = {**json.loads(canonical_json(town_return)), key: value}
    with pytest.raises(Broken, match=key):
        read_canonical(json.dumps(data))


def test_no_json_and_missing_keys_are_refused() -> None:
    for text in ("", "{", "[]", "{}", '"x"'):
        with pytest.raises(Broken):
            read_canonical(text)
