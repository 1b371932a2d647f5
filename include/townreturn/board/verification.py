"""核验: what ``verify`` says of one period, asked for on a page: one at a time, and waited for only so long."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from townreturn.domain.period import Period
from townreturn.month.verifying import Verified, verify
from townreturn.office import Office
from townreturn.wording import Tell, say

LIMIT_SECONDS = 60
"""How long a page waits; two issues of a period take two seconds."""


class Outcome(StrEnum):
    """Whole, or not; busy: another one is being made; too long: it goes on, and nobody waits for it."""

    WHOLE = "whole"
    DIFFERS = "differs"
    BUSY = "busy"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Verification:
    """What came of it; ``text`` is the line that ``verify`` prints, empty where there is none."""

    period: str
    outcome: Outcome
    text: str


class Verifier:
    """Verifies with a thread of its own, so that whoever asks often does not keep the server from all else."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._limit_seconds = limit_seconds
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="verify")
        self._turn = Lock()

    def verify(self, office: Office, period: Period, tell: Tell = say) -> Verification:
        """Of a period; nothing is written."""
        if not self._turn.acquire(blocking=False):
            return Verification(period.key, Outcome.BUSY, "")
        try:
            found = self._worker.submit(self._verify, office, period, tell).result(self._limit_seconds)
        except TimeoutError:
            return Verification(period.key, Outcome.TOO_LONG, "")
        outcome = Outcome.WHOLE if found.is_whole else Outcome.DIFFERS
        return Verification(period.key, outcome, _without_place(found.text, office))

    def _verify(self, office: Office, period: Period, tell: Tell) -> Verified:
        try:
            return next(verify(office, [period], tell))
        finally:
            self._turn.release()


def _without_place(text: str, office: Office) -> str:
    """Places are told from the data directory or bucket on: where that lies is nobody's business on a page."""
    archive, _, _ = office.archive.url.rpartition("/")
    for folder in (str(office.home), archive, str(office.outbox.parent)):
        if folder.strip("./"):
            text = re.sub(rf"(?<![\w./-]){re.escape(folder)}/", "", text)
    return text
