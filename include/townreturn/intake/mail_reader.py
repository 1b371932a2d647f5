"""Mails → what they say, in child processes: the process that asks never takes a mail apart itself."""

import os
from dataclasses import replace
from pathlib import Path

import msgspec

from townreturn.intake.mails import ReadMail
from townreturn.spreadsheets.isolation import run_isolated

_BROKEN = "MAIL_DAMAGED"
_CHILD = "townreturn.intake.mail_child"
_DECODER = msgspec.msgpack.Decoder(ReadMail)


def read_kept_mail(path: Path, *, is_whole: bool) -> ReadMail:
    """The mail in a file; of one that is not whole, its head. Whatever the bytes are, a value."""
    mode = b"whole:" if is_whole else b"head:"
    (answer,) = run_isolated(_CHILD, [mode + os.fsencode(path.absolute())])
    if answer is not None:
        return _DECODER.decode(answer)
    return replace(read_kept_mail(path, is_whole=False), fault=_BROKEN) if is_whole else ReadMail(fault=_BROKEN)
