"""Files by mail from nobody's registered reporter: kept aside with a notice; the sender is told nothing."""

import os
from pathlib import Path

from townreturn.domain.mail import KeptMail
from townreturn.files import write_for_now
from townreturn.foreign_text import one_line
from townreturn.intake.faults import listed, quoted
from townreturn.office import Office
from townreturn.wording import say


def set_aside(office: Office, mail: KeptMail) -> Path:
    """Write the files and the notice; again, they replace themselves. Gives the folder.

    The files bear the time at which the mail was received: moved into the inbox, they keep it.
    Names hold no text from outside.
    """
    received = f"{mail.received_at.astimezone(office.plans.calendar.zone):%Y%m%dT%H%M%S}"
    folder = office.quarantine / f"mail_{received}_{mail.file_hash[:8]}"
    for number, file in enumerate(mail.files, start=1):
        target = folder / _name(number)
        write_for_now(target, office.archive.read(file.file_hash))
        os.utime(target, (mail.received_at.timestamp(), mail.received_at.timestamp()))
    write_for_now(folder / "notice.txt", _notice(office, mail).encode("utf-8-sig"))
    return folder


def _name(number: int) -> str:
    return f"attachment-{number}.bin"


def _notice(office: Office, mail: KeptMail) -> str:
    received = f"{mail.received_at.astimezone(office.plans.calendar.zone):%Y-%m-%d %H:%M:%S}"
    files = [
        say("MAIL_NOTICE_FILE", file=_name(number), name=one_line(file.name))
        for number, file in enumerate(mail.files, start=1)
    ]
    lines = [
        say("MAIL_NOTICE_TITLE"),
        say("MAIL_NOTICE_HEAD", sender=one_line(mail.sender), subject=one_line(mail.subject), received=received),
        *files,
        say("MAIL_NOTICE_NEXT", inbox=office.inbox),
    ]
    return "\n".join([*lines, ""])


def tell_set_aside(mail: KeptMail, folder: Path) -> str:
    """What the operator is told."""
    names = listed([quoted(one_line(one.name)) for one in mail.files])
    return say("MAIL_ALERT_UNKNOWN", **told_of(mail), files=names, folder=folder.name)


def told_of(mail: KeptMail) -> dict[str, str]:
    """Sender and subject as an alert names them."""
    return {"sender": quoted(one_line(mail.sender)), "subject": quoted(one_line(mail.subject))}
