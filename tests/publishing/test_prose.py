"""Text in pieces: filling templates keeps every origin and every place."""

import pytest

from townreturn.publishing.origins import count, from_form, from_plan, numbering
from townreturn.publishing.prose import OriginKind, Prose, join, plain, tell


def test_a_template_keeps_the_origins_of_its_values() -> None:
    told = tell("OVERVIEW_COUNT", expected=count(7, "standings"), reported=count(6, "standings"))
    assert told.text == "本期应报7类，已报6类。"
    spans = list(told.spans)
    assert [(one.start, one.end, told.text[one.start : one.end]) for one in spans] == [(4, 5, "7"), (9, 10, "6")]
    assert {one.origin.kind for one in spans} == {OriginKind.COUNT}


def test_braces_in_a_value_are_no_template() -> None:
    assert tell("SENTENCE", text=plain("{text} {0} {{")).text == "{text} {0} {{。"


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError):
        tell("SENTENCE")


def test_joining_counts_on() -> None:
    told = join("、", [numbering("10"), plain("甲"), numbering("2")])
    assert told.text == "10、甲、2"
    assert [(one.start, one.end) for one in told.spans] == [(0, 2), (5, 6)]


def test_nothing_is_false_and_has_no_spans() -> None:
    assert not Prose()
    assert not numbering("")
    assert list(numbering("").spans) == []
    assert join("、", []) == Prose()


def test_names_are_cited_only_where_they_hold_a_number() -> None:
    assert list(from_plan("镇住建局").spans) == []
    [span] = from_form("案值5万元以上案件").spans
    assert (span.start, span.end, span.origin.kind) == (0, 9, OriginKind.FORM)
