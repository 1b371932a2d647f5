"""Long texts of units, trimmed for a document that is read aloud; the return's workbook has them in full."""

from dataclasses import dataclass

MOST_QUOTED = 120
"""Characters, four lines of the page; our choice. A case is told in two or three sentences."""

_STOPS = "。！？；!?;"
_OF_NUMBERS = "0123456789０１２３４５６７８９.．,，/-－年月%"


@dataclass(frozen=True)
class Trimmed:
    """What is left of a text, how many characters it is, and how many there were."""

    text: str
    kept: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.kept == self.of


def trim(text: str, most: int = MOST_QUOTED) -> Trimmed:
    """The text up to the last sentence end that fits, or up to the limit where that would leave less than half.

    Never within a number: half of one is another one.
    """
    if len(text) <= most:
        return Trimmed(text, len(text), len(text))
    end = max(text.rfind(stop, 0, most) for stop in _STOPS) + 1
    kept = text[:end] if end >= most // 2 else _without_half_number(text, most)
    return Trimmed(kept, len(kept), len(text))


def _without_half_number(text: str, most: int) -> str:
    if text[most] not in _OF_NUMBERS:
        return text[:most]
    return text[:most].rstrip(_OF_NUMBERS) or text[:most]
