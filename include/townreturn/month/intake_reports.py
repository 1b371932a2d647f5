"""What an intake run tells of an office: every file taken in, what had to be left, and what kept it from its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from townreturn.domain.findings import Verdict
from townreturn.foreign_text import one_line
from townreturn.intake.inbox import NOTHING_LISTED, InboxListing
from townreturn.month.answering import Answer
from townreturn.month.documents import Recorded
from townreturn.month.mail_in import NO_MAILBOX, MailReport
from townreturn.office import Office
from townreturn.wording import say


@dataclass(frozen=True)
class Taken:
    """One file that was taken in, and what became of it."""

    file_name: str
    file_hash: str
    disposition: Verdict
    unit: str | None
    period: str | None
    is_duplicate: bool


@dataclass(frozen=True)
class IntakeReport:
    """An intake run: every file taken in, how many files and mails had to be left, and the documents recorded."""

    taken: tuple[Taken, ...]
    left_count: int
    documents: tuple[Recorded, ...] = ()


@dataclass
class OfficeIntake:
    """How the intake went for one office: its report, None where ``fault`` kept it from its end."""

    office: Office
    mail: MailReport = NO_MAILBOX
    listing: InboxListing = NOTHING_LISTED
    outcomes: list[Taken | Recorded] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    unremoved: list[str] = field(default_factory=list)
    fault: Exception | None = None

    @property
    def town(self) -> str:
        return self.office.plans.town_code

    @property
    def report(self) -> IntakeReport:
        taken = tuple(one for one in self.outcomes if isinstance(one, Taken))
        left_count = self.listing.left_count + len(self.unreadable) + self.mail.left_count
        return IntakeReport(taken, left_count, tuple(one for one in self.outcomes if isinstance(one, Recorded)))

    @property
    def told(self) -> Iterator[str]:
        """What its operators are told of files that stay in the inbox."""
        yield from (*self.unreadable, *self.unremoved, *(not_taken(name) for name in self.listing.refused))

    @contextmanager
    def minding(self) -> Iterator[None]:
        """What goes wrong here is this office's: the others go on."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - whatever it is
            self.fault = fault


def taken_of(answer: Answer) -> Taken:
    """What became of an answered file."""
    submission = answer.case.submission
    return Taken(
        submission.arrival.file_name,
        submission.arrival.file_hash,
        answer.case.disposition,
        submission.unit,
        submission.period.key if submission.period else None,
        bool(answer.case.first_name),
    )


def not_taken(name: str) -> str:
    """What is told of a file that stays in the inbox."""
    return say("INBOX_FILE_NOT_TAKEN", name=one_line(name))
