"""The two months whose documents are kept as golden files: a full one and a poor one (tests/golden/documents)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from townreturn.domain.canonical import content_hash, read_canonical
from townreturn.domain.town_return import TownReturn
from townreturn.plans import load_plan
from townreturn.publishing import naming, write_files
from townreturn.publishing.manifest import Issue

HERE = Path(__file__).parent / "golden" / "documents"
MONTHS = {"full": date(2018, 6, 1), "poor": date(2018, 7, 3)}
"""Name → the day of issue."""


@dataclass(frozen=True)
class Documents:
    """Where the files of one month were written."""

    workbook: Path
    briefing: Path


def golden_return(name: str) -> TownReturn:
    """The return as `make_returns.py` made it."""
    return read_canonical((HERE / f"{name}-return.json").read_text(encoding="utf-8"))


def golden_path(name: str, document: str) -> Path:
    """The text that tells a month's workbook or briefing."""
    return HERE / f"{name}-{document}.txt"


def render_month(name: str, folder: Path) -> Documents:
    """All files of the issue, written into a new folder."""
    town_return = golden_return(name)
    folder.mkdir(parents=True)
    write_files(Issue(town_return, load_plan(town_return.plan), content_hash(town_return), MONTHS[name]), folder)
    return Documents(folder / naming.workbook_name(town_return), folder / naming.briefing_name(town_return))
