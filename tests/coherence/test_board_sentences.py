"""What the board can come to say: nothing that has to be typed."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from reached_code import reach_from
from townreturn.wording import english, texts

TYPED = re.compile(r"(^|[^\w-])--[a-z]|\btownreturn [a-z]|\bmake [a-z]|命令")
TOLD_ELSEWHERE = {
    "BRIEFING_TEMPLATE_LACKS": "a fault of the plan, for whoever edits it on the machine",
    "DISPATCH_ALERT_GIVEN_UP": "an alert: one text for mail, command line and board, which names both doors",
    "DISPATCH_ALERT_REFUSED": "likewise",
    "DISPATCH_ALERT_UNCARRIED": "likewise",
    "DISPATCH_ALERT_UNCERTAIN": "likewise",
    "DISPATCH_STALLED": "an alert about what only the command line can do",
}
"""Texts that name the command line though the board's code comes to them, and why they may."""


@cache
def sayable() -> frozenset[str]:
    """Codes of all texts in the code that the board can come to; behind a prefix, every one that begins so."""
    return frozenset(code for node in reach_from("townreturn.board").values() for code in codes_in(node))


def codes_in(node: ast.stmt) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant):
            prefix = str(one.values[0].value)
            yield from (code for code in texts() if prefix.endswith("_") and code.startswith(prefix))
        elif isinstance(one, ast.Constant) and one.value in texts():
            yield str(one.value)


def test_the_board_names_no_command_line() -> None:
    said = {code: (texts()[code], english().get(code, "")) for code in sayable()}
    typed = {code for code, languages in said.items() if any(map(TYPED.search, languages))}
    assert typed - TOLD_ELSEWHERE.keys() == set()
    assert TOLD_ELSEWHERE.keys() - typed == set(), "no longer needed"


def test_what_the_board_can_say_is_found_behind_several_calls() -> None:
    """Else the test above would pass for want of texts."""
    assert {"EXCLUSION_NEEDS_REASON", "REJECTED_EXCLUSION", "VERIFY_OUTBOX_LOST", "RECEIPT_DUPLICATE"} <= sayable()
    assert "CLI_CORRECTED_NEXT" not in sayable()
