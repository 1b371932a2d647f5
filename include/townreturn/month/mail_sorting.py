"""What becomes of a mail, and what its files are for."""

from collections.abc import Sequence

from townreturn.domain.mail import FilePurpose, MailFileKept, MailOutcome
from townreturn.intake.mails import Nature, ReadMail
from townreturn.month.originals import read_originals
from townreturn.office import Office
from townreturn.spreadsheets.workbook import Unreadable
from townreturn.wording import say

_PICTURE = "FILE_IS_IMAGE"
_NO_SPREADSHEET = frozenset((
    _PICTURE, "FILE_IS_PDF", "FILE_IS_WORD", "FILE_IS_WPS_TEXT", "FILE_IS_POWERPOINT", "FILE_IS_TEXT", "FILE_IS_HTML",
    "FILE_IS_ARCHIVE", "FILE_NOT_A_SPREADSHEET",
))  # fmt: skip
"""What surely was never a report, by its content; a damaged or encrypted file may have been one."""


def outcome_of(read: ReadMail, units: Sequence[str], *, is_whole: bool) -> MailOutcome:
    """``units`` are those that the sender is registered for."""
    if read.nature is Nature.BOUNCE:
        return MailOutcome.BOUNCED
    if read.nature in (Nature.OWN, Nature.ANSWERED_BY_MACHINE) or (read.nature is Nature.SENT_BY_MACHINE and not units):
        return MailOutcome.AUTOMATIC
    if read.fault:
        return MailOutcome.UNREADABLE if is_whole else MailOutcome.TOO_LARGE
    if not units:
        return MailOutcome.UNKNOWN_SENDER
    if read.files:
        return MailOutcome.TAKEN
    return MailOutcome.WITHOUT_FILES if read.nature is Nature.LETTER else MailOutcome.AUTOMATIC


def sort_files(office: Office, subject: str, files: Sequence[tuple[str, str]]) -> tuple[MailFileKept, ...]:
    """(name, SHA-256) of archived files → what each is for, by its content, its name and the mail's subject.

    Of files that are no spreadsheet, those that are called a work plan are documents, and pictures
    beside a spreadsheet are no report; everything else is answered as a report.
    """
    read = read_originals(office, [file_hash for _, file_hash in files])
    codes = [one.code if isinstance(one := read[file_hash], Unreadable) else "" for _, file_hash in files]
    has_spreadsheet = any(code not in _NO_SPREADSHEET for code in codes)
    return tuple(
        MailFileKept(name, file_hash, _purpose(f"{subject} {name}", code, has_spreadsheet=has_spreadsheet))
        for (name, file_hash), code in zip(files, codes, strict=True)
    )


def _purpose(called: str, code: str, *, has_spreadsheet: bool) -> FilePurpose:
    if code in _NO_SPREADSHEET and say("MAIL_WORK_PLAN") in called:
        return FilePurpose.DOCUMENT
    return FilePurpose.ASIDE if code == _PICTURE and has_spreadsheet else FilePurpose.REPORT
