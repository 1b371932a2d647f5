"""Long texts of units are trimmed by rule, and the twin says so."""

import pytest

from townreturn.domain.town_return import ReturnEntry
from townreturn.publishing.origins import quoted
from townreturn.publishing.trimming import trim


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("甲" * 20, "甲" * 20),
        ("甲" * 21, "甲" * 20),
        ("甲" * 11 + "。" + "乙" * 20, "甲" * 11 + "。"),
        ("甲。" + "乙" * 30, "甲。" + "乙" * 18),  # the sentence's end would leave less than half
        ("甲" * 12 + "？乙！" + "丙" * 20, "甲" * 12 + "？乙！"),
        ("甲" * 18 + "1234万元", "甲" * 18),
        ("甲" * 18 + "12万元", "甲" * 18 + "12"),
        ("甲" * 17 + "1,234.56万元", "甲" * 17),
        ("1" * 40, "1" * 20),
    ],
)
def test_up_to_a_sentence_end_and_never_within_a_number(text: str, kept: str) -> None:
    trimmed = trim(text, 20)
    assert trimmed.text == kept
    assert (trimmed.kept, trimmed.of, trimmed.is_whole) == (len(kept), len(text), kept == text)


def test_the_origin_tells_how_much_is_left() -> None:
    entry = ReturnEntry("key_cases", "tobacco", "yancao", {})
    told = quoted("查获卷烟。" * 30, entry, "summary")
    assert told.text == "查获卷烟。" * 24 + "……"
    [span] = told.spans
    assert span.origin.details["trimmed"] == {"kept": 120, "of": 150}
    [whole] = quoted("查获卷烟。" * 24, entry, "summary").spans
    assert "trimmed" not in whole.origin.details
