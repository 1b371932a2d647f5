"""Every code has its text, every text is used, and texts get exactly the values they name."""

import ast
import re
import string
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import townreturn
from townreturn.board import verification
from townreturn.board.finding_lines import Mark
from townreturn.board.history_view import Part
from townreturn.board.letter_view import LetterState
from townreturn.board.trends_lines import PointStatus
from townreturn.checks.suites import load_suite
from townreturn.domain.audit import EventKind
from townreturn.domain.chain import WithdrawalKind
from townreturn.domain.dispatch import DispatchOutcome
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.kept_file import FileKind
from townreturn.domain.level import Level
from townreturn.domain.mail import MailOutcome
from townreturn.domain.message import MessageKind
from townreturn.domain.obligation import AdjustmentKind, ObligationKind, ObligationState, Timeliness
from townreturn.domain.plan import Deliverable
from townreturn.domain.town_return import Measure
from townreturn.month.documents import DOCUMENT_KINDS
from townreturn.month.health import TroubleCode
from townreturn.month.rebuilding import Outcome
from townreturn.month.towns import TownState
from townreturn.settings import Settings
from townreturn.wording import english, say, texts

PACKAGE = Path(townreturn.__file__).parent
SOURCES = [PACKAGE, PACKAGE.parents[1] / "dags", PACKAGE.parents[1] / "plugins"]
PAGES = sorted((PACKAGE / "board" / "templates").glob("*.html"))
SUITES = sorted(Settings.from_environment({}).expectations[-1].rglob("*.yaml"))

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
SHARED: dict[str, type[StrEnum]] = {
    "STATE": ObligationState,
    "TIMELINESS": Timeliness,
    "VERDICT": Verdict,
    "OWED": ObligationKind,
    "WITHDRAWAL": WithdrawalKind,
    "DISPATCH": DispatchOutcome,
}
"""What the board shares with receipts and the command line: the prefix of a code, and its values."""
TOLD = re.compile(r"""["']([A-Z][A-Z0-9]*_[A-Za-z0-9_]*)["']""")
"""A code in a page's template, or the prefix of one."""

# Calls whose first argument is a text's code.
SPEAKERS = {
    "say",
    "tell",
    "fault",
    "notice",
    "Finding",
    "Unreadable",
    "Misuse",
    "Refused",
    "Broken",
    "ConfigurationFault",
    "StoreRefused",
}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for folder in SOURCES:
        for path in folder.rglob("*.py"):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call with a literal code, with the code; conditional codes give one each."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in SPEAKERS:
                    yield from ((path, node, code) for code in literals(node.args[0]))
                elif name == "fail" and len(node.args) > 1:
                    yield from ((path, node, code) for code in literals(node.args[1]))


def literals(node: ast.expr) -> list[str]:
    """Codes in an expression; codes composed of a prefix and a value are looked at by themselves."""
    if isinstance(node, ast.JoinedStr):
        return []
    found = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [one for one in found if CODE.fullmatch(one)]


def fields(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def rule_codes() -> set[str]:
    return {rule.code for path in SUITES for rule in load_suite(path).rules}


def codes_of_pages() -> set[str]:
    """Every code that a template names; one that ends with ``_`` is a prefix."""
    return {code for page in PAGES for code in TOLD.findall(page.read_text("utf-8"))}


def composed_codes() -> set[str]:
    """Codes put together from a prefix and a value."""
    verdicts = {f"{stem}_{one.value}" for stem in ("VERDICT", "CHECK_NEXT") for one in Verdict}
    states = {f"STATE_{one.value}" for one in ObligationState}
    timely = {f"TIMELINESS_{one.value}" for one in Timeliness}
    withdrawals = {f"WITHDRAWAL_{one.value}" for one in WithdrawalKind}
    events = {f"EVENT_{one.value}" for one in EventKind}
    outcomes = {f"OUTCOME_{one.value}" for one in Outcome}
    adjusted = {f"ADJUSTED_{one.value}{end}" for one in AdjustmentKind for end in ("", "_TEXT")}
    dispatches = {f"DISPATCH_{one.value}" for one in DispatchOutcome}
    mails = {f"MAIL_OUTCOME_{one.value}" for one in MailOutcome}
    owed = {f"OWED_{one.value}" for one in ObligationKind}
    folders = {f"DOCUMENT_FOLDER_{one.value}" for one in DOCUMENT_KINDS}
    troubles = {f"HEALTH_{one.value}" for one in TroubleCode}
    delivered = {f"DELIVERED_{one.value}" for one in Deliverable}
    composed = troubles | delivered | adjusted | verdicts | states | timely | withdrawals | events | outcomes
    towns = {f"LEVEL_{one.value}" for one in Level} | {f"TOWN_STATE_{one.value}" for one in TownState}
    return composed | dispatches | mails | owed | folders | towns | composed_on_the_board()


def composed_on_the_board() -> set[str]:
    kinds = {f"BOARD_KIND_{one.value}" for one in FileKind}
    parts = {f"BOARD_PART_{one.value.replace('-', '_')}" for one in Part}
    runs = {f"BOARD_RUN_{dag}" for dag in ("monthly_return", "corrections")}
    verified = {f"BOARD_VERIFIED_{one.value}" for one in verification.Outcome}
    marks = {f"BOARD_MARK_{one.value}" for one in Mark} | {f"BOARD_SEVERITY_{one.value}" for one in Severity}
    suites = {f"BOARD_SUITE_{name}" for name in ("cells", "reports", "town_return")}
    unread = {f"BOARD_UNREAD_{why}" for why in ("FORMULA_WITHOUT_VALUE", "ERROR_CELL", "NOT_FINITE")}
    places = ("period", "preview", "trends", "quality", "history", "own", "upload")
    pages = {f"BOARD_PAGE_{page}" for page in places}
    told = {one.value for one in PointStatus} - {"reported", "ratio"} | {"corrected"}
    notes = {f"BOARD_TRENDS_NOTE_{one}" for one in told}
    adjusted = {f"BOARD_ADJUSTMENT_{stem}{one.value}" for stem in ("", "MEANS_") for one in AdjustmentKind}
    letters = {f"BOARD_LETTER_{one.value}" for one in MessageKind}
    letters |= {f"BOARD_{stem}_{one.value}" for stem in ("LETTER_STATE", "NO_RESEND") for one in LetterState}
    return kinds | parts | runs | verified | marks | suites | unread | pages | notes | adjusted | letters


def test_every_literal_code_has_its_text() -> None:
    missing = {f"{path.name}:{node.lineno} {code}" for path, node, code in calls() if code not in texts()}
    assert missing == set()
    told = {code for code in codes_of_pages() if not code.endswith("_")}
    assert told - texts().keys() == set()


def test_every_rule_and_composed_code_has_its_text() -> None:
    assert (rule_codes() | composed_codes()) - texts().keys() == set()


def test_every_text_is_used() -> None:
    constants = {
        node.value for _, tree in trees() for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }  # fmt: skip
    prefixes = {
        part.value for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
        for part in node.values[:1] if isinstance(part, ast.Constant) and part.value.endswith("_")
    }  # fmt: skip
    used = constants | rule_codes() | {f"{code}{end}" for code in rule_codes() for end in ("_NAME", "_WHY")}
    prefixes |= {code for code in codes_of_pages() if code.endswith("_")}
    used |= codes_of_pages()
    unused = {code for code in texts().keys() - used if not code.startswith(tuple(prefixes))}
    assert unused == set()


def test_literal_calls_give_the_values_their_text_names() -> None:
    """say("CODE", name=…) with a name missing would fail only when a person should read it."""
    wrong = set()
    for path, node, code in calls():
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = {one.arg for one in node.keywords}
        is_method = isinstance(node.func, ast.Attribute) and name == "say"  # says a text that is made already
        if is_method or None in given or name not in ("say", "tell", "Misuse", "Refused", "Broken"):
            continue
        lacking = fields(texts().get(code, "")) - given
        if lacking:
            wrong.add(f"{path.name}:{node.lineno} {code} lacks {sorted(lacking)}")
    assert wrong == set()


def test_everything_that_the_board_says_is_said_in_english_too() -> None:
    """With the same values; and nothing is translated that nobody says."""
    of_the_board = {code for code in texts() if code.startswith("BOARD_")}
    assert of_the_board - english().keys() == set()
    assert english().keys() - texts().keys() == set()
    assert {code for code, text in english().items() if fields(text) - fields(texts()[code])} == set()
    named = {code for code in codes_of_pages() if not code.endswith("_")}
    assert named - english().keys() == set()
    shared = {f"{stem}_{one.value}" for stem, kind in SHARED.items() for one in kind}
    shared |= {f"MEASURE_{one.name}" for one in Measure}
    assert shared - english().keys() == set()


def test_texts_are_sound_templates() -> None:
    """No stray brace, no unnamed value, no empty text, no code but in capitals."""
    for code, text in texts().items():
        assert text.strip(), code
        assert CODE.fullmatch(code) or code in composed_codes(), code
        assert "" not in {name for _, name, _, _ in string.Formatter().parse(text)}, code
        assert say(code, **dict.fromkeys(fields(text), 1)), code
