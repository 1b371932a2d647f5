"""Tables for a screen of text."""

from townreturn.text_table import aligned


def test_columns_are_padded_by_what_is_seen() -> None:
    assert aligned([["类别", "n"], ["a", "１２"], ["", ""]]) == ["类别  n", "a     １２", ""]
