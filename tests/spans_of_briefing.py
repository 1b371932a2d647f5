"""What holds of every briefing's twin: no number without an origin, no two origins for one number."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

NUMERALS = re.compile(r"\d+|[①-⑳㉑-㉟㊱-㊿※]+")


def check_spans(twin: dict[str, Any]) -> int:
    """Every run of digits lies in exactly one span, spans stand where they say; returns how many runs."""
    return sum(_check_paragraph(one) for one in twin["paragraphs"])


def _check_paragraph(paragraph: dict[str, Any]) -> int:
    text, spans = paragraph["text"], paragraph["figures"]
    for span in spans:
        assert text[span["start"] : span["end"]] == span["text"] != "", span
    ordered = sorted((span["start"], span["end"]) for span in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(ordered)), text
    runs = list(NUMERALS.finditer(text))
    for run in runs:
        around = [one for one in spans if one["start"] <= run.start() and run.end() <= one["end"]]
        assert len(around) == 1, (text, run[0])
    return len(runs)


def figures_in(twin: dict[str, Any], kind: str = "figure") -> Iterator[dict[str, Any]]:
    """Every span of a kind."""
    return (span for one in twin["paragraphs"] for span in one["figures"] if span["kind"] == kind)
