"""What the board can come to say: nothing that has to be typed."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from reached_code import reach_from
from townreturn.wording import english, texts

TYPED = re.compile(r"(^|[^\w-])--[a-z]|\btownreturn [a-z]|\bmake [a-z]|命令")
REFUSALS = ("Misuse", "Refused", "Broken", "StoreRefused", "Unavailable")
TOLD_ELSEWHERE = {
    "BRIEFING_TEMPLATE_LACKS": "a fault of the plan, for whoever edits it on the machine",
    "DISPATCH_ALERT_GIVEN_UP": "an alert: one text for mail, command line and board, which names both doors",
    "DISPATCH_ALERT_REFUSED": "likewise",
    "DISPATCH_ALERT_UNCARRIED": "likewise",
    "DISPATCH_ALERT_UNCERTAIN": "likewise",
    "DISPATCH_STALLED": "an alert about what only the command line can do",
    "HEALTH_airflow_lost": "asked for by the command line alone: a board that answers has an Airflow",
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


def test_refusals_that_the_board_can_come_to_are_said_in_english_too() -> None:
    """Faults of plan, form and rules stay Chinese, as those are; Airflow's own are told by the board's."""
    raised = {
        code for node in reach_from("townreturn.board").values() for one in ast.walk(node)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in REFUSALS
        for code in codes_in(ast.Expr(one.args[0]))
    }  # fmt: skip
    assert {"EXCLUSION_NEEDS_REASON", "NOTHING_TO_EXCLUDE", "KEPT_FILE_LOST"} <= raised
    told_otherwise = {one for one in raised if one.startswith("AIRFLOW_")} - {
        "AIRFLOW_SIGNED_OUT",
        "AIRFLOW_NOT_SET_UP",
    }
    assert raised - english().keys() - told_otherwise == {"BRIEFING_TEMPLATE_PAGES"}, "a fault of the plan"


def test_what_use_cases_tell_in_the_askers_language_is_said_in_english_too() -> None:
    """Whatever is handed a ``tell``, by itself or with the case that it verifies."""
    told = {
        code for name, node in reach_from("townreturn.board").items() if is_told(*name, node) for code in codes_in(node)
    }
    assert {"STANDS_NOTHING", "APPROVAL_GIVEN", "VERIFY_TRAIL_GAP", "REPORTED_OF"} <= told
    assert told - english().keys() == set()


def is_told(module: str, name: str, node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    given = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
    return "tell" in given or (module.startswith("townreturn.month.verifying") and "case" in given)
